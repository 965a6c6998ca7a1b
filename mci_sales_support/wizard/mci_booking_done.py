from odoo import api, fields, models


class MciBookingDone(models.TransientModel):
    """Done, with other hours than booked."""

    _name = "mci.booking.done"
    _description = "Report the work"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    hours = fields.Float(
        "Hours spent",
        compute="_compute_hours",
        store=True,
        readonly=False,
        required=True,
    )
    note = fields.Text("Work note")

    @api.depends("booking_id")
    def _compute_hours(self):
        for wizard in self:
            booking = wizard.booking_id
            wizard.hours = booking._mci_get_measured_hours() or booking.hours

    def action_done(self):
        """Report the work with these hours."""
        self.ensure_one()
        self.booking_id.action_done(self.hours, self.note)
        return {"type": "ir.actions.act_window_close"}
