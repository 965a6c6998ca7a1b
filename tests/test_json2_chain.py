"""The whole chain over JSON-2, each step by the right user with his own API key.

From the seller's deal to the posted entry, and from the win to the result HR pulls:
grade → center → owner → request → booking → hours → charge → statement → entry;
handover, commitments, credits, evaluation, score.
"""

from datetime import date, timedelta

import pytest

from .support import chain_world
from .support.clients import AccessDenied, Refused

DATABASE = "addon"
AMOUNT = 800_000


@pytest.fixture(scope="module")
def world(server):
    """Ids of people, units and prices, and `on(role, model, ids)`."""
    return chain_world.make(server)


def _read(world, role, model, ids, *fields):
    [row] = world.on(role, model, ids).read(fields=fields)
    return row


# --- Match ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deal(world):
    """The seller's deal: verified, with a center and a delivery lead, initiated."""
    [deal] = world.on("seller", "crm.lead").create(
        vals_list=[
            {
                "name": "Harbour automation",
                "type": "opportunity",
                "partner_id": world.customer,
                "team_id": world.team,
                "user_id": world.users["seller"],
                "expected_revenue": AMOUNT,
                "stage_id": world.stages[0],
            }
        ]
    )
    return deal


def test_graded_with_its_first_save(world, deal):
    """M1: the seller sees grade and support tier of his new deal."""
    row = _read(world, "seller", "crm.lead", deal, "mci_grade_id", "mci_tier")
    assert row["mci_grade_id"][0] == world.grades["A"]
    assert row["mci_tier"] == "delivery_center"
    with pytest.raises(AccessDenied):
        world.on("seller", "crm.lead", deal).write(vals={"mci_tier": "hotline"})


@pytest.fixture(scope="module")
def commanded(world, deal):
    """A center, its delivery lead, and the stage of initiation."""
    world.on("seller", "crm.lead", deal).mci_set_center(center_id=world.center)
    with pytest.raises(AccessDenied):
        world.on("office_lead", "crm.lead", deal).mci_name_delivery_lead(
            user_id=world.users["office_lead"]
        )
    world.on("center_lead", "crm.lead", deal).mci_name_delivery_lead(
        user_id=world.users["center_lead"]
    )
    world.on("seller", "crm.lead", deal).mci_move_stage(stage_id=world.stages[1])
    return deal


def test_in_command(world, commanded):
    """O1, O2: the seller owns the deal, the center's lead commands its people."""
    row = _read(
        world,
        "sales_manager",
        "crm.lead",
        commanded,
        "mci_owner_id",
        "mci_delivery_lead_id",
        "mci_phase",
    )
    assert row["mci_owner_id"][0] == world.users["seller"]
    assert row["mci_delivery_lead_id"][0] == world.users["center_lead"]
    assert row["mci_phase"] == "initiate"


@pytest.fixture(scope="module")
def booking(world, commanded):
    """The seller asks; the delivery lead picks the best candidate."""
    [request] = world.on("seller", "crm.lead", commanded).mci_ask_support(
        vals={
            # in Shanghai it may be tomorrow already
            "date_needed": str(date.today() + timedelta(days=1)),
            "brief": "Demonstration at the port",
            "lines": [{"function_id": world.function, "hours": 8}],
        }
    )
    action = world.on("center_lead", "mci.request", request).action_plan()
    [booking] = action["domain"][0][2]
    world.on("center_lead", "mci.booking", booking).write(
        vals={
            "date_start": f"{world.day} 01:00:00",
            "date_stop": f"{world.day} 10:00:00",
        }
    )
    return booking


def test_asked(world, booking):
    """M9: the request waits, its booking has no person yet; nobody else is let in."""
    row = _read(world, "seller", "mci.booking", booking, "state", "request_id")
    request = _read(world, "seller", "mci.request", row["request_id"][0], "state")
    assert (row["state"], request["state"]) == ("draft", "asked")
    with pytest.raises(AccessDenied):
        _read(world, "seller_2", "mci.booking", booking, "state")


@pytest.fixture(scope="module")
def confirmed(world, booking):
    """Ranked, requested, held and confirmed by the delivery lead alone (M3)."""
    ranked = world.on("center_lead", "mci.booking", booking).rank_candidates()
    world.ranked = ranked
    world.on("center_lead", "mci.booking", booking).write(
        vals={"resource_id": world.engineer}
    )
    world.on("center_lead", "mci.booking", booking).action_request()
    for stranger in ("seller", "engineer", "office_lead"):
        with pytest.raises(AccessDenied):
            world.on(stranger, "mci.booking", booking).action_confirm()
    world.on("center_lead", "mci.booking", booking).action_hold()
    held = _read(world, "seller", "mci.booking", booking, "state", "hold_until")
    assert held["state"] == "held" and held["hold_until"]
    world.on("center_lead", "mci.booking", booking).action_confirm()
    return booking


