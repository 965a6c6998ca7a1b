from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.retry import run_each

# Bookings reported in one go: a transaction stays short enough for everybody else.
AT_ONCE = 50


class MciBooking(models.Model):
    """At the cut-off what nobody answered is done as booked, and marked (C5).

    Never a booking that has not ended, and never one that probably did not happen:
    leave or working time changed, or the person said that he cannot come. Those are
    listed to the head of the unit.
    """

    _inherit = "mci.booking"

    @api.model
    def _mci_get_unanswered_domain(self, company, date_to):
        """Confirmed bookings of a company that ended by a day, wherever it ends."""
        last = datetime.combine(date_to, time.max) + timedelta(days=1)
        return [
            ("company_id", "=", company.id),
            ("state", "=", "confirmed"),
            ("date_stop", "<=", min(last, fields.Datetime.now())),
        ]

    @api.model
    def _mci_find_unanswered(self, company, date_to):
        """:return: bookings to report as booked, and those somebody has to look at"""
        domain = self._mci_get_unanswered_domain(company, date_to)
        # By the day where the person works, not by the day in UTC.
        ended = (
            self.sudo()
            .search(domain, order="center_id, date_start, id")
            .filtered(lambda booking: booking._mci_get_window()[1] <= date_to)
        )
        doubtful = ended.filtered(
            lambda booking: booking.has_conflict
            or booking.decline_reason
            or not booking.resource_id
        )
        return ended - doubtful, doubtful

    def _do_report_as_booked(self):
        """Done as booked, on the days planned; tests anew who is still unanswered."""
        open_ = self.filtered(
            lambda booking: booking.state == "confirmed"
            and booking.date_stop <= fields.Datetime.now()
        )._mci_act()
        if not open_:
            return open_
        open_.write({"report_kind": "cutoff", "hours_reason": False})
        open_._mci_finish({b: b._mci_get_planned_work() for b in open_})
        for booking in open_:
            booking.message_post(
                body=self.env._(
                    "Nobody reported the work: it counts as done as booked. Correct it"
                    " while the charge is open (C5)."
                ),
                subtype_xmlid="mail.mt_note",
            )
        return open_

    def _mci_get_planned_work(self):
        self.ensure_one()
        last = self._mci_get_last_day()
        days = {
            day.date: day.hours
            for day in self.day_ids
            if day.hours and day.date <= last
        }
        return days or {min(self._mci_get_window()[1], last): self.hours}

    @api.model
    def _mci_report_unanswered(self, company, date_to):
        """Report what nobody answered, unit by unit, in the running transaction.

        What cannot be reported is left, and the head of its unit is told why; the
        rest goes on. A collision with somebody who reports meanwhile is raised: the
        whole step is tried again.

        :return: number of bookings reported
        """
        bookings, doubtful = self._mci_find_unanswered(company, date_to)
        now, later = bookings[:AT_ONCE], bookings[AT_ONCE:]
        count, failed = 0, {}
        for unit in now.grouped("center_id").values():
            done, errors = unit._mci_try_report()
            count += done
            failed.update(errors)
        (doubtful | self.union(*failed))._mci_tell_unreported(failed)
        if later:
            self.env.ref("mci_sales_support.cron_report_unanswered")._trigger()
        return count

    def _mci_try_report(self):
        """:return: number reported, and ``{booking: error}`` of the others"""
        try:
            with self.env.cr.savepoint():
                return len(self._do_report_as_booked()), {}
        except UserError as error:
            if len(self) == 1:
                return 0, {self: str(error)}
        count, failed = 0, {}
        for booking in self:
            done, errors = booking._mci_try_report()
            count += done
            failed.update(errors)
        return count, failed

    def _mci_tell_unreported(self, failed):
        """One message to the head of each unit about what waits for him."""
        for center, bookings in self.grouped("center_id").items():
            lines = [
                f"{booking.display_name}: {failed[booking]}"
                if booking in failed
                else booking.display_name
                for booking in bookings
            ]
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=(center.lead_id | center.deputy_id).partner_id.ids,
                subject=self.env._(
                    "%(unit)s: %(count)s bookings nobody reported",
                    unit=center.name,
                    count=len(bookings),
                ),
                body=self.env._(
                    "The cut-off does not report them as done: leave or working time"
                    " changed, the person could not come, or a fact is missing. Report"
                    " them or say that somebody did not come.\n%s",
                    "\n".join(lines),
                ),
            )

    # ------------------------------------------------------------------
    # The rest, later
    # ------------------------------------------------------------------

    @api.model
    def _cron_report_unanswered(self):
        """Report the rest of the periods that are cut off, some at a time."""
        for company, date_to in self._mci_get_cut_off_ends():
            bookings, _doubtful = self._mci_find_unanswered(company, date_to)
            run_each(bookings, "_do_report_as_booked", size=AT_ONCE)

    @api.model
    @api.private
    def _mci_get_cut_off_ends(self):
        """Pairs of company and last day cut off; *charge* knows the periods."""
        return []
