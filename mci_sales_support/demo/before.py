"""Six months before the method: near the palace, first served.

Rules are only observed. Seniors work on small deals of headquarters; the big deals of
the West ask, get nobody, and are lost.
"""

from . import rules
from .story import Plan

# key: (name, customer, seller, amount, closed in month, on working day, lost reason)
DEALS = {
    "b1": ("Press shop data logging", "steel", "seller", 180, -8, 18, ""),
    "b2": ("Boiler house meters", "paper", "seller", 60, -7, 3, ""),
    "b3": ("Carton line counters", "packaging", "seller", 45, -7, 5, "expensive"),
    "b4": ("Dryer control retrofit", "ceramics", "seller", 220, -7, 16, ""),
    "b5": ("Compressed air audit", "textile", "seller", 80, -6, 9, "expensive"),
    "b6": ("Mixing station recipes", "dairy", "seller", 130, -5, 6, "expensive"),
    "b7": ("Quay lighting control", "ports", "seller", 30, -5, 12, ""),
    "b8": ("Furnace door drives", "glass", "seller", 350, -4, 15, ""),
    "b9": ("Fermentation cellar control", "brewery", "seller_2", 620, -6, 15, "skills"),
    "b10": ("Clean room monitoring", "pharma", "seller_2", 150, -4, 8, ""),
    "b11": ("Cold store door control", "cold", "seller_2", 70, -3, 7, "expensive"),
    "b12": ("Tram depot automation", "metro", "seller_far", 2800, -7, 10, "skills"),
    "b13": ("Pumping stations telemetry", "water", "seller_far", 900, -6, 6, "skills"),
    "b14": (
        "Terminal energy management",
        "airport",
        "seller_far",
        1100,
        -5,
        15,
        "late",
    ),
    "b15": ("Clinker cooler control", "cement", "seller_far", 2100, -4, 12, "skills"),
    "b16": ("Quarry belt scales", "mining", "seller_far", 240, -4, 18, "expensive"),
    "b17": ("Waiting room signage", "hospital", "seller_far", 50, -3, 10, ""),
    "b18": ("Sorter for parcels", "logistics", "seller_far", 560, -3, 16, "late"),
}
LOST_REASONS = {
    "expensive": "Too expensive",
    "skills": "We don't have people/skills",
    "late": "Our answer came too late",
}
# (deal, person, unit, hours, days)
WORK = (
    ("b1", "fatima", "industry", 30, 4),
    ("b1", "wei", "industry", 16, 2),
    ("b2", "fatima", "industry", 14, 2),
    ("b2", "nina", "office", 4, 1),
    ("b3", "wei", "industry", 20, 3),
    ("b4", "fatima", "industry", 38, 5),
    ("b4", "tom", "industry", 16, 2),
    ("b5", "grace", "public", 22, 3),
    ("b5", "engineer", "industry", 8, 1),
    ("b6", "fatima", "industry", 28, 4),
    ("b6", "wei", "industry", 14, 2),
    ("b7", "center_lead", "industry", 10, 2),
    ("b7", "grace", "public", 12, 2),
    ("b8", "fatima", "industry", 36, 5),
    ("b8", "grace", "public", 24, 3),
    ("b9", "engineer", "industry", 12, 2),
    ("b10", "wei", "industry", 24, 3),
    ("b10", "nina", "office", 8, 1),
    ("b11", "fatima", "industry", 20, 3),
    ("b12", "ravi", "office_far", 8, 1),
    ("b14", "ravi", "office_far", 6, 1),
    ("b16", "ravi", "office_far", 12, 2),
    ("b16", "office_lead_far", "office_far", 8, 1),
    ("b17", "ravi", "office_far", 6, 1),
    ("b18", "ravi", "office_far", 6, 1),
)
DELIVERY = ("tom",)
# (deal, unit asked, function, level, hours, answer)
UNANSWERED = (
    ("b12", "public", "presales", "level_4", 60, "Our people are on other deals."),
    ("b13", "public", "presales", "level_3", 40, ""),
    ("b14", "public", "presales", "level_3", 30, "Nobody can travel this month."),
    ("b15", "industry", "presales", "level_4", 60, ""),
    ("b18", "public", "presales", "level_3", 24, "Ask again next month."),
)


def tell(story):
    _find_lost_reasons(story)
    for key, row in DEALS.items():
        _open(story, key, *row)
    _ask_in_vain(story)
    story.book([_plan(story, *row) for row in WORK])
    for key, row in DEALS.items():
        _close(story, key, *row)
    _date_exceptions(story)


def _find_lost_reasons(story):
    reasons = story.env["crm.lost.reason"]
    story.lost_reasons = {
        key: reasons.search([("name", "=", name)], limit=1)
        or reasons.create({"name": name})
        for key, name in LOST_REASONS.items()
    }


def _open(story, key, name, customer, login, amount, month, number, _lost):
    closing = story.dates.nth(month, number)
    lead = story.add_deal(
        key,
        login,
        name=name,
        partner_id=story.customers[customer].id,
        expected_revenue=amount * 1000,
    )
    opened = story.dates.shift(closing, -35)
    story.backdate(lead, opened, "create_date", "date_open")


def _plan(story, deal, person, unit, hours, days):
    dates = story.dates
    month, number = DEALS[deal][4:6]
    first = max(dates.month(-8), dates.shift(dates.nth(month, number), -18))
    return Plan(
        deal,
        person,
        unit,
        first,
        hours,
        days,
        function="delivery" if person in DELIVERY else "presales",
    )


def _ask_in_vain(story):
    """Refused, or left until the day has passed."""
    for deal, unit, function, level, hours, answer in UNANSWERED:
        month, number = DEALS[deal][4:6]
        needed = story.dates.shift(story.dates.nth(month, number), -10)
        request = story.ask(
            deal,
            story.dates.shift(needed, -5),
            needed,
            [(function, level, hours)],
            unit=unit,
        )
        if answer:
            lead = story.units[unit].lead_id
            request.with_user(lead).action_refuse(answer)
    requests = story.env["mci.request"].search([])
    requests._do_expire()
    for request in requests:
        story.backdate(request, request.date_needed, "close_date")


def _close(story, key, _name, _customer, login, _amount, month, number, lost):
    lead = story.act(login, story.deals[key])
    story.close(lead, story.dates.nth(month, number), story.lost_reasons.get(lost))


def _date_exceptions(story):
    """What was observed counts on the day of its booking."""
    for event in story.env["mci.rule.event"].search([]):
        if event.res_model == "mci.booking":
            booking = story.env["mci.booking"].browse(event.res_id)
            story.backdate(event, booking.request_date, "date")
    dates = story.dates
    rules.set_level(story, "enforce", dates.start)
    story.company.mci_start_date = dates.start
