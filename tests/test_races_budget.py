"""Budgets at one moment, over HTTP: nothing is given twice (C4)."""

import pytest

from .support import company, shell
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 3

WORLD = f"""
today = date.today()

def given(lead, amount):
    change = env["mci.budget.change"].browse(
        lead.with_user(company.seller).mci_request_budget(amount, "Given", "grant"))
    change.with_user(company.sales_manager).action_approve()

transfers = []
for number in range({ROUNDS}):
    giver, taker = company.deal("Giver"), company.deal("Taker")
    given(giver, 1000.0)
    change = taker.with_user(company.seller).mci_request_budget(
        600.0, "Moved", "transfer", giver.id)
    transfers.append([change, giver.id, taker.id])

team = env["crm.team"].create(dict(
    name="Tight", company_id=company.company.id, user_id=company.sales_manager.id))
envelope = env["mci.team.envelope"].create(dict(
    team_id=team.id, year=today.year, amount=1000.0, control="hard"))
increases = [
    company.deal(name, team_id=team.id).with_user(company.seller).mci_request_budget(
        700.0, "Needed", "grant")
    for name in ("One", "Other")
]
answers = []
for number in range({ROUNDS}):
    deal = company.deal("Both ways")
    given(deal, 500.0)
    answers.append(deal.id)
answer({{"transfers": transfers, "envelope": envelope.id, "increases": increases,
        "answers": answers}})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    """The ids of everything these tests run after."""
    return shell.run(database, company.script(WORLD))


@pytest.fixture
def read(json2):
    """`read(model, ids, *fields)` with all rights."""

    def read(model, ids, *fields):
        return json2("admin").call(
            model, "search_read", domain=[("id", "in", ids)], fields=fields, order="id"
        )

    return read


def _fire(*calls):
    outcome = at_once(*calls)
    assert not outcome.others
    assert len(outcome.failures) == outcome.exhausted, outcome.failures
    return outcome


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_transfer_moves_once(world, json2, read, turn):
    """C4: two who approve one transfer: both deals change, once."""
    change, giver, taker = world["transfers"][turn]
    outcome = _fire(
        *(
            lambda login=login: json2(login).call(
                "mci.budget.change", "action_approve", ids=[change]
            )
            for login in ("mci_sales_manager", "mci_mci_manager")
        )
    )
    assert len(outcome.results) == 1
    deals = read("crm.lead", [giver, taker], "mci_budget_amount")
    assert [deal["mci_budget_amount"] for deal in deals] == [400.0, 600.0]


def test_envelope_is_not_overdrawn(world, json2, read):
    """C4: two budgets that together exceed a hard envelope: one is approved."""
    outcome = _fire(
        *(
            lambda login=login, change=change: json2(login).call(
                "mci.budget.change", "action_approve", ids=[change]
            )
            for login, change in zip(
                ("mci_sales_manager", "mci_mci_manager"),
                world["increases"],
                strict=True,
            )
        )
    )
    assert len(outcome.results) == 1
    [envelope] = read(
        "mci.team.envelope", [world["envelope"]], "approved_amount", "left_amount"
    )
    assert (envelope["approved_amount"], envelope["left_amount"]) == (700.0, 300.0)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_stop_and_invest_at_once(world, json2, read, turn):
    """C4: owner and manager answer at once: two decisions, one consistent budget."""
    deal = world["answers"][turn]
    outcome = _fire(
        lambda: json2("mci_seller").call(
            "crm.lead", "mci_stop_presales", ids=[deal], reason="Enough"
        ),
        lambda: json2("mci_sales_manager").call(
            "crm.lead",
            "mci_invest_presales",
            ids=[deal],
            amount=100.0,
            reason="One more",
        ),
    )
    assert outcome.results
    decisions = json2("admin").call(
        "mci.budget.decision",
        "search_read",
        domain=[("lead_id", "=", deal)],
        fields=["state"],
    )
    assert len(decisions) == len(outcome.results)
    assert "asked" not in {decision["state"] for decision in decisions}
    stopped = "stopped" in {decision["state"] for decision in decisions}
    [lead] = read("crm.lead", [deal], "mci_budget_amount")
    assert lead["mci_budget_amount"] == (0.0 if stopped else 500.0)
