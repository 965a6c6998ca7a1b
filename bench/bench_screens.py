"""The pipeline as kanban, list and form of the deal, with the addon against without it.

What the web client asks for is derived from the views themselves: the fields of the
view, with the names of linked records and the fields of the lists inside.
"""

from dev import databases

from .bench_install import fill
from .measure import clones, expect, in_turns, row, run
from .policy import POLICY

TURNS = 4
LEADS = 2_000
BAR, QUERIES = 1.10, 8

SCREENS = """
from lxml import etree

def specification(arch, model):
    result = {}
    for node in arch.iterfind(".//field"):
        name = node.get("name")
        if any(parent.tag == "field" for parent in node.iterancestors()):
            continue
        field = env[model]._fields.get(name)
        if field is None or name in result:
            continue
        result[name] = {}
        if field.type == "many2one":
            result[name] = {"fields": {"display_name": {}}}
        elif field.relational:
            inner = next((v for v in node if v.tag in ("list", "kanban")), None)
            result[name] = {"fields": {"display_name": {}} if inner is None
                            else specification(inner, field.comodel_name)}
    return result

def view(kind):
    found = env["crm.lead"].get_views([(False, kind)])["views"][kind]
    return specification(etree.fromstring(found["arch"]), "crm.lead")

lead = env["crm.lead"].with_user(env.ref("base.user_admin"))
kanban_view, list_view, form_view = view("kanban"), view("list"), view("form")
domain = [("type", "=", "opportunity")]

def kanban():
    lead.web_read_group(
        domain, ["stage_id"], ["expected_revenue:sum"], auto_unfold=True,
        unfold_read_specification=kanban_view, unfold_read_default_limit=80,
    )

def pipeline_list():
    lead.web_search_read(domain, list_view, limit=80)

def form():
    lead.search(domain, limit=1).web_read(form_view)

screens = {"kanban": kanban, "list": pipeline_list, "form": form}
"""
WORK = (
    SCREENS
    + """
repeated = {name: lambda f=function: [(env.invalidate_all(), f()) for _ in range(5)]
            for name, function in screens.items()}
answer(turns(3, **repeated))
"""
)
COUNT = SCREENS + "answer({name: queries(f) for name, f in screens.items()})"


def measure():
    """Compare the seconds, and that no more than 8 queries are added."""
    sides = {"without": databases.template(), "with_addon": databases.addon()}
    with clones(**sides) as names:
        for name in names.values():
            fill(name, LEADS)
        run(names["with_addon"], POLICY)
        seconds = in_turns(names, WORK, TURNS)
        counts = {side: run(name, COUNT) for side, name in names.items()}
    print(f"  queries: {counts}")
    for screen, count in counts["with_addon"].items():
        added = count - counts["without"][screen]
        expect(added <= QUERIES, f"The {screen} needs {added} more queries.")
    return [
        row(
            f"Pipeline: {screen} of 80 deals" if screen != "form" else "Form of a deal",
            seconds["with_addon"][screen] / 5,
            seconds["without"][screen] / 5,
            "Odoo without the addon",
            BAR,
        )
        for screen in counts["without"]
    ]
