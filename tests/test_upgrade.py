"""The upgrade of a database that was at work with the release before."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta

from dev import databases, odoo_process
from dev.layout import ADDON

from .support import catalog, company, released, shell

RELEASE = "19.0.1.0.0"
MANY = 400

# A year of work: deals of partners and without, money on the books, open requests.
WORK = f"""
partner = env["res.partner"].create({{"name": "Integrator", "is_company": True}})
other = env["res.partner"].create({{"name": "Another customer"}})
led = {{"mci_partner_led": True, "mci_registered_partner_id": partner.id}}
leads = {{
    "open": company.deal("Open", "e", partner_id=other.id, **led),
    "direct": company.deal("Direct", "b", "delivery_center"),
    "nameless": company.deal("Without customer", "e", partner_id=False, **led),
    "self": company.deal("Its own", "e", partner_id=partner.id, **led),
    "lost": company.deal("Lost", "e", partner_id=other.id, **led),
    "won": company.deal("Won", "e", partner_id=other.id, **led),
}}
leads["lost"].action_set_lost()
leads["won"].action_set_won()
leads["direct"].mci_amount_evidence = "tender"
many = env["crm.lead"].create([
    {{"name": f"Deal {{number}}", "type": "opportunity", "partner_id": other.id,
      "team_id": company.team.id, "expected_revenue": 1000.0 * number, **led}}
    for number in range({MANY})
])
many._mci_write_plain({{"mci_grade_id": env.ref("{ADDON}.grade_e").id}})

charges = company._work(8, date(2026, 3, 10))
late = company._work(2, date(2026, 2, 10))
statement = company._settle("posted")
foreign = env["res.currency"].create({{"name": "UPG", "symbol": "U"}})
abroad = env["res.company"].create({{"name": "Abroad", "currency_id": foreign.id}})
env.user.company_ids += abroad
env["res.currency.rate"].create({{
    "currency_id": company.company.currency_id.id, "company_id": abroad.id,
    "name": "2026-01-01", "inverse_company_rate": 7.0}})
sales = env["crm.team"].create({{"name": "Sales abroad", "company_id": abroad.id}})
crossing = company._work(8, date(2026, 3, 10), company._create_lead(
    "Abroad", team_id=sales.id, company_id=abroad.id, user_id=False))
day, next_day = company.workdays(date.today() + timedelta(days=7), 2)
running = company.book(leads["direct"], day, unit=company.center, state="draft")
running.sudo()._mci_unlock().write({{"state": "confirmed"}})

asked = company.deal("Asked")

def ask():
    return asked.with_user(company.seller).mci_ask_support({{
        "date_needed": (date.today() + timedelta(days=30)).isoformat(),
        "center_id": company.office.id,
        "lines": [{{"function_id": company.function_presales.id, "hours": 8.0}}],
    }}).sudo()

waiting, answered, refused = ask(), ask(), ask()
answered.with_user(company.office_lead).action_plan()
booking = answered.booking_ids
booking.with_user(company.office_lead).write({{
    "resource_id": company.resources["engineer_2"].id,
    "date_start": company.moment(next_day, 9),
    "date_stop": company.moment(next_day, 18),
}})
booking.with_user(company.office_lead).action_request()
booking.with_user(company.office_lead).action_confirm()
refused.with_user(company.office_lead).action_refuse("Nobody knows it")
env.flush_all()
# All of it happened in the year before.
for table, column in (
    ("mci_booking", "decided_date"), ("mci_booking", "request_date"),
    ("mci_booking", "create_date"), ("mci_request", "close_date"),
    ("mci_request", "create_date"), ("crm_lead", "write_date"),
):
    env.cr.execute(f"UPDATE {{table}} SET {{column}} = {{column}} - interval '1 year'")
