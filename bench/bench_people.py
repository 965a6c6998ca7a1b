"""Availability and ranking of 500 people over 13 weeks.

The floor is one bare call of Odoo's own calendars for the same people, which looks up
the contracts person by person; the figure beside it is the same without contracts. The
number of queries must not depend on the number of people.
"""

from dev import databases

from .measure import clones, expect, row, run
from .policy import POLICY
from .world import PEOPLE

TURNS = 5
PERSONS = 500

WORK = (
    PEOPLE
    + """
import pytz
employees = people(values["persons"])
free_agents = people(values["persons"], contract=False)
center = unit(employees)
few = employees[:50]
start = pytz.utc.localize(datetime(2030, 1, 7))
stop = pytz.utc.localize(datetime(2030, 4, 8))

def booking(center):
    return env["mci.booking"].create({
        "lead_id": lead.id, "center_id": center.id, "hours": 40,
        "function_id": env.ref("mci_sales_support.function_presales").id,
        "date_start": datetime(2030, 1, 7), "date_stop": datetime(2030, 4, 5, 18),
    })

lead = deal(center)
asked = booking(center)
past = env["mci.booking"].create({
    "lead_id": lead.id, "center_id": center.id, "hours": 8,
    "resource_id": employees[1].resource_id.id, "function_id": asked.function_id.id,
    "date_start": datetime(2030, 1, 9, 0, 0), "date_stop": datetime(2030, 1, 9, 18, 0),
})
past.action_confirm()
past_bookings(past, employees.resource_id, 20 * len(employees))

def availability():
    employees.resource_id._mci_get_free(start.date(), stop.date())

def ranking():
    rows = asked.rank_candidates(limit=len(employees))
    assert len(rows) == len(employees) and not rows[0]["excluded"]

def bare():
    employees.resource_id._get_valid_work_intervals(start, stop)

def bare_without_contracts():
    free_agents.resource_id._get_valid_work_intervals(start, stop)

seconds = turns(
    values["turns"], availability=availability, ranking=ranking, bare=bare,
    bare_without_contracts=bare_without_contracts,
)
counts = {"bare": queries(bare), "ranking": queries(ranking),
          "availability": queries(availability)}
env["mci.center.seat"].search([("center_id", "=", center.id)])[50:].unlink()
employees = few
counts.update(ranking_few=queries(ranking), availability_few=queries(availability))
answer({"seconds": seconds, "queries": counts})
"""
)


def measure():
    """Compare with the bare call, in one process, in turns."""
    with clones(people=databases.addon()) as names:
        run(names["people"], POLICY)
        found = run(names["people"], WORK, persons=PERSONS, turns=TURNS)
    seconds, counts = found["seconds"], found["queries"]
    print(f"  queries: {counts}")
    for what in ("ranking", "availability"):
        expect(
            counts[what] <= counts[f"{what}_few"],
            f"The queries of the {what} grow with the number of people: {counts}.",
        )
    return [
        row(f"{name} of {PERSONS} people, 13 weeks", seconds[key], seconds[side], *bar)
        for key, name in (("availability", "Availability"), ("ranking", "Ranking"))
        for side, *bar in (
            ("bare", "_get_valid_work_intervals of the same people", 1.0),
            ("bare_without_contracts", "the same of people without contracts"),
        )
    ]
