from odoo import Command, api, fields, models


class MciBookingPick(models.TransientModel):
    """The ranked people for a booking, to take one (M6)."""

    _name = "mci.booking.pick"
    _description = "Find people"

    booking_id = fields.Many2one("mci.booking", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "mci.booking.pick.line",
        "pick_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Candidates",
    )

    @api.depends("booking_id")
    def _compute_line_ids(self):
        for pick in self:
            candidates = (
                pick.booking_id.rank_candidates(limit=20) if pick.booking_id else []
            )
            pick.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "resource_id": row["resource_id"],
                        "score": row["score"],
                        "free_hours": row["free_hours"],
                        "price_unit": row["price_unit"] or 0.0,
                        "reasons": "\n".join(row["reasons"]),
                        "excluded": row["excluded"],
                    }
                )
                for row in candidates
            ]


class MciBookingPickLine(models.TransientModel):
    _name = "mci.booking.pick.line"
    _description = "Candidate"
    _order = "score desc, id"

    pick_id = fields.Many2one("mci.booking.pick", required=True, ondelete="cascade")
    resource_id = fields.Many2one("resource.resource", string="Person", required=True)
    score = fields.Float("Match score", digits=(5, 1))
    free_hours = fields.Float("Free hours")
    price_unit = fields.Float("Price an hour")
    reasons = fields.Text("Why")
    excluded = fields.Char("Reason for exclusion")

    def action_pick(self):
        """Take this person for the booking."""
        self.ensure_one()
        booking = self.pick_id.booking_id
        if booking.state == "draft":
            booking.resource_id = self.resource_id
        else:
            booking.action_assign(self.resource_id.id)
        return {"type": "ir.actions.act_window_close"}
