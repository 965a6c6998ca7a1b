from odoo import api, fields, models


class MciBookingPropose(models.TransientModel):
    """Propose more hours, a dearer person or other dates to the deal's side (C10)."""

    _name = "mci.booking.propose"
    _description = "Propose a change"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    hours = fields.Float(
        compute="_compute_values", store=True, readonly=False, required=True
    )
    date_start = fields.Datetime(
        "From", compute="_compute_values", store=True, readonly=False
    )
    date_stop = fields.Datetime(
        "To", compute="_compute_values", store=True, readonly=False
    )
    resource_id = fields.Many2one(
        "resource.resource",
        string="Person at his own price",
        help="Empty: the same person, or a swap at the price agreed.",
    )
    reason = fields.Char(required=True)

    @api.depends("booking_id")
    def _compute_values(self):
        for wizard in self:
            booking = wizard.booking_id
            wizard.hours = booking.hours
            wizard.date_start = booking.date_start
            wizard.date_stop = booking.date_stop

    def action_apply(self):
        """Send the proposal; the booking stays as it is until the consent."""
        self.ensure_one()
        self.booking_id.action_propose(
            self.reason,
            hours=self.hours,
            date_start=self.date_start,
            date_stop=self.date_stop,
            resource_id=self.resource_id.id or None,
        )
        return {"type": "ir.actions.act_window_close"}
