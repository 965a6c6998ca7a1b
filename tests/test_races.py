"""Many people at one moment, over HTTP: rules hold whatever runs at once.

A call may lose: it is refused with a sentence, or gives up after five collisions. Both
are counted; a wrong result never comes.
"""

from collections import Counter

import pytest

from .support import company, shell
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 10

WORLD = f"""
today = date.today()
future = company.workdays(today + timedelta(days=7), {ROUNDS})
past = company.workdays(today - timedelta(days=20), 1)[0]
deals = [
    company.deal(name, expected_revenue=1e9) for name in ("First", "Second")
]
last_hours = [
    [company.book(deal, day).id for deal in deals] for day in future
]
done = company.book(deals[0], past, state="confirmed")
company._work(8, past.replace(day=1) - timedelta(days=40))
month = past.replace(day=1) - timedelta(days=40)
statement = env["mci.statement"].generate(
    month.replace(day=1),
    (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1),
)
statement.action_send()
statement.action_accept()
handover = company.deal("Handed over")
offer = handover.with_user(company.sales_manager).mci_offer_handover(
    company.seller_2.id
)
company._activate_policy("hard", today)
tight = company._create_lead("Tight budget", expected_revenue=100000.0)
budget = [
    company.book(tight, day, role="engineer", unit=company.center).id
    for day in future[:2]
]
answer({{
    "last_hours": last_hours,
    "done": done.id,
    "statement": statement.ids,
    "handover": handover.id,
    "manager": company.sales_manager.id,
    "offers": env["mci.ownership"].search(
        [("lead_id", "=", handover.id), ("state", "=", "offered")]).ids,
    "tight": tight.id,
    "budget": budget,
}})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    """The ids of everything these tests run after."""
    return shell.run(database, company.script(WORLD))


@pytest.fixture
def read(json2):
    """`read(model, domain, *fields)` with all rights."""

    def read(model, domain, *fields):
        return json2("admin").call(
            model, "search_read", domain=domain, fields=fields, order="id"
        )

    return read


@pytest.fixture(scope="module")
def tally(figure):
    """How the calls ended, reported when all have run."""
    ends = Counter()
    yield ends
    figure(
        f"races: {ends.total()} calls at once, {ends['done']} done, {ends['refused']}"
        f" refused, {ends['exhausted']} gave up after their last retry"
    )


@pytest.fixture
def fire(tally):
    """`fire(*calls)`: at once; each ends well, in a refusal, or in a counted retry."""

    def fire(*calls):
        outcome = at_once(*calls)
        tally["done"] += len(outcome.results)
        tally["refused"] += len(outcome.refusals)
        tally["exhausted"] += outcome.exhausted
        assert not outcome.others, outcome.others
        assert len(outcome.failures) == outcome.exhausted, outcome.failures
        return outcome

    return fire


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_last_free_hours(world, fire, json2, read, turn):
    """M7: of two confirmations for one person's last hours exactly one succeeds."""
    pair = world["last_hours"][turn]
    clients = [json2("mci_office_lead"), json2("mci_deputy")]
    outcome = fire(
        *(
            lambda client=client, booking=booking: client.call(
                "mci.booking", "action_confirm", ids=booking
            )
            for client, booking in zip(clients, pair, strict=True)
        )
    )
    assert len(outcome.results) == 1
    assert all("Engineer 2" in error.message for error in outcome.refusals)
    states = [
        row["state"] for row in read("mci.booking", [("id", "in", pair)], "state")
    ]
    assert sorted(states) == ["confirmed", "requested"]


def test_one_tap_counts_once(world, fire, json2, read):
    """C3: however often Done is tapped, hours and charges are there once."""
    clients = [json2("mci_engineer_2") for _tap in range(3)]
    clients += [json2("mci_office_lead") for _tap in range(3)]
    outcome = fire(
        *(
            lambda client=client: client.call(
                "mci.booking", "action_done", ids=world["done"]
            )
            for client in clients
        )
    )
    assert len(outcome.results) == 1
    domain = [("mci_booking_id", "=", world["done"])]
    lines = read("account.analytic.line", domain, "unit_amount")
    assert [line["unit_amount"] for line in lines] == [8.0]
    charges = read("mci.charge", [("booking_id", "=", world["done"])], "hours")
    assert [charge["hours"] for charge in charges] == [8.0]


def test_posted_once(world, fire, json2, web_session, read):
    """C6: two accountants and a double click make one journal entry."""
    double_click = web_session("mci_accountant")
    clients = [json2("mci_accountant"), json2("mci_accountant_2"), double_click]
    outcome = fire(
        *(
            lambda client=client: client.call(
                "mci.statement", "action_post", ids=world["statement"]
            )
            for client in (*clients, double_click)
        )
    )
    assert outcome.results
    domain = [("mci_statement_id", "in", world["statement"])]
    [move] = read("account.move", domain, "state")
    assert move["state"] == "posted"
    [statement] = read(
        "mci.statement", [("id", "in", world["statement"])], "state", "move_id"
    )
    assert statement["state"] == "posted"
    assert statement["move_id"][0] == move["id"]


def test_one_owner(world, fire, json2, read):
    """O1: a handover accepted thrice, while a manager puts another in charge."""
    deal = world["handover"]
    manager = json2("mci_sales_manager")
    accepting = json2("mci_seller_2")
    fire(
        *(
            lambda: accepting.call(
                "mci.ownership", "action_accept", ids=world["offers"]
            )
            for _time in range(3)
        ),
        lambda: manager.call(
            "crm.lead", "write", ids=deal, vals={"user_id": world["manager"]}
        ),
    )
    domain = [("lead_id", "=", deal), ("role", "=", "owner")]
    rows = read("mci.ownership", domain, "state", "user_id")
    [active] = [row for row in rows if row["state"] == "active"]
    [lead] = read("crm.lead", [("id", "=", deal)], "mci_owner_id")
    assert active["user_id"] == lead["mci_owner_id"]


def test_hard_budget(world, fire, json2, read):
    """C4: two confirmations that together exceed a hard budget: one succeeds."""
    client, other = json2("mci_center_lead"), json2("mci_deputy")
    outcome = fire(
        *(
            lambda caller=caller, booking=booking: caller.call(
                "mci.booking", "action_confirm", ids=booking
            )
            for caller, booking in zip((client, other), world["budget"], strict=True)
        )
    )
    assert len(outcome.results) == 1
    [lead] = read(
        "crm.lead",
        [("id", "=", world["tight"])],
        "mci_budget_amount",
        "mci_reserved_amount",
        "mci_charged_amount",
    )
    used = lead["mci_reserved_amount"] + lead["mci_charged_amount"]
    assert 0 < used <= lead["mci_budget_amount"]
