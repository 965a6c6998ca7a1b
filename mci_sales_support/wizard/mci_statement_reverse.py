from odoo import fields, models


class MciStatementReverse(models.TransientModel):
    """Date and reason of the reversal of posted statements (C7)."""

    _name = "mci.statement.reverse"
    _description = "Reverse statements"

    statement_ids = fields.Many2many(
        "mci.statement",
        string="Statements",
        readonly=True,
        default=lambda self: self.env.context.get("active_ids", []),
    )
    date = fields.Date(
        string="Reversal date",
        required=True,
        default=fields.Date.context_today,
        help="Date of the mirror entries, in an open period.",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.statement_ids.action_reverse(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
