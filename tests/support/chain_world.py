"""A company whose rules are enforced, for the chain over JSON-2."""

from datetime import date, timedelta
from types import SimpleNamespace

from . import company, shell
from .clients import Records

WORLD = """
plan = env["account.analytic.plan"].create({"name": "Departments"})
cost_center = env["account.analytic.account"].create(
    {"name": "City Sales", "plan_id": plan.id})
company.team.mci_analytic_account_ids = cost_center
company.company.mci_start_date = date.today() - timedelta(days=30)
stages = env["crm.stage"].search([("is_won", "=", False)], order="sequence")
answer({
    "column": plan._column_name(),
    "cost_center": cost_center.id,
    "team": company.team.id,
    "customer": company.customer.id,
    "center": company.center.id,
    "center_account": company.center.analytic_account_id.id,
    "office": company.office.id,
    "function": company.function_presales.id,
    "engineer": company.resources["engineer"].id,
    "employee": company.employees["engineer"].id,
    "users": {role: getattr(company, role).id for role in company.ROLES},
    "stages": stages.ids,
    "grades": {g.code: g.id for g in env["mci.grade"].search([])},
    "price": company.PRICES["level_2"],
    "cost": company.COSTS["level_2"]
})
env.cr.commit()
env.registry.signal_changes()
"""


def _last_workday():
    """Return the last working day that is over."""
    day = date.today() - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def make(server):
    """Return ids of people, units and prices, and `on(role, model, ids)`."""
    ids = shell.run(server.database, company.script(WORLD))
    world = SimpleNamespace(**ids, day=_last_workday())
    world.on = lambda role, model, ids=None: Records(
        server.json2(f"mci_{role}"), model, ids
    )
    _set_rules(world)
    return world


def _set_rules(world):
    """The administrator's grading policy and rules; the sales manager's phases."""
    bands = {"A": 500_000, "B": 200_000, "C": 50_000, "D": 0, "E": 0}
    [policy] = world.on("mci_manager", "mci.grade.policy").create(
        vals_list=[
            {
                "name": "Bands",
                "date_from": str(world.day - timedelta(days=60)),
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "grade_id": world.grades[code],
                            "amount_min": lowest,
                            "tier": "delivery_center"
                            if lowest >= 200_000
                            else "local_office",
                            "requires_center": lowest >= 200_000,
                            "budget_percent": 2,
                            "budget_control": "hard",
                        },
                    )
                    for code, lowest in bands.items()
                ],
            }
        ]
    )
    world.on("mci_manager", "mci.grade.policy", policy).action_activate()
    world.on("mci_manager", "mci.rule.level").create(
        vals_list=[
            {"rule": rule, "level": "enforce", "date_from": "2024-01-01"}
            for rule in ("M2", "M4", "O3")
        ]
    )
    phases = ("verify", "initiate", "bid")
    for stage, phase in zip(world.stages, phases, strict=False):
        world.on("sales_manager", "crm.stage", stage).write(vals={"mci_phase": phase})
