from odoo import api, fields, models

from ...tools.arguments import LARGEST_NUMBER


class MciApprovalRule(models.Model):
    """The higher approval of a budget above the policy's share (C4)."""

    _inherit = "mci.approval.rule"

    kind = fields.Selection(
        selection_add=[("budget_over", "Budget above the policy's share")],
        ondelete={"budget_over": "cascade"},
    )

    @api.model
    def _mci_find(self, kind, company, amount=0.0, grade=None):
        # EXTENDS: without a rule of its own, the highest step of the budget table
        rule = super()._mci_find(kind, company, amount=amount, grade=grade)
        if rule or kind != "budget_over":
            return rule
        return super()._mci_find("budget", company, amount=LARGEST_NUMBER, grade=grade)

    @api.model
    def _mci_is_among(self, approvers):
        """Whether the user is one of those named; nobody named: who decides without a
        rule. For screens: a decision is tested against the rules of its moment.
        """
        if approvers:
            return self.env.user in approvers
        return self.env.user.has_groups(
            "sales_team.group_sale_manager,mci_sales_support.group_manager"
        )
