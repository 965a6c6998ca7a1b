from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_duration

from ...tools.arguments import arguments, number, text


class MciBooking(models.Model):
    """Reported hours are corrected while their charges are open (C3).

    Timesheets and charges follow; the history of the charge keeps both figures.
    """

    _inherit = "mci.booking"

    can_correct = fields.Boolean(compute="_compute_can_correct")

    @api.depends_context("uid")
    @api.depends("state", "can_report", "charge_ids.state")
    def _compute_can_correct(self):
        done = self.filtered(lambda b: b.state == "done" and b.can_report)
        frozen = done.sudo().charge_ids.filtered(
            lambda charge: charge.state != "reversed" and charge._mci_is_frozen()
        )
        for booking in self:
            booking.can_correct = booking in done and booking not in frozen.booking_id

    @arguments(hours=number, note=text, reason=text)
    def action_done(self, hours=None, note=None, reason=None):
        # EXTENDS match: what the cut-off reported is answered by the person.
        self._mci_check_right("report")
        answered = self.filtered(
            lambda booking: booking.state == "done" and booking.report_kind == "cutoff"
        )
        if answered:
            answered.action_correct(hours, note, reason)
        rest = self - answered
        if not rest and self:
            return True
        return super(MciBooking, rest).action_done(hours, note, reason)

    @arguments(hours=number, note=text, reason=text)
    def action_correct(self, hours=None, note=None, reason=None):
        """Correct the hours of work that is done; timesheets and charges follow (C3).

        :param float hours: hours really spent, default as booked
        :param str note: what was done, as for :meth:`action_done`
        :param str reason: why other hours than booked, a value of ``hours_reason``
        :raise AccessError: neither the person, the unit's lead nor the delivery lead
        :raise UserError: not done, no reason, no hours, or a charge was sent already
        """
        self._mci_check_right("report")
        self._mci_check_state(("done",))
        bookings = self._mci_act()
        for booking in bookings:
            booking._mci_check_charges_open(booking._mci_get_live_charges())
        bookings._do_correct(hours, note, reason)
        return True

    def _do_correct(self, hours=None, note=None, reason=None):
        plans = {b: b._mci_get_corrected_work(hours) for b in self}
        self._mci_explain_hours(plans, note, reason)
        plans = {b: b._mci_round_days(days) for b, days in plans.items()}
        self._mci_check_overtime(plans, note)
        self._mci_write_days(plans)
        self._mci_price_new_days()
        for booking in self:
            before = booking.hours_done
            booking.write(
                {
                    "hours_done": round(sum(plans[booking].values()), 2),
                    "note": note or booking.note,
                }
            )
            booking._mci_log_correction(before)
        self._mci_rewrite_timesheets(plans)

    def _mci_get_corrected_work(self, hours):
        """The days worked stay in proportion; the days planned, if none was."""
        self.ensure_one()
        if hours is None and self.report_kind == "cutoff":
            return self._mci_get_planned_work()
        worked = {day.date: day.hours_done for day in self.day_ids if day.hours_done}
        return self._mci_get_work(hours, worked)

    def _mci_price_new_days(self):
        days = self.day_ids.filtered(
            lambda day: day.hours_done and day.booking_id.lead_id and not day.rate_id
        )
        if days:
            days._mci_fix_price()

    def _mci_log_correction(self, before):
        self.ensure_one()
        if round(before, 2) == round(self.hours_done, 2):
            body = self.env._("The hours reported were looked at and stand.")
        else:
            body = self.env._(
                "Hours corrected from %(before)s to %(after)s.",
                before=format_duration(before),
                after=format_duration(self.hours_done),
            )
        self.message_post(body=body, subtype_xmlid="mail.mt_note")

    # --- Timesheets -----------------------------------------------------------

    def _mci_rewrite_timesheets(self, plans):
        """Bring the timesheet lines of these bookings to ``{booking: {date: hours}}``.

        A line that was moved to another day by hand goes; its hours are in the plan.
        """
        lines = self._mci_get_timesheets()
        by_day = {(line.mci_booking_id, line.date): line for line in lines}
        wanted = {
            (booking, day): hours
            for booking, days in plans.items()
            for day, hours in days.items()
        }
        keep = lines.browse().concat(*(by_day[key] for key in wanted if key in by_day))
        (lines - keep)._mci_unlock().unlink()
        changed = defaultdict(lines.browse)
        for key in wanted.keys() & by_day.keys():
            if by_day[key].unit_amount != wanted[key]:
                changed[wanted[key]] |= by_day[key]
        for hours, group in changed.items():
            group.write({"unit_amount": hours})
        self._mci_create_missing(wanted.keys() - by_day.keys(), wanted)
        # Also charges whose hours stay: how they were reported has changed.
        self._mci_get_live_charges().filtered("timesheet_id")._mci_follow()

    def _mci_create_missing(self, keys, wanted):
        work = {}
        for booking, day in sorted(keys, key=lambda key: (key[0].id, key[1])):
            work.setdefault(booking, []).append((None, day, wanted[booking, day]))
        bookings = self.browse().concat(*work)
        for company, group in bookings.grouped("company_id").items():
            group._mci_create_timesheets(company, work)
