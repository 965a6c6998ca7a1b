from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_compare

from ...tools.arguments import arguments, number, text
from ...tools.spread import spread


class MciBooking(models.Model):
    """Reporting the work: one tap, no typing (C7: recording is never refused)."""

    _inherit = "mci.booking"

    @arguments(hours=number, note=text, reason=text)
    def action_done(self, hours=None, note=None, reason=None):
        """Report the hours really spent; they become timesheets and charges by day.

        The hours go to the planned days up to today, in the person's zone; work after
        the last planned day counts on today. They are rounded to the company's step.

        :param float hours: hours spent, default as booked
        :param str note: what was done; needed for more hours than the working time
        :param str reason: why other hours than booked for a deal, a value of
            ``hours_reason``; a note counts as ``other`` (C10)
        :raise UserError: not begun yet, nothing spent, more than 24 hours a day, or
            other hours than booked without a reason
        """
        self._mci_check_right("report")
        undecided = self.filtered(
            lambda booking: booking.state in ("requested", "held")
        )
        if undecided:
            # Who commands may report what he never confirmed: he does both at once.
            undecided.action_confirm()
        self._mci_check_state(("confirmed",))
        self._mci_act()._do_done(hours, note, reason)
        return True

    def _do_done(self, hours=None, note=None, reason=None):
        plans = {b: b._mci_get_work(hours) for b in self}
        self._mci_explain_hours(plans, note, reason)
        self._mci_finish(plans, note)

    def _mci_finish(self, plans, note=None):
        """Bookings become done with the hours of ``{booking: {date: hours}}``."""
        plans = {b: b._mci_round_days(days) for b, days in plans.items()}
        self._mci_check_overtime(plans, note)
        work = self._mci_write_days(plans)
        for booking in self:
            booking.write(
                {
                    "state": "done",
                    "hours_done": round(sum(plans[booking].values()), 2),
                    "done_date": fields.Datetime.now(),
                    "has_conflict": False,
                    "note": note or booking.note,
                }
            )
        self._mci_close_activities()
        self._mci_record_work(work)

    def _mci_get_work(self, hours=None, weights=None):
        """:return: ``{local date: hours really spent}``, as ``weights`` if given"""
        self.ensure_one()
        if self._mci_get_window()[0] > self.resource_id._mci_today():
            raise UserError(
                self.env._(
                    "%s has not begun: work is reported when it is done.",
                    self.display_name,
                )
            )
        today = self._mci_get_last_day()
        hours = self._mci_get_booked_hours() if hours is None else hours
        if float_compare(hours, 0, precision_digits=2) <= 0:
            raise UserError(
                self.env._(
                    "No hours were spent on %s: cancel it instead.", self.display_name
                )
            )
        weights = weights or {
            day.date: day.hours
            for day in self.day_ids
            if day.hours and day.date <= today
        }
        return spread(hours, weights or {today: 1})

    def _mci_check_overtime(self, plans, note):
        """Hours above the working time of a day are a fact, and need a word why."""
        for booking, days in plans.items():
            if max(days.values()) > 24:
                raise UserError(
                    self.env._(
                        "%s: a day has 24 hours, correct the hours.",
                        booking.display_name,
                    )
                )
        plans = {b: days for b, days in plans.items() if not b._mci_has_word(note)}
        if not plans:
            return
        dates = [day for days in plans.values() for day in days]
        people = self.browse().concat(*plans).resource_id
        capacity = people._mci_get_capacity(min(dates), max(dates))
        for booking, days in plans.items():
            booking._mci_check_normal(days, capacity[booking.resource_id])

    def _mci_check_normal(self, days, normal):
        """The hours of each day are within its working time, or were planned."""
        planned = {day.date: day.hours for day in self.day_ids}
        for day, hours in days.items():
            most = max(normal.get(day, 0), planned.get(day, 0))
            if float_compare(hours, most, precision_digits=2) > 0:
                raise UserError(
                    self.env._(
                        "%(person)s has %(normal)s working hours on %(day)s and"
                        " reports %(hours)s: add a note why (M7).",
                        person=self.resource_id.name,
                        normal=f"{most:g}",
                        day=fields.Date.to_string(day),
                        hours=f"{hours:g}",
                    )
                )

    def _mci_write_days(self, plans):
        """:return: ``{booking: [(day record, date, hours), …]}`` for the hook"""
        missing = [
            {"booking_id": booking.id, "date": day, "hours": 0}
            for booking, days in plans.items()
            for day in sorted(days.keys() - set(booking.day_ids.mapped("date")))
        ]
        self.env["mci.booking.day"].sudo()._mci_unlock().create(missing)
        work = {}
        for booking, days in plans.items():
            work[booking] = []
            for record in booking.day_ids.sorted("date"):
                hours = days.get(record.date, 0)
                record.hours_done = hours
                if hours:
                    work[booking].append((record, record.date, hours))
        return work