def test_ranked(world, confirmed):
    """M6: candidates come with score, reasons and price; the engineer among them."""
    able = [row for row in world.ranked if not row["excluded"]]
    assert world.engineer in [row["resource_id"] for row in able]
    for row in able:
        assert 0 <= row["score"] <= 100 and row["reasons"] and row["price_unit"] > 0
    scores = [row["score"] for row in able]
    assert scores == sorted(scores, reverse=True)


def test_price_is_known(world, confirmed):
    """C2: the seller reads the price before the work; the budget is reserved (C4)."""
    row = _read(world, "seller", "mci.booking", confirmed, "price_unit", "amount")
    assert (row["price_unit"], row["amount"]) == (world.price, 8 * world.price)
    lead = _read(world, "seller", "mci.booking", confirmed, "lead_id")["lead_id"][0]
    money = _read(
        world,
        "seller",
        "crm.lead",
        lead,
        "mci_budget_amount",
        "mci_reserved_amount",
        "mci_remaining_amount",
    )
    assert money["mci_budget_amount"] == AMOUNT * 0.02
    assert money["mci_reserved_amount"] == 8 * world.price
    assert money["mci_remaining_amount"] == AMOUNT * 0.02 - 8 * world.price


# --- Charge ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def charge(world, confirmed):
    """The engineer reports the hours of the day; a charge is there."""
    with pytest.raises(AccessDenied):
        world.on("engineer_2", "mci.booking", confirmed).action_done()
    world.on("engineer", "mci.booking", confirmed).action_done(
        hours=7.5, note="Demonstration held"
    )
    [charge] = world.on("accountant", "mci.charge").search_read(
        domain=[("booking_id", "=", confirmed)],
        fields=["hours", "price_unit", "amount", "date", "explanation", "timesheet_id"],
    )
    return charge


def test_charged(world, charge):
    """C3: hours worked × published price, with its story; the day it was worked."""
    assert (charge["hours"], charge["price_unit"]) == (7.5, world.price)
    assert charge["amount"] == 7.5 * world.price
    assert charge["date"] == str(world.day)
    assert charge["explanation"]


def test_timesheet_carries_the_standard_cost(world, charge):
    """C8: the engineer's own line costs what his level costs."""
    line = _read(
        world,
        "engineer",
        "account.analytic.line",
        charge["timesheet_id"][0],
        "unit_amount",
        "amount",
    )
    assert (line["unit_amount"], line["amount"]) == (7.5, -7.5 * world.cost)


@pytest.fixture(scope="module")
def statement(world, charge):
    """Generated and sent by the accountant, accepted by the payer, posted."""
    first = world.day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    [statement] = world.on("accountant", "mci.statement").generate(
        date_from=str(first), date_to=str(last)
    )
    steps = (
        ("action_send", "seller", "accountant"),
        ("action_accept", "center_lead", "sales_manager"),
        ("action_post", "sales_manager", "accountant"),
    )
    for method, stranger, right_one in steps:
        with pytest.raises(AccessDenied):
            getattr(world.on(stranger, "mci.statement", statement), method)()
        getattr(world.on(right_one, "mci.statement", statement), method)()
    world.on("accountant", "mci.statement", statement).action_post()
    return statement


def test_posted(world, statement, deal):
    """C6: center +X, deal −X, the payer's cost center −X; hours handed over."""
    row = _read(world, "accountant", "mci.statement", statement, "move_id", "state")
    assert row["state"] == "posted"
    account = _read(world, "accountant", "crm.lead", deal, "mci_analytic_account_id")
    account = account["mci_analytic_account_id"][0]
    lines = world.on("accountant", "account.analytic.line").search_read(
        domain=[("move_line_id.move_id", "=", row["move_id"][0])],
        fields=["account_id", world.column, "amount", "unit_amount"],
    )
    amount = 7.5 * world.price
    found = {
        line["account_id"][0]: (line["amount"], line["unit_amount"]) for line in lines
    }
    assert found == {world.center_account: (amount, -7.5), account: (-amount, 7.5)}
    [cost_center] = [line for line in lines if line[world.column]]
    assert cost_center[world.column][0] == world.cost_center
    assert cost_center["amount"] == -amount


def test_frozen(world, statement, charge):
    """C3: nobody changes the timesheet of a sent statement, not even accounting."""
    for role in ("engineer", "center_lead", "accountant"):
        with pytest.raises((AccessDenied, Refused)):
            world.on(role, "account.analytic.line", charge["timesheet_id"][0]).write(
                vals={"unit_amount": 1.0}
            )


# --- Collaborate ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed_over(world, deal, statement):
    """The seller offers the deal; his colleague accepts."""
    offer = world.on("seller", "crm.lead", deal).mci_offer_handover(
        user_id=world.users["seller_2"], note="I move to another region"
    )
    with pytest.raises(AccessDenied):
        world.on("seller", "mci.ownership", offer).action_accept()
    world.on("seller_2", "mci.ownership", offer).action_accept()
    return deal


