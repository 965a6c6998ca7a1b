from odoo import fields, models


class MciCreditChange(models.TransientModel):
    """Asks who carries a credit, or what to change of a counted one."""

    _name = "mci.credit.change"
    _description = "Change of a credit"

    credit_id = fields.Many2one("mci.credit", required=True, ondelete="cascade")
    lead_id = fields.Many2one(related="credit_id.lead_id")
    kind = fields.Selection(related="credit_id.kind")
    step = fields.Selection(
        [("name", "Name a person"), ("adjust", "Adjust")], required=True
    )
    user_id = fields.Many2one("res.users", "Person", domain="[('share', '=', False)]")
    currency_id = fields.Many2one(related="credit_id.currency_id")
    amount = fields.Monetary(
        "Amount to add", help="Negative to take away. An accountant approves it."
    )
    reason = fields.Char()
    counterpart_id = fields.Many2one(
        "mci.credit",
        "Taken from",
        domain="[('lead_id', '=', lead_id), ('kind', '=', 'primary'),"
        " ('id', '!=', credit_id), ('state', 'in', ('frozen', 'released')),"
        " ('adjusts_id', '=', False)]",
        help="Primary credits stay 100 % together: one gives what the other gets.",
    )

    def action_apply(self):
        """Take the step; it checks the right itself."""
        self.ensure_one()
        if self.step == "name":
            self.credit_id.action_name_person(self.user_id.id)
        else:
            self.credit_id.action_adjust(
                self.amount, self.reason, self.counterpart_id.id
            )
        return {"type": "ir.actions.act_window_close"}
