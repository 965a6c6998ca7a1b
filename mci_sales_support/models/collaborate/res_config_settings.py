from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_short_form_hours = fields.Float(
        related="company_id.mci_short_form_hours", readonly=False
    )
    mci_evaluation_days = fields.Integer(
        related="company_id.mci_evaluation_days", readonly=False
    )
