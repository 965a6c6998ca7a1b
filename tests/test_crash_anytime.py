"""Month-end runs killed at any moment: all or nothing, and the next run completes them.

`MCI_KILLS=30 make test-system T=tests/test_crash_anytime.py` kills 30 times each.
"""

import os
import random
import time

import pytest

from .support import company, invariants, shell
from .support.races import kill_after

DATABASE = "addon"
KILLS = int(os.environ.get("MCI_KILLS", "4"))
TEAMS = 4
HOURS = 24  # lines of each team
DATES = {"date_from": "2026-03-01", "date_to": "2026-03-31"}

WORLD = f"""
teams = company.team
for number in range({TEAMS} - 1):
    teams += company.team.copy({{"name": f"Team {{number}}"}})
days = company.workdays(date(2026, 3, 1), 20)
for team in teams:
    deals = [company._create_lead(f"{{team.name}} {{n}}", team_id=team.id)
             for n in range(4)]
    env["account.analytic.line"].create([
        company._prepare_work(
            1.25, days[n % 20], deals[n % 4],
            **(dict(role="engineer_2", project_id=company.office.project_id.id)
               if n % 2 else {{}}))
        for n in range({HOURS})
    ])
answer({{"cron": env.ref("mci_sales_support.ir_cron_mci_month_run").id}})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    return shell.run(database, company.script(WORLD))


class Run:
    """A month-end run as it is seen from outside."""

    def __init__(self, server, cron):
        self.server = server
        self.cron = cron
        self.memory = invariants.memory()
        self.fetch = invariants.fetch_from(server.database)
        self.random = random.Random(19)

    def start(self, kind):
        client = self.server.json2("mci_accountant")
        return client.call("mci.month.run", "start", kind=kind, **DATES)

    def go_on(self):
        """What the scheduler does: the whole run, line by line, each committed."""
        self.server.json2("admin").call(
            "ir.cron", "method_direct_trigger", ids=self.cron
        )

    def step(self, run):
        """What the screen of a run does: one line after the other."""
        client = self.server.json2("mci_accountant")
        while True:
            answer = client.call("mci.month.run", "action_step", ids=[run])
            if answer["state"] != "running":
                return answer

    def check(self):
        """Whatever moment it is, all is whole."""
        found = invariants.find(self.server.database) + self.memory.look(self.fetch)
        assert not found, "\n".join(found)

    def states(self, run):
        rows = self.fetch(
            f"SELECT state FROM mci_month_run_line WHERE run_id = {int(run)}"
        )
        return [row["state"] for row in rows]

    def killed(self, kind, seconds, kills):
        """Kill a run so many times, then let it end; return (kills, seconds)."""
        run, count, tries = self.start(kind), 0, 0
        total = len(self.states(run))
        began = time.monotonic()
        while count < kills and tries < 2 * kills:
            tries += 1
            left = self.states(run).count("waiting") / total
            delay = self.random.uniform(0, seconds * left)
            # Odoo gives up on a scheduled action that died three times.
            driver = self.go_on if tries < 3 else lambda: self.step(run)
            count += kill_after(self.server, delay, driver)
            self.check()
        self.go_on()
        took = time.monotonic() - began
        self.check()
        assert total and set(self.states(run)) == {"done"}
        return count, took


def _answer_and_accept(server, fetch):
    """All drafts to accepted, by who may."""
    ids = [r["id"] for r in fetch("SELECT id FROM mci_statement WHERE state = 'draft'")]
    server.json2("mci_accountant").call("mci.statement", "action_send", ids=ids)
    server.json2("mci_sales_manager").call("mci.statement", "action_accept", ids=ids)
    return ids


@pytest.mark.seconds(3000)
def test_killed_at_any_moment(world, server, figure):
    """C5, C6: collecting and posting, killed and completed, month after month."""
    run = Run(server, world["cron"])
    run.check()
    count = {"collect": 0, "post": 0}
    seconds = {"collect": 0.0, "post": 0.0}
    while min(count.values()) < KILLS:
        for kind in ("collect", "post"):
            # the first one is only measured
            kills = min(5, KILLS - count[kind]) if seconds[kind] else 0
            done, took = run.killed(kind, seconds[kind], kills)
            count[kind] += done
            seconds[kind] = took if not kills else seconds[kind]
            if kind == "collect":
                ids = _answer_and_accept(server, run.fetch)
                assert len(ids) == 2 * TEAMS, "one for each unit and team"
        _check_posted(run, ids)
        _reverse(server, ids)
        run.check()
    figure(
        f"crashes: {count['collect']} in runs that collect ({seconds['collect']:.1f} s)"
        f" and {count['post']} in runs that post ({seconds['post']:.1f} s)"
    )


def _check_posted(run, ids):
    """Every hour is on one statement, and in the books once."""
    [books] = run.fetch(
        "SELECT SUM(c.hours) AS hours, SUM(c.amount) AS amount, COUNT(*) AS count"
        f" FROM mci_charge c WHERE c.state = 'posted' AND c.statement_id IN"
        f" ({', '.join(map(str, ids))})"
    )
    assert (books["count"], books["hours"]) == (TEAMS * HOURS, TEAMS * HOURS * 1.25)
    [moves] = run.fetch(
        "SELECT COUNT(*) AS count FROM account_move WHERE state = 'posted' AND"
        f" mci_statement_id IN ({', '.join(map(str, ids))})"
    )
    assert moves["count"] == len(ids)


def _reverse(server, ids):
    """The hours wait again: the next month can begin."""
    server.json2("mci_accountant").call(
        "mci.statement", "action_reverse", ids=ids, date="2026-03-31"
    )