def test_handed_over(world, handed_over):
    """O1: one active owner, the former one stays in the ledger."""
    owner = _read(world, "seller_2", "crm.lead", handed_over, "mci_owner_id")
    assert owner["mci_owner_id"][0] == world.users["seller_2"]
    ledger = world.on("sales_manager", "mci.ownership").search_read(
        domain=[("lead_id", "=", handed_over), ("role", "=", "owner")],
        fields=["user_id", "state"],
        order="id",
    )
    *former, current = [(row["user_id"][0], row["state"]) for row in ledger]
    assert set(former) == {(world.users["seller"], "ended")}
    assert current == (world.users["seller_2"], "active")


@pytest.fixture(scope="module")
def committed(world, handed_over):
    """Commitments declared by the owner, signed by the delivery lead, then the bid."""
    bid = {"stage_id": world.stages[2]}
    with pytest.raises(Refused):
        world.on("seller_2", "crm.lead", handed_over).mci_move_stage(**bid)
    for role, method in (
        ("seller_2", "mci_declare_promises"),
        ("center_lead", "mci_sign_feasibility"),
    ):
        with pytest.raises(AccessDenied):
            getattr(world.on("engineer", "crm.lead", handed_over), method)()
        getattr(world.on(role, "crm.lead", handed_over), method)()
    world.on("seller_2", "crm.lead", handed_over).mci_move_stage(**bid)
    return handed_over


def test_committed(world, committed):
    """O3: declared and signed, the deal is in the bid phase."""
    phase = _read(world, "seller_2", "crm.lead", committed, "mci_phase")["mci_phase"]
    assert phase == "bid"


@pytest.fixture(scope="module")
def won(world, committed):
    """The owner agrees on the credits and closes the deal."""
    for stranger in ("engineer", "accountant"):
        with pytest.raises(AccessDenied):
            world.on(stranger, "crm.lead", committed).mci_agree_credits()
    world.on("seller_2", "crm.lead", committed).mci_agree_credits()
    with pytest.raises(AccessDenied):
        world.on("engineer", "crm.lead", committed).mci_close(won=True)
    world.on("seller_2", "crm.lead", committed).mci_close(won=True)
    return committed


def test_credits_are_frozen(world, won):
    """O4: primary credits are 100 % of the deal; overlays count on top of it."""
    rows = world.on("sales_manager", "mci.credit").search_read(
        domain=[("lead_id", "=", won)],
        fields=["kind", "percent", "amount", "state", "role", "user_id"],
    )
    primary = [row for row in rows if row["kind"] == "primary"]
    assert sum(row["percent"] for row in primary) == 100
    assert sum(row["amount"] for row in primary) == AMOUNT
    assert {row["state"] for row in rows} <= {"frozen", "released"}
    overlay = {row["role"]: row["user_id"][0] for row in rows if row not in primary}
    assert overlay["presales"] == world.users["engineer"]


@pytest.fixture(scope="module")
def published(world, won):
    """The owner's form about the engineer: filled, handed in, published."""
    [form] = world.on("seller_2", "mci.evaluation").search_read(
        domain=[("lead_id", "=", won), ("resource_id", "=", world.engineer)],
        fields=["line_ids", "state"],
    )
    assert form["state"] == "draft"
    with pytest.raises(AccessDenied):
        _read(world, "engineer", "mci.evaluation", form["id"], "state")
    world.on("seller_2", "mci.evaluation.line", form["line_ids"]).write(
        vals={"rating": "4"}
    )
    world.on("seller_2", "mci.evaluation", form["id"]).action_submit()
    world.on("seller_2", "mci.evaluation", form["id"]).action_publish()
    return form["id"]


def test_rated_person_reads_his_form(world, published):
    """O5, O6: once published, with the score of the anchors; nobody else reads it."""
    row = _read(world, "engineer", "mci.evaluation", published, "state", "score")
    assert row["state"] in ("published", "final")
    assert 0 < row["score"] <= 100
    for stranger in ("engineer_2", "seller", "accountant", "mci_manager"):
        with pytest.raises(AccessDenied):
            _read(world, stranger, "mci.evaluation", published, "score")


def test_hr_pulls(world, published):
    """O7: HR freezes the period and pulls the same result again and again."""
    first = date.today().replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    span = {"date_from": str(first), "date_to": str(last)}
    [period] = world.on("hr", "mci.score.period").create(
        vals_list=[{"name": "This month", "min_forms": 1, **span}]
    )
    world.on("hr", "mci.score.period", period).action_freeze()
    pulled = world.on("hr", "mci.score").pull(**span)
    assert pulled == world.on("hr", "mci.score").pull(**span)
    form = _read(world, "engineer", "mci.evaluation", published, "score")
    [result] = [row for row in pulled if row["employee_name"] == "Engineer"]
    assert result["score"] == form["score"]
    assert (result["form_count"], result["hours"]) == (1, 7.5)
    for stranger in ("engineer", "seller", "center_lead", "mci_manager"):
        with pytest.raises(AccessDenied):
            world.on(stranger, "mci.score").pull(**span)
