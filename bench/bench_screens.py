"""The pipeline as kanban, list and form of the deal, with the addon against without it.

In Chromium, from the call of the screen until it stands, on two servers in turns, each
with the machine to itself. The part of the server alone is given beside it, and its
queries are counted: what the web client asks for is derived from the views themselves,
the fields of the view with the names of linked records and the fields of the lists
inside.
"""

import statistics
from contextlib import ExitStack

from playwright.sync_api import sync_playwright

from dev import databases, system_packages
from tests.support.browser import FLAGS, Browser
from tests.support.screen import AT_REST, COUNT_CALLS
from tests.support.system import System

from .bench_install import fill
from .measure import clones, expect, in_turns, row, run
from .policy import POLICY

TURNS = 4
LOOKS = 15
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


# Milliseconds from the call of a screen until it is drawn.
LOOK = """
async ({kind, id}) => {
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    const form = {
        type: "ir.actions.act_window", res_model: "crm.lead", res_id: id,
        views: [[false, "form"]],
    };
    const what = kind === "form" ? form : "crm.crm_lead_action_pipeline";
    const start = performance.now();
    await action.doAction(what, {viewType: kind, clearBreadcrumbs: true});
    return performance.now() - start;
}
"""
FIRST = 'answer(env["crm.lead"].search([("type", "=", "opportunity")], limit=1).id)'


def measure():
    """Compare the seconds, and that no more than 8 queries are added."""
    sides = {"without": databases.template(), "with_addon": databases.addon()}
    with clones(**sides) as names:
        for name in names.values():
            fill(name, LEADS)
        run(names["with_addon"], POLICY)
        counts = {side: run(name, COUNT) for side, name in names.items()}
        seen = _look(names)
        seconds = in_turns(names, WORK, TURNS)
    print(f"  queries: {counts}")
    for screen, count in counts["with_addon"].items():
        added = count - counts["without"][screen]
        expect(added <= QUERIES, f"The {screen} needs {added} more queries.")
    server = {
        side: {screen: taken / 5 for screen, taken in screens.items()}
        for side, screens in seconds.items()
    }
    return [
        *_rows("{}", seen, BAR),
        *_rows("{}: answer of the server to the request for its data", server, None),
    ]


def _look(names):
    """Seconds of each screen on each side: ``{side: {screen: median}}``."""
    seen = {
        side: {screen: [] for screen in ("kanban", "list", "form")} for side in names
    }
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        options = {"executable_path": system_packages.browser(), "args": list(FLAGS)}
        chrome = stack.enter_context(playwright.chromium.launch(**options))
        pages = {side: _open(stack, chrome, name) for side, name in names.items()}
        for turn in range(LOOKS + 2):
            for screen in ("kanban", "list", "form"):
                # in changing order, and what a screen loads afterwards (the messages of
                # a deal) has come before the other side is looked at
                for side in sorted(pages, reverse=turn % 2):
                    page, first = pages[side]
                    taken = page.evaluate(LOOK, {"kind": screen, "id": first})
                    page.wait_for_function(AT_REST)
                    if turn > 1:  # views and assets are loaded
                        seen[side][screen].append(taken / 1000)
    return {
        side: {screen: statistics.median(rows) for screen, rows in screens.items()}
        for side, screens in seen.items()
    }


def _open(stack, chrome, name):
    system = System(name, workers=2)
    system.start()
    stack.callback(system.stop)
    browser = Browser(chrome, system)
    page = browser.log_in("admin")
    page.add_init_script(COUNT_CALLS)
    browser.open(page, "/odoo/crm")
    return page, run(name, FIRST)


def _rows(name, seconds, bar):
    labels = {
        "kanban": "Pipeline: kanban",
        "list": "Pipeline: list of 80 deals",
        "form": "Form of a deal",
    }
    return [
        row(
            name.format(label),
            seconds["with_addon"][screen],
            seconds["without"][screen],
            "Odoo without the addon",
            bar,
        )
        for screen, label in labels.items()
    ]
