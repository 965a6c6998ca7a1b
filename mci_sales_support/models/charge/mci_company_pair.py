from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class MciCompanyPair(models.Model):
    """Agreement of two companies on presales work that one does for the other (C6).

    A charge that crosses is posted in the books of both, in one transaction or not at
    all. Provider: the receivable on the other company against the recovery of the unit.
    Payer: the deals against the payable to the other company, each charge converted at
    the rate of the day worked and rounded once in each currency.
    """

    _name = "mci.company.pair"
    _description = "Inter-company agreement"
    _inherit = ["mci.lock.mixin"]
    _order = "company_id, payer_company_id, id"

    company_id = fields.Many2one(
        "res.company",
        string="Company of the unit",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    payer_company_id = fields.Many2one(
        "res.company",
        string="Company charged",
        required=True,
        index=True,
        ondelete="restrict",
    )
    mode = fields.Selection(
        [
            ("accrual", "Accrual in both companies"),
            ("invoice", "Accrual, replaced by a monthly invoice"),
        ],
        string="Settlement",
        required=True,
        default="accrual",
        help="Accrual: statements are posted on the inter-company accounts and stay"
        " there. With an invoice a draft customer invoice and a draft vendor bill are"
        " made of the posted statements of a month; each replaces the accrual of its"
        " company when it is posted (C6).",
    )
    post_by = fields.Selection(
        [
            ("both", "Accountants of both companies"),
            ("provider", "Accountants of the unit's company"),
        ],
        string="Posted by",
        required=True,
        default="both",
        help="Who posts and reverses both entries at once: somebody who works in both"
        " companies, or, agreed here by both, the accountant of the unit's company.",
    )
    receivable_account_id = fields.Many2one(
        "account.account",
        string="Inter-company receivable",
        domain="[('company_ids', 'in', company_id),"
        " ('internal_group', 'in', ('asset', 'liability', 'off'))]",
        ondelete="restrict",
        help="Debited in the company of the unit, with the other company as partner."
        " Off balance when presales charges are off balance there.",
    )
    payable_account_id = fields.Many2one(
        "account.account",
        string="Inter-company payable",
        domain="[('company_ids', 'in', payer_company_id),"
        " ('internal_group', 'in', ('asset', 'liability', 'off'))]",
        ondelete="restrict",
        help="Credited in the company charged, with the other company as partner."
        " Off balance when presales charges are off balance there.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Service on the invoice",
        ondelete="restrict",
        domain="[('type', '=', 'service')]",
        help="Brings the taxes of invoice and bill, as the fiscal positions say. Empty:"
        " without tax, unless the accounts carry one.",
    )
    income_account_id = fields.Many2one(
        "account.account",
        string="Account of the customer invoice",
        domain="[('company_ids', 'in', company_id)]",
        ondelete="restrict",
        help="Empty: the account that the accrual credited.",
    )
    expense_account_id = fields.Many2one(
        "account.account",
        string="Account of the vendor bill",
        domain="[('company_ids', 'in', payer_company_id)]",
        ondelete="restrict",
        help="Empty: the account that the accrual debited.",
    )
    active = fields.Boolean(default=True)

    _pair_uniq = models.UniqueIndex(
        "(company_id, payer_company_id) WHERE active",
        "Two companies have one agreement for each direction.",
    )
    _companies_differ = models.Constraint(
        "CHECK (company_id <> payer_company_id)",
        "An inter-company agreement is between two companies.",
    )

    @api.depends("company_id", "payer_company_id")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = self.env._(
                "%(provider)s to %(payer)s",
                provider=pair.sudo().company_id.name or "",
                payer=pair.sudo().payer_company_id.name or "",
            )

    @api.constrains(
        "company_id",
        "payer_company_id",
        "receivable_account_id",
        "payable_account_id",
        "income_account_id",
        "expense_account_id",
    )
    def _check_accounts(self):
        """Each account is one of its company's books."""
        for pair in self.sudo():
            for company, accounts in (
                (pair.company_id, pair.receivable_account_id | pair.income_account_id),
                (
                    pair.payer_company_id,
                    pair.payable_account_id | pair.expense_account_id,
                ),
            ):
                for account in accounts:
                    pair._check_account(company, account)

    def _check_account(self, company, account):
        if company not in account.company_ids:
            raise ValidationError(
                self.env._(
                    "%(account)s is no account of %(company)s (C6).",
                    account=account.display_name,
                    company=company.name,
                )
            )
        balance = self.receivable_account_id | self.payable_account_id
        if account in balance and account.internal_group not in (
            "asset",
            "liability",
            "off",
        ):
            raise ValidationError(
                self.env._(
                    "%(account)s cannot take what companies owe each other: choose an"
                    " asset, liability or off-balance account (C6).",
                    account=account.display_name,
                )
            )

    # --- What posting needs ---------------------------------------------------

    @api.model
    def _mci_find(self, company, payer_company):
        """The agreement of two companies, in sudo; none is an empty record."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("payer_company_id", "=", payer_company.id),
                ("active", "=", True),
            ]
        )

    @api.model
    def _mci_get(self, company, payer_company):
        """The agreement, once everything posting needs is there (C6).

        :raises UserError: names what is missing, and in which company
        """
        pair = self._mci_find(company, payer_company)
        if not (pair.receivable_account_id and pair.payable_account_id):
            raise UserError(
                self.env._(
                    "%(provider)s provided the hours and %(payer)s bears them: their"
                    " inter-company agreement (menu Charge) needs a"
                    " receivable and a payable account (C6).",
                    provider=company.name,
                    payer=payer_company.name,
                )
            )
        pair._check_settings()
        pair._check_balance_sides()
        return pair

    def _check_settings(self):
        """Journal and charge account in both companies."""
        for company in self.company_id | self.payer_company_id:
            for name in ("mci_charge_journal_id", "mci_charge_account_id"):
                if not company[name]:
                    raise UserError(
                        self.env._(
                            "%(company)s has no %(setting)s yet. Set it up in the"
                            " settings of Sales Support, block Charge.",
                            company=company.name,
                            setting=company._fields[name]._description_string(self.env),
                        )
                    )

    def _check_balance_sides(self):
        """An entry is on the balance or off it, as a whole."""
        for company, account in (
            (self.company_id, self.receivable_account_id),
            (self.payer_company_id, self.payable_account_id),
        ):
            charge = company._mci_get_charge_account()
            if (charge.internal_group == "off") != (account.internal_group == "off"):
                raise ValidationError(
                    self.env._(
                        "%(account)s and the presales charges account of %(company)s"
                        " are both on the balance or both off it (C6).",
                        account=account.display_name,
                        company=company.name,
                    )
                )

    def _check_on_balance(self):
        """Figures off the balance are for management: nobody invoices them."""
        for account in self.receivable_account_id | self.payable_account_id:
            if account.internal_group == "off":
                raise UserError(
                    self.env._(
                        "%(pair)s: %(account)s is off the balance, and what is off the"
                        " balance cannot be invoiced. Choose accounts of the balance"
                        " sheet, or the accrual alone (C6).",
                        pair=self.display_name,
                        account=account.display_name,
                    )
                )

    def _mci_get_posting_companies(self):
        """The companies whose accountant posts; both without an agreement."""
        if self.post_by == "provider":
            return self.company_id
        return self.company_id | self.payer_company_id

    # --- Set-up ---------------------------------------------------------------

    def action_setup(self):
        """Make journals and accounts of both companies where they miss (C6).

        :raises AccessError: no accountant, or not of both companies
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "account.group_account_invoice"
        ):
            raise AccessError(
                self.env._("Inter-company agreements are set up by an accountant.")
            )
        for pair in self.sudo():
            (pair.company_id | pair.payer_company_id).action_mci_setup_charging()
            for name, company in (
                ("receivable_account_id", pair.company_id),
                ("payable_account_id", pair.payer_company_id),
            ):
                if not pair[name]:
                    pair[name] = pair._mci_create_account(name, company)
        return True

    def _mci_create_account(self, name, company):
        receivable = name == "receivable_account_id"
        accounts = self.env["account.account"].with_company(company)
        off = company.mci_charge_account_id.internal_group == "off"
        kind = "asset_current" if receivable else "liability_current"
        return accounts.create(
            {
                "name": self.env._("Presales charged to companies of the group")
                if receivable
                else self.env._("Presales charged by companies of the group"),
                "code": accounts._search_new_account_code(
                    "128000" if receivable else "228000"
                ),
                "account_type": "off_balance" if off else kind,
                "company_ids": [fields.Command.set(company.ids)],
                "reconcile": not off,
                "tax_ids": [fields.Command.clear()],
            }
        )
