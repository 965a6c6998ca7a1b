"""The load board of 500 people × 13 weeks on 50,000 bookings, its server part.

The floor is what cannot be spared: the aggregate of the booked days in SQL, and one
bare call of Odoo's own calendars for the same people.
"""

from dev import databases

from .measure import clones, expect, row, run
from .policy import POLICY
from .world import PEOPLE

TURNS = 5
PERSONS = 500
BOOKINGS = 50_000

WORK = (
    PEOPLE
    + """
import pytz
from datetime import datetime
employees = people(values["persons"])
center = unit(employees)
resources = employees.resource_id
lead = deal(center)
seed = env["mci.booking"].create({
    "lead_id": lead.id, "center_id": center.id, "hours": 8,
    "resource_id": resources[1].id,
    "function_id": env.ref("mci_sales_support.function_presales").id,
    "date_start": datetime(2030, 1, 9, 0, 0), "date_stop": datetime(2030, 1, 9, 18, 0),
})
seed.action_confirm()
past_bookings(seed, resources, values["bookings"])
env.cr.execute(
    "SELECT max(date) FROM mci_booking_day WHERE booking_id != %s", [seed.id]
)
last = env.cr.fetchone()[0]
# the window that is full of bookings: the last 13 weeks before 2030
first = last - timedelta(days=13 * 7 - 1 + last.weekday() % 7)
first -= timedelta(days=first.weekday())
stop = first + timedelta(days=13 * 7 - 1)
planner = env["mci.load.board"]

def board():
    answer = planner.get_board(date_from=first, center_ids=center.ids)
    assert len(answer["people"]) == len(resources)
    assert any(cell[1] for cell in answer["people"][0]["cells"])

def floor():
    env.cr.execute('''
        SELECT resource_id, date_trunc('week', date), state, sum(hours)
          FROM mci_booking_day
         WHERE resource_id IN %s AND date BETWEEN %s AND %s
         GROUP BY 1, 2, 3
    ''', [tuple(resources.ids), first, stop])
    env.cr.fetchall()
    zone = pytz.utc.localize
    resources._get_valid_work_intervals(
        zone(datetime.combine(first, datetime.min.time())),
        zone(datetime.combine(stop, datetime.max.time())),
    )

seconds = turns(values["turns"], board=board, floor=floor)
many = queries(board)
center.seat_ids[20:].unlink()
resources = resources.browse(center.seat_ids.resource_id.ids)
few = queries(board)
answer({"seconds": seconds, "many": many, "few": few})
"""
)


def measure():
    """Compare with the aggregate and the bare call, in one process, in turns."""
    with clones(board=databases.addon()) as names:
        run(names["board"], POLICY)
        found = run(
            names["board"], WORK, persons=PERSONS, bookings=BOOKINGS, turns=TURNS
        )
    print(f"  queries: {found['many']} for {PERSONS} people, {found['few']} for 20")
    expect(found["many"] <= found["few"], "The queries of the board grow with people.")
    seconds = found["seconds"]
    return [
        row(
            f"Load board of {PERSONS} people × 13 weeks on {BOOKINGS:,} bookings",
            seconds["board"],
            seconds["floor"],
            "the SQL aggregate and _get_valid_work_intervals of the same people",
            2.0,
        )
    ]
