"""Workers that die in the middle: all or nothing, and a retry does it once."""

import pytest

from .support import company, shell
from .support.races import kill_in_the_middle

DATABASE = "addon"
CHARGES = 300
# Where the worker dies: before the entry, inside of it, when all is nearly done.
MOMENTS = ("account_move", "account_analytic_line", "mci_charge")

WORLD = f"""
deals = [company._create_lead(f"Deal {{number}}") for number in range(30)]
statements = {{}}
for month in range(1, {len(MOMENTS)} + 1):
    days = company.workdays(date(2026, month, 1), 10)
    env["account.analytic.line"].create([
        company._prepare_work(1.0, days[number % 10], deals[number % 30])
        for number in range({CHARGES})
    ])
    statement = env["mci.statement"].generate(
        date(2026, month, 1), date(2026, month, 28)
    )
    statement.action_send()
    statement.action_accept()
    statements[month] = statement.id
answer(list(statements.values()))
env.cr.commit()
"""
BOOKS = """
statement = env["mci.statement"].browse(values["id"])
charges = env["mci.charge"].search([("statement_id", "=", statement.id)])
moves = env["account.move"].search([("mci_statement_id", "=", statement.id)])
lines = moves.line_ids.analytic_line_ids
deals = charges.lead_id.mci_analytic_account_id
answer({
    "state": statement.state,
    "charges": len(charges),
    "charge_states": sorted(set(charges.mapped("state"))),
    "entries": moves.mapped("state"),
    "deals": round(sum(lines.filtered(lambda l: l.account_id in deals)
                       .mapped("amount")), 2),
    "total": round(statement.amount_total, 2),
})
"""


@pytest.fixture(scope="module")
def statements(database):
    """An accepted statement of 300 internal charges for each moment."""
    ids = shell.run(database, company.script(WORLD))
    return dict(zip(MOMENTS, ids, strict=True))


@pytest.mark.seconds(240)
@pytest.mark.parametrize("table", MOMENTS)
def test_posting_survives_a_crash(statements, server, json2, table):
    """C6: a worker killed while it posts leaves nothing; the next try posts once."""
    statement = statements[table]
    accountant = json2("mci_accountant")
    kill_in_the_middle(
        server,
        table,
        lambda: accountant.call("mci.statement", "action_post", ids=statement),
    )
    books = shell.run(server.database, BOOKS, id=statement)
    assert books["charges"] == CHARGES
    assert books["state"] == "accepted"
    assert books["charge_states"] == ["accepted"]
    assert books["entries"] == []

    json2("mci_accountant").call("mci.statement", "action_post", ids=statement)
    books = shell.run(server.database, BOOKS, id=statement)
    assert books["state"] == "posted"
    assert books["charge_states"] == ["posted"]
    assert books["entries"] == ["posted"]
    assert books["deals"] == -books["total"] != 0
