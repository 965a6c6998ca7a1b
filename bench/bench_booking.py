"""Creating and confirming a booking, against OCA `resource_booking`; on a full table.

Each side has 20 people with users and addresses, and the administrator, who leads the
unit, books one of them for an hour of a working day. The peer starts on an empty table
and always writes a calendar event with its invitation.
"""

import statistics

from dev import databases

from .measure import clones, row, run
from .peers import clone_with
from .policy import POLICY
from .world import PEOPLE

TURNS = 4
BOOKINGS = 20
FEW, MANY = 2_000, 200_000

OURS = (
    PEOPLE
    + """
env = env(user=env.ref("base.user_admin"))
lead = env["crm.lead"].search([("name", "=", "Bench deal")])
center = env["mci.delivery.center"].search([("code", "=", "BENCH")])
persons = center.seat_ids.resource_id.filtered("user_id")
function = env.ref("mci_sales_support.function_presales")
if values["events"]:
    env.company.mci_calendar_events = True

def book():
    for index in range(values["bookings"]):
        start = datetime(2030, 1, 14, 8) + timedelta(weeks=index // 20)
        env["mci.booking"].create({
            "lead_id": lead.id, "center_id": center.id, "hours": 1,
            "function_id": function.id, "resource_id": persons[index % 20].id,
            "date_start": start, "date_stop": start + timedelta(hours=1),
        }).action_confirm()
        env.flush_all()

answer(turns(2, book=book))
"""
)
PREPARE = (
    PEOPLE
    + """
booked = people(20, users=True)
center = unit(booked + people(480))
lead = deal(center)
day = {"date_start": datetime(2030, 3, 4, 8), "date_stop": datetime(2030, 3, 4, 18)}
past = env["mci.booking"].create({
    "lead_id": lead.id, "center_id": center.id, "hours": 8, **day,
    "resource_id": booked[1].resource_id.id,
    "function_id": env.ref("mci_sales_support.function_presales").id,
})
past.action_confirm()
past_bookings(past, center.seat_ids.resource_id, values["count"])
env.cr.commit()
"""
)
PEER = (
    PEOPLE
    + """
employees = people(20, users=True)
calendar = env.company.resource_calendar_id
combinations = env["resource.booking.combination"].create([
    {"resource_ids": [(6, 0, employee.resource_id.ids)]} for employee in employees
])
kind = env["resource.booking.type"].create({
    "name": "Bench", "resource_calendar_id": calendar.id, "duration": 1,
    "combination_rel_ids": [
        (0, 0, {"sequence": index, "combination_id": combination.id})
        for index, combination in enumerate(combinations)
    ],
})
customer = env["res.partner"].create({
    "name": "Bench customer", "email": "customer@example.com",
})
env = env(context={**env.context, "tz": "UTC"})
env = env(user=env.ref("base.user_admin"))

def book():
    for index in range(values["bookings"]):
        booking = env["resource.booking"].create({
            "partner_ids": [(4, customer.id)], "type_id": kind.id, "duration": 1,
            "combination_id": combinations[index % 20].id,
            "combination_auto_assign": False,
            "start": datetime(2030, 1, 14, 8) + timedelta(weeks=index // 20),
        })
        booking.action_confirm()
        assert booking.state == "confirmed", booking.state
        env.flush_all()

answer(turns(2, book=book))
"""
)


def measure():
    """Compare with the peer, and a full table with a nearly empty one."""
    source = databases.addon()
    with (
        clone_with("resource_booking", "hr") as peer,
        clones(few=source, many=source) as names,
    ):
        for side, count in (("few", FEW), ("many", MANY)):
            run(names[side], POLICY)
            run(names[side], PREPARE, count=count)
        seconds = {"peer": [], "few": [], "many": [], "events": []}
        for _turn in range(TURNS):
            seconds["peer"].append(_book(peer, PEER))
            for side in ("few", "many"):
                seconds[side].append(_book(names[side], OURS))
            seconds["events"].append(_book(names["few"], OURS, events=True))
    return _rows(seconds)


def _book(name, script, events=False):
    return run(name, script, bookings=BOOKINGS, events=events)["book"] / BOOKINGS


def _rows(seconds):
    median = {side: statistics.median(rows) for side, rows in seconds.items()}
    peer = median["peer"], "OCA resource_booking (with its calendar event)"
    what = "Creating and confirming a booking"
    return [
        row(f"{what}, no calendar event", median["few"], *peer, 0.25),
        row(f"{what}, with calendar event", median["events"], *peer, 0.5),
        row(
            f"{what}, {MANY:,} bookings in the table",
            median["many"],
            median["few"],
            f"the same with {FEW:,} in the table",
            1.3,
        ),
    ]
