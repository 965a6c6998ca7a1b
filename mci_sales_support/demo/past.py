"""Past hours: the list a coordinator kept before the method, imported as the baseline.

The seniors of headquarters drove to whoever knew them; far sellers asked in vain.
"""

from .story import Plan

# (month, working day, deal, seller, team, thousand, person, level, department,
#  hours, asked working days before, hours asked)
PALACE = (
    ("Canteen terminals", "seller", "near", 35),
    ("Gate counters", "seller", "near", 55),
    ("Archive sensors", "seller", "near", 80),
    ("Workshop lighting", "seller_2", "near", 60),
    ("Yard barriers", "seller", "near", 90),
    ("Meeting room panels", "seller", "near", 25),
)
FAR = (
    ("Container crane drives", "seller_far", "far", 2400),
    ("Regional water plan", "seller_far", "far", 1300),
    ("Airport cold rooms", "seller_far", "far", 700),
)
SENIORS = (
    ("Fatima", "level_4", "Industry presales"),
    ("Grace", "level_4", "Public presales"),
    ("Wei", "level_3", "Test laboratory"),
    ("Tom", "level_3", "Delivery"),
)
MONTHS = (-8, -7, -6, -5, -4, -3)


def tell(story):
    story.teams["near"].mci_distance = "near"
    story.teams["far"].mci_distance = "far"
    vals_list = []
    for index, month in enumerate(MONTHS):
        vals_list += _near(story, month, index)
        vals_list += _far(story, month, index)
    story.model("mci_manager", "mci.past.hour").create(vals_list)
    _far_is_served(story)


def _far_is_served(story):
    """With the method the far office answers within days."""
    dates = story.dates
    plans = []
    for deal, hours in (("glass", 10), ("cold", 8)):
        request = story.ask(
            deal,
            dates.workday(2),
            dates.workday(9),
            [("presales", "level_2", hours)],
            "Visit with the plant manager.",
            asked=dates.workday(-3),
        )
        first = dates.workday(3)
        line = request.line_ids
        plans.append(Plan(deal, "ravi", "office_far", first, hours, 2, line=line))
    for plan in plans:
        plan.until = "confirmed"
    story.book(plans)


def _near(story, month, index):
    """Four seniors a month, on a small deal each, a day or two after a phone call."""
    rows = []
    for number, (person, level, department) in enumerate(SENIORS):
        name, login, team, amount = PALACE[(index + number) % len(PALACE)]
        day = story.dates.nth(month, 3 + 4 * number)
        rows.append(
            {
                **_prepare_deal(story, name, login, team, amount),
                "date": day,
                "person": person,
                "level_id": story.ref(level).id,
                "department": department,
                "hours": 7 + number % 2,
                "date_asked": story.dates.shift(day, -2),
                "hours_asked": 8,
                "is_planned": number == 3,
            }
        )
    return rows


def _far(story, month, index):
    """A big deal asks for a senior: a junior comes late, or nobody."""
    name, login, team, amount = FAR[index % len(FAR)]
    deal = _prepare_deal(story, name, login, team, amount)
    day = story.dates.nth(month, 14)
    return [
        {
            **deal,
            "date": day,
            "person": "Ravi",
            "level_id": story.ref("level_1").id,
            "department": "West office",
            "hours": 4,
            "date_asked": story.dates.shift(day, -11),
            "hours_asked": 16,
        },
        {
            **deal,
            "date": story.dates.nth(month, 16),
            "hours": 0,
            "date_asked": story.dates.nth(month, 4),
            "hours_asked": 40,
        },
    ]


def _prepare_deal(story, name, login, team, amount):
    return {
        "company_id": story.company.id,
        "lead_name": name,
        "user_id": story.users[login].id,
        "team_id": story.teams[team].id,
        "amount": amount * 1000,
    }
