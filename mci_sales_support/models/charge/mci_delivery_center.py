from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MciDeliveryCenter(models.Model):
    _inherit = "mci.delivery.center"

    cost_account_ids = fields.Many2many(
        "account.analytic.account",
        "mci_delivery_center_cost_account_rel",
        "center_id",
        "account_id",
        string="Further cost accounts",
        help="Analytic accounts besides the unit's own on which its cost is booked, for"
        " example the cost center that bears the pay of its people. They count when the"
        " actual price is taken from the ledger (I4).",
    )

    @api.constrains("cost_account_ids")
    def _check_cost_accounts(self):
        """The same cost counts for one unit only."""
        every = self.sudo().with_context(active_test=False)
        others = every.search([("cost_account_ids", "in", self.cost_account_ids.ids)])
        for center in self.sudo():
            for account in center.cost_account_ids:
                unit = account.sudo().project_ids.mci_center_id[:1] or (
                    others.filtered(
                        lambda other, account=account: account in other.cost_account_ids
                    )
                    - center
                )
                if unit:
                    raise ValidationError(
                        self.env._(
                            "%(account)s counts for %(unit)s already: its cost cannot"
                            " be that of %(other)s too (I4).",
                            account=account.display_name,
                            unit=unit[0].display_name,
                            other=center.display_name,
                        )
                    )
