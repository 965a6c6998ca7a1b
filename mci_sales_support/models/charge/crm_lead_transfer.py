from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Between which deals budget may be transferred (C4)."""

    _inherit = "crm.lead"

    def _mci_check_transfer(self, source):
        """Budget moves between open deals of one team or one customer.

        :param source: the deal that gives; empty: nothing to test
        :raise UserError: names both deals
        """
        if not source:
            return
        self.ensure_one()
        if source == self:
            raise UserError(
                self.env._("%s cannot give budget to itself.", self.display_name)
            )
        customer = self.partner_id.commercial_partner_id
        same_customer = customer and customer == source.partner_id.commercial_partner_id
        same_team = self.team_id and self.team_id == source.team_id
        if not (same_customer or same_team):
            raise UserError(
                self.env._(
                    "Budget is transferred between deals of one sales team or one"
                    " customer: %(giver)s and %(taker)s have neither in common (C4).",
                    giver=source.display_name,
                    taker=self.display_name,
                )
            )
        for deal in self | source:
            if deal.won_status != "pending":
                raise UserError(
                    self.env._(
                        "%s is closed: budget is transferred between open deals (C4).",
                        deal.display_name,
                    )
                )
