"""Planning all requests at once: how fast, how good, and how well proven.

The instances of `plan_instances.py` go through the algorithms by themselves, and then
through Odoo: requests and people in the database, planned, accepted, and the
capacity of every person and day read back from the bookings.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from dev import databases
from dev.layout import CHECKOUT, PYTHON

from .measure import clones, expect, run
from .plan_instances import instance, options
from .policy import POLICY

PLANNER = CHECKOUT / "mci_sales_support" / "tools" / "planner.py"
BRIDGE = CHECKOUT / "mci_sales_support_optimizer"
LIMITS = {"easy": 10, "scarce": 120}
# Of the limit: loading the solver and writing the result take their seconds too.
SOLVING = 0.9
GAPS = {"easy": 0.0, "scarce": 0.04}
CORE = """
import json, sys, time
from tools.worker import load_planner
planner = load_planner(sys.argv[1])
problem = json.loads(open(sys.argv[2]).read())
jobs = [[planner.Option(v, p, tuple(map(tuple, u))) for v, p, u in o]
        for o in problem["jobs"]]
start, cpu = time.perf_counter(), time.process_time()
result = planner.plan(problem["capacity"], jobs)
print(json.dumps({"value": result.value, "seconds": time.perf_counter() - start,
                  "cpu": time.process_time() - cpu}))
"""


def measure():
    """Measure both methods on both instances, then the way through Odoo."""
    rows = [row for shape in LIMITS for row in _measure_shape(shape)]
    source = databases.addon()
    with clones(easy=source, scarce=source) as names:
        for shape, database in names.items():
            rows.append(_measure_odoo(shape, database))
    return rows


def _measure_shape(shape):
    case = instance(shape)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problem = {
            "capacity": case["capacity"],
            "jobs": options(case),
            "axis": list(range(len(case["capacity"][0]))),
            "seconds": SOLVING * LIMITS[shape],
        }
        (folder / "problem.json").write_text(json.dumps(problem))
        core = json.loads(_call("-c", CORE, PLANNER, folder / "problem.json"))
        begin = time.perf_counter()
        _call("-m", "tools.worker", folder, PLANNER)
        seconds = time.perf_counter() - begin
        best = json.loads((folder / "result.json").read_text())
    expect(best["value"] >= core["value"], "The optimizer is never worse")
    gap = (best["bound"] - best["value"]) / best["bound"]
    return [
        _row(
            f"plan {shape}: proven gap",
            seconds,
            LIMITS[shape],
            "ratio = gap of the optimizer; seconds = its time, and its limit",
            gap,
            GAPS[shape],
        ),
        _row(
            f"plan {shape}: core plan",
            core["cpu"],
            10,
            "ratio = worth of the best plan ÷ worth of the core's; seconds of processor"
            " time, and the limit",
            best["value"] / core["value"],
            1 / 0.99,
        ),
    ]


def _call(*arguments):
    command = [PYTHON, *map(str, arguments)]
    safe = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    return subprocess.check_output(command, cwd=BRIDGE, env=safe, text=True)


def _row(name, ours, other, against, ratio, bar):
    return {
        "name": name,
        "ours_s": round(ours, 4),
        "other_s": round(other, 4),
        "other": against,
        "ratio": round(ratio, 4),
        "bar": round(bar, 4),
    }


def _measure_odoo(shape, database):
    run(database, POLICY)
    found = run(database, ODOO, case=instance(shape))
    expect(not found["overdrawn"], f"Double-booked: {found['overdrawn']}")
    expect(not found["failed"], f"Not booked: {found['failed'][:3]}")
    expect(found["booked"] == found["placed"], "Every line placed is booked")
    row = _row(
        f"plan {shape}: through Odoo, computed",
        found["compute_s"],
        LIMITS[shape],
        f"ratio = share of the requests not placed; {found['placed']} of"
        f" {found['asked']} placed, {found['booked']} booked, capacity held",
        1 - found["placed"] / found["asked"],
        0.05,
    )
    # In the scarce instance there are not people enough for all.
    return row if shape == "easy" else {**row, "bar": None}


# The instance becomes people with skills and bookings that take what they lack of 40
# hours, and one request a line; worth comes from the rules of the queue.
ODOO = """
import time
from datetime import date, timedelta
from odoo import Command
case = values["case"]
company = env.company
monday = date.today() + timedelta(days=7 - date.today().weekday())
weeks = len(case["capacity"][0])
rates = env["mci.rate"].create([{
    "function_id": function.id, "level_id": level.id, "company_id": company.id,
    "price_unit": 1.0, "cost_unit": 1.0, "date_from": "2020-01-01",
} for function in env["mci.function"].search([])
  for level in env["mci.level"].search([])])
