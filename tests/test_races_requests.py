"""Requests, tickets and pre-emptions at one moment, over HTTP (M5, M9)."""

import pytest

from .support import company, shell
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 4

WORLD = f"""
now = datetime.now().replace(microsecond=0)
calendar = company.calendar
# Every day is a working day, so that the test runs on a Sunday, too.
calendar.write({{"attendance_ids": [(5,)] + [
    (0, 0, {{"name": "Day", "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
            "day_period": "morning"}})
    for day in range(7)
]}})
weak = company.deal("Weak")
strong = company.deal("Strong", "a", "delivery_center")
strong.mci_center_id = company.center
strong._mci_write_plain({{"mci_delivery_lead_id": company.center_lead.id}})
pairs = []
for number in range({ROUNDS}):
    booking = env["mci.booking"].with_user(company.seller).create({{
        "lead_id": weak.id,
        "center_id": company.office.id,
        "function_id": company.function_presales.id,
        "resource_id": company.resources["office_lead"].id,
        "date_start": now + timedelta(minutes=45),
        "date_stop": now + timedelta(minutes=60),
        "hours": 1.0,
    }})
    booking.action_request()
    booking.with_user(company.office_lead).action_confirm()
    request = strong.with_user(company.seller).mci_ask_support({{
        "date_needed": (date.today() + timedelta(days=7)).isoformat(),
        "lines": [{{"function_id": company.function_presales.id, "hours": 1.0}}],
    }})
    pairs.append([
        booking.id,
        request.action_ask_preemption(booking.id, "The tender closes"),
    ])
planned = company.deal("Planned").with_user(company.seller).mci_ask_support({{
    "date_needed": (date.today() + timedelta(days=7)).isoformat(),
    "lines": [{{"function_id": company.function_presales.id, "hours": 8.0}}],
}})
env.company.mci_ticket_hours = 1.0
# Two plans of the same request, by the head and his deputy.
plans = []
for number in range({ROUNDS}):
    request = company.deal(f"Planned twice {{number}}").with_user(
        company.seller
    ).mci_ask_support({{
        "date_needed": (date.today() + timedelta(days=21)).isoformat(),
        "lines": [{{"function_id": company.function_presales.id, "hours": 2.0}}],
    }})
    pair = []
    for user in (company.office_lead, company.deputy):
        plan = env["mci.plan"].with_user(user).create({{
            "date_from": date.today(),
            "date_to": date.today() + timedelta(days=21),
            "center_ids": [(6, 0, company.office.ids)],
        }})
        plan.action_compute()
        line = plan.line_ids.filtered(lambda row: row.request_id == request)
        pair.append([plan.id, line.ids])
    plans.append({{"request": request.id, "pair": pair}})
answer({{"pairs": pairs, "planned": planned.id, "weak": weak.id, "plans": plans}})
env.cr.commit()
"""

FILL_THE_DAY = """
person = env["mci.center.seat"].search(
    [("center_id.tier", "=", "hotline")]
).resource_id
today = person._mci_today()
free = person._mci_get_free(today, today)[person][today]
start, stop = person._mci_day_bounds(today)
seat = env["mci.center.seat"].search([("center_id.tier", "=", "hotline")], limit=1)
env.company.mci_ticket_hours = 100.0
booking = env["mci.booking"].create({
    "kind": "internal",
    "category_id": env.ref("mci_sales_support.work_category_training").id,
    "center_id": seat.center_id.id,
    "function_id": seat.function_id.id,
    "resource_id": person.id,
    "date_start": start,
    "date_stop": stop,
    "hours": free - 1.0,
})
booking.action_confirm()
answer(free)
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


def _no_wrong_end(outcome):
    assert not outcome.others
    assert len(outcome.failures) == outcome.exhausted, outcome.failures


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_preemption_against_done(world, json2, read, turn):
    """M5: work that is reported never gives way; what gave way is never done."""
    booking, preemption = world["pairs"][turn]
    lead, manager = json2("mci_office_lead"), json2("mci_sales_manager")
    outcome = at_once(
        lambda: lead.call("mci.booking", "action_done", ids=booking),
        lambda: manager.call("mci.preemption", "action_approve", ids=preemption),
        lambda: lead.call("mci.booking", "action_done", ids=booking),
        lambda: manager.call("mci.preemption", "action_approve", ids=preemption),
    )
    _no_wrong_end(outcome)
    assert len(outcome.results) == 1, outcome.refusals
    [row] = read("mci.booking", [booking], "state", "hours_done")
    [decided] = read("mci.preemption", [preemption], "state", "new_booking_id")
    ends = {("done", "asked"), ("cancelled", "approved")}
    assert (row["state"], decided["state"]) in ends
    charges = json2("admin").call(
        "mci.charge", "search_count", domain=[("booking_id", "=", booking)]
    )
    assert charges == (row["state"] == "done")
    assert bool(decided["new_booking_id"]) == (decided["state"] == "approved")


def test_two_planners(world, json2):
    """Both get the same draft."""
    outcome = at_once(
        *(
            lambda login=login: json2(login).call(
                "mci.request", "action_plan", ids=world["planned"]
            )
            for login in ("mci_office_lead", "mci_deputy")
        )
    )
    _no_wrong_end(outcome)
    assert outcome.results
    drafts = json2("admin").call(
        "mci.booking",
        "search_count",
        domain=[("request_id", "=", world["planned"])],
    )
    assert drafts == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_plans_of_one_request(world, json2, read, turn):
    """M7: two plans accepted at one moment book the work once."""
    plans = world["plans"][turn]
    outcome = at_once(
        *(
            lambda login=login, plan=plan, lines=lines: json2(login).call(
                "mci.plan", "accept_lines", ids=plan, line_ids=lines
            )
            for login, (plan, lines) in zip(
                ("mci_office_lead", "mci_deputy"), plans["pair"], strict=True
            )
        )
    )
    _no_wrong_end(outcome)
    assert sum(len(report["accepted"]) for report in outcome.results) == 1
    bookings = json2("admin").call(
        "mci.booking",
        "search_read",
        domain=[("request_id", "=", plans["request"]), ("state", "=", "confirmed")],
        fields=["hours"],
    )
    assert [row["hours"] for row in bookings] == [2.0]


def _call_hotline(json2, world, login):
    return json2(login).call(
        "mci.booking", "open_ticket", lead_id=world["weak"], what="Which?", hours=1.0
    )


def test_last_hour_of_the_allowance(world, json2):
    """M9: one ticket confirms itself, somebody decides on the other."""
    outcome = at_once(
        *(
            lambda login=login: _call_hotline(json2, world, login)
            for login in ("mci_seller", "mci_sales_manager")
        )
    )
    _no_wrong_end(outcome)
    states = [result["state"] for result in outcome.results]
    assert states.count("confirmed") == 1
    assert set(states) <= {"confirmed", "requested"}


def test_last_hour_of_the_agent(world, database, json2):
    """M7, M9: the agent's last free hour goes to one ticket."""
    shell.run(database, FILL_THE_DAY)
    outcome = at_once(
        *(
            lambda login=login: _call_hotline(json2, world, login)
            for login in ("mci_seller", "mci_sales_manager")
        )
    )
    _no_wrong_end(outcome)
    assert len(outcome.results) == 1
    assert all("free hours" in error.message for error in outcome.refusals)
