from odoo import api, fields, models
from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)

from ...tools.arguments import arguments, text


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_charge_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of presales charges",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        ondelete="restrict",
        help="A journal of its own: posting a statement keeps its numbering until it is"
        " done, which would hold up everybody else in Miscellaneous Operations (C6).",
    )
    mci_charge_account_id = fields.Many2one(
        "account.account",
        string="Presales charges account",
        domain="[('reconcile', '=', False)]",
        ondelete="restrict",
        help="Debited for the deals. An expense account, or an off-balance account for"
        " analytic figures only (C6).",
    )
    mci_recovery_account_id = fields.Many2one(
        "account.account",
        string="Presales recovery account",
        domain="[('reconcile', '=', False)]",
        ondelete="restrict",
        help="Credited for the units. Empty: the charges account, so that the trial"
        " balance does not move (C6).",
    )
    mci_posting_mode = fields.Selection(
        [
            ("one", "One account on both sides"),
            ("two", "Two accounts"),
            ("analytic", "Analytic figures only"),
        ],
        string="Way of posting",
        compute="_compute_mci_posting_mode",
        help="One account: the trial balance does not move. Two: charges and recovery"
        " stand beside each other in the profit and loss. Analytic only: off-balance"
        " accounts (C6).",
    )
    mci_showback_until = fields.Date(
        string="Showback until",
        help="Statements of periods up to this day are shown and accepted, never"
        " posted.",
    )
    mci_accept_days = fields.Integer(
        string="Days to answer a statement",
        default=5,
        help="Working days of the payer's company after which silence is an acceptance"
        " (C5). 0: silence never accepts.",
    )
    mci_overrun_percent = fields.Float(
        string="Tolerated overrun (%)",
        default=10.0,
        help="Hours beyond the agreed ones by more than this share are the provider's"
        " unless the payer accepts them (C10).",
    )
    mci_late_cancel_percent = fields.Float(
        string="Charge for late cancelling (%)",
        default=50.0,
        help="Share of the agreed price that the deal pays when its side cancels a"
        " confirmed booking too late (M8). 0: nothing.",
    )
    mci_budget_warn_percent = fields.Float(
        string="Budget warning (%)",
        default=80.0,
        help="Share of the budget from which on a deal shows a warning (C4).",
    )

    _mci_percents_positive = models.Constraint(
        "CHECK (mci_accept_days >= 0 AND mci_overrun_percent >= 0"
        " AND mci_budget_warn_percent >= 0 AND mci_late_cancel_percent >= 0)",
        "Days and shares of the charging settings cannot be negative.",
    )

    @api.depends("mci_charge_account_id", "mci_recovery_account_id")
    def _compute_mci_posting_mode(self):
        for company in self.sudo():
            charge, recovery = (
                company.mci_charge_account_id,
                company.mci_recovery_account_id,
            )
            if not charge:
                company.mci_posting_mode = False
            elif charge.internal_group == "off":
                company.mci_posting_mode = "analytic"
            else:
                two = recovery and recovery != charge
                company.mci_posting_mode = "two" if two else "one"

    @api.constrains("mci_charge_account_id", "mci_recovery_account_id")
    def _check_mci_accounts(self):
        """No income and nothing reconcilable; off balance on both sides or on none."""
        for company in self:
            accounts = company.mci_charge_account_id | company.mci_recovery_account_id
            for account in accounts:
                if account.reconcile or account.internal_group == "income":
                    raise ValidationError(
                        self.env._(
                            "%(account)s cannot take presales charges: choose an"
                            " account that is neither income nor reconciled (C6).",
                            account=account.display_name,
                        )
                    )
            if len(set(accounts.mapped(lambda a: a.internal_group == "off"))) > 1:
                raise ValidationError(
                    self.env._(
                        "Charges and recovery accounts of %(company)s are both on the"
                        " balance or both off it (C6).",
                        company=company.name,
                    )
                )

    # --- What posting needs ---------------------------------------------------

    def _mci_get_charge_journal(self):
        return self._mci_get_charge_setting("mci_charge_journal_id")

    def _mci_get_charge_account(self):
        return self._mci_get_charge_setting("mci_charge_account_id")

    def _mci_get_recovery_account(self):
        return self.sudo().mci_recovery_account_id or self._mci_get_charge_account()

    def _mci_get_charge_setting(self, name):
        """The setting, or an error that names it and leads there (C6)."""
        self.ensure_one()
        value = self.sudo()[name]
        if not value:
            raise self._mci_get_setting_error(name)
        return value

    def _mci_get_setting_error(self, name):
        """The error to raise: a way to the settings for who may open them."""
        words = {
            "company": self.name,
            "setting": self._fields[name]._description_string(self.env),
        }
        if not self.env.user.has_group("base.group_system"):
            return UserError(
                self.env._(
                    "%(company)s has no %(setting)s yet. An administrator sets it up in"
                    " the settings of Sales Support, block Charge.",
                    **words,
                )
            )
        return RedirectWarning(
            self.env._(
                "%(company)s has no %(setting)s yet. Set it up in the settings of"
                " Sales Support, block Charge.",
                **words,
            ),
            self.env.ref("mci_sales_support.mci_settings_charge_action").id,
            self.env._("Open the settings"),
        )

    # --- Set-up ---------------------------------------------------------------

    @arguments(mode=text)
    def action_mci_setup_charging(self, mode=None):
        """Make the journal and the accounts of presales charges where they miss (C6).

        An expense account in a company with a chart of accounts, off balance without.

        :param str mode: ``one`` account on both sides, ``two`` accounts, ``analytic``
            figures only (off balance); default ``one``
        :raises AccessError: neither accountant nor settings administrator, or not of
            the company
        """
        if not self.env.su and not self.env.user.has_groups(
            "account.group_account_invoice,base.group_system"
        ):
            raise AccessError(
                self.env._("Charging is set up by an accountant or an administrator.")
            )
        self.env["mci.statement"]._check_company_right(self)
        if mode and mode not in dict(self._fields["mci_posting_mode"].selection):
            raise UserError(self.env._("There is no way of posting %s.", mode))
        for company in self.sudo():
            company._mci_do_setup_charging(mode or "one")
        return True

    def _mci_do_setup_charging(self, mode="one"):
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self)
        if not self.mci_charge_account_id:
            vals = self._prepare_charge_account_vals(self.env._("Presales charges"))
            if mode == "analytic":
                vals["account_type"] = "off_balance"
            self.mci_charge_account_id = accounts.create(vals)
            if mode == "two":
                vals = self._prepare_charge_account_vals(
                    self.env._("Presales recovered")
                )
                self.mci_recovery_account_id = accounts.create(vals)
        if not self.mci_charge_journal_id:
            journals = self.env["account.journal"].with_company(self)
            self.mci_charge_journal_id = journals.create(
                self._prepare_charge_journal_vals()
            )

    def _prepare_charge_account_vals(self, name):
        accounts = self.env["account.account"].with_company(self)
        return {
            "name": name,
            "code": accounts._search_new_account_code("698000"),
            "account_type": "expense" if self.chart_template else "off_balance",
            "company_ids": [fields.Command.set(self.ids)],
            "reconcile": False,
            "tax_ids": [fields.Command.clear()],
        }

    def _prepare_charge_journal_vals(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        used = set(journals.search([("company_id", "=", self.id)]).mapped("code"))
        codes = ["PSC", *(f"PSC{number}" for number in range(1, 100))]
        return {
            "name": self.env._("Presales charges"),
            "code": next(code for code in codes if code not in used),
            "type": "general",
            "company_id": self.id,
            "show_on_dashboard": False,
        }
