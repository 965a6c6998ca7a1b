"""The table of rights of the design over JSON-2, allowed and denied; forged input.

Whoever is denied gets 403 or 404 and changes nothing; nobody ever gets a failure of the
server. People with two roles are among the users.
"""

import pytest

from .support import rights_world
from .support.clients import AccessDenied, ApiError, Refused
from .support.rights_world import ROLES

DATABASE = "addon"
NAN, HUGE = float("nan"), 1e308

ADMINS = ("mci_manager", "manager_lead")
ACCOUNTANTS = ("accountant", "accountant_seller")
SALES = ("seller", "sales_manager")
OFFICE = ("office_lead", "deputy")
CENTER = ("center_lead", "deputy")

# model, record -> who reads it
READERS = {
    ("crm.lead", "lead", "waiting"): (
        *(*SALES, *OFFICE, *ADMINS),
        *("engineer_2", "seller_engineer"),
    ),
    ("crm.lead", "lead", "worked"): (
        *(*SALES, *CENTER, *ADMINS, *ACCOUNTANTS),
        "engineer",
    ),
    ("crm.lead", "lead", "foreign"): ("seller_2", "sales_manager", *ADMINS),
    ("mci.booking", "booking", "waiting"): (
        *(*SALES, *OFFICE, *ADMINS, *ACCOUNTANTS),
        "engineer_2",
    ),
    ("mci.booking", "booking", "two roles"): (
        *(*SALES, *OFFICE, *ADMINS, *ACCOUNTANTS),
        "seller_engineer",
    ),
    ("mci.booking", "booking", "worked"): (
        *(*SALES, *CENTER, *ADMINS, *ACCOUNTANTS),
        "engineer",
    ),
    ("mci.charge", "charge", "worked"): (
        *(*SALES, *CENTER, *ADMINS, *ACCOUNTANTS),
        "engineer",
    ),
    ("mci.statement", "statement", "north"): (
        *("sales_manager", *CENTER),
        *(*ADMINS, *ACCOUNTANTS),
    ),
    ("mci.rate", "rates", "draft"): (*ACCOUNTANTS, *ADMINS, "hr"),
    ("mci.rate", "rates", "published"): ROLES,
    ("mci.evaluation", "evaluation", "draft"): ("seller", "hr"),
    ("mci.score", "score", "engineer"): ("engineer", *CENTER, "hr"),
}
# operation: model, method, arguments, its records -> who may
OPERATIONS = {
    "request": ("mci.booking", "action_request", {}, "draft booking", SALES),
    "confirm": ("mci.booking", "action_confirm", {}, "requested booking", OFFICE),
    "report": (
        *("mci.booking", "action_done", {"note": "Done"}, "past booking"),
        ("engineer_2", *OFFICE),
    ),
    "grade": (
        *("crm.lead", "mci_request_grade"),
        {"grade_code": "B", "reason_code": "showcase", "reason": "First port"},
        *("deal", SALES),
    ),
    "send": (
        *("mci.statement", "action_send", {}, "draft"),
        (*ACCOUNTANTS, *CENTER),
    ),
    "accept": ("mci.statement", "action_accept", {}, "sent", ("sales_manager",)),
    "post": ("mci.statement", "action_post", {}, "accepted", ACCOUNTANTS),
    "reverse": ("mci.statement", "action_reverse", {}, "posted", ACCOUNTANTS),
    "publish a rate": ("mci.rate", "action_publish", {}, "rate", ACCOUNTANTS),
    "activate": ("mci.grade.policy", "action_activate", {}, "policy", ADMINS),
    "freeze results": ("mci.score.period", "action_freeze", {}, "period", ("hr",)),
}
# Fields that only methods write, whoever tries.
LOCKED = (
    ("mci.booking", "requested booking", {"state": "confirmed"}),
    ("mci.booking", "requested booking", {"hours": 1.0}),
    ("mci.booking", "requested booking", {"price_unit": 1.0}),
    ("mci.statement", "accepted", {"state": "posted"}),
    ("mci.charge", "sent charge", {"amount": 1.0}),
    ("crm.lead", "deal", {"mci_tier": "hotline"}),
    ("mci.grade.policy", "policy", {"state": "active"}),
)


