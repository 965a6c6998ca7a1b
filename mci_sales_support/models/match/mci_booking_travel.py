from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.float_utils import float_compare


class MciBooking(models.Model):
    """Where the work is done, and the way there.

    Travel takes the person's hours and costs nothing more: it is carried in the rate
    (C2), so that a deal far away pays what a deal next door pays.
    """

    _inherit = "mci.booking"

    place = fields.Selection(
        [("remote", "Remote support"), ("on_site", "On site")],
        string="Where",
        default="remote",
    )
    travel_hours = fields.Float(
        help="Hours on the way, half on the first and half on the last day. They take"
        " the person's time and are not priced: the rate carries them (C2).",
    )

    _travel_positive = models.Constraint(
        "CHECK(travel_hours >= 0)", "Travel hours cannot be negative."
    )

    def _mci_get_locked_fields(self):
        # EXTENDS: agreed with the first request, as the hours are
        locked = super()._mci_get_locked_fields()
        if any(booking.state != "draft" for booking in self.sudo()):
            return locked | {"place", "travel_hours"}
        return locked

    @api.constrains("place", "travel_hours")
    def _check_travel(self):
        for booking in self:
            if booking.travel_hours and booking.place != "on_site":
                raise ValidationError(
                    self.env._(
                        "%s is remote support: travel hours belong to work on site.",
                        booking.display_name,
                    )
                )

    def _mci_get_travel(self, room):
        """Travel by day, taken out of the free hours of the booking.

        :param room: ``{date: free hours}`` of the window, reduced here
        :return: ``{date: travel hours}``
        :raise UserError: the day of the way has no room for it
        """
        self.ensure_one()
        if not self.travel_hours or not room:
            return {}
        ends = sorted({min(room), max(room)})
        travel = {day: round(self.travel_hours / len(ends), 2) for day in ends}
        for day, hours in travel.items():
            if float_compare(hours, room[day], precision_digits=2) > 0:
                raise UserError(
                    self.env._(
                        "%(person)s has %(free)s free hours on %(date)s, and the way of"
                        " %(booking)s takes %(hours)s (M7).",
                        person=self.resource_id.name,
                        free=f"{room[day]:g}",
                        date=format_date(self.env, day),
                        booking=self.name,
                        hours=f"{hours:g}",
                    )
                )
            room[day] = round(room[day] - hours, 2)
        return travel


class MciBookingDay(models.Model):
    _inherit = "mci.booking.day"

    travel_hours = fields.Float(
        copy=False, help="On the way: takes the person's time, costs the deal nothing."
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"travel_hours"}
