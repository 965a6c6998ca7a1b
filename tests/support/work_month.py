"""One month of presales work on the deals of the data: planned, booked, done, counted.

Hours, prices and amounts are counted here by hand, with decimals, beside Odoo.
"""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytz

from .sales_company import OFFICE_OF_TEAM, UNITS, grade_of, last_month
from .sales_data import OPEN

CENT = Decimal("0.01")
# Hours of the bookings of a day; 12 hours are spread over two days.
PATTERNS = ((8,), (5, 3), (2.5, 4.25), (12,), (7.5,))
# Hours really spent, as a share of the hours booked.
SPENT = (None, None, Decimal("0.85"), Decimal("1.05"), None, Decimal("0.5"))


def cents(value):
    """Return an amount or hours of Odoo as an exact decimal."""
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


@dataclass
class Work:
    """One booking as it is planned, with the ids it has in Odoo."""

    deal: object
    lead: int
    unit: object
    engineer: str
    start: object
    stop: object
    hours: Decimal
    spent: Decimal | None
    booking: int = 0


def _workdays(first, last):
    day = first
    while day <= last:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def _moment(day, hour, zone):
    """Return a local hour as Odoo's UTC text."""
    local = pytz.timezone(zone).localize(datetime.combine(day, time(hour)))
    return local.astimezone(pytz.utc).strftime("%Y-%m-%d %H:%M:%S")


def _slots(engineer_number):
    """Yield (first day, last day, hours) that fill the month of an engineer."""
    days = list(_workdays(*last_month()))
    turn = engineer_number
    while days:
        pattern = PATTERNS[turn % len(PATTERNS)]
        turn += 1
        start = stop = days.pop(0)
        if sum(pattern) > 8:
            if not days:
                return
            stop = days.pop(0)
        for hours in pattern:
            yield start, stop, Decimal(str(hours))


def plan(company, leads):
    """Plan the month: every engineer works on open deals that his unit serves."""
    rng = random.Random(19)
    open_deals = [deal for deal in company.data.deals if deal.stage in OPEN]
    rng.shuffle(open_deals)
    served = defaultdict(list)
    for deal in open_deals:
        served[_units_code(company, deal)].append(deal)
    works, number = [], 0
    for unit in UNITS:
        group = "CENTER" if unit.tier == "delivery_center" else unit.code
        for engineer in unit.engineers:
            number += 1
            for turn, (start, stop, hours) in enumerate(_slots(number)):
                deal = served[group].pop()
                share = SPENT[turn % len(SPENT)]
                spent = share and (hours * share).quantize(CENT, ROUND_HALF_UP)
                works.append(
                    Work(
                        deal, leads[deal.ref], unit, engineer, start, stop, hours, spent
                    )
                )
    return works


def _units_code(company, deal):
    if grade_of(deal.amount) in "AB":
        return "CENTER"
    return OFFICE_OF_TEAM[company.data.office_of(deal.seller)]


def _grouped(works, key):
    groups = defaultdict(list)
    for work in works:
        groups[key(work)].append(work)
    return groups.items()


def do(company, works):
    """Request, confirm and report all bookings, each person his own."""
    for seller, own in _grouped(works, lambda work: work.deal.seller):
        client = company.client(seller)
        ids = client.call(
            "mci.booking", "create", vals_list=[_booking(company, w) for w in own]
        )
        for work, id_ in zip(own, ids, strict=True):
            work.booking = id_
        client.call("mci.booking", "action_request", ids=ids)
    for lead, own in _grouped(works, lambda work: work.unit.lead):
        company.client(lead).call(
            "mci.booking", "action_confirm", ids=[work.booking for work in own]
        )
    for (engineer, spent), own in _grouped(works, lambda w: (w.engineer, w.spent)):
        report = {} if spent is None else {"hours": float(spent)}
        company.client(engineer).call(
            "mci.booking",
            "action_done",
            ids=[work.booking for work in own],
            note="As agreed with the customer",
            **report,
        )


def _booking(company, work):
    zone = work.unit.zone
    return {
        "lead_id": work.lead,
        "center_id": company.units[work.unit.code],
        "function_id": company.presales,
        "resource_id": company.resources[work.engineer],
        "date_start": _moment(work.start, 8, zone),
        "date_stop": _moment(work.stop, 18, zone),
        "hours": float(work.hours),
    }


@dataclass
class Expected:
    """Amounts and hours by what they are counted for."""

    amount: dict
    hours: dict
    total: Decimal


def count(company, works):
    """Count by hand what the work costs: per deal, per unit, per team."""
    amount, hours = defaultdict(Decimal), defaultdict(Decimal)
    days = _days_of_long_bookings(company, works)
    for work in works:
        worked = days.get(work.booking) or {work.start: work.spent or work.hours}
        assert sum(worked.values()) == (work.spent or work.hours)
        for day, spent in worked.items():
            price = company.price_of(work.engineer, day)
            cost = (price * spent).quantize(CENT, ROUND_HALF_UP)
            team = company.data.office_of(work.deal.seller)
            for key in (
                ("deal", work.lead),
                ("unit", company.units[work.unit.code]),
                ("team", company.teams[team]),
                ("statement", company.units[work.unit.code], company.teams[team]),
            ):
                amount[key] += cost
                hours[key] += spent
    total = sum(value for key, value in amount.items() if key[0] == "unit")
    return Expected(dict(amount), dict(hours), total)


def _days_of_long_bookings(company, works):
    """Return the hours by day of bookings over two days: Odoo spreads them."""
    long = [work.booking for work in works if work.start != work.stop]
    days = defaultdict(dict)
    for row in company.client("support.admin").call(
        "mci.booking.day",
        "search_read",
        domain=[("booking_id", "in", long), ("hours_done", ">", 0)],
        fields=["booking_id", "date", "hours_done"],
    ):
        day = datetime.strptime(row["date"], "%Y-%m-%d").date()
        days[row["booking_id"][0]][day] = cents(row["hours_done"])
    return days
