from odoo import api, fields, models
from odoo.exceptions import UserError

from ..integrate.mci_delivery_center import TIERS


class MciGradePolicyLine(models.Model):
    """What a deal of a grade gets: its support tier and its presales budget."""

    _name = "mci.grade.policy.line"
    _description = "Grading Policy Band"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "mci.grade.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(related="policy_id.currency_id")
    grade_id = fields.Many2one("mci.grade", required=True, ondelete="restrict")
    sequence = fields.Integer(related="grade_id.sequence", store=True)
    is_partner_led = fields.Boolean(related="grade_id.is_partner_led")
    amount_min = fields.Monetary(
        string="From Amount",
        help="Lowest grading amount of the band, in company currency and without tax."
        " It has no meaning for partner-led deals (M1).",
    )
    tier = fields.Selection(
        TIERS,
        string="Support Tier",
        required=True,
        default="local_office",
        help="Which units may be booked for deals of this grade (M2).",
    )
    budget_percent = fields.Float(
        string="Budget %",
        help="Presales budget as a share of the reviewed amount of the deal (C4).",
    )
    budget_hours = fields.Float(
        help="Presales hours a deal of this grade may normally spend (C4)."
    )
    budget_control = fields.Selection(
        [("hard", "Hard"), ("soft", "Soft"), ("none", "None")],
        required=True,
        default="none",
        help="Above 100 % of the budget, hard control stops requests and"
        " confirmations, soft control warns, none only shows it (C4).",
    )
    requires_center = fields.Boolean(
        string="Needs a Center",
        help="From initiation on such a deal is booked only with a delivery center and"
        " a delivery lead (M4).",
    )

    _grade_uniq = models.Constraint(
        "UNIQUE (policy_id, grade_id)", "A policy has each grade only once."
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount_min >= 0 AND budget_percent >= 0 AND budget_hours >= 0)",
        "Amounts, shares and hours of a band cannot be negative.",
    )

    @api.depends("grade_id", "policy_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.policy_id.display_name} / {line.grade_id.display_name}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        lines._check_policy_is_draft()
        return lines

    def write(self, vals):
        self._check_policy_is_draft()
        result = super().write(vals)
        self.env.registry.clear_cache()
        self._check_policy_is_draft()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_policy_is_draft()

    def _check_policy_is_draft(self):
        for policy in self.policy_id:
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "The bands of %(policy)s are frozen since its activation."
                        " Duplicate the policy to make the next version (M1).",
                        policy=policy.display_name,
                    )
                )
