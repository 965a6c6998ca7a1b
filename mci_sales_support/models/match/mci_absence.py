from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.arguments import arguments, number
from ...tools.spread import spread

LONGEST_ABSENCE = 14


class MciAbsence(models.Model):
    """A person said that he cannot work: *sick today*, without any reason.

    It takes the capacity of these days (M7) and offers the bookings to others. It is no
    leave: HR is neither asked nor answered in its name, and nothing says why.
    """

    _name = "mci.absence"
    _inherit = ["mci.lock.mixin"]
    _description = "Unplanned absence"
    _order = "date_from desc, id desc"
    _rec_name = "resource_id"
    _mci_locked_fields = frozenset({"resource_id", "date_from", "date_to", "active"})

    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        related="resource_id.user_id", string="User of the person", store=True
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    active = fields.Boolean(default=True)

    _date_order = models.Constraint(
        "CHECK(date_to >= date_from)", "An absence ends on the day it begins or later."
    )

    @api.model
    @arguments(days=number)
    def report_absence(self, days=1):
        """The caller cannot work today, and asked, on the days that follow.

        His bookings of these days move to later days of their own dates where he is
        free, else somebody is suggested, else they go back to the queue.

        :param int days: calendar days from today on, 1 to 14
        :return: dict ``absence_id``, ``bookings``: list of dicts ``booking_id``,
            ``name``, ``outcome`` (moved, swap, queue, open), ``people`` (suggested)
        :raise UserError: no position in a unit, or a wrong number of days
        """
        if not days or not 1 <= days <= LONGEST_ABSENCE or int(days) != days:
            raise UserError(
                self.env._("Report 1 to %s whole days, from today on.", LONGEST_ABSENCE)
            )
        bookings = self.env["mci.booking"]
        resource, _seat, today = bookings._mci_get_own_seat()
        last = today + timedelta(days=int(days) - 1)
        resource._mci_bump()
        absence = self._mci_find_or_create(resource, today, last)
        return {
            "absence_id": absence.id,
            "bookings": bookings.sudo()._mci_offer_again(resource, today, last),
        }

    def _mci_find_or_create(self, resource, first, last):
        """One absence: telling it twice, or for longer, changes the first one."""
        absences = self.sudo()._mci_unlock()
        known = absences.search(
            [
                ("resource_id", "=", resource.id),
                ("date_from", "<=", first),
                ("date_to", ">=", first - timedelta(days=1)),
            ],
            limit=1,
        )
        if known:
            known.date_to = max(known.date_to, last)
            return known
        return absences.create(
            {"resource_id": resource.id, "date_from": first, "date_to": last}
        )

    def action_withdraw(self):
        """The person is back: from today on the days can be booked again.

        :raise AccessError: neither the person nor the head of one of his units
        """
        self.check_access("read")
        for absence in self.sudo():
            if absence.user_id != self.env.user and not any(
                center._mci_is_lead(self.env.user)
                for center in absence.resource_id.mci_seat_ids.center_id
            ):
                raise AccessError(
                    self.env._("Only the person, or the head of the unit, ends it.")
                )
        for absence in self.sudo()._mci_unlock():
            today = absence.resource_id._mci_today()
            if absence.date_from < today:
                absence.date_to = min(absence.date_to, today - timedelta(days=1))
            else:
                absence.active = False
            absence._mci_recheck(today)
        return True

    def _mci_recheck(self, today):
        humans = self.resource_id._mci_humans()[self.resource_id]
        bookings = self.env["mci.booking"].search(
            [
                ("resource_id", "in", humans.ids),
                ("state", "in", ("held", "confirmed")),
                ("has_conflict", "=", True),
            ]
        )
        self.flush_recordset()
        bookings._mci_flag_conflicts(today)
        back = bookings.filtered(lambda booking: not booking.has_conflict)
        back._mci_unlock().write({"decline_reason": False})

    @api.model
    @api.private
    def _mci_get_days(self, resources, first, last):
        """Days people are away, by one query: ``{resource id: {date, …}}``."""
        absences = self.sudo().search_fetch(
            [
                ("resource_id", "in", resources.ids),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ],
            ["resource_id", "date_from", "date_to"],
        )
        result = defaultdict(set)
        for absence in absences:
            begin, end = max(absence.date_from, first), min(absence.date_to, last)
            for step in range((end - begin).days + 1):
                result[absence.resource_id.id].add(begin + timedelta(days=step))
        return result


