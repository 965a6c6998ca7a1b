from odoo import api, fields, models


class MciBookingDone(models.TransientModel):
    """Done, with other hours than booked; or a correction of what was reported."""

    _name = "mci.booking.done"
    _description = "Report the work"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    booked = fields.Float("Hours booked", related="booking_id.hours")
    hours = fields.Float(
        "Hours spent",
        compute="_compute_hours",
        store=True,
        readonly=False,
        required=True,
    )
    measured = fields.Float(
        compute="_compute_hours",
        store=True,
        readonly=False,
        export_string_translation=False,
    )
    is_changed = fields.Boolean(compute="_compute_is_changed")
    reason = fields.Selection(
        selection=lambda self: [
            item
            for item in self.env["mci.booking"]
            ._fields["hours_reason"]
            ._description_selection(self.env)
            if item[0] != "timer"
        ],
        string="Why other hours",
        help="The deal agreed to the hours booked and reads why it were others (C10).",
    )
    note = fields.Text("Work note")

    @api.depends("booking_id")
    def _compute_hours(self):
        for wizard in self:
            booking = wizard.booking_id
            # as it was when the report was opened: the timer may run on
            wizard.measured = booking and booking._mci_get_measured_hours()
            if booking.state == "done":
                wizard.hours = booking.hours_done
            else:
                wizard.hours = wizard.measured or booking.hours

    @api.depends("booking_id", "hours", "measured")
    def _compute_is_changed(self):
        """Whether a reason is needed: not for what the timer measured."""
        for wizard in self:
            booking = wizard.booking_id.sudo()
            wizard.is_changed = bool(
                booking
                and booking._mci_is_changed({fields.Date.today(): wizard.hours})
                and not wizard._mci_is_measured()
            )

    def _mci_is_measured(self):
        """Whether the hours are those of the timer."""
        return bool(self.measured) and not round(self.measured - self.hours, 2)

    def action_done(self):
        """Report the work with these hours."""
        self.ensure_one()
        reason = self.reason
        if not self.is_changed:
            reason = "timer" if self._mci_is_measured() else None
        if self.booking_id.state == "done":
            self.booking_id.action_correct(self.hours, self.note, reason)
        else:
            self.booking_id.action_done(self.hours, self.note, reason)
        return {"type": "ir.actions.act_window_close"}
