from odoo import api, fields, models
from odoo.exceptions import UserError


class MciBooking(models.Model):
    """Work nobody planned: a person reports it by category (M10)."""

    _inherit = "mci.booking"

    @api.model
    def log_work(self, category_id, hours, date=None, note=None):
        """Report one's own hours for no deal; they are billed to nobody (M10, C7).

        :param int category_id: a ``mci.work.category``
        :param float hours: hours spent
        :param date: day worked, ``YYYY-MM-DD``; default today where the person works
        :param str note: what was done; needed for more hours than the working time
        :return: dict ``booking_id``, ``name``
        :raise UserError: no position on that day, a day to come, or no hours
        """
        resource, seat, day = self._mci_get_own_seat(fields.Date.to_date(date))
        if day > resource._mci_today() or not hours or hours <= 0:
            raise UserError(
                self.env._("Report hours above zero on a day that is not to come.")
            )
        start, stop = resource._mci_day_bounds(day)
        booking = (
            self.sudo()
            ._mci_unlock()
            .create(
                {
                    "kind": "internal",
                    "category_id": category_id,
                    "center_id": seat.center_id.id,
                    "function_id": seat.function_id.id,
                    "resource_id": resource.id,
                    "requester_id": self.env.uid,
                    "date_start": start,
                    "date_stop": stop,
                    "hours": hours,
                }
            )
        )
        booking._mci_finish({booking: {day: hours}}, note)
        return {"booking_id": booking.id, "name": booking.name}

    def _mci_get_own_seat(self, day=None):
        """The user's resource and position on a day (his today), and the day."""
        seats = self.env["mci.center.seat"].sudo()
        own = seats.search(
            [("resource_id.user_id", "=", self.env.uid)], order="is_head desc, id"
        )
        day = day or (own.resource_id[:1]._mci_today() if own else None)
        seat = own.filtered_domain(seats._mci_current(day))[:1] if day else own
        if not seat:
            raise UserError(
                self.env._("You hold no position in a unit on that day: ask its head.")
            )
        return seat.resource_id, seat, day
