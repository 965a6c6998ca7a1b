"""Two months with the method: who asked, who worked, who is booked next."""

from datetime import timedelta

from .story import Plan

# (deal, person, unit, function, month, working day, hours, days[, hours done, note])
DONE = (
    ("bottling", "tom", "industry", "delivery", -2, 3, 24, 3),
    ("bottling", "fatima", "industry", "presales", -2, 6, 32, 4),
    ("bottling", "engineer", "industry", "presales", -2, 10, 24, 3),
    ("bottling", "nina", "office", "presales", -2, 12, 2, 1),
    ("campus", "fatima", "industry", "presales", -2, 2, 24, 3),
    ("campus", "wei", "industry", "presales", -2, 5, 16, 2),
    ("campus", "engineer", "industry", "presales", -2, 8, 16, 2),
    ("substation", "grace", "public", "presales", -2, 3, 24, 3),
    ("substation", "luis", "public", "presales", -2, 8, 16, 2),
    ("metro", "grace", "public", "presales", -2, 12, 16, 2),
    ("crane", "fatima", "industry", "presales", -2, 13, 16, 2),
    ("crane", "wei", "industry", "test", -2, 12, 8, 1),
    ("tunnel", "grace", "public", "presales", -2, 16, 12, 2),
    ("tunnel", "ravi", "office_far", "presales", -2, 15, 6, 1),
    ("tanks", "engineer", "industry", "presales", -2, 4, 16, 2),
    ("tanks", "tom", "industry", "delivery", -2, 8, 8, 1),
    ("tanks", "wei", "industry", "presales", -2, 9, 12, 2),
    ("tanks", "nina", "office", "presales", -2, 11, 4, 1),
    ("tunnel", "engineer", "industry", "presales", -2, 17, 8, 1),
    ("tunnel", "wei", "industry", "presales", -2, 17, 8, 1),
    ("tunnel", "luis", "public", "presales", -2, 12, 6, 1),
    ("stands", "nina", "office", "presales", -2, 9, 8, 1),
    ("pump", "nina", "office", "presales", -2, 13, 4, 1),
    ("pump", "hotline", "hotline", "presales", -2, 10, 2, 1),
    ("cement", "engineer", "industry", "presales", -2, 15, 8, 1),
    ("glass", "ravi", "office_far", "presales", -2, 14, 8, 1),
    ("cold", "hotline", "hotline", "presales", -2, 17, 1.5, 1),
    ("crane", "fatima", "industry", "presales", -1, 3, 32, 4),
    ("crane", "wei", "industry", "test", -1, 6, 16, 2),
    ("crane", "engineer", "industry", "presales", -1, 4, 16, 2),
    ("crane", "tom", "industry", "delivery", -1, 12, 8, 1),
    ("steel", "fatima", "industry", "presales", -1, 11, 16, 2),
    ("steel", "engineer", "industry", "presales", -1, 9, 16, 2),
    ("metro", "grace", "public", "presales", -1, 4, 32, 4),
    ("metro", "luis", "public", "presales", -1, 6, 24, 3),
    ("water", "grace", "public", "presales", -1, 13, 16, 2),
    ("water", "ravi", "office_far", "presales", -1, 10, 8, 1),
    ("brewery", "engineer", "industry", "presales", -1, 14, 16, 2),
    ("brewery", "wei", "industry", "presales", -1, 13, 8, 1),
    ("cement", "tom", "industry", "delivery", -1, 15, 16, 2),
    ("logistics", "luis", "public", "presales", -1, 12, 16, 2),
    ("shuttle", "wei", "industry", "presales", -1, 16, 16, 2),
    (
        *("shuttle", "engineer", "industry", "presales", -1, 18, 6, 1),
        *(8, "The customer asked for a second run of the simulation."),
    ),
    ("school", "luis", "public", "presales", -1, 17, 12, 2),
    ("paper", "nina", "office", "presales", -1, 5, 16, 2),
    ("paper", "office_lead", "office", "presales", -1, 7, 8, 1),
    ("glass", "ravi", "office_far", "presales", -1, 3, 12, 2),
    ("ceramics", "nina", "office", "presales", -1, 12, 6, 1),
    ("cold", "ravi", "office_far", "presales", -1, 8, 4, 1),
    ("cold", "hotline", "hotline", "presales", -1, 9, 2, 1),
    ("mining", "office_lead_far", "office_far", "presales", -1, 6, 8, 1),
    ("pump", "hotline", "hotline", "presales", -1, 4, 2, 1),
)
# The same, by working days ago
RECENT = (
    ("cement", "engineer", "industry", "presales", -9, 8, 1),
    ("crane", "fatima", "industry", "presales", -8, 16, 2),
    ("metro", "grace", "public", "presales", -7, 16, 2),
    ("shuttle", "tom", "industry", "delivery", -7, 8, 1),
    ("pharma", "engineer", "industry", "presales", -6, 8, 1),
    ("steel", "wei", "industry", "presales", -6, 16, 2),
    ("water", "luis", "public", "presales", -5, 8, 1),
    ("glass", "ravi", "office_far", "presales", -5, 8, 1),
    ("pharma", "center_lead", "industry", "presales", -4, 4, 1),
    ("logistics", "grace", "public", "presales", -4, 8, 1),
    ("paper", "nina", "office", "presales", -4, 8, 1),
    ("shipyard", "nina", "office", "presales", -2, 4, 1),
)
# (deal, person, unit, function, working days from today, hours, days, hour, until,
#  brief)
NEXT = (
    (
        *("crane", "engineer", "industry", "presales", -1, 4, 1, 9, "confirmed"),
        "Interface list with the port's dispatch system.",
    ),
    ("pharma", "engineer", "industry", "presales", -1, 3, 1, 14, "confirmed", ""),
    (
        *("steel", "engineer", "industry", "presales", 0, 4, 1, 9, "confirmed"),
        "Walk through the furnace hall, photographs of the drives.",
    ),
    ("brewery", "engineer", "industry", "presales", 1, 4, 1, 10, "confirmed", ""),
    ("crane", "engineer", "industry", "presales", 2, 8, 1, 9, "confirmed", ""),
    ("pharma", "engineer", "industry", "presales", 3, 4, 1, 13, "held", ""),
    ("crane", "fatima", "industry", "presales", 0, 12, 2, 9, "confirmed", ""),
    ("bottling", "tom", "industry", "delivery", 0, 4, 1, 9, "confirmed", ""),
    ("brewery", "tom", "industry", "delivery", 1, 8, 1, 9, "confirmed", ""),
    ("steel", "wei", "industry", "test", 1, 12, 2, 9, "confirmed", ""),
    ("metro", "grace", "public", "presales", 0, 20, 3, 9, "confirmed", ""),
    ("logistics", "luis", "public", "presales", 0, 8, 1, 9, "confirmed", ""),
    ("paper", "nina", "office", "presales", 0, 4, 1, 9, "confirmed", ""),
    ("dairy_1", "nina", "office", "presales", 1, 3, 1, 13, "confirmed", ""),
    ("glass", "ravi", "office_far", "presales", 1, 8, 1, 9, "confirmed", ""),
    ("cold", "hotline", "hotline", "presales", 0, 1.5, 1, 10, "confirmed", ""),
    ("cement", "ravi", "office_far", "presales", -3, 3, 1, 9, "refused", ""),
    ("rail", "nina", "office", "presales", 3, 4, 1, 9, "cancelled", ""),
)
# The same, by days after next Monday
NEXT_WEEK = (
    ("crane", "engineer", "industry", "presales", 0, 16, 2, 9, "confirmed", ""),
    ("cement", "engineer", "industry", "presales", 2, 8, 1, 9, "requested", ""),
    ("steel", "fatima", "industry", "presales", 0, 16, 2, 9, "held", ""),
    ("crane", "fatima", "industry", "presales", 2, 8, 1, 9, "confirmed", ""),
    ("pharma", "fatima", "industry", "presales", 3, 8, 1, 9, "requested", ""),
    ("pharma", "wei", "industry", "test", 1, 12, 2, 9, "requested", ""),
    ("brewery", "tom", "industry", "delivery", 1, 16, 2, 9, "confirmed", ""),
    ("cement", "tom", "industry", "delivery", 3, 8, 1, 9, "held", ""),
    ("pharma", "center_lead", "industry", "presales", 2, 4, 1, 9, "confirmed", ""),
    ("metro", "grace", "public", "presales", 1, 16, 2, 9, "confirmed", ""),
    ("water", "grace", "public", "presales", 3, 8, 1, 9, "held", ""),
    ("water", "luis", "public", "presales", 0, 8, 1, 9, "confirmed", ""),
    ("school", "luis", "public", "presales", 4, 8, 1, 9, "requested", ""),
    ("paper", "nina", "office", "presales", 0, 8, 1, 9, "requested", ""),
    ("ceramics", "nina", "office", "presales", 1, 4, 1, 9, "requested", ""),
    ("textile", "office_lead", "office", "presales", 2, 8, 1, 9, "held", ""),
    ("glass", "ravi", "office_far", "presales", 1, 8, 1, 9, "requested", ""),
)
# (deal, lines, days until needed, brief, unit): they wait, and make the queue
WAITING = (
    (
        *("pharma", [("presales", "level_4", 16), ("test", "level_3", 16)], 9),
        *("Validation concept for the packaging line.", "industry"),
    ),
    ("brewery", [("test", "level_3", 12)], 12, "Load test of the recipes.", "industry"),
    ("cement", [("presales", "level_3", 24)], 10, "Sizing of the kiln.", "industry"),
    ("paper", [("presales", "level_3", 12)], 7, "Drive sizing, section 3.", "office"),
    ("dairy_2", [("presales", "level_2", 8)], 11, "Same as line 1.", "office"),
    ("textile", [("presales", "level_2", 8)], 6, "Live data of 40 looms.", "office"),
    ("ceramics", [("presales", "level_2", 4)], 14, "Sensor choice.", "office"),
    ("hospital", [("presales", "level_2", 6)], 8, "First visit.", "office_far"),
)
# person: (category, days from today, hour, hours, until)
INTERNAL = {
    "engineer": ("bid_library", 0, 14, 2, "confirmed"),
    "wei": ("training", -2, 9, 8, "done"),
    "nina": ("travel", -2, 14, 3, "done"),
    "tom": ("after_sale", -3, 9, 6, "done"),
}
HOME = {"engineer": "industry", "wei": "industry", "nina": "office", "tom": "industry"}


