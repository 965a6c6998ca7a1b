"""The payer withdraws disputes while an arbiter decides and the rest is accepted."""

from collections import Counter

import pytest

from .support import company, invariants, shell
from .support.clients import AccessDenied, Refused
from .support.races import at_once

DATABASE = "addon"
DECISIONS = ("stands", "dropped", "moved")
CHARGES = 6

WORLD = f"""
company.team.mci_deputy_id = company.seller_2
other = company._create_lead("Another deal")
months = []
for month in range(1, {len(DECISIONS)} + 1):
    days = company.workdays(date(2026, month, 1), {CHARGES} + 1)
    deal = company._create_lead(f"Deal of {{month}}")
    env["account.analytic.line"].create(
        [company._prepare_work(2.0, day, deal) for day in days])
    statement = env["mci.statement"].generate(
        date(2026, month, 1), date(2026, month, 28))
    statement.action_send()
    disputed = statement.charge_ids[:{CHARGES}]
    disputed.with_user(company.sales_manager).action_dispute(
        "Not agreed", "agreed", lead_id=other.id)
    months.append({{
        "statement": statement.id,
        "charges": disputed.ids,
        "lines": disputed.timesheet_id.ids,
        "dates": {{
            "date_from": f"2026-{{month + 1:02}}-01",
            "date_to": f"2026-{{month + 1:02}}-28",
        }},
    }})
answer(months)
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    return shell.run(database, company.script(WORLD))


def _stories(month, decision):
    """Who does what, one after the other: `{login: [(model, method, values), …]}`."""
    charges, whole = month["charges"], [month["statement"]]

    def on_each(method, ids, **vals):
        return [("mci.charge", method, {"ids": [id_], **vals}) for id_ in ids]

    decide = {"decision": decision, "note": "Heard both sides"}
    generate = ("mci.statement", "generate", month["dates"])
    return {
        "mci_sales_manager": on_each("action_withdraw_dispute", charges, note="Found"),
        "mci_mci_manager": on_each("action_decide", charges[::-1], **decide),
        "mci_seller_2": [("mci.statement", "action_accept", {"ids": whole})],
        "mci_center_lead": [generate, generate],
    }


@pytest.mark.parametrize("turn", range(len(DECISIONS)))
def test_withdrawn_or_decided(world, server, json2, figure, turn):
    """C5: each dispute ends once, and no hour is on two statements or on none."""
    month, decision = world[turn], DECISIONS[turn]
    fetch, memory = invariants.fetch_from(server.database), invariants.memory()
    memory.look(fetch)
    ends = Counter()

    def live(login, story):
        client = json2(login)
        for model, method, vals in story:
            try:
                client.call(model, method, **vals)
                ends[method, "done"] += 1
            except (Refused, AccessDenied):
                ends[method, "refused"] += 1

    stories = _stories(month, decision)
    outcome = at_once(
        *(lambda one=one: live(one, stories[one]) for one in stories),
    )
    assert not outcome.others + outcome.failures, outcome
    assert len(outcome.results) == len(stories)
    found = invariants.find(server.database) + memory.look(fetch)
    assert not found, "\n".join(found)
    _check_ended_once(fetch, month, ends)
    figure(f"disputes withdrawn or {decision}: {dict(ends)}")


def _check_ended_once(fetch, month, ends):
    """One end in the history of each charge, and what it says is what it is."""
    rows = fetch(
        "SELECT c.id, c.state, c.decision, s.state AS statement,"
        " (SELECT string_agg(e.kind, ',') FROM mci_charge_event e WHERE"
        "   e.charge_id = c.id AND e.kind IN ('withdraw', 'decide')) AS ends,"
        " (SELECT COUNT(*) FROM mci_charge live WHERE"
        "   live.timesheet_id = c.timesheet_id AND live.state <> 'reversed') AS live"
        " FROM mci_charge c LEFT JOIN mci_statement s ON s.id = c.statement_id"
        f" WHERE c.id IN ({', '.join(map(str, month['charges']))})"
    )
    assert len(rows) == CHARGES
    kinds = Counter(row["ends"] for row in rows)
    assert kinds == {
        kind: count
        for kind, method in (
            ("withdraw", "action_withdraw_dispute"),
            ("decide", "action_decide"),
        )
        if (count := ends[method, "done"])
    }
    assert ends["action_accept", "done"] == 1, "the rest goes on"
    for row in rows:
        assert row["live"] == 1
        # Back on its statement it was accepted with it; else it was decided.
        assert (row["statement"] == "accepted") == (row["decision"] is None), row
