"""Install, upgrade, uninstall, install (design, invariant 8): nothing of ours stays
behind, and what the business keeps in Odoo's own models stays readable and unlocked."""

import pytest

from dev import databases, odoo_process
from dev.layout import ADDON

from .support import catalog, company, shell

MONEY = """
charges = company._work(8, date(2026, 3, 10)) + company._work(4, date(2026, 3, 11))
statement = company._settle("posted")
deal = company.deal("Crane control")
booking = company.book(deal, company.workdays(date(2026, 3, 2), 1)[0],
                       state="confirmed")
booking.action_done()
statement.message_post(body="A note on a statement")
accounts = company.lead.mci_analytic_account_id + company.center.analytic_account_id
answer({
    "account.move": statement.move_id.ids,
    "account.journal": statement.move_id.journal_id.ids,
    "account.analytic.line":
        (statement.move_id.line_ids.analytic_line_ids + charges.timesheet_id).ids,
    "account.analytic.account": accounts.ids,
    "project.project": company.center.project_id.ids,
    "crm.lead": (company.lead + deal).ids,
})
env.cr.commit()
"""
# Everything the owner of such documents does with them, once the addon is gone.
AFTERWARDS = """
documents = {model: env[model].browse(ids) for model, ids in values.items()}
for records in documents.values():
    for record in records:
        assert record.exists() and record.display_name
        record.read()
move = documents["account.move"]
assert move.state == "posted"
lines = documents["account.analytic.line"]
assert len(lines.filtered("move_line_id")) == 2 and lines.mapped("amount")
timesheets = lines.filtered("project_id")
timesheets.write({"unit_amount": 3.0, "date": "2026-03-12"})
timesheets.unlink()
documents["account.analytic.account"].write({"name": "Renamed", "active": False})
documents["project.project"].write({"name": "Renamed", "privacy_visibility": "portal"})
documents["crm.lead"].write({"user_id": False, "expected_revenue": 5.0})
move._reverse_moves(cancel=True)
move.button_draft()
answer(True)
"""
UNINSTALL = f"""
env["ir.module.module"].search([("name", "=", "{ADDON}")]).button_immediate_uninstall()
env.cr.commit()
"""


@pytest.fixture(scope="module")
def cycle(template_database):
    """One cycle on a clone of the template: what the database was at each point."""
    name = template_database
    cycle = {"database": name}

    def note(moment):
        cycle[moment] = {
            "schema": catalog.schema(name),
            "registry": catalog.registry(name),
        }

    note("before")
    databases.install_addon(name, demo=False)
    note("installed")
    odoo_process.run_once(name, "-u", ADDON, log_name="upgrade")
    note("upgraded")
    cycle["documents"] = shell.run(name, company.script(MONEY))
    note("used")
    shell.run(name, UNINSTALL)
    note("uninstalled")
    cycle["pointers"] = catalog.pointers(name)
    return cycle


def _difference(cycle, first, second, part):
    return sorted(cycle[second][part] - cycle[first][part])


def test_upgrade_changes_nothing(cycle):
    """An upgrade to the same version leaves schema and records as they were."""
    assert cycle["upgraded"]["schema"] == cycle["installed"]["schema"]
    assert not _difference(cycle, "installed", "upgraded", "registry")
    assert not _difference(cycle, "upgraded", "installed", "registry")


def test_uninstall_leaves_no_schema(cycle):
    """No table, column, constraint, index or trigger of ours is left."""
    assert not [
        text
        for text in _difference(cycle, "before", "uninstalled", "schema")
        if "mci_" in text or text in cycle["installed"]["schema"]
    ]


def _is_of_the_list_of_addons(text):
    """Tell whether it is Odoo's own note of the addons it could install."""
    return "ir_model_data: base.module_" in text or text == "ir_module_category: web"


def test_uninstall_leaves_no_record(cycle):
    """No group, rule, menu, cron, configuration or external id of ours is left."""
    before_use = cycle["upgraded"]["registry"] - cycle["before"]["registry"]
    left = {
        text
        for text in _difference(cycle, "before", "uninstalled", "registry")
        if not _is_of_the_list_of_addons(text)
    }
    assert sorted(left & before_use) == []
    assert not [text for text in left if "mci" in text]


def test_uninstall_leaves_no_pointer(cycle):
    """No message, follower, activity or attachment points at a model of ours."""
    assert sorted(cycle["pointers"]) == []


def test_uninstall_takes_nothing_away(cycle):
    """Everything that was there before us is there after us."""
    assert not _difference(cycle, "uninstalled", "before", "schema")
    assert not _difference(cycle, "uninstalled", "before", "registry")


def test_business_documents_stay(cycle):
    """Entries, timesheets, accounts, projects, deals: readable and unlocked."""
    assert shell.run(cycle["database"], AFTERWARDS, **cycle["documents"])


@pytest.mark.seconds(600)
def test_install_again(cycle):
    """The second installation is like the first, on a database full of our traces."""
    databases.install_addon(cycle["database"], demo=False)
    again = catalog.schema(cycle["database"])
    assert not [
        text
        for text in sorted(cycle["installed"]["schema"] - again)
        # number sequences in PostgreSQL are named by the ids of their records
        if not text.startswith("table: ir_sequence_")
    ]