class MciBooking(models.Model):
    """What becomes of the bookings of somebody who cannot come."""

    _inherit = "mci.booking"

    def _mci_offer_again(self, resource, first, last):
        """:return: list of dicts, see ``mci.absence.report_absence``"""
        days = self.env["mci.booking.day"].search(
            [
                ("resource_id", "in", resource._mci_humans()[resource].ids),
                ("date", ">=", first),
                ("date", "<=", last),
                ("hours", ">", 0),
                ("state", "in", ("held", "confirmed")),
            ]
        )
        result = []
        for booking in days.booking_id._mci_act():
            outcome, people = booking._mci_offer_one(first, last)
            result.append(
                {
                    "booking_id": booking.id,
                    "name": booking.display_name,
                    "outcome": outcome,
                    "people": people,
                }
            )
        return result

    def _mci_offer_one(self, first, last):
        self.ensure_one()
        if self._mci_move_inside(first, last):
            self._mci_tell_absence(
                self.env._(
                    "%s: the hours moved to later days of the same booking.", self.name
                )
            )
            return "moved", []
        people = self._mci_suggest_people()
        reason = self.env._("Absent until %s", format_date(self.env, last))
        if not people and self._mci_is_inside(first, last) and self.request_line_id:
            self._do_cancel(reason)
            self._mci_tell_absence(
                self.env._(
                    "%s: the person cannot come and nobody is free. The hours are back"
                    " in the queue.",
                    self.name,
                )
            )
            return "queue", []
        self.write({"decline_reason": reason, "has_conflict": True})
        self._mci_close_activities()
        self._mci_ask_swap(people)
        return ("swap" if people else "open"), people

    def _mci_move_inside(self, first, last):
        """Put the hours of these days on later free days of the booking, if they fit.

        Days before stay as they are: they may be worked already.
        """
        self.ensure_one()
        away = self.day_ids.filtered(lambda day: first <= day.date <= last)
        stop = self._mci_get_window()[1]
        if self.travel_hours or stop <= last:
            return False
        begin = last + timedelta(days=1)
        free = self.resource_id._mci_get_free(begin, stop, ignore=self)
        own = {day.date: day for day in self.day_ids if day.date > last}
        room = {
            day: hours - (own[day].hours if day in own else 0)
            for day, hours in free[self.resource_id].items()
        }
        room = {day: hours for day, hours in room.items() if hours > 0}
        plan = spread(sum(away.mapped("hours")), room, room) if room else None
        if not plan:
            return False
        away._mci_unlock().unlink()
        self._mci_add_hours(plan, own)
        # Finds that the days fit and gives the new ones their price.
        self._mci_plan_days()
        return True

    def _mci_add_hours(self, plan, own):
        """Hours on days of the booking: those it has get more, others are added."""
        days = self.env["mci.booking.day"].sudo()._mci_unlock()
        for day, hours in plan.items():
            if day in own:
                own[day].hours += hours
        days.create(
            [
                {"booking_id": self.id, "date": day, "hours": hours}
                for day, hours in plan.items()
                if day not in own
            ]
        )

    def _mci_is_inside(self, first, last):
        start, stop = self._mci_get_window()
        return first <= start and stop <= last

    def _mci_suggest_people(self):
        """Names of up to three people who could go instead (M6)."""
        rows = self.sudo().rank_candidates(limit=4)
        return [
            row["name"]
            for row in rows
            if not row["excluded"] and row["resource_id"] != self.resource_id.id
        ][:3]

    def _mci_ask_swap(self, people):
        for booking in self.filtered("approver_id"):
            reader = self.with_context(lang=booking.approver_id.lang)
            booking.activity_schedule(
                "mci_sales_support.activity_type_booking",
                summary=reader.env._("The person cannot come: swap"),
                note=reader.env._("Free and fit: %s", ", ".join(people))
                if people
                else reader.env._("Nobody of the unit is free on these days."),
                user_id=booking.approver_id.id,
                date_deadline=fields.Date.context_today(self),
            )
        self._mci_tell_absence(
            self.env._(
                "%s: the person cannot come; somebody else is sought.", self.name
            )
        )

    def _mci_tell_absence(self, text):
        """Tell owner, requester and approver, in neutral words."""
        for booking in self:
            users = (
                booking.lead_id.mci_owner_id
                | booking.requester_id
                | booking.approver_id
            ) - self.env.user
            if users:
                booking.message_notify(
                    partner_ids=users.partner_id.ids,
                    subject=self.env._("Change of a booking"),
                    body=text,
                )
