from datetime import timedelta

from odoo import api, fields, models

from ...tools.retry import run_each


class MciClosingAccount(models.Model):
    """A closing account nobody freezes is frozen on its date (C4).

    So many days after the deal was closed, by a setting of the company. A line that
    still lacks its reason says so for ever.
    """

    _inherit = "mci.closing.account"

    freeze_date = fields.Date(
        string="Freezes on",
        compute="_compute_freeze_date",
        help="Frozen by itself on this day, without the reasons that miss then: days"
        " after the deal was closed are a setting of the company (C4).",
    )

    @api.depends("date", "company_id.mci_closing_days")
    def _compute_freeze_date(self):
        for account in self:
            days = account.company_id.sudo().mci_closing_days
            account.freeze_date = days and account.date + timedelta(days=days)

    @api.model
    def _cron_refresh(self):
        # EXTENDS: what is due is frozen, one by one
        result = super()._cron_refresh()
        due = self.search([("state", "=", "open")]).filtered(
            lambda account: account.freeze_date
            and account.freeze_date <= account.company_id._mci_today()
        )
        run_each(due, "_do_freeze")
        return result

    def _do_freeze(self):
        """Freeze with the charges of today, whatever is explained."""
        for account in self.filtered(lambda account: account.state == "open"):
            account._do_refresh()
            reader = account.with_context(lang=account.user_id.lang)
            account.line_ids._mci_filter_unexplained()._mci_unlock().write(
                {"reason": reader.env._("No reason was given in time.")}
            )
            account._do_close()


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_closing_days = fields.Integer(
        string="Closing account freezes after (days)",
        default=60,
        help="Days after a deal was closed until its closing account freezes itself,"
        " explained or not. 0: never (C4).",
    )

    _mci_closing_days_positive = models.Constraint(
        "CHECK (mci_closing_days >= 0)",
        "Days until a closing account freezes cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mci_closing_days = fields.Integer(
        related="company_id.mci_closing_days", readonly=False
    )
