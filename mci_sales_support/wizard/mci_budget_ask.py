from odoo import fields, models


class MciBudgetAsk(models.TransientModel):
    """Ask for presales budget of a deal, or say why a request is refused (C4)."""

    _name = "mci.budget.ask"
    _description = "Ask for presales budget"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    change_id = fields.Many2one("mci.budget.change", readonly=True)
    currency_id = fields.Many2one(related="lead_id.company_currency")
    kind = fields.Selection(
        [("grant", "Grant"), ("increase", "Increase"), ("transfer", "Transfer")],
        default="increase",
        help="Grant: the whole budget. Increase: on top of it. Transfer: taken from"
        " another deal.",
    )
    amount = fields.Monetary()
    from_lead_id = fields.Many2one(
        "crm.lead",
        string="Taken from",
        domain="[('type', '=', 'opportunity'), ('id', '!=', lead_id),"
        " ('won_status', '=', 'pending'), '|', ('team_id', '=', team_id),"
        " ('partner_id.commercial_partner_id', '=', commercial_partner_id)]",
        help="Another open deal of the same sales team or customer (C4).",
    )
    team_id = fields.Many2one(related="lead_id.team_id")
    commercial_partner_id = fields.Many2one(related="lead_id.commercial_partner_id")
    from_remaining_amount = fields.Monetary(
        related="from_lead_id.mci_remaining_amount", string="Left there"
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        if self.change_id:
            self.change_id.action_refuse(self.reason)
        else:
            source = self.from_lead_id.id if self.kind == "transfer" else None
            self.lead_id.mci_request_budget(
                self.amount, self.reason, self.kind, from_lead_id=source
            )
        return {"type": "ir.actions.act_window_close"}