env.cr.execute("UPDATE crm_lead SET create_date = '2025-03-01'")
answer({{
    "leads": {{name: lead.id for name, lead in leads.items()}},
    "many": many.ids,
    "partner": partner.id,
    "statement": statement.id,
    "charges": charges.ids,
    "late": late.ids,
    "crossing": crossing.ids,
    "running": running.id,
    "person": running.resource_id.id,
    "day": day.isoformat(),
    "requests": {{"waiting": waiting.id, "answered": answered.id,
                  "refused": refused.id}},
}})
env.cr.commit()
"""
# What the business sees: it must be the same afterwards.
FIGURES = """
lead = env["crm.lead"].with_context(active_test=False)
statement = env["mci.statement"].browse(values["statement"])
person = env["resource.resource"].browse(values["person"])
days = [date.fromisoformat(values["day"])] * 2
# Odoo notes each new scheduled action; nothing is said about documents.
env.cr.execute("SELECT count(*), max(id) FROM mail_message WHERE model NOT LIKE 'ir.%'")
messages = env.cr.fetchone()
env.cr.execute("SELECT max(write_date) FROM crm_lead")
written = env.cr.fetchone()
answer({
    "deals": lead.search_read([], [
        "name", "mci_grade_id", "mci_tier", "mci_grading_amount", "mci_owner_id",
        "mci_charged_amount", "mci_reserved_amount", "write_date"], order="id"),
    "statement": statement.read(["state", "amount_total", "move_id"]),
    "move": statement.move_id.line_ids.read(["balance", "quantity", "account_id"]),
    "charges": env["mci.charge"].browse(values["charges"]).read(
        ["amount", "hours", "price_unit", "state", "explanation"]),
    "free": person._mci_get_free(*days)[person].get(days[0], 0),
    "bookings": env["mci.booking"].search_read(
        [], ["state", "hours", "amount", "write_date"], order="id"),
    "messages": messages,
    "written": written,
})
"""
ANSWERS = """
fields = ["respond_due", "start_due", "responded_date", "started_date",
          "respond_missed", "state"]
registrations = env["mci.partner.registration"].search([("lead_id", "in", [
    *values["leads"].values(), *values["many"]])])
leads = {name: env["crm.lead"].browse(number)
         for name, number in values["leads"].items()}
