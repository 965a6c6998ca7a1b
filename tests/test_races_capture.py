"""The person reports while the cut-off runs: one story, whoever is first (C5)."""

import pytest

from .support import company, shell
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 3

WORLD = f"""
from dateutil.relativedelta import relativedelta
first = date.today().replace(day=1)
deal = company.deal("Cut off", expected_revenue=1e9)
rounds = []
for turn in range({ROUNDS}):
    # A period of a company's own past for each round: they may not overlap.
    begin = first - relativedelta(months=turn + 1)
    period = env["mci.period"].create(
        {{
            "company_id": company.company.id,
            "date_from": begin,
            "date_to": begin + relativedelta(day=31),
        }}
    )
    [day] = company.workdays(begin, 1)
    booking = company.book(deal, day, state="confirmed", hours=8)
    rounds.append({{"period": period.id, "booking": booking.id}})
rounds.reverse()
answer(rounds)
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    """Period and booking of each round, the oldest first."""
    return shell.run(database, company.script(WORLD))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_reported_while_cut_off(world, json2, turn):
    """Neither is refused, the hours are there once, and the person's count."""
    booking, period = world[turn]["booking"], world[turn]["period"]
    engineer, accountant = json2("mci_engineer_2"), json2("mci_accountant")
    outcome = at_once(
        lambda: accountant.call("mci.period", "action_cut_off", ids=period),
        lambda: engineer.call(
            "mci.booking", "action_done", ids=booking, hours=6, note="Short visit"
        ),
    )
    assert not outcome.others
    assert not outcome.refusals, outcome.refusals
    assert len(outcome.failures) == outcome.exhausted
    admin = json2("admin")
    names = ["state", "hours_done", "report_kind"]
    [row] = admin.call("mci.booking", "read", ids=[booking], fields=names)
    charges = admin.call(
        "mci.charge",
        "search_read",
        domain=[("booking_id", "=", booking), ("state", "!=", "reversed")],
        fields=["hours"],
    )
    assert row["state"] == "done"
    expected = 8.0 if outcome.exhausted and row["report_kind"] == "cutoff" else 6.0
    assert row["hours_done"] == expected
    assert [charge["hours"] for charge in charges] == [expected]
