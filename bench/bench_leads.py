"""Opportunities made and imported, with the addon against without it.

The ratio of the medians is to stay at or below 1.15. An active grading policy is in
force, so every opportunity gets its grade.
"""

from dev import databases, postgres
from tests.support import shell

from .measure import clones, in_turns, medians, report

TURNS = 3
LIMIT = 1.15

POLICY = """
grades = env["mci.grade"].search([]).sorted("sequence", reverse=True)
ranked = grades.filtered(lambda grade: not grade.is_partner_led)
policy = env["mci.grade.policy"].create({
    "name": "Bench",
    "company_id": env.company.id,
    "date_from": "2020-01-01",
    "line_ids": [(0, 0, {
        "grade_id": grade.id,
        "amount_min": 0.0 if grade.is_partner_led else
                      list(ranked).index(grade) * 50000.0,
        "tier": "delivery_center" if grade.code in "AB" else "local_office",
    }) for grade in grades],
})
policy.action_activate()
env.cr.commit()
"""
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
    env["crm.lead"].create(prepare(500))

def create_one_by_one():
    for vals in prepare(100):
        env["crm.lead"].create(vals)
        env.flush_all()

def load_csv():
    rows = ["name,type,expected_revenue,contact_name,email_from"]
    rows += [",".join(str(value) for value in vals.values()) for vals in prepare(500)]
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

env["crm.lead"].create(prepare(5))
env.flush_all()
figures = {}
for _repeat in range(3):
    for function in (create_batch, create_one_by_one, load_csv):
        seconds = timed(function)
        figures.setdefault(function.__name__, []).append(seconds)
        env.cr.rollback()
answer({name: sorted(values)[1] for name, values in figures.items()})
"""


def main():
    """Measure and print the ratios."""
    postgres.ensure()
    with clones(without=databases.template(), with_addon=databases.addon()) as names:
        shell.run(names["with_addon"], POLICY)
        answers = in_turns(names, WORK, TURNS)
    without, ours = medians(answers["without"]), medians(answers["with_addon"])
    ratios = {name: round(ours[name] / without[name], 3) for name in without}
    report(
        "leads",
        {
            "ratios": ratios,
            "limit": LIMIT,
            "within_limit": max(ratios.values()) <= LIMIT,
            "seconds_without": {key: round(value, 3) for key, value in without.items()},
            "seconds_with": {key: round(value, 3) for key, value in ours.items()},
        },
    )


if __name__ == "__main__":
    main()
