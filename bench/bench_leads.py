"""Opportunities made and imported, with the addon against without it.

An active grading policy is in force, so every opportunity gets its grade.
"""

from dev import databases

from .measure import clones, in_turns, row, run
from .policy import POLICY

TURNS = 5
BAR = 1.15
NAMES = {
    "create_batch": "200 opportunities created in a batch",
    "create_one_by_one": "100 opportunities created one by one",
    "load_csv": "200 opportunities imported from CSV",
}

WORK = """
def prepare(count):
    return [{
        "name": f"Opportunity {number}",
        "type": "opportunity",
        "expected_revenue": 1000.0 * number,
        "contact_name": f"Person {number}",
        "email_from": f"person{number}@example.com",
    } for number in range(count)]

def create_batch():
    env["crm.lead"].create(prepare(200))

def create_one_by_one():
    for vals in prepare(100):
        env["crm.lead"].create(vals)
        env.flush_all()

def load_csv():
    rows = ["name,type,expected_revenue,contact_name,email_from"]
    rows += [",".join(str(value) for value in vals.values()) for vals in prepare(200)]
    wizard = env["base_import.import"].create({
        "res_model": "crm.lead",
        "file": chr(10).join(rows).encode(),
        "file_type": "text/csv",
        "file_name": "leads.csv",
    })
    columns = rows[0].split(",")
    result = wizard.execute_import(columns, columns, {
        "has_headers": True, "separator": ",", "quoting": '"', "encoding": "utf-8",
        "float_thousand_separator": "", "float_decimal_separator": ".",
        "skip": 0, "limit": 1000, "date_format": "", "datetime_format": "",
    })
    assert not result["messages"], result["messages"]

answer(turns(2, **{
    function.__name__: function
    for function in (create_batch, create_one_by_one, load_csv)
}))
"""


def measure():
    """Compare making opportunities with and without the addon."""
    with clones(without=databases.template(), with_addon=databases.addon()) as names:
        run(names["with_addon"], POLICY)
        seconds = in_turns(names, WORK, TURNS)
    return [
        row(
            name,
            seconds["with_addon"][key],
            seconds["without"][key],
            "Odoo without the addon",
            BAR,
        )
        for key, name in NAMES.items()
    ]
