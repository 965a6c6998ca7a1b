from odoo import fields, models


class MciBudgetDecide(models.TransientModel):
    """Answer of the owner: stop, or invest more (C4)."""

    _name = "mci.budget.decide"
    _description = "Stop or invest: the answer"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    currency_id = fields.Many2one(related="lead_id.company_currency")
    remaining_amount = fields.Monetary(
        related="lead_id.mci_remaining_amount", string="Left"
    )
    step = fields.Selection([("stop", "Stop"), ("invest", "Invest")], required=True)
    amount = fields.Monetary(string="On top of the budget")
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        if self.step == "stop":
            self.lead_id.mci_stop_presales(self.reason)
        else:
            self.lead_id.mci_invest_presales(self.amount, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
