from datetime import timedelta

from odoo import api, fields, models


class MciBookingRepeat(models.TransientModel):
    """Make a weekly series of a booking, with a look at what stands in its way."""

    _name = "mci.booking.repeat"
    _description = "Repeat a booking"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    every_weeks = fields.Integer(default=1, required=True)
    until = fields.Date(
        required=True, compute="_compute_until", store=True, readonly=False
    )
    skip_conflicts = fields.Boolean(
        "Leave out weeks without room",
        help="Otherwise nothing is booked while one week has no room (M7).",
    )
    count = fields.Integer("Further bookings", compute="_compute_preview")
    conflicts = fields.Text("No room", compute="_compute_preview")

    @api.depends("booking_id")
    def _compute_until(self):
        """A month to begin with."""
        for wizard in self:
            start = wizard.booking_id.date_start
            wizard.until = start.date() + timedelta(weeks=4) if start else False

    @api.depends("booking_id", "every_weeks", "until")
    def _compute_preview(self):
        for wizard in self:
            wizard.count, wizard.conflicts = 0, False
            if wizard.until and wizard.every_weeks > 0 and wizard._mci_is_ahead():
                preview = wizard.booking_id.preview_repeat(
                    every_weeks=wizard.every_weeks,
                    until=fields.Date.to_string(wizard.until),
                )
                wizard.count = preview["count"]
                wizard.conflicts = "\n".join(preview["conflicts"])

    def _mci_is_ahead(self):
        days = (self.until - self.booking_id.date_start.date()).days
        return days >= 7 * self.every_weeks

    def action_apply(self):
        """Book the series and show it."""
        self.ensure_one()
        result = self.booking_id.action_repeat(
            every_weeks=self.every_weeks,
            until=fields.Date.to_string(self.until),
            skip_conflicts=self.skip_conflicts,
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_booking_action"
        )
        action["name"] = self.env._("Bookings of the series")
        action["domain"] = [("series_id", "=", result["series_id"])]
        action["context"] = {}
        return action


class MciBookingFollowing(models.TransientModel):
    """Change a booking of a series, and the following ones."""

    _name = "mci.booking.following"
    _description = "Change a series"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    step = fields.Selection(
        [("cancel", "Cancel them"), ("change", "Another person or another time")],
        required=True,
        default="change",
    )
    reason = fields.Char()
    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        domain="[('resource_type', '=', 'user')]",
        help="Empty: the same person.",
    )
    shift_hours = fields.Float(
        "Begin later by (hours)", help="Negative: begin earlier."
    )
    count = fields.Integer("Bookings concerned", compute="_compute_count")

    @api.depends("booking_id")
    def _compute_count(self):
        for wizard in self:
            booking = wizard.booking_id
            wizard.count = len(booking._mci_get_following()) if booking else 0

    def action_apply(self):
        """Take the step; the bookings check the right."""
        self.ensure_one()
        if self.step == "cancel":
            self.booking_id.action_cancel_following(self.reason or None)
        else:
            self.booking_id.action_change_following(
                resource_id=self.resource_id.id or None,
                shift_minutes=round(self.shift_hours * 60),
            )
        return {"type": "ir.actions.act_window_close"}