@pytest.fixture(scope="module")
def world(server):
    """The company, with a record for each role that may do an operation."""
    fresh = {row[3]: len(row[4]) for row in OPERATIONS.values()}
    return rights_world.make(server, {**fresh, "form": 1, "request": 1})


def _denied(world, role, model, method, ids, **arguments):
    """Whether the user is refused for his rights; any other failure fails the test."""
    try:
        world.client(role).call(model, method, ids, **arguments)
    except AccessDenied:
        return True
    except Refused as error:
        # what is frozen is so for everybody, whatever his rights
        if "(C3)" in error.message:
            return True
        raise
    return False


@pytest.mark.parametrize("row", READERS, ids=lambda row: f"{row[0]} {row[2]}")
def test_readers(world, row):
    """Design §4: exactly these users read the record."""
    model, key, name = row
    record = world.ids[key][name]
    readers = {
        role
        for role in ROLES
        if not _denied(world, role, model, "read", record, fields=["create_date"])
    }
    assert readers == set(READERS[row])


def test_cost_stays_secret(world):
    """C8: the standard cost is for accountants and HR only."""
    rate = world.ids["rates"]["published"]
    readers = {
        role
        for role in ROLES
        if not _denied(world, role, "mci.rate", "read", rate, fields=["cost_unit"])
    }
    assert readers == {*ACCOUNTANTS, "hr"}


@pytest.mark.parametrize("row", LOCKED, ids=lambda row: f"{row[0]} {[*row[2]]}")
def test_locked(world, row):
    """Nobody writes what only methods write, nor with a forged key in the context."""
    model, key, vals = row
    before = world.fingerprint()
    for role in ROLES:
        for context in ({}, {"mci_unlock": True}, {"mci_unlock": "UNLOCK"}):
            assert _denied(
                *(world, role, model, "write", world.ids[key][0]),
                vals=vals,
                context=context,
            ), role
    assert world.fingerprint() == before


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(world, name):
    """Design §4: denied to all others, who change nothing; then each one may."""
    model, method, arguments, key, allowed = OPERATIONS[name]
    records = world.ids[key]
    before = world.fingerprint()
    for role in set(ROLES) - set(allowed):
        assert _denied(world, role, model, method, records[0], **arguments), role
    assert world.fingerprint() == before
    for role, record in zip(allowed, records, strict=True):
        world.client(role).call(model, method, record, **arguments)


def test_seller_and_engineer(world):
    """B8: booked on a colleague's deal he reads it, and does not write it."""
    deal = world.ids["lead"]["waiting"]
    assert _denied(
        world, "seller_engineer", "crm.lead", "write", deal, vals={"name": "X"}
    )


def test_pull_is_for_hr(world):
    """O7: nobody else pulls results."""
    span = {"date_from": "2020-01-01", "date_to": "2030-01-01"}
    able = [
        role
        for role in ROLES
        if not _denied(world, role, "mci.score", "pull", None, **span)
    ]
    assert able == ["hr"]


