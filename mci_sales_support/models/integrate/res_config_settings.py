from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_opportunity_plan_id = fields.Many2one(
        related="company_id.mci_opportunity_plan_id", readonly=False
    )
    mci_center_plan_id = fields.Many2one(
        related="company_id.mci_center_plan_id", readonly=False
    )
    mci_start_date = fields.Date(related="company_id.mci_start_date", readonly=False)