def first_day(story, deal):
    """First day of work on a deal, so that it was opened before."""
    days = [story.dates.nth(row[4], row[5]) for row in DONE if row[0] == deal]
    return min(days, default=story.dates.today)


def tell(story):
    plans = [_done(story, *row) for row in DONE]
    plans += [_recent(story, *row) for row in RECENT]
    story.book(plans)
    _override(story)
    _fill_requests(story)
    _ask(story)
    _jump_the_queue(story)
    _book_internal(story)
    next_days = [_next(story, story.dates.workday(row[4]), *row) for row in NEXT]
    monday = story.dates.next_monday
    next_days += [
        _next(story, monday + timedelta(days=row[4]), *row) for row in NEXT_WEEK
    ]
    story.book(next_days)
    _call_hotline(story)
    _leave_unanswered(story)


def _done(
    story, deal, person, unit, function, month, day, hours, days, done=0.0, note=""
):
    first = story.dates.nth(month, day)
    return Plan(deal, person, unit, first, hours, days, function, done=done, note=note)


def _recent(story, deal, person, unit, function, ago, hours, days):
    first = story.dates.workday(ago)
    return Plan(deal, person, unit, first, hours, days, function)


def _next(
    story, first, deal, person, unit, function, _day, hours, days, hour, until, brief
):
    return Plan(
        deal,
        person,
        unit,
        first,
        hours,
        days,
        function,
        hour=hour,
        until=until,
        brief=brief,
    )


