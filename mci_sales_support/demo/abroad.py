"""A second legal entity: Shanghai sells in yuan and has no engineers of its own.

Timesheets stay with the people, the charges cross. The month before last was accrued in
both companies, invoiced, and posted on both sides; last month is accrued and waits for
its invoice; what the office did waits for the answer of Shanghai.
"""

from datetime import timedelta

from odoo import Command

from .people import MANAGER, SELLER
from .rules import prepare_bands
from .story import Plan

NAME = "Meridian Automation Shanghai"
ACCOUNTANT = "account.group_account_invoice,account.group_account_readonly"
# login: (name, department, job, groups, language); all but the controller at Shanghai
PEOPLE = {
    "manager_cn": ("Jun Zhao", "Shanghai", "General Manager", MANAGER, "zh_CN"),
    "seller_cn": ("Mei Lin", "Shanghai", "Account Manager", SELLER, "zh_CN"),
    "accountant_cn": ("Yan Xu", "Shanghai", "Accountant", ACCOUNTANT, "en_US"),
    "controller": (
        "Ingrid Solberg",
        "Finance",
        "Group Controller",
        ACCOUNTANT,
        "en_US",
    ),
}
# Yuan for a dollar from the first of a month on, as Shanghai keeps them
EXCHANGE = {-9: 7.25, -2: 7.18, -1: 7.11, 0: 7.14}
# What both companies agreed on, whichever unit works
TRANSFER_PRICES = {"level_2": 105, "level_3": 142, "level_4": 190}
# key: (name, customer, thousand yuan, stage, opened working days ago)
DEALS = {
    "bottles": ("Bottle inspection line", "beverage", 5200, "qualified", 50),
    "noodles": ("Noodle dryer control", "noodle", 1300, "qualified", 34),
}
CUSTOMERS = {
    "beverage": ("Jade Spring Beverages", "Suzhou", "Food"),
    "noodle": ("Willow Bridge Noodles", "Hangzhou", "Food"),
}
# (deal, person, unit, month, working day, hours, days)
WORK = (
    ("bottles", "engineer", "industry", -2, 14, 14, 2),
    ("bottles", "fatima", "industry", -2, 18, 6.5, 1),
    ("bottles", "engineer", "industry", -1, 11, 16, 2),
    ("bottles", "wei", "industry", -1, 10, 7.5, 1),
    ("noodles", "nina", "office", -1, 16, 8, 1),
)


def tell(story):
    _found(story)
    _hire(story)
    _open_books(story)
    _agree(story)
    _sell(story)
    _work(story)


# --- The company ----------------------------------------------------------------------


def _found(story):
    env = story.env
    yuan = env.ref("base.CNY")
    yuan.active = True
    story.abroad = env["res.company"].create(
        {
            "name": NAME,
            "currency_id": yuan.id,
            "country_id": env.ref("base.cn").id,
            "city": "Shanghai",
            "email": "shanghai@meridian.example.com",
        }
    )
    env["res.currency.rate"].create(
        [
            {
                "currency_id": story.company.currency_id.id,
                "company_id": story.abroad.id,
                "name": story.dates.month(month),
                "inverse_company_rate": rate,
            }
            for month, rate in EXCHANGE.items()
        ]
        + [
            {
                "currency_id": yuan.id,
                "company_id": story.company.id,
                "name": story.dates.month(month),
                "company_rate": rate,
            }
            for month, rate in EXCHANGE.items()
        ]
    )
    # Who looks after the system works in both companies.
    env.ref("base.user_admin").company_ids += story.abroad


def _hire(story):
    env, both = story.env, story.company | story.abroad
    for login, (name, _department, _job, groups, language) in PEOPLE.items():
        home = story.company if login == "controller" else story.abroad
        xmlids = ["base.group_user", *groups.split(",")]
        quiet = {"odoobot_state": "disabled"}
        if "odoobot_state" not in env["res.users"]._fields:
            quiet = {}
        story.users[login] = env["res.users"].create(
            {
                **quiet,
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@meridian.example.com",
                "company_id": home.id,
                "company_ids": [
                    Command.set((both if login == "controller" else home).ids)
                ],
                "group_ids": [Command.set([env.ref(xmlid).id for xmlid in xmlids])],
                "lang": language,
                "tz": "Asia/Shanghai" if home == story.abroad else "Europe/London",
                "notification_type": "inbox",
            }
        )
    _employ(story)


def _employ(story):
    env = story.env
    departments = {}
    for login, (name, department, job, _groups, _language) in PEOPLE.items():
        user = story.users[login]
        if department not in departments:
            departments[department] = env["hr.department"].search(
                [("name", "=", department)], limit=1
            ) or env["hr.department"].create(
                {"name": department, "company_id": user.company_id.id}
            )
        story.employees[login] = env["hr.employee"].create(
            {
                "name": name,
                "user_id": user.id,
                "company_id": user.company_id.id,
                "department_id": departments[department].id,
                "job_title": job,
                "work_email": user.email,
                "tz": user.tz,
                "contract_date_start": story.dates.month(-24),
            }
        )


# --- Its books ------------------------------------------------------------------------


def _open_books(story):
    """Just what an accountant needs here; a chart of accounts is the country's."""
    company = story.abroad
    charged = _create_account(story, "Presales charged", "660200", "expense")
    payable = _create_account(story, "Accounts payable", "220200", "liability_payable")
    company.mci_charge_account_id = charged
    company.action_mci_setup_charging()
    company.mci_start_date = story.company.mci_start_date
    partner = story.company.partner_id.with_company(company)
    partner.property_account_payable_id = payable
    story.env["account.journal"].create(
        {
            "name": "Vendor Bills",
            "code": "BILL",
            "type": "purchase",
            "company_id": company.id,
            "default_account_id": charged.id,
        }
    )


