"""Eight users at one statement, over HTTP: disputing, pricing, posting at once."""

from collections import Counter

import pytest

from .support import company, invariants, shell
from .support.clients import AccessDenied, Refused
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 3
CHARGES = 12

WORLD = f"""
company.team.mci_deputy_id = company.seller_2
statements = []
for month in range(1, {ROUNDS} + 1):
    days = company.workdays(date(2026, month, 1), {CHARGES})
    deals = [company._create_lead(f"Deal {{n}} of {{month}}") for n in range(3)]
    env["account.analytic.line"].create([
        company._prepare_work(2.0, day, deals[n % 3]) for n, day in enumerate(days)
    ])
    statement = env["mci.statement"].generate(
        date(2026, month, 1), date(2026, month, 28))
    statement.action_send()
    statements.append({{
        "id": statement.id,
        "charges": statement.charge_ids.ids,
        "lines": statement.charge_ids.timesheet_id.ids,
        "first": f"2026-{{month:02}}-01",
        "last": f"2026-{{month:02}}-28",
    }})
company.rates["level_2"].date_to = date(2025, 12, 31)
env.flush_all()
company._create_rate("level_2", 111.11, date_from=date(2026, 1, 1)).action_publish()
answer(statements)
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    return shell.run(database, company.script(WORLD))


def _stories(statement, clients):
    """What each of the eight does, one after the other: `{login: [(call, …), …]}`."""
    charges, lines = statement["charges"], statement["lines"]
    whole = [statement["id"]]
    dates = {"date_from": statement["first"], "date_to": statement["last"]}

    def reprice():
        [id_] = clients["mci_accountant_2"].call(
            "mci.reprice",
            "create",
            vals_list=[{"name": "Late", "include_posted": True, **dates}],
        )
        for step in ("action_compute", "action_apply"):
            clients["mci_accountant_2"].call("mci.reprice", step, ids=id_)

    def story(login, *steps):
        return [
            lambda step=step: clients[login].call(step[0], step[1], **step[2])
            for step in steps
        ]

    def dispute(part):
        return [
            (
                "mci.charge",
                "action_dispute",
                {"ids": id_, "reason": "Not agreed", "dispute_class": "hours"},
            )
            for id_ in part
        ]

    accept = ("mci.statement", "action_accept", {"ids": whole})
    post = ("mci.statement", "action_post", {"ids": whole})
    decide = {"decision": "stands", "note": "Heard both sides"}
    return {
        "mci_sales_manager": story("mci_sales_manager", *dispute(charges[:4]), accept),
        "mci_seller_2": story("mci_seller_2", *dispute(charges[3:6]), accept),
        "mci_accountant": story(
            "mci_accountant",
            *[post] * 3,
            (
                "mci.charge",
                "action_correct",
                {"ids": charges[-1:], "reason": "Too many", "hours": 1.0},
            ),
            post,
        ),
        "mci_accountant_2": [reprice, *story("mci_accountant_2", post), reprice],
        "mci_mci_manager": story(
            "mci_mci_manager",
            *(
                ("mci.charge", "action_decide", {"ids": id_, **decide})
                for id_ in charges[:6]
            ),
        ),
        "mci_center_lead": story(
            "mci_center_lead",
            ("mci.statement", "action_send", {"ids": whole}),
            ("mci.statement", "generate", dates),
            ("mci.statement", "generate", dates),
        ),
        "mci_seller": story(
            "mci_seller",
            *[("mci.charge", "action_question", {"ids": charges[:2], "text": "Why?"})]
            * 3,
        ),
        "mci_engineer": story(
            "mci_engineer",
            *(
                (
                    "account.analytic.line",
                    "write",
                    {"ids": [id_], "vals": {"unit_amount": 3.0}},
                )
                for id_ in lines[:3]
            ),
        ),
    }


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_eight_at_one_statement(world, server, json2, figure, turn):
    """C5, C6, C7: whatever they do at once, one consistent story is left."""
    fetch = invariants.fetch_from(server.database)
    memory = invariants.memory()
    memory.look(fetch)
    logins = list(_stories(world[turn], {}))
    stories = _stories(world[turn], {login: json2(login) for login in logins})
    ends = Counter()

    def live(story):
        for call in story:
            try:
                call()
                ends["done"] += 1
            except (Refused, AccessDenied):
                ends["refused"] += 1

    outcome = at_once(*(lambda story=story: live(story) for story in stories.values()))
    assert not outcome.others, outcome.others
    assert not outcome.failures, outcome.failures
    assert len(outcome.results) == len(stories) == 8
    found = invariants.find(server.database) + memory.look(fetch)
    assert not found, "\n".join(found)
    _check_story(fetch, world[turn])
    figure(f"eight at one statement: {ends['done']} done, {ends['refused']} refused")


def _check_story(fetch, statement):
    """Each hour is charged once, and as it was sent."""
    ids = ", ".join(map(str, statement["lines"]))
    live = fetch(
        "SELECT timesheet_id, COUNT(*) AS count FROM mci_charge"
        f" WHERE timesheet_id IN ({ids}) AND state <> 'reversed' GROUP BY timesheet_id"
    )
    assert [row["count"] for row in live] == [1] * CHARGES
    hours = fetch(f"SELECT unit_amount FROM account_analytic_line WHERE id IN ({ids})")
    assert {row["unit_amount"] for row in hours} == {2.0}, "sent hours are frozen"
