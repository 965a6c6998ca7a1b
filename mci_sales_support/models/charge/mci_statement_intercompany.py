from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class MciStatement(models.Model):
    """Statements between two companies: both entries or none (C6).

    ============================  =========================================
    company of the unit           receivable on the other company, at the
                                  recovery of the unit
    company charged               one line for each deal, at the payable to
                                  the other company, in its own currency
    ============================  =========================================

    Hours stand on the lines of unit and deals as within one company, so that the hours
    on all accounts are those worked.
    """

    _inherit = "mci.statement"

    is_crossing = fields.Boolean(
        string="Between companies",
        compute="_compute_is_crossing",
        store=True,
        help="The unit belongs to one company and the deals to another (C6).",
    )
    payer_currency_id = fields.Many2one(
        related="payer_company_id.currency_id", string="Payer's currency"
    )
    payer_amount_total = fields.Monetary(
        string="Total in the payer's currency",
        currency_field="payer_currency_id",
        compute="_compute_payer_amount_total",
        help="Each charge is converted at the rate of the day worked and rounded; the"
        " total is their sum (C6).",
    )
    counterpart_reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversing entry of the payer's company",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends("company_id", "payer_company_id")
    def _compute_is_crossing(self):
        for statement in self:
            statement.is_crossing = statement.company_id != statement.payer_company_id

    @api.depends("amount_total")
    def _compute_payer_amount_total(self):
        totals = dict(
            self.env["mci.charge"]
            .sudo()
            ._read_group(
                [("statement_id", "in", self.ids)],
                ["statement_id"],
                ["payer_amount:sum"],
            )
        )
        for statement in self:
            statement.payer_amount_total = totals.get(statement._origin.sudo(), 0.0)

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "is_crossing",
            "counterpart_reversal_move_id",
        }

    def write(self, vals):
        if "accounting_date" in vals and not self.env.su:
            for statement in self:
                statement._check_company_right(statement.sudo().company_id)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own_company(self):
        """Of two companies that read a draft, that of the unit takes it back (C6)."""
        self._check_company_right(self.sudo().company_id)

    # --- Rights ---------------------------------------------------------------

    def _mci_get_pair(self):
        return self.env["mci.company.pair"]._mci_find(
            self.company_id, self.payer_company_id
        )

    def _mci_is_accountant_of(self, companies):
        """Accountant, and at home in all of ``companies`` (selected now or not)."""
        return self.env.su or (
            self._mci_is_accountant() and companies <= self.env.user.company_ids
        )

    def _mci_may_send(self):
        # EXTENDS: of the accountants, those of the unit's company.
        self.ensure_one()
        statement = self.sudo()
        if statement.center_id._mci_is_lead(self.env.user):
            return True
        return super()._mci_may_send() and self._mci_is_accountant_of(
            statement.company_id
        )

    def _mci_may_accept(self):
        # EXTENDS: a sales manager of the company that pays, not of the unit's.
        if not super()._mci_may_accept():
            return False
        statement = self.sudo()
        return (
            self.env.su
            or statement.payer_company_id in self.env.user.company_ids
            or statement.team_id._mci_is_leader(self.env.user)
        )

    def _mci_may_post(self):
        # EXTENDS: between companies as their agreement says.
        if not super()._mci_may_post():
            return False
        return all(
            self._mci_is_accountant_of(statement._mci_get_posting_companies())
            for statement in self.sudo()
        )

    def _mci_get_posting_companies(self):
        if not self.is_crossing:
            return self.company_id
        pair = self._mci_get_pair()
        return (
            pair._mci_get_posting_companies()
            if pair
            else self.company_id | self.payer_company_id
        )

    def _check_accountant(self):
        if self._mci_is_accountant():
            for statement in self.sudo():
                companies = statement._mci_get_posting_companies()
                self._check_company_right(companies)
        return super()._check_accountant()

    def _check_company_right(self, companies):
        """Refuse by the name of the company the user has no right in."""
        missing = companies - self.env.user.company_ids
        if missing and not self.env.su:
            raise AccessError(
                self.env._(
                    "This is for accountants of %(companies)s: the company is not among"
                    " those you may work in (C6).",
                    companies=", ".join(missing.sudo().mapped("name")),
                )
            )

    # --- Post -----------------------------------------------------------------

    def _mci_get_companies(self):
        # EXTENDS: closed periods and lock dates of both
        return self.company_id | self.payer_company_id

    def _check_postable(self):
        if self.is_crossing and not self.is_showback:
            # Before anything else: nobody looks for a lock date of missing accounts.
            self._check_state("accepted")
            self.env["mci.company.pair"]._mci_get(
                self.company_id, self.payer_company_id
            )
        return super()._check_postable()

    def _do_post(self):
        if not self.is_crossing:
            return super()._do_post()
        self.ensure_one()
        if not self._mci_claim():
            return None
        groups = self._get_posting_groups()
        provider, payer = self._create_pair(groups)
        self._link_charges(groups, payer)
        self._mci_unlock().write(
            {
                "move_id": provider.id,
                "counterpart_move_id": payer.id,
                "posted_date": fields.Datetime.now(),
                "posted_by_id": self.env.uid,
            }
        )
        return None

    def _get_posting_groups(self):
        # EXTENDS: with what the payer's company books
        groups = super()._get_posting_groups()
        if not self.is_crossing:
            return groups
        names = ["lead_id", "analytic_account_id", "payer_distribution_key"]
        charges = self.env["mci.charge"].with_context(active_test=False)
        rows = charges._read_group(
            [("statement_id", "=", self.id)], names, ["payer_amount:sum"]
        )
        amounts = {
            (lead, preset, key or ""): total for lead, preset, key, total in rows
        }
        currency = self.payer_company_id.currency_id
        for group in groups:
            total = amounts[group["lead"], group["preset"], group["key"]]
            group["payer_amount"] = currency.round(total)
        return groups

    def _create_pair(self, groups):
        """Both entries posted; none when there is neither an amount nor an hour."""
        groups = [group for group in groups if self._mci_is_booked(group)]
        if not groups:
            return self.env["account.move"], self.env["account.move"]
        pair = self._mci_get_pair()
        date = self.accounting_date or self.date_to
        lines = [
            self._prepare_receivable_line_vals(groups, pair),
            self._prepare_provider_line_vals(groups),
        ]
        provider = self._post_side(self.company_id, date, lines)
        lines = [
            *(self._prepare_payer_deal_line_vals(group) for group in groups),
            self._prepare_payable_line_vals(groups, pair),
        ]
        return provider, self._post_side(self.payer_company_id, date, lines)

    def _post_side(self, company, date, lines):
        """Missing mandatory plans and the like, with the name of the company."""
        try:
            return self._post_move(self._prepare_entry_vals(company, date, lines), date)
        except ValidationError as error:
            raise UserError(
                self.env._(
                    "%(statement)s, entry of %(company)s: %(error)s",
                    statement=self.display_name,
                    company=company.name,
                    error=error,
                )
            ) from error

    # --- The lines ------------------------------------------------------------

    def _prepare_receivable_line_vals(self, groups, pair):
        amount = self.currency_id.round(sum(group["amount"] for group in groups))
        return {
            **self._prepare_company_line_vals(self.payer_company_id),
            "balance": amount,
            "account_id": pair.receivable_account_id.id,
        }

    def _prepare_payable_line_vals(self, groups, pair):
        return {
            **self._prepare_company_line_vals(self.company_id),
            **self._prepare_payer_amounts(
                -sum(group["payer_amount"] for group in groups),
                -sum(group["amount"] for group in groups),
            ),
            "account_id": pair.payable_account_id.id,
        }

    def _prepare_company_line_vals(self, partner_company):
        """A debt between companies: a partner, no analytic account, no hours."""
        return {
            "name": self.env._(
                "%(statement)s: %(company)s",
                statement=self.name,
                company=partner_company.name,
            ),
            "partner_id": partner_company.partner_id.id,
            "quantity": 0.0,
            "analytic_distribution": False,
        }

    def _prepare_payer_deal_line_vals(self, group):
        vals = self._prepare_deal_line_vals(group)
        del vals["balance"]
        hours = group["hours"] if group["payer_amount"] >= 0 else -group["hours"]
        return {
            **vals,
            **self._prepare_payer_amounts(group["payer_amount"], group["amount"]),
            "quantity": round(hours, 2),
            "account_id": self.payer_company_id._mci_get_charge_account().id,
        }

    def _prepare_payer_amounts(self, balance, amount):
        """Booked in the payer's currency, owed in that of the unit's company."""
        vals = {"balance": self.payer_company_id.currency_id.round(balance)}
        if self.currency_id == self.payer_company_id.currency_id:
            return vals
        return {
            **vals,
            "currency_id": self.currency_id.id,
            "amount_currency": self.currency_id.round(amount),
        }

    # --- Reverse --------------------------------------------------------------

    def _mci_get_entries(self):
        """The two entries as they were posted."""
        return self.move_id | self.counterpart_move_id

    def _mci_on_reversed(self, move):
        # EXTENDS: whoever reverses one side reverses the other with it.
        entries = self._mci_get_entries()
        if (
            self.state == "reversed"
            and len(move.reversed_entry_id._mci_get_mirrors()) == 1
        ):
            return None  # both sides were posted at once
        mirrors = {entry: entry._mci_get_mirrors()[:1] for entry in entries}
        missing = [entry for entry, mirror in mirrors.items() if not mirror]
        if missing:
            missing[0]._mci_mirror_like(move)
            return None
        if self.counterpart_move_id:
            self._mci_unlock().write(
                {"counterpart_reversal_move_id": mirrors[self.counterpart_move_id].id}
            )
        return super()._mci_on_reversed(mirrors.get(self.move_id, move))

    # --- Opening what is behind -----------------------------------------------

    def action_view_move(self):
        # EXTENDS: both sides
        return self._mci_add_counterpart(super().action_view_move())

    def _mci_add_counterpart(self, action):
        moves = self._mci_get_all_moves()
        if not self.is_crossing or len(moves) < 2:
            return action
        entries = self.env.ref("account.view_move_tree")
        action.pop("res_id", None)
        return {
            **action,
            "views": [(entries.id, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }

    def _mci_get_all_moves(self):
        return (
            self.move_id
            | self.reversal_move_id
            | self.counterpart_move_id
            | self.counterpart_reversal_move_id
        )

    def action_view_items(self):
        # EXTENDS: both sides
        action = super().action_view_items()
        moves = self._mci_get_all_moves()
        return {**action, "domain": [("move_line_id.move_id", "in", moves.ids)]}
