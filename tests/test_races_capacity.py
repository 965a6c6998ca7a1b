"""Two transactions at one moment on the hours of one person, or his holds (M7, M8)."""

import pytest

from .support import company, shell
from .support.clients import AccessDenied
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 4

WORLD = f"""
today = date.today()
days = company.workdays(today + timedelta(days=7), {ROUNDS})
deal = company.deal("Overtime", expected_revenue=1e9)
person = company.resources["engineer_2"]
bookings, overtimes = [], []
for day in days:
    asked = env["mci.overtime"].with_user(company.office_lead).ask(
        person.id, day.isoformat(), 2, "Race")
    overtime = env["mci.overtime"].browse(asked["overtime_id"])
    overtime.with_user(company.engineer_2).action_accept()
    overtimes.append(overtime.id)
    bookings.append(company.book(deal, day, hours=10).id)
# Two holds for one requester, of two deals and two people: only the limit is shared.
env.company.mci_hold_max_user = 1
holds = []
requesters = [company.seller, company.engineer, company.engineer_2, company.accountant]
week = company.workdays(today + timedelta(days=21), {ROUNDS})
for day, requester in zip(week, requesters):
    pair = [
        company.book(company.deal(f"Held {{role}} {{day}}"), day, hours=2, role=role)
        for role in ("engineer_2", "office_lead")
    ]
    for booking in pair:
        booking.sudo()._mci_unlock().write({{"requester_id": requester.id}})
    holds.append([booking.id for booking in pair])
past = company.workdays(today - timedelta(days=30), {ROUNDS})
done = [company.book(deal, day, state="confirmed").id for day in past]
answer({{
    "bookings": bookings,
    "overtimes": overtimes,
    "done": done,
    "holds": holds,
    "other": company.resources["office_lead"].id,
    "person": person.id,
}})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    """The ids these tests run after."""
    return shell.run(database, company.script(WORLD))


@pytest.fixture
def read(json2):
    """`read(model, id, *fields)` with all rights."""

    def read(model, number, *fields):
        [row] = json2("admin").call(model, "read", ids=[number], fields=fields)
        return row

    return read


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_overtime_taken_back_while_booked(world, json2, read, turn):
    """Overtime booked and taken back at one moment: one of the two is refused."""
    booking, overtime = world["bookings"][turn], world["overtimes"][turn]
    outcome = at_once(
        lambda: json2("mci_office_lead").call(
            "mci.booking", "action_confirm", ids=booking
        ),
        lambda: json2("mci_engineer_2").call(
            "mci.overtime", "action_withdraw", ids=overtime
        ),
    )
    assert not outcome.others
    assert len(outcome.failures) == outcome.exhausted
    state = read("mci.booking", booking, "state")["state"]
    answer = read("mci.overtime", overtime, "state")["state"]
    assert (state, answer) in {("confirmed", "accepted"), ("requested", "withdrawn")}


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_swap_while_reported(world, json2, read, turn):
    """Who worked is who is paid: a swap and *Done* do not both half happen."""
    booking = world["done"][turn]
    lead, engineer = json2("mci_office_lead"), json2("mci_engineer_2")
    outcome = at_once(
        lambda: lead.call(
            "mci.booking", "action_assign", ids=booking, resource_id=world["other"]
        ),
        lambda: engineer.call("mci.booking", "action_done", ids=booking),
    )
    # whoever is no longer booked has no right to report the work
    assert all(isinstance(error, AccessDenied) for error in outcome.others)
    assert len(outcome.failures) == outcome.exhausted
    row = read("mci.booking", booking, "state", "resource_id", "charge_ids")
    if row["state"] == "done":
        [charge] = row["charge_ids"]
        charged = read("mci.charge", charge, "resource_id")
        assert charged["resource_id"][0] == row["resource_id"][0]
    else:
        assert row["resource_id"][0] == world["other"]
        assert not row["charge_ids"]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_holds_of_one_requester(world, json2, read, turn):
    """M8: two holds at one moment do not pass the limit of their requester together."""
    one, other = world["holds"][turn]
    outcome = at_once(
        lambda: json2("mci_office_lead").call("mci.booking", "action_hold", ids=one),
        lambda: json2("mci_deputy").call("mci.booking", "action_hold", ids=other),
    )
    assert not outcome.others
    assert len(outcome.failures) == outcome.exhausted
    states = [read("mci.booking", number, "state")["state"] for number in (one, other)]
    assert sorted(states) == ["held", "requested"]
    assert len(outcome.refusals) + outcome.exhausted == 1
