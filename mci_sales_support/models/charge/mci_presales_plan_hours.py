from odoo import api, fields, models
from odoo.tools import float_compare


class MciPresalesPlan(models.Model):
    """Hours of a plan beside those the grading policy names for the grade (C4)."""

    _inherit = "mci.presales.plan"

    policy_hours = fields.Float(
        string="Policy's hours",
        compute="_compute_deal",
        store=True,
        help="Presales hours the policy names for a deal of this grade. A plan with"
        " more needs the higher approval; 0: the policy names none (C4).",
    )
    is_over_hours = fields.Boolean(
        compute="_compute_is_over_hours", export_string_translation=False
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"policy_hours"}

    def _compute_deal(self):
        # EXTENDS: as the amount, of a draft as it is today, then frozen
        result = super()._compute_deal()
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            lead = plan.lead_id.sudo()
            plan.policy_hours = (
                lead._mci_get_policy_line().budget_hours if lead else 0.0
            )
        return result

    @api.depends("hours_total", "policy_hours")
    def _compute_is_over_hours(self):
        for plan in self:
            plan.is_over_hours = bool(plan.policy_hours) and (
                float_compare(plan.hours_total, plan.policy_hours, 2) > 0
            )

    @api.depends("hours_total", "policy_hours")
    def _compute_is_over(self):
        # EXTENDS: too many hours need the higher approval as too much money does
        result = super()._compute_is_over()
        for plan in self.filtered("is_over_hours"):
            plan.is_over = True
        return result
