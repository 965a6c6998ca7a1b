from odoo import fields, models

from ..integrate.mci_lock_mixin import UNLOCK

TIME_FIELDS = frozenset(
    {"start", "stop", "start_date", "stop_date", "duration", "allday"}
)


class CalendarEvent(models.Model):
    """Events of bookings: dragging one only wishes, the booking commands."""

    _inherit = "calendar.event"

    mci_booking_id = fields.Many2one(
        "mci.booking",
        string="Presales booking",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    def write(self, vals):
        if not TIME_FIELDS.intersection(vals):
            return super().write(vals)
        if self.env.context.get("mci_unlock") is UNLOCK:
            return super().write(vals)
        booked = self.filtered(lambda event: event.sudo().mci_booking_id)
        if not booked:
            return super().write(vals)
        booked.check_access("write")
        booked._mci_wish_move(vals)
        rest = {name: vals[name] for name in vals.keys() - TIME_FIELDS}
        # An event that came moved from Google or Microsoft is sent back where it was.
        rest |= {
            name: True for name in ("need_sync", "need_sync_m") if name in self._fields
        }
        if rest:
            super(CalendarEvent, booked).write(rest)
        others = self - booked
        return super(CalendarEvent, others).write(vals) if others else True

    def _mci_wish_move(self, vals):
        for event in self:
            booking = event.sudo().mci_booking_id
            start, stop = event._mci_get_moved(vals)
            if (start, stop) == (event.start, event.stop):
                continue
            if booking.state in ("requested", "held", "confirmed"):
                booking._mci_unlock()._do_wish_move(start, stop)
                self.env.user._bus_send(
                    "simple_notification",
                    {
                        "type": "info",
                        "message": self.env._(
                            "%(user)s decides on the move. Until then %(booking)s stays"
                            " where it is.",
                            user=booking.approver_id.name or "",
                            booking=booking.name,
                        ),
                    },
                )

    def _mci_get_moved(self, vals):
        """:return: start and stop that the values would give, UTC"""
        self.ensure_one()
        to_moment = fields.Datetime.to_datetime
        start = to_moment(vals.get("start") or vals.get("start_date")) or self.start
        stop = to_moment(vals.get("stop"))
        if not stop:
            stop = start + (self.stop - self.start)
        return start, stop
