"""The month end killed at any moment: all or nothing, and the next run completes it.

Collecting and posting statements, of one company and between two; invoice and bill of
what one company owes the other; actual prices.
`MCI_KILLS=30 make test-system T=tests/test_crash_anytime.py` kills 30 times each.
"""

import os
import random
import time

import pytest

from .support import invariants, shell, two_companies
from .support.races import kill_after

DATABASE = "addon"
KILLS = int(os.environ.get("MCI_KILLS", "2"))
TEAMS = 3  # of the company itself; one more is of the other company
HOURS = 24  # lines of each team
DATES = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
KINDS = ("collect", "post", "documents", "prices")

WORLD = f"""
teams = company.team
for number in range({TEAMS} - 1):
    teams += company.team.copy({{"name": f"Team {{number}}"}})
days = [date(2026, 3, day) for day in range(2, 28) if date(2026, 3, day).weekday() < 5]
for team in teams + company.team_2:
    abroad = team == company.team_2
    make = company._create_foreign_lead if abroad else company._create_lead
    values = {{}} if abroad else {{"team_id": team.id}}
    deals = [make(f"{{team.name}} {{n}}", **values) for n in range(4)]
    env["account.analytic.line"].create([
        company._prepare_work(
            1.25, days[n % len(days)], deals[n % 4],
            **(dict(role="engineer_2", project_id=company.office.project_id.id)
               if n % 2 else {{}}))
        for n in range({HOURS})
    ])
account = env["account.analytic.account"].create({{
    "name": "Over- and under-absorption",
    "plan_id": company.company._mci_get_plan("unit").id,
    "company_id": company.company.id,
}})
company.company.write({{
    "mci_actual_posting": "post", "mci_absorption_account_ids": account.ids,
}})
period = env["mci.period"].create({{
    "company_id": company.company.id,
    "date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31),
}})
answer({{
    "cron": env.ref("mci_sales_support.ir_cron_mci_month_run").id,
    "period": period.id,
}})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    return shell.run(database, two_companies.script(WORLD))


class Run:
    """A month end as it is seen from outside."""

    def __init__(self, server, world):
        self.server = server
        self.world = world
        self.memory = invariants.memory()
        self.fetch = invariants.fetch_from(server.database)
        self.random = random.Random(19)
        self.steps = {
            "collect": lambda: Kind(self, "collect"),
            "post": lambda: Kind(self, "post"),
            "documents": lambda: Documents(self),
            "prices": lambda: Prices(self),
        }

    def call(self, *args, login="mci_controller", **arguments):
        return self.server.json2(login).call(*args, **arguments)

    def check(self):
        """Whatever moment it is, all is whole."""
        found = invariants.find(self.server.database) + self.memory.look(self.fetch)
        assert not found, "\n".join(found)

    def killed(self, kind, seconds, kills):
        """Kill a step so many times, then let it end; return (kills, seconds)."""
        step, count, tries = self.steps[kind](), 0, 0
        began = time.monotonic()
        while count < kills and tries < 2 * kills:
            tries += 1
            delay = self.random.uniform(0, seconds * step.left())
            # Odoo gives up on a scheduled action that died three times.
            driver = step.go_on if tries < 3 else step.by_hand
            count += kill_after(self.server, delay, driver)
            self.check()
        step.go_on()
        took = time.monotonic() - began
        self.check()
        assert step.left() == 0
        return count, took


class Kind:
    """A month-end run: collect or post, line by line, each committed."""

    def __init__(self, run, kind):
        self.run = run
        self.id = run.call("mci.month.run", "start", kind=kind, **DATES)
        assert self.left() == 1

    def left(self):
        """Share of the work that is still to do."""
        states = [
            row["state"]
            for row in self.run.fetch(
                f"SELECT state FROM mci_month_run_line WHERE run_id = {int(self.id)}"
            )
        ]
        assert states and set(states) <= {"waiting", "done"}
        return states.count("waiting") / len(states)

    def go_on(self):
        """What the scheduler does: the whole run."""
        self.run.call(
            "ir.cron",
            "method_direct_trigger",
            ids=self.run.world["cron"],
            login="admin",
        )

    def by_hand(self):
        """What the screen of a run does: one line after the other."""
        while True:
            answer = self.run.call("mci.month.run", "action_step", ids=[self.id])
            if answer["state"] != "running":
                return


class Documents:
    """Draft invoice and bill between the companies, then each of them posted."""

    def __init__(self, run):
        self.run = run

    def _runs(self):
        return self.run.fetch(
            "SELECT run.id, invoice.id AS invoice, invoice.state AS invoice_state,"
            " bill.id AS bill, bill.state AS bill_state FROM mci_company_invoice run"
            " LEFT JOIN account_move invoice ON invoice.id = run.invoice_id"
            " LEFT JOIN account_move bill ON bill.id = run.bill_id"
            " WHERE NOT COALESCE(run.is_cancelled, FALSE)"
        )

    def left(self):
        runs = self._runs()
        if not runs:
            return 1
        [row] = runs
        posted = [row[f"{side}_state"] == "posted" for side in ("invoice", "bill")]
        return (2 - sum(posted)) / 3

    def go_on(self):
        if not self._runs():
            self.run.call("mci.company.invoice", "generate", **DATES)
        [row] = self._runs()
        for side in ("invoice", "bill"):
            if row[f"{side}_state"] != "posted":
                self._press("action_post", row, side)

    by_hand = go_on

    def _press(self, button, row, side):
        """As somebody who is at home in the company of the document."""
        login = {"invoice": "mci_controller", "bill": "mci_controller_2"}[side]
        self.run.call("account.move", button, ids=row[side], login=login)

    def take_back(self):
        """The accruals come back, and the statements are free."""
        [row] = self._runs()
        for side in ("invoice", "bill"):
            self._press("button_draft", row, side)
        self.run.call("mci.company.invoice", "action_cancel", ids=row["id"])


class Prices:
    """The actual prices of both units, computed, confirmed and posted."""

    def __init__(self, run):
        self.run = run

    def _prices(self):
        return self.run.fetch(
            "SELECT id, state FROM mci_actual_price WHERE state <> 'reversed'"
        )

    def left(self):
        states = [row["state"] for row in self._prices()] or ["draft"]
        return sum(state != "posted" for state in states) / len(states)

    def go_on(self):
        period = self.run.world["period"]
        self.run.call("mci.actual.price", "generate", period_id=period)
        for step, state in (("action_confirm", "draft"), ("action_post", "confirmed")):
            for row in self._prices():
                if row["state"] == state:
                    self.run.call("mci.actual.price", step, ids=row["id"])

    by_hand = go_on

    def take_back(self):
        ids = [row["id"] for row in self._prices()]
        self.run.call("mci.actual.price", "action_reverse", ids=ids, date="2026-03-31")


def _answer_and_accept(run):
    """All drafts to accepted, by who may."""
    rows = run.fetch(
        "SELECT id, is_crossing FROM mci_statement WHERE state = 'draft' ORDER BY id"
    )
    run.call("mci.statement", "action_send", ids=[row["id"] for row in rows])
    for login, crossing in (("mci_sales_manager", False), ("mci_manager_2", True)):
        ids = [row["id"] for row in rows if row["is_crossing"] == crossing]
        run.call("mci.statement", "action_accept", ids=ids, login=login)
    return rows


@pytest.mark.seconds(3000)
def test_killed_at_any_moment(world, server, figure):
    """C5, C6, I4: each step killed and completed, and the month taken back again."""
    run = Run(server, world)
    run.check()
    count, seconds = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0.0)
    while min(count.values()) < KILLS:
        for kind in KINDS:
            # the first one is only measured
            kills = min(5, KILLS - count[kind]) if seconds[kind] else 0
            done, took = run.killed(kind, seconds[kind], kills)
            count[kind] += done
            seconds[kind] = took if not kills else seconds[kind]
            if kind == "collect":
                rows = _answer_and_accept(run)
                assert len(rows) == 2 * (TEAMS + 1), "one for each unit and team"
            elif kind == "post":
                _check_posted(run, rows)
        _take_back(run, rows)
        run.check()
    told = ", ".join(
        f"{count[kind]} of {kind} ({seconds[kind]:.1f} s)" for kind in KINDS
    )
    figure(f"crashes: {told}")


def _check_posted(run, rows):
    """Every hour is on one statement, and in the books of its companies once."""
    ids = ", ".join(str(row["id"]) for row in rows)
    lines = (TEAMS + 1) * HOURS
    [books] = run.fetch(
        "SELECT SUM(c.hours) AS hours, SUM(c.amount) AS amount, COUNT(*) AS count"
        " FROM mci_charge c WHERE c.state = 'posted'"
        f" AND c.statement_id IN ({ids})"
    )
    assert (books["count"], books["hours"]) == (lines, lines * 1.25)
    [moves] = run.fetch(
        "SELECT COUNT(*) AS count FROM account_move WHERE state = 'posted' AND"
        f" mci_statement_id IN ({ids})"
    )
    assert moves["count"] == sum(1 + row["is_crossing"] for row in rows)


def _take_back(run, rows):
    """The hours wait again: the next month can begin."""
    for kind in ("documents", "prices"):
        run.steps[kind]().take_back()
    ids = [row["id"] for row in rows]
    run.call("mci.statement", "action_reverse", ids=ids, date="2026-03-31")
