"""People and bookings to measure with, the same on every side."""

# `people(number)` → employees, with a contract unless told otherwise, a quarter of them
#     with a week of leave in the 13 weeks from 2030-01-07 on;
# `unit(employees)` → a local office whose positions they hold, with published rates;
# `copies(table, seed, source, values)` → a copy of the record `seed` for each row `n`
#     of `source`, in SQL; `values` are the columns that differ, `%` doubled;
# `past_bookings(booking, resources, count)` → copies of a confirmed booking of a day, a
#     working day each for everybody in turn, backwards from 2029-12-28, a hundred for
#     each of as many copies of its deal;
# `deal(center)` → an opportunity whose team that office supports.
PEOPLE = '''
from datetime import date, datetime, timedelta

def people(number, contract=True, users=False):
    calendar = env["resource.calendar"].create({
        "name": "Bench", "tz": "UTC", "company_id": env.company.id,
    })
    env.company.resource_calendar_id = calendar
    vals = {"company_id": env.company.id, "resource_calendar_id": calendar.id,
            "tz": "UTC"}
    if contract:
        vals.update(date_version="2020-01-01", contract_date_start="2020-01-01")
    logins = env["res.users"].with_context(no_reset_password=True).create([
        {"name": f"Person {index}", "login": f"bench{index}", "tz": "UTC",
         "email": f"bench{index}@example.com"}
        for index in range(number if users else 0)
    ])
    employees = env["hr.employee"].create([
        {"name": f"Person {index}", "user_id": logins[index:index + 1].id, **vals}
        for index in range(number)
    ])
    env["resource.calendar.leaves"].create([
        {"name": "Leave", "resource_id": employee.resource_id.id,
         "calendar_id": calendar.id, "company_id": env.company.id,
         "date_from": start, "date_to": start + timedelta(days=5)}
        for index, employee in enumerate(employees) if not index % 4
        for start in [datetime(2030, 1, 7) + timedelta(weeks=index % 12)]
    ])
    return employees

def unit(employees):
    level = env.ref("mci_sales_support.level_2")
    employees.resource_id.write({"mci_level_id": level.id})
    function = env.ref("mci_sales_support.function_presales")
    center = env["mci.delivery.center"].create({
        "name": "Bench office", "code": "BENCH", "tier": "local_office",
        "company_id": env.company.id, "lead_id": env.ref("base.user_admin").id,
        "seat_ids": [(0, 0, {
            "resource_id": employee.resource_id.id, "function_id": function.id,
            "date_from": "2020-01-01",
        }) for employee in employees],
    })
    env["mci.rate"].create([{
        "function_id": function.id, "level_id": level.id, "price_unit": 100.0,
        "cost_unit": 60.0, "company_id": env.company.id, "date_from": "2020-01-01",
    } for level in env["mci.level"].search([])]).action_publish()
    return center

def deal(center):
    team = env["crm.team"].create({
        "name": "Bench", "company_id": env.company.id, "mci_office_id": center.id,
    })
    return env["crm.lead"].create({
        "name": "Bench deal", "type": "opportunity", "team_id": team.id,
        "user_id": env.ref("base.user_admin").id, "expected_revenue": 60000.0,
        "partner_id": env["res.partner"].create({
            "name": "Bench customer", "email": "customer@example.com",
        }).id,
    })

def copies(table, seed, source, values):
    env.cr.execute("SELECT column_name FROM information_schema.columns"
                   " WHERE table_name = %s", [table])
    names = [name for name, in env.cr.fetchall() if name != "id" or name in values]
    what = ", ".join(values.get(name, f"seed.{name}") for name in names)
    env.cr.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {what}"
                   f" FROM {source} AS n, {table} AS seed WHERE seed.id = %s",
                   [seed.id])

def past_bookings(booking, resources, count):
    env.flush_all()
    days = [day for day in (date(2029, 12, 28) - timedelta(days=back)
                            for back in range(3000)) if day.weekday() < 5]
    deals = env["crm.lead"].create([
        {"name": f"Past deal {index}", "type": "opportunity",
         "team_id": booking.team_id.id} for index in range(count // 100)
    ])
    env.cr.execute("""
        CREATE TEMP TABLE past AS
        SELECT n AS number, (%s::int[])[n %% %s + 1] AS resource_id,
               (%s::date[])[n / %s + 1] AS day, (%s::int[])[n / 100 + 1] AS lead_id,
               nextval('mci_booking_id_seq')::int AS booking_id
          FROM generate_series(0, %s - 1) AS n
    """, [resources.ids, len(resources), days, len(resources), deals.ids, count])
    copies("mci_booking", booking, "past", {
        "id": "n.booking_id", "resource_id": "n.resource_id",
        "name": "'PAST/' || n.number", "lead_id": "n.lead_id",
        "date_start": "n.day + interval '8 hours'",
        "date_stop": "n.day + interval '18 hours'",
    })
    copies("mci_booking_day", booking.day_ids, "past", {
        "resource_id": "n.resource_id", "booking_id": "n.booking_id", "date": "n.day",
    })
    env.cr.execute("DROP TABLE past")
    env.cr.execute("ANALYZE mci_booking; ANALYZE mci_booking_day")
    env.invalidate_all()
'''