FORGED = [
    ("engineer_2", "mci.booking", "action_done", "past", {"hours": value})
    for value in ("eight", -1, 0, NAN, HUGE, [8], {"a": 1}, True)
]
FORGED += [
    ("engineer_2", "mci.booking", method, "past", values)
    for method, values in (
        ("action_done", {"hours": 7, "reason": "weather"}),
        ("action_done", {"hours": 7, "reason": ["other"]}),
        ("action_correct", {"hours": NAN}),
        ("action_no_show", {"who": "moon", "note": "x"}),
        ("action_no_show", {"who": {"a": 1}, "note": "x"}),
        ("action_no_show", {"who": "customer", "note": " "}),
        ("action_undo_no_show", {"reason": "x"}),
    )
]
FORGED += [
    ("office_lead", "mci.booking", method, 99999999, {})
    for method in ("action_request", "action_confirm", "action_done", "action_hold")
]
FORGED += [
    ("seller", "crm.lead", method, "deal", arguments)
    for method, arguments in (
        ("mci_set_center", {"center_id": "x"}),
        ("mci_set_center", {"center_id": 99999999}),
        ("mci_offer_handover", {"user_id": "x"}),
        ("mci_offer_handover", {"user_id": 99999999}),
        ("mci_move_stage", {"stage_id": 99999999}),
        ("mci_close", {"won": "maybe"}),
        ("mci_close", {"won": False, "reason": {"a": 1}}),
        ("mci_request_grade", {"grade_code": "Z", "reason_code": "x", "reason": "r"}),
        ("mci_request_grade", {"grade_code": ["A"], "reason_code": "x", "reason": 1}),
        ("mci_request_budget", {"amount": NAN, "reason": "more"}),
        ("mci_request_budget", {"amount": 1, "reason": "more", "kind": "plan"}),
        ("mci_request_budget", {"amount": 1, "reason": "more", "from_lead_id": "x"}),
        ("mci_make_plan", {"source": ["x"]}),
        ("mci_stop_presales", {"reason": {"a": 1}}),
        ("mci_invest_presales", {"amount": NAN, "reason": "more"}),
        ("mci_ask_support", {"vals": "people"}),
        ("mci_ask_support", {"vals": {"date_needed": "soon"}}),
        ("mci_ask_support", {"vals": {"lines": [{"hours": NAN}]}}),
    )
]
FORGED += [
    (
        "accountant",
        "mci.statement",
        "generate",
        None,
        dict(zip(keys, span, strict=True)),
    )
    for keys in [("date_from", "date_to")]
    for span in (("x", "y"), ("2026-02-31", "2026-03-01"), ("2026-03-01", "2026-02-01"))
]
FORGED += [
    ("hr", "mci.score", "pull", None, {"date_from": "x", "date_to": "y"}),
    ("office_lead", "mci.booking", "action_hold", "requested", {"hold_until": "soon"}),
    ("office_lead", "mci.booking", "action_refuse", "requested", {"reason": {"a": 1}}),
    ("office_lead", "mci.booking", "action_assign", "requested", {"resource_id": "x"}),
    ("office_lead", "mci.booking", "rank_candidates", "requested", {"limit": "x"}),
]


@pytest.mark.parametrize("number", range(len(FORGED)))
def test_forged(world, number):
    """Wrong types, values and ids: a clear 4xx with a sentence, nothing changed."""
    role, model, method, target, arguments = FORGED[number]
    records = {
        "past": world.ids["booking"]["waiting"],
        "requested": world.ids["requested booking"][0],
        "deal": world.ids["lead"]["waiting"],
    }
    before = world.fingerprint()
    with pytest.raises(ApiError) as caught:
        world.client(role).call(model, method, records.get(target, target), **arguments)
    assert 400 <= caught.value.status < 500, caught.value
    assert caught.value.message and "Traceback" not in caught.value.message
    assert world.fingerprint() == before


@pytest.mark.parametrize(
    "vals",
    [
        {"hours": "eight"},
        {"hours": NAN},
        {"hours": HUGE},
        {"hours": -1},
        {"date_start": "tomorrow"},
        {"date_start": 5},
        {"kind": "party"},
        {"resource_id": "x"},
        {"lead_id": 99999999},
        {"state": "confirmed"},
    ],
    ids=str,
)
def test_forged_booking(world, vals):
    """A booking made over RPC: wrong values are refused with a sentence."""
    booking = {
        "lead_id": world.ids["lead"]["waiting"],
        "center_id": world.ids["office"],
        "function_id": world.ids["function"],
        "resource_id": world.ids["engineer_resource"],
        "date_start": f"{world.ids['day']} 01:00:00",
        "date_stop": f"{world.ids['day']} 10:00:00",
        **vals,
    }
    before = world.fingerprint()
    with pytest.raises(ApiError) as caught:
        world.on("seller", "mci.booking").create(vals_list=[booking])
    assert 400 <= caught.value.status < 500, caught.value
    assert world.fingerprint() == before


def test_forged_default(world):
    """A default in the context is as locked as a value."""
    before = world.fingerprint()
    assert _denied(
        *(world, "seller", "mci.booking", "create", None),
        vals_list=[{"lead_id": world.ids["lead"]["waiting"]}],
        context={"default_state": "confirmed"},
    )
    assert world.fingerprint() == before
