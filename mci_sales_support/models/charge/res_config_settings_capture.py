from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_hours_step = fields.Float(related="company_id.mci_hours_step", readonly=False)
    mci_no_show_percent = fields.Float(
        related="company_id.mci_no_show_percent", readonly=False
    )
    mci_unbooked_hours = fields.Selection(
        related="company_id.mci_unbooked_hours", readonly=False
    )
    mci_unbooked_days = fields.Integer(
        related="company_id.mci_unbooked_days", readonly=False
    )
    mci_unbooked_silence = fields.Selection(
        related="company_id.mci_unbooked_silence", readonly=False
    )
