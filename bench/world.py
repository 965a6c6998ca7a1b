"""People and bookings to measure with, the same on every side."""

# `people(number)` → employees, with a contract unless told otherwise, a quarter of them
#     with a week of leave in the 13 weeks from 2030-01-07 on;
# `unit(employees)` → a local office whose positions they hold, with published rates;
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

def past_bookings(booking, resources, count):
    env.flush_all()
    days = [day for day in (date(2029, 12, 28) - timedelta(days=back)
                            for back in range(3000)) if day.weekday() < 5]
    values = {"resource_id": "p.resource_id", "name": "'PAST/' || p.number",
              "date_start": "p.day + interval '8 hours'",
              "date_stop": "p.day + interval '18 hours'", "lead_id": "p.lead_id"}
    deals = env["crm.lead"].create([
        {"name": f"Past deal {index}", "type": "opportunity",
         "team_id": booking.team_id.id} for index in range(count // 100)
    ])
    def columns(table, values):
        env.cr.execute("SELECT column_name FROM information_schema.columns"
                       " WHERE table_name = %s AND column_name != 'id'", [table])
        names = [name for name, in env.cr.fetchall()]
        return (", ".join(names),
                ", ".join(values.get(name, f"b.{name}") for name in names))
    env.cr.execute("""
        CREATE TEMP TABLE past AS
        SELECT n AS number, (%s::int[])[n %% %s + 1] AS resource_id,
               (%s::date[])[n / %s + 1] AS day, (%s::int[])[n / 100 + 1] AS lead_id,
               nextval('mci_booking_id_seq')::int AS booking_id
          FROM generate_series(0, %s - 1) AS n
    """, [resources.ids, len(resources), days, len(resources), deals.ids, count])
    into, what = columns("mci_booking", values)
    env.cr.execute(f"INSERT INTO mci_booking (id, {into}) SELECT p.booking_id, {what}"
                   " FROM past p, mci_booking b WHERE b.id = %s", [booking.id])
    values = {"resource_id": "p.resource_id", "booking_id": "p.booking_id",
              "date": "p.day"}
    into, what = columns("mci_booking_day", values)
    env.cr.execute(f"INSERT INTO mci_booking_day ({into}) SELECT {what}"
                   " FROM past p, mci_booking_day b WHERE b.id = %s",
                   [booking.day_ids.id])
    env.cr.execute("DROP TABLE past")
    env.cr.execute("ANALYZE mci_booking; ANALYZE mci_booking_day")
    env.invalidate_all()
'''
