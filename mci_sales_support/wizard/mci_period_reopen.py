from odoo import fields, models


class MciPeriodReopen(models.TransientModel):
    """Why closed settlement periods are opened again (C7)."""

    _name = "mci.period.reopen"
    _description = "Open settlement periods again"

    period_ids = fields.Many2many(
        "mci.period",
        string="Settlement periods",
        readonly=True,
        default=lambda self: self.env.context.get("active_ids", []),
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.period_ids.action_reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
