from odoo import fields, models


class ResCompany(models.Model):
    """Settings of plan and budget (C4)."""

    _inherit = "res.company"

    mci_plan_required = fields.Boolean(
        string="Approved plan at the gate",
        help="A deal that needs a center is booked after initiation only with an"
        " approved presales plan (M4, C4).",
    )
    mci_return_factor = fields.Float(
        string="Least return",
        help="Stop or invest is asked when expected revenue × probability falls below"
        " so many times what is reserved and charged. 0: never (C4).",
    )
    mci_difference_percent = fields.Float(
        string="Difference to explain (%)",
        default=20.0,
        help="A line of the closing account that differs from its plan by more than"
        " this share needs a reason (C4).",
    )

    _mci_budget_settings_positive = models.Constraint(
        "CHECK (mci_return_factor >= 0 AND mci_difference_percent >= 0)",
        "Least return and difference to explain cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_plan_required = fields.Boolean(
        related="company_id.mci_plan_required", readonly=False
    )
    mci_return_factor = fields.Float(
        related="company_id.mci_return_factor", readonly=False
    )
    mci_difference_percent = fields.Float(
        related="company_id.mci_difference_percent", readonly=False
    )