# `charging_world(persons, teams)` → an office with people, and the teams it supports;
# `hours(center, teams, lines, deals)` → hour lines of December 2029 with their open
#     charges: copies of one that was logged, spread over people, days, deals and teams.
CHARGES = '''
def charging_world(persons, teams):
    center = unit(people(persons))
    env.company.action_mci_setup_charging()
    # What is measured is collecting and posting, not the owners' answers.
    env.company.mci_unbooked_hours = "charge"
    return center, env["crm.team"].create([{
        "name": f"Bench {index}", "company_id": env.company.id,
        "mci_office_id": center.id, "user_id": env.ref("base.user_admin").id,
    } for index in range(teams)])

def hours(center, teams, lines, deals):
    lead = deal(center)
    lead.team_id = teams[0]
    employees = env["hr.employee"].search([
        ("resource_id", "in", center.seat_ids.resource_id.ids)])
    line = env["account.analytic.line"].create({
        "name": "Bench", "employee_id": employees[0].id, "date": "2029-12-03",
        "unit_amount": 1.0, "project_id": center.project_id.id, "mci_lead_id": lead.id,
    })
    env.flush_all()
    [charge] = line.mci_charge_ids
    env.cr.execute("SELECT MAX(id) FROM crm_lead")
    [last] = env.cr.fetchone()
    payers = ",".join(map(str, teams.ids))
    copies("crm_lead", lead, f"generate_series(0, {deals} - 1)", {
        "name": "'Bench deal ' || n",
        "team_id": f"('{{{payers}}}'::int[])[n %% {len(teams)} + 1]",
    })
    env.cr.execute("CREATE TEMP TABLE leads AS SELECT row_number() OVER (ORDER BY id)"
                   " - 1 AS number, id, team_id FROM crm_lead WHERE id > %s", [last])
    env.cr.execute("""
        CREATE TEMP TABLE work AS
        SELECT nextval('account_analytic_line_id_seq')::int AS line_id,
               (%s::int[])[n %% %s + 1] AS employee_id, leads.id AS lead_id,
               leads.team_id, date '2029-12-03' + n / 7 %% 25 AS day
          FROM generate_series(1, %s - 1) AS n
          JOIN leads ON leads.number = n %% %s
    """, [employees.ids, len(employees), lines, deals])
    copies("account_analytic_line", line, "work", {
        "id": "n.line_id", "employee_id": "n.employee_id", "date": "n.day",
        "mci_lead_id": "n.lead_id",
    })
    copies("mci_charge", charge, "work", {
        "timesheet_id": "n.line_id", "date": "n.day", "settle_date": "n.day",
        "lead_id": "n.lead_id",
        "team_id": "n.team_id",
    })
    env.cr.execute("DROP TABLE work; DROP TABLE leads")
    env.cr.execute("ANALYZE mci_charge; ANALYZE account_analytic_line")
    env.cr.execute("ANALYZE crm_lead")
    env.invalidate_all()
'''
