from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_charge_journal_id = fields.Many2one(
        related="company_id.mci_charge_journal_id", readonly=False
    )
    mci_charge_account_id = fields.Many2one(
        related="company_id.mci_charge_account_id", readonly=False
    )
    mci_recovery_account_id = fields.Many2one(
        related="company_id.mci_recovery_account_id", readonly=False
    )
    mci_posting_mode = fields.Selection(related="company_id.mci_posting_mode")
    mci_setup_mode = fields.Selection(
        selection=lambda self: self.env["res.company"]
        ._fields["mci_posting_mode"]
        ._description_selection(self.env),
        string="Set up with",
        default="one",
    )
    mci_showback_until = fields.Date(
        related="company_id.mci_showback_until", readonly=False
    )
    mci_accept_days = fields.Integer(
        related="company_id.mci_accept_days", readonly=False
    )
    mci_overrun_percent = fields.Float(
        related="company_id.mci_overrun_percent", readonly=False
    )
    mci_late_cancel_percent = fields.Float(
        related="company_id.mci_late_cancel_percent", readonly=False
    )
    mci_budget_warn_percent = fields.Float(
        related="company_id.mci_budget_warn_percent", readonly=False
    )

    def action_mci_setup_charging(self):
        """Button: make the journal and the account of presales charges."""
        self.ensure_one()
        self.company_id.action_mci_setup_charging(self.mci_setup_mode)
        return {"type": "ir.actions.client", "tag": "reload"}
