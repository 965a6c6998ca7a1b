from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, flag, identifier
from .mci_booking import OPEN


class MciBooking(models.Model):
    """Candidates somebody keeps in sight while choosing: shortlisted or pinned (M6)."""

    _inherit = "mci.booking"

    shortlist_resource_ids = fields.Many2many(
        "resource.resource",
        "mci_booking_shortlist_rel",
        string="Shortlist",
        copy=False,
        help="Candidates to compare side by side.",
    )
    pinned_resource_ids = fields.Many2many(
        "resource.resource",
        "mci_booking_pinned_rel",
        string="Pinned",
        copy=False,
        help="Candidates that stay on top of the list, whatever their score.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "shortlist_resource_ids",
            "pinned_resource_ids",
        }

    @arguments(resource_id=identifier, on=flag)
    def action_shortlist(self, resource_id, on=True):
        """Put a candidate on the shortlist of the booking, or take him off.

        :param int resource_id: somebody with a position in the unit
        :param bool on: False takes him off
        :raise AccessError: for whoever neither asks for nor decides on the booking
        :raise UserError: the person is no candidate
        """
        return self._mci_mark_candidate("shortlist_resource_ids", resource_id, on)

    @arguments(resource_id=identifier, on=flag)
    def action_pin(self, resource_id, on=True):
        """Keep a candidate on top of the ranked list, or let him go.

        :param int resource_id: somebody with a position in the unit
        :param bool on: False lets him go
        :raise AccessError: for whoever neither asks for nor decides on the booking
        :raise UserError: the person is no candidate
        """
        return self._mci_mark_candidate("pinned_resource_ids", resource_id, on)

    def _mci_mark_candidate(self, name, resource_id, on):
        self.ensure_one()
        self._mci_check_right("choose")
        self._mci_check_state(("draft", *OPEN))
        booking = self._mci_act()
        resource = booking.env["resource.resource"].browse(resource_id or ())
        if on:
            booking._mci_check_candidate(resource)
        command = Command.link if on else Command.unlink
        booking.write({name: [command(resource_id)]})
        return True

    def _mci_check_candidate(self, resource):
        self.ensure_one()
        if resource not in self._mci_find_seats().resource_id:
            raise UserError(
                self.env._(
                    "%(person)s has no position in %(unit)s on the days of"
                    " %(booking)s.",
                    person=resource.exists().name or self.env._("Nobody"),
                    unit=self.center_id.display_name,
                    booking=self.display_name,
                )
            )
