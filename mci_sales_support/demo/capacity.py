"""Capacity in the story: a Saturday that is worked, overtime, a conflict, a series.

Look as `engineer` at My week and at *Overtime*, as `center_lead` at *In conflict*, as
`office_lead` at the Friday training of Nina, as `seller` at the favour that waits.
"""

from datetime import datetime, time, timedelta


def tell(story):
    _work_a_saturday(story)
    _ask_for_overtime(story)
    _leave_after_confirmation(story)
    _train_on_fridays(story)
    _do_favours(story)
    _close_a_week(story)


def _work_a_saturday(story):
    """The holiday of the week after next is worked on the Saturday after."""
    story.model("hr", "mci.extra.workday").create(
        {
            "name": "Worked for the company day",
            "date": story.dates.next_monday + timedelta(days=12),
            "company_id": story.company.id,
        }
    )


def _ask_for_overtime(story):
    """The engineer accepts two hours; Wei has not answered yet."""
    monday = story.dates.next_monday
    overtime = story.model("center_lead", "mci.overtime")
    asked = overtime.ask(
        story.employees["engineer"].resource_id.id,
        monday,
        2,
        "The dispatch interface has to be ready on Tuesday.",
        lead_id=story.deals["crane"].id,
    )
    accepted = overtime.browse(asked["overtime_id"])
    story.act("engineer", accepted).action_accept()
    overtime.ask(
        story.employees["wei"].resource_id.id,
        monday + timedelta(days=3),
        2,
        "Second run of the load test.",
    )


def _leave_after_confirmation(story):
    """Leave comes after the confirmation: nobody stops HR, the booking is marked."""
    booking = story.env["mci.booking"].search(
        [
            ("resource_id", "=", story.employees["tom"].resource_id.id),
            ("state", "=", "confirmed"),
            ("date_start", ">=", story.dates.next_monday),
        ],
        order="date_start",
        limit=1,
    )
    day = booking.day_ids.sorted("date")[:1].date
    resource = booking.resource_id
    start, stop = resource._mci_day_bounds(day)
    story.env["resource.calendar.leaves"].create(
        {
            "name": "Move of the family",
            "resource_id": resource.id,
            "calendar_id": resource.calendar_id.id,
            "company_id": story.company.id,
            "date_from": start,
            "date_to": stop,
        }
    )
    booking._mci_flag_conflicts(story.dates.today)


def _train_on_fridays(story):
    """Two hours every Friday, made in one action; full weeks are left out."""
    friday = story.dates.next_monday + timedelta(days=4)
    bookings = story.model("office_lead", "mci.booking")
    first = bookings.create(
        {
            "kind": "internal",
            "category_id": story.ref("work_category_training").id,
            "center_id": story.units["office"].id,
            "function_id": story.ref("function_presales").id,
            "resource_id": story.employees["nina"].resource_id.id,
            "date_start": datetime.combine(friday, time(13)),
            "date_stop": datetime.combine(friday, time(15)),
            "hours": 2,
            "brief": "Certification of the drive family.",
        }
    )
    result = first.action_repeat(count=4, skip_conflicts=True)
    (first + bookings.browse(result["booking_ids"])).action_confirm()


def _do_favours(story):
    """One favour was taken by the owner of the deal, one waits for the seller."""
    day = story.dates.workday(-2)
    done = story.model("fatima", "mci.favour").record(
        1,
        lead_id=story.deals["crane"].id,
        note="Checked the load cycle of the customer by phone.",
        date=day,
    )
    favour = story.env["mci.favour"].browse(done["favour_id"])
    owner = story.deals["crane"].mci_owner_id
    favour.with_user(owner).action_accept()
    story.model("nina", "mci.favour").record(
        0.5,
        asked_by_id=story.users["seller"].id,
        note="Which drive for the slitter?",
        date=day,
    )


def _close_a_week(story):
    """Somebody with nothing left to answer has confirmed the last week."""
    monday = story.dates.next_monday - timedelta(days=14)
    for login in ("wei", "grace", "luis"):
        weeks = story.model(login, "mci.week")
        if not weeks.get_my_week(monday)["unanswered"]:
            weeks.close_my_week(monday, accept_unexplained=True)
            break
