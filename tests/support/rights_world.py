"""A company where everybody has a part, for the table of rights of the design.

Roles are those of the addon's fixtures, a deputy of both units, and people with two
roles. Each operation has a record of its own for each role that may do it.
"""

from types import SimpleNamespace

from dev import postgres
from dev.layout import ADDON

from . import company, shell
from .clients import Records

ROLES = (
    *("seller", "seller_2", "sales_manager", "engineer", "engineer_2"),
    *("center_lead", "office_lead", "deputy", "accountant", "hr", "mci_manager"),
    *("plain_user", "seller_engineer", "accountant_seller", "manager_lead"),
)
WATCHED = ("crm_lead", "account_move", "account_move_line", "account_analytic_line")

WORLD = f"""
from odoo.tests import new_test_user

today = date.today()
future = iter(company.workdays(today + timedelta(days=14), 60))
worked = iter(company.workdays(today - timedelta(days=20), 9))
ids = {{}}

def add_user(role, groups):
    user = new_test_user(
        env, login=f"mci_{{role}}", groups=groups, tz=company.TIME_ZONE)
    setattr(company, role, user)

SELLER = "sales_team.group_sale_salesman"
ENGINEER = "{ADDON}.group_engineer"
ACCOUNTANT = "account.group_account_invoice,account.group_account_readonly"
add_user("seller_engineer", SELLER + "," + ENGINEER)
add_user("accountant_seller", SELLER + "," + ACCOUNTANT)
add_user("manager_lead", "{ADDON}.group_manager,{ADDON}.group_center_lead")
employee = env["hr.employee"].create({{
    "name": "Seller and engineer",
    "user_id": company.seller_engineer.id,
    "resource_calendar_id": company.calendar.id,
    "tz": company.TIME_ZONE,
}})
company.resources["seller_engineer"] = employee.resource_id
employee.resource_id.mci_level_id = env.ref("{ADDON}.level_3")
env["mci.center.seat"].create({{
    "center_id": company.office.id,
    "resource_id": employee.resource_id.id,
    "function_id": company.function_presales.id,
    "date_from": "2020-01-01",
}})
company.company.mci_start_date = today - timedelta(days=90)

# Deals: one that waits for its people, one worked for, one of a colleague.
waiting = company.deal("Waiting deal")
done = company.deal("Worked deal")
foreign = company.deal("Colleague's deal", user_id=company.seller_2.id)
ids["lead"] = {{"waiting": waiting.id, "worked": done.id, "foreign": foreign.id}}

def book(lead, day, state, role="engineer_2", unit=None, by=None):
    booking = company.book(lead, day, state="draft", role=role, unit=unit)
    if state != "draft":
        booking.with_user(company.seller).action_request()
    if state in ("confirmed", "done"):
        booking.with_user(by or company.office_lead).action_confirm()
    if state == "done":
        booking.action_done()
    return booking.id

ids["booking"] = {{
    "waiting": book(waiting, next(future), "confirmed"),
    "two roles": book(waiting, next(future), "confirmed", "seller_engineer"),
    "worked": book(
        done, next(worked), "done", "engineer", company.center, company.center_lead),
}}
def ask():
    return waiting.with_user(company.seller).mci_ask_support({{
        "date_needed": str(today + timedelta(days=30)),
        "lines": [{{"function_id": company.function_presales.id, "hours": 8}}],
    }}).id
ids["request"] = {{"waiting": ask()}}

# Money: a statement in each state, month by month.
STATES = ["draft", "sent", "accepted", "posted"]
def settle(month, until):
    day = date(2025, month, 10)
    company._work(8, day)
    statement = env["mci.statement"].generate(
        day.replace(day=1), day.replace(day=28))
    for state, step in zip(
        STATES[1:], ("action_send", "action_accept", "action_post"), strict=True
    ):
        if STATES.index(until) >= STATES.index(state):
            getattr(statement, step)()
    return statement.id
months = iter(range(1, 13))
def settled(state, count):
    return [settle(next(months), state) for _number in range(count)]

def rate(number):
    return company._create_rate(
        "level_1", 50.0 + number, date_from=date(2030 + number, 1, 1),
        date_to=date(2030 + number, 12, 31)).id

def close(name):
    deal = company.deal(name)
    company.env.flush_all()
    book(deal, next(worked), "done", "engineer", company.center, company.center_lead)
    deal.action_set_won()
    form = deal.mci_evaluation_ids.filtered(
        lambda form: form.resource_id == company.resources["engineer"])
    form.line_ids.with_user(form.evaluator_id).write({{"rating": "4"}})
    return deal, form
won, draft_form = close("Won deal")
_deal, form = close("Published deal")
form.with_user(form.evaluator_id).action_submit()
form.with_user(form.evaluator_id).action_publish()
ids["lead"]["won"] = won.id
ids["evaluation"] = {{"draft": draft_form.id, "published": form.id}}
ids["credit"] = {{
    "seller": won.mci_credit_ids.filtered(lambda c: c.kind == "primary")[:1].id}}
period = env["mci.score.period"].create({{
    "name": "Quarter", "min_forms": 1,
    "date_from": today - timedelta(days=60), "date_to": today}})
period.action_freeze()
ids["score"] = {{"engineer": period.score_ids.filtered(
    lambda s: s.employee_id == company.employees["engineer"]).id}}

fresh = {{
    "draft booking": lambda n: [book(waiting, next(future), "draft") for _ in range(n)],
    "requested booking": lambda n: [
        book(waiting, next(future), "requested") for _ in range(n)],
    "past booking": lambda n: [
        book(waiting, next(worked), "confirmed") for _ in range(n)],
    "request": lambda n: [ask() for _ in range(n)],
    "posted": lambda n: settled("posted", n),
    "accepted": lambda n: settled("accepted", n),
    "sent": lambda n: settled("sent", n),
    "draft": lambda n: settled("draft", n),
    "rate": lambda n: [rate(number) for number in range(n)],
    "deal": lambda n: [company.deal(f"Deal {{i}}").id for i in range(n)],
    "policy": lambda n: [env["mci.grade.policy"].create({{
        "name": "Draft", "date_from": today + timedelta(days=365 + i),
        "line_ids": [Command.create({{
            "grade_id": grade.id, "tier": "local_office",
            "amount_min": 0 if grade.is_partner_led else 1000 * (3 - i)}})
            for i, grade in enumerate(env["mci.grade"].search([]))],
        }}).id for i in range(n)],
    "period": lambda n: [env["mci.score.period"].create({{
        "name": f"Old {{i}}", "date_from": date(2020 + i, 1, 1),
        "date_to": date(2020 + i, 12, 31)}}).id for i in range(n)],
    "form": lambda n: [draft_form.id],
}}
for key, count in values["fresh"].items():
    ids[key] = fresh[key](count)
statement = env["mci.statement"].browse(settle(next(months), "draft"))
ids["statement"] = {{"north": statement.id}}
ids["charge"] = {{"worked": statement.charge_ids[0].id}}
ids["timesheet"] = {{"engineer": statement.charge_ids.timesheet_id[0].id}}
ids["rates"] = {{
    "draft": company._create_rate("level_1", 1.0, date_from=date(2099, 1, 1)).id,
    "published": company.rates["level_2"].id,
}}
ids["sent charge"] = env["mci.charge"].search(
    [("statement_id", "in", ids.get("sent", []))]).ids
answer({{
    **ids,
    "center": company.center.id,
    "office": company.office.id,
    "function": company.function_presales.id,
    "engineer_resource": company.resources["engineer_2"].id,
    "users": {{role: getattr(company, role).id for role in values["roles"]}},
    "day": str(next(future)),
}})
env.cr.commit()
"""


def make(server, fresh):
    """Return ids by name, and `on(role, model, ids)`.

    :param fresh: how many records an operation consumes, by its name in `WORLD`
    """
    made = shell.run(
        server.database, company.script(WORLD), fresh=fresh, roles=list(ROLES)
    )
    world = SimpleNamespace(ids=made)
    world.client = lambda role: server.json2(f"mci_{role}")
    world.on = lambda role, model, ids=None: Records(world.client(role), model, ids)
    world.fingerprint = lambda: fingerprint(server.database)
    return world


def fingerprint(database):
    """Return a number by table that changes with any row of ours and of accounting."""
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables"
            " WHERE tablename LIKE 'mci\\_%%' OR tablename = ANY(%s)",
            [list(WATCHED)],
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', sum(hashtextextended(row::text, 0)) FROM {name} row"
                for name in tables
            )
        )
        return dict(cursor.fetchall())
