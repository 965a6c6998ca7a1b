"""Month ends: showback of the time before, then statements in every state."""

from datetime import timedelta

from . import abroad, capture

TEAM_LEADERS = {
    "near": "sales_manager",
    "far": "sales_manager_far",
    "abroad": "manager_cn",
}
# How far last month is, by unit and team
LAST_MONTH = {
    ("industry", "near"): "sent",
    ("industry", "far"): "posted",
    ("public", "far"): "accepted",
    ("office", "near"): "draft",
    ("office_far", "far"): "sent",
    ("hotline", "near"): "draft",
    ("hotline", "far"): "accepted",
    ("public", "near"): "draft",
    ("industry", "abroad"): "posted",
    ("office", "abroad"): "sent",
}
STEPS = ("draft", "sent", "accepted", "posted")
REVERSED = ("hotline", "near")


def tell(story):
    _show_back(story)
    _settle_first_month(story)
    abroad.invoice(story, -2)
    _type_by_hand(story)
    capture.answer(story)
    _settle_last_month(story)
    _type_late(story)


def _generate(story, first, last):
    statements = story.model("accountant", "mci.statement")
    return statements.generate(first, last).sudo()


def _advance(story, statement, until):
    """The unit sends, the sales team accepts, the accountant posts."""
    unit, team = _get_sides(story, statement)
    target = STEPS.index(until)
    closed = statement.date_to + timedelta(days=1)
    if target >= 1:
        statement.with_user(story.units[unit].lead_id).action_send()
    if target == 1:
        # Sent yesterday: the days to answer still run.
        story.backdate(statement, story.dates.workday(-1), "sent_date")
    if target >= 2:
        story.backdate(statement, min(closed, story.dates.today), "sent_date")
        deadline = story.dates.shift(closed, 5)
        story.backdate(statement, deadline, "accept_deadline")
        story.act(TEAM_LEADERS[team], statement).action_accept()
        day = min(story.dates.shift(closed, 2), story.dates.today)
        story.backdate(statement, day, "accepted_date")
    if target >= 3:
        story.act("accountant", statement).action_post()
        day = min(story.dates.shift(closed, 4), story.dates.today)
        story.backdate(statement, day, "posted_date")


def _get_sides(story, statement):
    units = {unit: key for key, unit in story.units.items()}
    teams = {team: key for key, team in story.teams.items()}
    return units[statement.center_id], teams[statement.team_id]


def _show_back(story):
    """Before the method: shown to the sales teams quarter by quarter, never posted."""
    dates = story.dates
    for first, last in ((-8, -6), (-5, -3)):
        for statement in _generate(story, dates.month(first), dates.month_end(last)):
            _advance(story, statement, "accepted")


def _settle_first_month(story):
    """All posted; one was wrong and reversed: its hours go to the next month, late."""
    dates = story.dates
    for statement in _generate(story, dates.month(-2), dates.month_end(-2)):
        _advance(story, statement, "posted")
        if _get_sides(story, statement) == REVERSED:
            story.act("accountant", statement).action_reverse(
                date=dates.month(-1), reason="The calls belong to two customers."
            )


def _create_period(story, month):
    dates = story.dates
    return story.model("accountant", "mci.period").create(
        {
            "company_id": story.company.id,
            "date_from": dates.month(month),
            "date_to": dates.month_end(month),
        }
    )


def _type_by_hand(story):
    """Hours that were never booked: one priced, one of a function without a rate."""
    dates = story.dates
    _type(
        story, "engineer", "industry", "crane", dates.nth(-1, 20), 2, "Calls, evening"
    )
    _type(
        story, "grace", "public", "logistics", dates.nth(-1, 19), 3, "Tender questions"
    )
    _type(story, "diego", "public", "logistics", dates.nth(-1, 20), 6, "Reader driver")
    _type(story, "wei", "industry", "brewery", dates.nth(-1, 19), 1.5, "Spare parts")


def _type(story, login, unit, deal, day, hours, text):
    return story.model(login, "account.analytic.line").create(
        {
            "name": text,
            "project_id": story.units[unit].project_id.id,
            "employee_id": story.employees[login].id,
            "date": day,
            "unit_amount": hours,
            "mci_lead_id": story.deals[deal].id,
        }
    )


def _settle_last_month(story):
    """Cut off; the month before is closed once its last hours are collected."""
    dates = story.dates
    first, last = _create_period(story, -2), _create_period(story, -1)
    last.action_cut_off()
    first.action_close()
    _create_period(story, 0)
    statements = _generate(story, dates.month(-1), dates.month_end(-1))
    for statement in statements:
        _advance(story, statement, LAST_MONTH[_get_sides(story, statement)])
    _dispute(story, statements)


def _dispute(story, statements):
    """The sales manager does not accept one line; somebody else has to decide."""
    charge = statements.charge_ids.filtered(
        lambda charge: charge.state == "sent"
        and charge.lead_id == story.deals["textile"]
    )[:1]
    story.act("sales_manager", charge).action_dispute(
        "Half of the day was a demonstration for another mill.", "hours"
    )


def _type_late(story):
    """After the cut-off: hours nobody has collected yet, one without a payer."""
    dates = story.dates
    _type(story, "hotline", "hotline", "council", dates.nth(-1, 15), 1, "Call back")
    line = _type(
        story, "nina", "office", "paper", dates.nth(-1, 18), 1.5, "Drive data sheets"
    )
    charge = line.sudo().mci_charge_ids
    charge.with_user(charge.consent_user_id).action_consent()
