from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_actual_source = fields.Selection(
        related="company_id.mci_actual_source", readonly=False, required=True
    )
    mci_actual_posting = fields.Selection(
        related="company_id.mci_actual_posting", readonly=False, required=True
    )
    mci_absorption_account_ids = fields.Many2many(
        related="company_id.mci_absorption_account_ids", readonly=False
    )
    mci_recovery_low = fields.Float(
        related="company_id.mci_recovery_low", readonly=False
    )
    mci_recovery_high = fields.Float(
        related="company_id.mci_recovery_high", readonly=False
    )