def _override(story):
    """A senior of the center for a C deal: the vice president allows it (M2)."""
    plan = Plan(
        "textile",
        "wei",
        "industry",
        story.dates.nth(-1, 8),
        8,
        exception="The owner of the mill asked for Wei by name.",
    )
    story.book([plan])
    events = story.env["mci.rule.event"].search(
        [("res_model", "=", "mci.booking"), ("res_id", "=", plan.booking.id)]
    )
    story.backdate(events, plan.booking.request_date, "date")


def _fill_requests(story):
    """One request is filled, one in part."""
    dates = story.dates
    crane = story.ask(
        "crane",
        dates.workday(-7),
        dates.workday(-1),
        [("delivery", "level_3", 8)],
        "Commissioning plan for the tender.",
    )
    steel = story.ask(
        "steel",
        dates.workday(-3),
        dates.workday(9),
        [("delivery", "level_3", 8), ("test", "level_3", 16)],
        "Acceptance criteria for the energy figures.",
        asked=dates.workday(-6),
    )
    story.book(
        [
            Plan(
                "crane",
                "tom",
                "industry",
                dates.workday(-5),
                8,
                function="delivery",
                line=crane.line_ids,
            ),
            Plan(
                "steel",
                "tom",
                "industry",
                dates.workday(2),
                8,
                function="delivery",
                line=steel.line_ids[0],
                until="confirmed",
            ),
        ]
    )


