from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mci_sales_support.tools.arguments import arguments, identifier, moment


class MciBooking(models.Model):
    """Moving a booking on the timeline: the steps of the main addon, nothing else."""

    _inherit = "mci.booking"

    @arguments(date_start=moment, date_stop=moment, resource_id=identifier)
    def action_timeline_move(self, date_start, date_stop, resource_id=None):
        """Move or stretch one booking, and give it to another person.

        A draft is changed as in its form. What was requested, held or confirmed is
        moved by who decides (M3), as far as the request covers it; a later end is
        proposed to the deal's side, and nothing changes until it consents (C10).

        :param date_start: new start, UTC, ``YYYY-MM-DD HH:MM:SS``
        :param date_stop: new end, UTC
        :param int resource_id: the person; empty takes a draft from its person
        :return: ``True`` when moved, else the window in which the change is proposed
        :raise UserError: too few free hours (M7), or the person holds no position
        :raise AccessError: for whoever does not decide
        """
        self.ensure_one()
        self.check_access("read")
        start = fields.Datetime.to_datetime(date_start)
        stop = fields.Datetime.to_datetime(date_stop)
        if not start or not stop or stop <= start:
            raise UserError(self.env._("A booking ends after it starts."))
        if self.state == "draft":
            self.write(
                {
                    "date_start": start,
                    "date_stop": stop,
                    "resource_id": resource_id or False,
                }
            )
            return True
        if not resource_id:
            raise UserError(
                self.env._("%s needs a person: only a draft has none.", self.name)
            )
        if self._mci_needs_proposal(stop):
            return self._mci_open_proposal(start, stop, resource_id)
        return self.action_assign(resource_id, date_start=start, date_stop=stop)

    def _mci_needs_proposal(self, stop):
        """Whether the decider wants more than the deal agreed to: a later end."""
        booking = self.sudo()
        return (
            bool(booking.lead_id)
            and booking.state in ("requested", "held", "confirmed")
            and stop > booking.date_stop
            and booking._mci_is_decider(self.env.user)
            and not booking._mci_is_deal_side(self.env.user)
        )

    def _mci_open_proposal(self, start, stop, resource_id):
        person = resource_id if resource_id != self.resource_id.id else False
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose a change"),
            "res_model": "mci.booking.propose",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_booking_id": self.id,
                "default_date_start": fields.Datetime.to_string(start),
                "default_date_stop": fields.Datetime.to_string(stop),
                "default_resource_id": person,
            },
        }
