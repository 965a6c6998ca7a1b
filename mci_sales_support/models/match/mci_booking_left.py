from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class MciBooking(models.Model):
    """Work of somebody who left: what he did until then is recorded (C1, C7)."""

    _inherit = "mci.booking"

    def _mci_get_last_day(self):
        """The last day with work: today where the person works, or when he left.

        :raise UserError: he left before the first day of the booking
        """
        self.ensure_one()
        left = self.resource_id._mci_get_departure()
        if not left:
            return self.resource_id._mci_today()
        planned = self.day_ids.filtered("hours").mapped("date")
        if left < min(planned, default=self._mci_get_window()[0]):
            raise UserError(
                self.env._(
                    "%(person)s left on %(date)s, before %(booking)s began: cancel it"
                    " or give it to somebody else.",
                    person=self.resource_id.name,
                    date=format_date(self.env, left),
                    booking=self.display_name,
                )
            )
        return left

    def _mci_get_booked_hours(self):
        """Hours booked; of somebody who left, those planned until then."""
        self.ensure_one()
        left = self.resource_id._mci_get_departure()
        if not left:
            return self.hours
        days = self.day_ids.filtered(lambda day: day.date <= left)
        return sum(days.mapped("hours")) or self.hours


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    def _mci_get_departure(self):
        """Day on which an archived person left, as HR recorded it; or False."""
        self.ensure_one()
        person = self.sudo()
        if person.active or not person.employee_id:
            return False
        dates = person.employee_id.mapped("departure_date")
        return all(dates) and max(dates)