def _ask(story):
    """A queue that waits; and what was refused, withdrawn, left too long."""
    dates = story.dates
    for deal, lines, days, brief, unit in WAITING:
        story.ask(
            deal,
            dates.workday(1),
            dates.workday(days),
            lines,
            brief,
            asked=dates.workday(days - 15),
            unit=unit,
        )
    refused = story.ask(
        "packaging",
        dates.workday(-6),
        dates.workday(5),
        [("presales", "level_2", 20)],
        "Full prototype of the camera.",
        asked=dates.workday(-6),
    )
    story.act("office_lead", refused).action_refuse(
        "20 hours are more than a D deal may spend: ask the hotline first."
    )
    withdrawn = story.ask(
        "rail",
        dates.workday(-3),
        dates.workday(6),
        [("presales", "level_2", 6)],
        "Site visit.",
        asked=dates.workday(-4),
    )
    story.act("seller_2", withdrawn).action_withdraw("The customer moved the visit.")
    expired = story.ask(
        "cold",
        dates.workday(-12),
        dates.workday(-6),
        [("presales", "level_2", 6)],
        "Survey of the second hall.",
        asked=dates.workday(-13),
    )
    expired._do_expire()
    story.backdate(expired, dates.workday(-5), "close_date")
    story.backdate(refused + withdrawn, dates.workday(-3), "close_date")


def _jump_the_queue(story):
    """The vice president lets a request go before its place, for all to read (M5)."""
    lead = story.deals["ceramics"]
    request = lead.mci_request_ids.filtered(lambda request: request.state == "asked")
    story.act("seller", request).action_ask_override(
        "The press stands still: the customer decides this week."
    )
    story.act("vp", request).action_override()


def _call_hotline(story):
    """A ticket of today: three fields, no approval (M9). The hotline rests weekends."""
    if story.dates.is_workday(story.dates.today):
        story.model("seller_2", "mci.booking").open_ticket(
            story.deals["packaging"].id, "Which lens for matt labels?", 0.5
        )


def _book_internal(story):
    """Work for no deal takes capacity as well (M10)."""
    for person, (category, day, hour, hours, until) in INTERNAL.items():
        first = story.dates.workday(day)
        plan = Plan("", person, HOME[person], first, hours, hour=hour, until=until)
        story.book_internal(plan, category)


def _leave_unanswered(story):
    """Somebody was asked for last month, and nobody ever answered."""
    story.book(
        [
            Plan(
                "glass",
                "ravi",
                "office_far",
                story.dates.nth(-1, 17),
                4,
                until="requested",
            )
        ]
    )
