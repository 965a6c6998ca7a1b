"""Logging an hour, without a deal and with its charge, against bare `hr_timesheet`.

As it happens: a request of a person with the rights of the job, through the JSON-2 API
of a server, a transaction of its own that is committed. The requests of both sides take
turns, and each finds the caches of the transaction empty.

Beside it, the part that is left when nothing has to be looked up: fifty lines in one
transaction, past the web and past the rights, both databases in one process, in turns.
"""

import statistics
import time
from contextlib import ExitStack

from dev import databases
from tests.support.system import System

from .measure import CLOCK, clones, row, run
from .policy import POLICY
from .world import PEOPLE

REQUESTS, UNMEASURED = 300, 10
BARE = "hr_timesheet without the addon"
LABELS = {
    "log": ("Logging an hour line without a deal", 1.15),
    "charged": ("Logging an hour line with its charge", 1.5),
}

WORLD = (
    PEOPLE
    + """
[employee] = people(1, users=True)
project = env["project.project"].create({
    "name": "Bench", "allow_timesheets": True, "company_id": env.company.id,
})
vals = {"name": "Bench", "employee_id": employee.id, "date": "2025-01-13",
        "unit_amount": 1.0}
kinds = {"log": {**vals, "project_id": project.id}}
if values["ours"]:
    center = unit(employee)
    kinds["charged"] = {**vals, "project_id": center.project_id.id,
                        "mci_lead_id": deal(center).id}
env.flush_all()
"""
)

# --- As a person logs it ------------------------------------------------------------

PERSON = """
employee.user_id.group_ids += env.ref("hr_timesheet.group_hr_timesheet_user")
employee.user_id.group_ids += env.ref("sales_team.group_sale_salesman")
if values["ours"]:
    employee.user_id.group_ids += env.ref("mci_sales_support.group_engineer")
env.cr.commit()
answer({"login": employee.user_id.login, "kinds": kinds})
"""


def _measure_requests():
    sides = {"plain": databases.template(), "ours": databases.addon()}
    with clones(**sides) as names, ExitStack() as stack:
        run(names["ours"], POLICY)
        asked = {}
        for side, name in names.items():
            world = run(name, WORLD + PERSON, ours=side == "ours")
            system = System(name, workers=1)
            system.start()
            stack.callback(system.stop)
            client = system.json2(world["login"])
            for kind, vals in world["kinds"].items():
                asked[side, kind] = client, vals
        return _take_turns(asked)


def _take_turns(asked):
    """Median seconds of a request of each kind: ``{(side, kind): seconds}``."""
    taken = {key: [] for key in asked}
    for turn in range(REQUESTS + UNMEASURED):
        for key in sorted(asked, reverse=turn % 2):
            client, vals = asked[key]
            start = time.perf_counter()
            client.call("account.analytic.line", "create", vals_list=[vals])
            taken[key].append(time.perf_counter() - start)
    return {
        key: statistics.median(seconds[UNMEASURED:]) for key, seconds in taken.items()
    }


# --- Fifty in one transaction -------------------------------------------------------

LOOP = """
def log(vals):
    for _number in range(50):
        env["account.analytic.line"].create(dict(vals))
        env.flush_all()
"""
BOTH = """
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

spaces = {}
for side, name in values["names"].items():
    cursor = Registry(name).cursor()
    spaces[side] = {"env": api.Environment(cursor, SUPERUSER_ID, {}),
                    "values": {"ours": side == "ours"}}
    exec(values["world"], spaces[side])

seconds = {}
for turn in range(values["turns"] + 1):
    for side, space in spaces.items():
        for kind, vals in space["kinds"].items():
            taken = space["undone"](lambda: space["log"](vals))
            if turn:
                seconds.setdefault(f"{side} {kind}", []).append(taken / 50)
answer({key: statistics.median(taken) for key, taken in seconds.items()})
"""


def _measure_loop():
    sides = {"plain": databases.template(), "ours": databases.addon()}
    with clones(**sides) as names:
        run(names["ours"], POLICY)
        world = CLOCK + WORLD + LOOP
        answers = [
            run(names["ours"], BOTH, names=names, world=world, turns=15)
            for _process in range(3)
        ]
    return {
        tuple(key.split()): statistics.median(answer[key] for answer in answers)
        for key in answers[0]
    }


def measure():
    """A request of a person first, then the loop beside it."""
    return [
        *_rows("{}", _measure_requests()),
        *_rows("{}: one of fifty in one transaction", _measure_loop()),
    ]


def _rows(name, seconds):
    return [
        row(
            name.format(label),
            seconds["ours", kind],
            seconds["plain", "log"],
            BARE,
            bar,
        )
        for kind, (label, bar) in LABELS.items()
    ]
