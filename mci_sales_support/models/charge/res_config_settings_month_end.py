from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_collect_day = fields.Integer(
        related="company_id.mci_collect_day", readonly=False
    )
    mci_auto_send = fields.Boolean(related="company_id.mci_auto_send", readonly=False)
    mci_statement_mail = fields.Boolean(
        related="company_id.mci_statement_mail", readonly=False
    )
    mci_remind_days = fields.Integer(
        related="company_id.mci_remind_days", readonly=False
    )
    mci_close_days = fields.Integer(related="company_id.mci_close_days", readonly=False)
