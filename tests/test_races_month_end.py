"""Accountants at one moment, over HTTP: runs, corrections, closing a period."""

import pytest

from .support import company, shell
from .support.races import at_once

DATABASE = "addon"

WORLD = """
months = [(date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)),
          (date(2026, 3, 1), date(2026, 3, 31))]

def settle(day, *steps):
    first, last = months[day.month - 1]
    statements = env["mci.statement"].generate(first, last)
    for step in steps:
        getattr(statements, step)()
    return statements

posted = company._work(8.0, date(2026, 1, 12))
settle(date(2026, 1, 12), "action_send", "action_accept", "action_post")
company._work(4.0, date(2026, 2, 10))
closing = settle(date(2026, 2, 10), "action_send", "action_accept")
period = env["mci.period"].create(
    {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
)
for number in range(6):
    team = company.team.copy({"name": f"Team {number}"})
    lead = company._create_lead(f"Deal {number}", team_id=team.id)
    company._work(1.0, date(2026, 3, 3), lead)
settle(date(2026, 3, 3), "action_send", "action_accept")
answer({"posted": posted.id, "closing": closing.ids, "period": period.ids})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    return shell.run(database, company.script(WORLD))


@pytest.fixture
def read(json2):
    def read(model, domain, *fields):
        return json2("admin").call(
            model, "search_read", domain=domain, fields=fields, order="id"
        )

    return read


def _accountants(json2, count):
    return [
        json2(login)
        for login in (["mci_accountant", "mci_accountant_2"] * count)[:count]
    ]


def _fire(*calls):
    outcome = at_once(*calls)
    assert not outcome.others, outcome.others
    assert len(outcome.failures) == outcome.exhausted, outcome.failures
    return outcome


def test_corrected_once(world, json2, read):
    """C7: whoever corrects a posted charge at one moment, there is one correction."""
    outcome = _fire(
        *(
            lambda client=client, hours=hours: client.call(
                "mci.charge",
                "action_correct",
                ids=[world["posted"]],
                reason="Fewer hours",
                hours=hours,
            )
            for hours, client in enumerate(_accountants(json2, 4), 2)
        )
    )
    assert len(outcome.results) == 1
    domain = [("corrected_charge_id", "=", world["posted"])]
    pair = read("mci.charge", domain, "correction_kind", "hours")
    assert [row["correction_kind"] for row in pair] == ["reversal", "delta"]


def test_closed_with_everything_posted(world, json2, read):
    """C7: closing and posting collide; never closed with an accepted statement."""
    first, second = _accountants(json2, 2)
    _fire(
        lambda: first.call("mci.statement", "action_post", ids=world["closing"]),
        lambda: second.call("mci.period", "action_close", ids=world["period"]),
    )
    [period] = read("mci.period", [("id", "in", world["period"])], "state")
    [statement] = read("mci.statement", [("id", "in", world["closing"])], "state")
    assert period["state"] != "closed" or statement["state"] == "posted"
    assert statement["state"] == "posted", "posting wins, or closing was refused"


def test_one_run_driven_by_many(world, json2, read):
    """C6: two screens and a second click drive one run; each statement is posted once.

    Over the API of other systems: start, step, read.
    """
    clients = _accountants(json2, 3)
    dates = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
    starts = _fire(
        *(
            lambda client=client: client.call(
                "mci.month.run", "start", kind="post", **dates
            )
            for client in clients
        )
    )
    assert len(set(starts.results)) == 1
    run = starts.results[0]

    def drive(client):
        for _step in range(40):
            try:
                answer = client.call("mci.month.run", "action_step", ids=[run])
            except Exception as error:
                if "serialize" not in str(error):
                    raise
                continue
            if answer["state"] != "running":
                return answer
        return answer

    outcome = _fire(*(lambda client=client: drive(client) for client in clients))
    assert outcome.results
    [run] = read("mci.month.run", [("id", "=", run)], "state", "done_count")
    assert (run["state"], run["done_count"]) == ("done", 6)
    domain = [("date_to", "=", "2026-03-31")]
    statements = read("mci.statement", domain, "state")
    assert {statement["state"] for statement in statements} == {"posted"}
    moves = read(
        "account.move",
        [("mci_statement_id", "in", [row["id"] for row in statements])],
        "state",
    )
    assert len(moves) == 6