def _create_account(story, name, code, kind, company=None):
    company = company or story.abroad
    accounts = story.env["account.account"].with_company(company)
    return accounts.create(
        {
            "name": name,
            "code": code,
            "account_type": kind,
            "reconcile": kind != "expense",
            "company_ids": [Command.set(company.ids)],
            "tax_ids": [Command.clear()],
        }
    )


def _agree(story):
    """Transfer prices for Shanghai, and how what is owed gets into both books."""
    both = (story.company | story.abroad).ids
    pair = story.env["mci.company.pair"].with_context(allowed_company_ids=both)
    pair = pair.create(
        {
            "company_id": story.company.id,
            "payer_company_id": story.abroad.id,
            "mode": "invoice",
            "post_by": "provider",
        }
    )
    pair.action_setup()
    rates = story.model("mci_manager", "mci.rate").create(
        [
            {
                "function_id": story.ref("function_presales").id,
                "level_id": story.ref(level).id,
                "company_id": story.company.id,
                "payer_company_id": story.abroad.id,
                "currency_id": story.company.currency_id.id,
                "price_unit": price,
                "date_from": story.dates.month(-3),
            }
            for level, price in TRANSFER_PRICES.items()
        ]
    )
    story.act("accountant", rates).action_publish()


# --- What it sells --------------------------------------------------------------------


def _sell(story):
    _grade(story)
    env = story.env
    account = env["account.analytic.account"].create(
        {
            "name": "Shanghai Sales",
            "plan_id": story.teams["near"].mci_analytic_account_ids.plan_id.id,
            "company_id": story.abroad.id,
        }
    )
    story.teams["abroad"] = env["crm.team"].create(
        {
            "name": "Shanghai Sales",
            "user_id": story.users["manager_cn"].id,
            "company_id": story.abroad.id,
            "member_ids": [story.users["seller_cn"].id],
            "mci_office_id": story.units["office"].id,
            "mci_analytic_account_ids": account.ids,
        }
    )
    for key, (name, city, industry) in CUSTOMERS.items():
        story.customers[key] = env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "city": city,
                "country_id": env.ref("base.cn").id,
                "industry_id": story.industries[industry].id,
                "email": f"office@{key}.example.com",
            }
        )
    for key, row in DEALS.items():
        _open(story, key, *row)
    _command(story, "bottles", "industry", "tom")


def _grade(story):
    """The same bands as at home, in yuan."""
    policy = story.env["mci.grade.policy"].create(
        {
            "name": "Grading of deals, Shanghai",
            "company_id": story.abroad.id,
            "date_from": story.dates.month(-8),
            "line_ids": prepare_bands(story, factor=7),
        }
    )
    policy.action_activate()


def _open(story, key, name, customer, amount, stage, age):
    dates = story.dates
    lead = story.add_deal(
        key,
        "seller_cn",
        name=name,
        partner_id=story.customers[customer].id,
        expected_revenue=amount * 1000,
        date_deadline=dates.workday(40),
        mci_solution_ids=[story.solutions["Machine control"].id],
    )
    opened = min(dates.workday(-age), dates.nth(WORK_BEGINS[key], 2))
    story.backdate(lead, opened, "create_date", "date_open")
    lead.with_user(lead.user_id).stage_id = story.stages[stage]
    day = dates.shift(opened, 3)
    story.backdate(lead, day, "mci_initiated_date", "date_last_stage_update")
    story.date_ledger(lead, day)


# Month of the first work on a deal
WORK_BEGINS = {row[0]: min(r[3] for r in WORK if r[0] == row[0]) for row in WORK}


def _command(story, key, center, person):
    """The center at home commands the deal and names the delivery lead (M4)."""
    lead, unit = story.deals[key], story.units[center]
    lead.with_user(lead.user_id).mci_set_center(unit.id)
    named = lead.with_user(unit.lead_id).mci_name_delivery_lead(story.users[person].id)
    offer = lead.mci_ownership_ids.filtered(
        lambda row: row.id == named and row.state == "offered"
    )
    offer.with_user(offer.user_id).action_accept()
    story.date_ledger(lead, story.dates.shift(lead.create_date.date(), 4))


def _work(story):
    dates = story.dates
    plans = [
        Plan(deal, person, unit, dates.nth(month, number), hours, days)
        for deal, person, unit, month, number, hours, days in WORK
    ]
    upcoming = Plan(
        "bottles",
        "engineer",
        "industry",
        dates.next_monday,
        6,
        brief="Camera test with bottles from Suzhou",
        until="confirmed",
    )
    story.book([*plans, upcoming])


# --- Settling -------------------------------------------------------------------------


def invoice(story, month):
    """Drafts of a month's accruals, posted by the accountant of each company."""
    first, last = story.dates.month(month), story.dates.month_end(month)
    runs = story.model("accountant", "mci.company.invoice").generate(first, last)
    run = runs.sudo()
    story.act("accountant", run.invoice_id).action_post()
    story.act("accountant_cn", run.bill_id).action_post()
    period = story.model("accountant_cn", "mci.period").create(
        {"company_id": story.abroad.id, "date_from": first, "date_to": last}
    )
    period.action_close()
    day = min(last + timedelta(days=6), story.dates.today)
    story.backdate(period, day, "close_date")
