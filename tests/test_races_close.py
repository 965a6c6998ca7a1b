"""A month is closed while somebody logs hours in it, over HTTP."""

import pytest

from .support import company, shell
from .support.races import in_turn

DATABASE = "addon"

WORLD = """
periods = env["mci.period"].create([
    {"company_id": company.company.id, "date_from": date(2026, month, 1),
     "date_to": date(2026, month, 28)}
    for month in (1, 2)
])
answer({
    "january": periods[0].ids,
    "february": periods[1].ids,
    "line": company._prepare_work(3.0, False, company.lead),
})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    return shell.run(database, company.script(WORLD))


@pytest.fixture
def calls(world, json2):
    """Closing a period, and logging hours on a day."""

    def close(name):
        client = json2("mci_accountant")
        return lambda: client.call("mci.period", "action_close", ids=world[name])

    def log(day):
        client = json2("mci_engineer")
        values = {**world["line"], "date": day}
        return lambda: client.call(
            "account.analytic.line", "create", vals_list=[values]
        )

    return close, log


def _read(json2, model, domain, *fields):
    return json2("admin").call(model, "search_read", domain=domain, fields=fields)


def test_logged_first(world, calls, json2, database):
    """C7: who closes begins again and is told that a charge is on no statement."""
    close, log = calls
    logged, closed = in_turn(
        database, "mci_charge", log("2026-02-10"), close("february")
    )
    assert isinstance(logged, list), logged
    assert "on no statement" in str(closed)
    [period] = _read(json2, "mci.period", [("id", "in", world["february"])], "state")
    assert period["state"] == "open"


def test_closed_first(world, calls, json2, database):
    """C7: the hours are recorded in any case, and count in the month behind."""
    close, log = calls
    closed, logged = in_turn(
        database, "mci_charge", close("january"), log("2026-01-13")
    )
    assert closed is True, closed
    assert isinstance(logged, list), logged
    domain = [("timesheet_id", "in", logged)]
    [charge] = _read(json2, "mci.charge", domain, "date", "settle_date", "state")
    assert charge["date"] == "2026-01-13"
    assert charge["settle_date"] == "2026-01-29", "the first day that is not closed"
