from odoo import api, fields, models


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
        default=lambda self: self._default_date(),
        help="Date of the mirror entries: in an open period, and not before the entry"
        " that is taken back (C7).",
    )
    reason = fields.Char(required=True)

    @api.model
    def _default_date(self):
        """A day on which all of them can be taken back."""
        ids = self.env.context.get("active_ids", [])
        statements = self.env["mci.statement"].browse(ids)
        statements.check_access("read")
        days = [statement._mci_get_reversal_day() for statement in statements.sudo()]
        return max(days, default=fields.Date.context_today(self))

    def action_apply(self):
        self.ensure_one()
        self.statement_ids.action_reverse(self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
