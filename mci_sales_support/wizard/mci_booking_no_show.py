from odoo import fields, models

from ..models.match.mci_booking_no_show import NO_SHOW


class MciBookingNoShow(models.TransientModel):
    """Who did not come, and what happened (M8)."""

    _name = "mci.booking.no.show"
    _description = "Somebody did not come"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    who = fields.Selection(
        NO_SHOW, "Who did not come", required=True, default="customer"
    )
    note = fields.Text("What happened", required=True)

    def action_apply(self):
        """Say it; the step itself checks the right."""
        self.ensure_one()
        self.booking_id.action_no_show(self.who, self.note)
        return {"type": "ir.actions.act_window_close"}