bookable = [name for name, lead in leads.items() if not lead._mci_support_facts()]
answer({
    "requests": {name: env["mci.request"].browse(number).read(fields)[0]
                 for name, number in values["requests"].items()},
    "booked": env["mci.request"].browse(
        values["requests"]["answered"]).booking_ids.read(
        ["decided_date", "date_start"])[0],
    "registrations": registrations.read(
        ["lead_id", "partner_id", "customer_id", "commercial_customer_id", "company_id",
         "date", "date_to", "state", "is_valid", "requester_id"]),
    "seller": leads["open"].user_id.id,
    "bookable": bookable,
    "graded": [lead.mci_graded_amount == lead.mci_grading_amount
               for lead in leads.values()],
    "evidence": leads["direct"].mci_graded_evidence,
    "payers": env["mci.charge"].browse(
        values["charges"] + values["crossing"]).read(
        ["amount", "payer_amount", "payer_exchange_rate", "payer_currency_id"]),
    "offices": [
        [charge.office_id.id, charge.team_id.mci_office_id.id]
        for charge in env["mci.charge"].browse(values["charges"] + values["crossing"])
    ],
    "settled": [
        [charge.date, charge.settle_date] for charge in env["mci.charge"].browse(
            [*values["charges"], *values["late"], *values["crossing"]])],
    "senior": sorted(env["mci.level"].search([("is_senior", "=", True)]).mapped(
        "sequence")),
    "levels": len(env["mci.level"].search([])),
    "limits": env["mci.service.level"].search_count([]),
    "companies": env["res.company"].search_count([]),
    "now": env.cr.now(),
})
"""
IMPORTS = "from datetime import date\n"


@pytest.fixture(scope="module")
def upgrade(addon_database):
    """What a database was before and after the upgrade, and its log."""
    name = addon_database
    fresh = catalog.schema(name)
    ids = shell.run(name, company.script(WORK))
    before = shell.run(name, IMPORTS + FIGURES, **ids)
    released.take_back(name, RELEASE, databases.template())
    old = catalog.schema(name)
    log = odoo_process.run_once(name, "-u", ADDON, log_name="upgrade")
    return {
        "ids": ids,
        "schemas": (fresh, old, catalog.schema(name)),
        "before": before,
        "after": shell.run(name, IMPORTS + FIGURES, **ids),
        "answers": shell.run(name, ANSWERS, **ids),
        "log": log.read_text(),
    }


def test_schema_is_that_of_a_new_database(upgrade):
    """Every table, column, constraint and index of the new version is there."""
    fresh, old, new = upgrade["schemas"]
    assert "table: mci_partner_registration" not in old  # the upgrade has work to do
    # number sequences in PostgreSQL are those of the statements, not of the schema
    assert not [text for text in new ^ fresh if not text.startswith("table: ir_seq")]


def test_business_figures_stay(upgrade):
    """Grades, charges, statements, free hours, write dates; and no message is sent."""
    for name, value in upgrade["before"].items():
        assert upgrade["after"][name] == value, name


def test_big_tables_are_not_computed_record_by_record(upgrade):
    """No stored compute of a deal or timesheet line runs: the columns are plain."""
    log = upgrade["log"]
    assert "Prepare computation of mci.request.queue_score" in log
    for model in ("crm.lead", "account.analytic.line", "mci.booking", "mci.charge"):
        assert f"Prepare computation of {model}." not in log


def test_partners_of_open_deals_are_registered(upgrade):
    """M1: open partner-led deals with customer and partner go on for half a year."""
    ids, answers = upgrade["ids"], upgrade["answers"]
    found = {row["lead_id"][0]: row for row in answers["registrations"]}
    assert sorted(found) == sorted([ids["leads"]["open"], *ids["many"]])
    assert len(found) == len(answers["registrations"])
    row = found[ids["leads"]["open"]]
    assert row["partner_id"][0] == ids["partner"]
    assert row["customer_id"] == row["commercial_customer_id"]
    assert (row["state"], row["is_valid"]) == ("accepted", True)
    assert row["requester_id"][0] == answers["seller"]
    assert row["date"] == "2025-03-01"
    half_a_year = date.today() + relativedelta(months=6)
    assert abs((date.fromisoformat(row["date_to"]) - half_a_year).days) <= 1
    assert {"open", "direct"} <= set(answers["bookable"])


def test_what_a_deal_was_graded_on(upgrade):
    """M1: the amount and its evidence of the day of the upgrade."""
    assert all(upgrade["answers"]["graded"])
    assert upgrade["answers"]["evidence"] == "tender"


def test_amounts_of_the_payers_company(upgrade):
    """C6: the same within one company, converted at the day worked across."""
    *home, abroad = upgrade["answers"]["payers"]
    assert home
    for row in home:
        assert (row["payer_amount"], row["payer_exchange_rate"]) == (row["amount"], 1.0)
    assert (row["amount"], abroad["payer_exchange_rate"]) == (800.0, 7.0)
    assert abroad["payer_amount"] == 5600.0
    assert abroad["payer_currency_id"][1] == "UPG"


def test_office_of_a_charge(upgrade):
    """Nothing had kept it: that of the team today, where it has one."""
    offices = upgrade["answers"]["offices"]
    assert any(office for office, _today in offices)
    assert all(office == today for office, today in offices)


def test_settlement_day(upgrade):
    """Invariant 7: late ones count in the month of the statement that took them."""
    assert upgrade["answers"]["settled"] == [
        ["2026-03-10", "2026-03-10"],
        ["2026-02-10", "2026-03-01"],
        ["2026-03-10", "2026-03-10"],
    ]


def test_time_limits(upgrade):
    """M4, M5: limits for each grade and company; open requests get theirs from now on,
    and old answers keep their day."""
    answers = upgrade["answers"]
    requests, booked = answers["requests"], answers["booked"]
    assert answers["limits"] == 5 * answers["companies"]
    waiting = requests["waiting"]
    assert waiting["respond_due"] > answers["now"] and not waiting["responded_date"]
    assert waiting["start_due"] >= waiting["respond_due"]
    assert requests["answered"]["responded_date"] == booked["decided_date"]
    assert requests["answered"]["started_date"] == booked["date_start"]
    for name in ("answered", "refused"):
        assert not requests[name]["respond_due"]
        assert requests[name]["responded_date"] < answers["now"][:10]
        assert not requests[name]["respond_missed"]


def test_senior_levels(upgrade):
    """D1: two of the four levels are senior."""
    answers = upgrade["answers"]
    assert answers["levels"] == 4 and len(answers["senior"]) == 2
