from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, moment, text
from ..integrate.mci_lock_mixin import UNLOCK
from .mci_booking import OPEN

# Where events of the calendar follow the booking without telling anybody.
QUIET = {
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "skip_attendee_notification": True,
    "skip_contact_description": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "tracking_disable": True,
}


class MciBooking(models.Model):
    """An event in the calendar of the person booked, where the company wants it.

    The booking commands, the event follows: moved in the calendar it only proposes, and
    a deleted event leaves the booking as it is.
    """

    _inherit = "mci.booking"

    has_event = fields.Boolean("In the calendar", copy=False, readonly=True)
    is_private = fields.Boolean(
        "Neutral title",
        help="The event in the calendar does not name the deal.",
    )
    move_date_start = fields.Datetime("Other start wished", copy=False)
    move_date_stop = fields.Datetime("Other end wished", copy=False)
    move_user_id = fields.Many2one("res.users", string="Move wished by", copy=False)

    _mci_move_fields = ("move_date_start", "move_date_stop", "move_user_id")

    def _mci_get_locked_fields(self):
        return (
            super()._mci_get_locked_fields().union(self._mci_move_fields, ["has_event"])
        )

    def write(self, vals):
        result = super().write(vals)
        if {"state", "resource_id", "date_start", "date_stop"}.intersection(vals):
            self.sudo()._mci_sync_events()
        return result

    # ------------------------------------------------------------------
    # The event follows
    # ------------------------------------------------------------------

    def _mci_wants_event(self):
        self.ensure_one()
        user = self.resource_user_id
        return bool(
            self.state == "confirmed"
            and self.company_id.mci_calendar_events
            and user
            and not user.mci_no_calendar_events
        )

    def _mci_sync_events(self):
        """Create, move and remove the events of these bookings, each kind in one go."""
        wanted = self.filtered(lambda booking: booking._mci_wants_event())
        known = self.filtered("has_event")
        if not wanted and not known:
            return
        model = (
            self.env["calendar.event"].sudo().with_context(**QUIET, mci_unlock=UNLOCK)
        )
        events = model.search([("mci_booking_id", "in", known.ids)]) if known else model
        by_booking = events.grouped("mci_booking_id")
        gone = known.filtered(lambda booking: booking.state != "done") - wanted
        events.filtered(lambda event: event.mci_booking_id in gone).unlink()
        gone._mci_unlock().write({"has_event": False})
        fresh = wanted.filtered(lambda booking: booking not in by_booking)
        model.create([booking._prepare_event_vals() for booking in fresh])
        fresh._mci_unlock().write({"has_event": True})
        for booking in wanted - fresh:
            by_booking[booking].write(booking._prepare_event_vals())

    def _prepare_event_vals(self):
        """The person is the only attendee and has accepted; others see *busy*."""
        self.ensure_one()
        user, partner = self.resource_user_id, self.resource_user_id.partner_id
        first, last = self._mci_get_window()
        allday = first != last
        title = self.lead_name or self.category_id.name or ""
        if self.is_private:
            title = self.env._("Presales booking")
        vals = {
            "name": f"{title} ({self.name})",
            "mci_booking_id": self.id,
            "user_id": user.id,
            "partner_ids": [fields.Command.set(partner.ids)],
            "allday": allday,
            "start": self.date_start,
            "stop": self.date_stop,
            "privacy": "private",
            "show_as": "busy",
            "location": False
            if self.is_private or self.place != "on_site"
            else self.partner_id.contact_address_inline,
        }
        if allday:
            vals |= {"start_date": first, "stop_date": last}
        return vals

    # ------------------------------------------------------------------
    # Moved in the calendar: a wish
    # ------------------------------------------------------------------

    @arguments(date_start=moment, date_stop=moment)
    def action_wish_move(self, date_start, date_stop):
        """The person booked wishes other dates; the approver decides.

        :param date_start: UTC, ``YYYY-MM-DD HH:MM:SS``
        :param date_stop: UTC, after ``date_start``
        :raise AccessError: for anybody but the person booked
        """
        self._mci_check_right("decline")
        self._mci_check_state(OPEN)
        self._mci_act()._do_wish_move(
            fields.Datetime.to_datetime(date_start),
            fields.Datetime.to_datetime(date_stop),
        )
        return True

    def _do_wish_move(self, date_start, date_stop):
        if not date_start or not date_stop or date_stop <= date_start:
            raise UserError(self.env._("A booking ends after it starts."))
        self.write(
            {
                "move_date_start": date_start,
                "move_date_stop": date_stop,
                "move_user_id": self.env.uid,
            }
        )
        self._mci_close_activities()
        for booking in self.filtered("approver_id"):
            booking.activity_schedule(
                "mci_sales_support.activity_type_booking",
                summary=self.with_context(lang=booking.approver_id.lang).env._(
                    "Decide on a wish to move"
                ),
                user_id=booking.approver_id.id,
            )

    def action_accept_move(self):
        """The approver moves the booking as wished.

        :raise AccessError: for whoever does not decide on the booking (M3)
        :raise UserError: too few free hours (M7), or later than agreed: then propose
            it to the deal's side (C10)
        """
        self._mci_check_right("decide")
        for booking in self:
            wish = booking.sudo()
            wish._mci_check_wish()
            booking.action_assign(
                wish.resource_id.id, wish.move_date_start, wish.move_date_stop
            )
            wish._mci_unlock()._mci_end_wish()
        return True

    @arguments(reason=text)
    def action_reject_move(self, reason=None):
        """The approver leaves the booking where it is.

        :param str reason: read by the person
        """
        self._mci_check_right("decide")
        for booking in self._mci_act():
            booking._mci_check_wish()
            booking.message_notify(
                partner_ids=booking.move_user_id.partner_id.ids,
                subject=self.env._("%s stays where it is", booking.name),
                body=reason or "",
            )
            booking._mci_end_wish()
        return True

    def _mci_check_wish(self):
        self.ensure_one()
        if not self.move_user_id:
            raise UserError(self.env._("Nobody wishes to move %s.", self.display_name))

    def _mci_end_wish(self):
        self.write(dict.fromkeys(self._mci_move_fields, False))
        self._mci_close_activities()