rates.with_user(env.ref("base.user_root")).action_publish()
kind = env["hr.skill.type"].create({"name": "Bench", "skill_ids": [
    Command.create({"name": str(skill)}) for skill in range(10)], "skill_level_ids": [
    Command.create({"name": str(level), "level_progress": 25 * level})
    for level in range(1, 5)]})
skills = {skill.name: skill for skill in kind.skill_ids}
levels = {int(level.name): level for level in kind.skill_level_ids}
calendar = env["resource.calendar"].create({"name": "Bench", "tz": "UTC"})
level = env["mci.level"].search([], limit=1)
employees = env["hr.employee"].create([{
    "name": f"Bench {number}", "resource_calendar_id": calendar.id, "tz": "UTC",
    "employee_skill_ids": [Command.create({
        "skill_id": skills[skill].id, "skill_type_id": kind.id,
        "skill_level_id": levels[depth].id}) for skill, depth in own.items()],
} for number, own in enumerate(case["people"])])
employees.resource_id.mci_level_id = level
function = env.ref("mci_sales_support.function_presales")
center = env["mci.delivery.center"].create({
    "name": "Bench", "code": "BENCH", "tier": "local_office", "company_id": company.id,
    "lead_id": env.uid, "seat_ids": [Command.create({
        "resource_id": resource.id, "function_id": function.id,
        "date_from": "2020-01-01"}) for resource in employees.resource_id]})
team = env["crm.team"].create({"name": "Bench", "mci_office_id": center.id,
                               "user_id": env.uid})
category = env["mci.work.category"].search([], limit=1)
days = env["resource.calendar.leaves"].create([{
    "resource_id": employees[person].resource_id.id, "calendar_id": calendar.id,
    "name": "Bench",
    "date_from": f"{monday + timedelta(days=7 * week + 5 - off)} 00:00:00",
    "date_to": f"{monday + timedelta(days=7 * week + 4)} 23:59:59",
} for person, row in enumerate(case["capacity"]) for week, hours in enumerate(row)
  for off in [(40 - hours) // 8] if off])
leads = env["crm.lead"].create([{
    "name": f"Bench {number}", "type": "opportunity", "team_id": team.id,
    "user_id": env.uid, "partner_id": company.partner_id.id,
} for number in range(len(case["requests"]))])
for lead, asked in zip(leads, case["requests"]):
    request = lead.mci_ask_support({
        "date_needed": str(monday + timedelta(
            days=7 * (asked["last"] + asked["weeks"]) - 1)),
        "lines": [{"function_id": function.id,
                   "hours": asked["hours"] * asked["weeks"],
                   "skill_id": skills[asked["skill"]].id,
                   "skill_level_id": levels[asked["level"]].id}]})
    request.date_from = monday + timedelta(days=7 * asked["first"])
    request.line_ids.weeks = asked["weeks"]
env.flush_all()
plan = env["mci.plan"].create({
    "date_from": monday, "date_to": monday + timedelta(days=7 * weeks - 1),
    "center_ids": [Command.set(center.ids)]})
start = time.perf_counter()
plan.sudo()._mci_unlock()._do_compute()
env.flush_all()
compute_s = time.perf_counter() - start
plan.accept_lines()
for line in plan.line_ids.filtered(lambda line: line.state == "accepting"):
    line.sudo()._mci_unlock()._do_accept(env.user)
resources = employees.resource_id
last = monday + timedelta(days=7 * weeks + 6)
capacity = resources._mci_get_capacity(monday, last)
used = resources._mci_get_used(monday, last)
answer({
    "compute_s": compute_s, "asked": len(plan.line_ids), "placed": plan.count_placed,
    "booked": len(plan.line_ids.booking_id.filtered(lambda b: b.state == "confirmed")),
    "failed": plan.line_ids.filtered(lambda l: l.state == "failed").mapped("message"),
    "overdrawn": [resource.name for resource in resources
                  for day, hours in used[resource].items()
                  if hours > capacity[resource].get(day, 0) + 0.01],
})
"""
