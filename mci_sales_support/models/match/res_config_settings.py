from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_first_look_hours = fields.Float(
        related="company_id.mci_first_look_hours", readonly=False
    )
    mci_self_confirm_hours = fields.Float(
        related="company_id.mci_self_confirm_hours", readonly=False
    )
    mci_hold_hours = fields.Float(related="company_id.mci_hold_hours", readonly=False)
    mci_ticket_hours = fields.Float(
        related="company_id.mci_ticket_hours", readonly=False
    )
    mci_late_cancel_hours = fields.Float(
        related="company_id.mci_late_cancel_hours", readonly=False
    )
    mci_hold_max_deal = fields.Integer(
        related="company_id.mci_hold_max_deal", readonly=False
    )
    mci_hold_max_deal_hours = fields.Float(
        related="company_id.mci_hold_max_deal_hours", readonly=False
    )
    mci_hold_max_user = fields.Integer(
        related="company_id.mci_hold_max_user", readonly=False
    )
    mci_hold_max_user_hours = fields.Float(
        related="company_id.mci_hold_max_user_hours", readonly=False
    )
    mci_favour_days = fields.Integer(
        related="company_id.mci_favour_days", readonly=False
    )
    mci_calendar_events = fields.Boolean(
        related="company_id.mci_calendar_events", readonly=False
    )
    mci_self_confirm_scope = fields.Selection(
        related="company_id.mci_self_confirm_scope", readonly=False
    )
    mci_ticket_step = fields.Float(related="company_id.mci_ticket_step", readonly=False)
    mci_missing_answers = fields.Selection(
        related="company_id.mci_missing_answers", readonly=False
    )
