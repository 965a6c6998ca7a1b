from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, date


class MciCompanyInvoice(models.Model):
    """Customer invoice and vendor bill of two companies for a month (C6).

    Made as drafts of the posted statements of a pair whose agreement says so. Each
    document replaces the accrual of its own company when it is posted there: the
    accrual is mirrored on the same day, exactly once, and the analytic accounts show
    the same amounts and hours as before. Both documents are in the currency of the
    unit's company, in which the amounts are owed; each line of the bill carries the
    frozen rate of exchange of its charges.
    """

    _name = "mci.company.invoice"
    _description = "Inter-company invoicing"
    _inherit = ["mci.lock.mixin"]
    _order = "date_to desc, id desc"

    _mci_locked_fields = frozenset(
        {
            "company_id",
            "payer_company_id",
            "date_from",
            "date_to",
            "statement_ids",
            "invoice_id",
            "bill_id",
            "is_cancelled",
        }
    )

    company_id = fields.Many2one(
        "res.company",
        string="Company of the unit",
        required=True,
        readonly=True,
        index=True,
    )
    payer_company_id = fields.Many2one(
        "res.company",
        string="Company charged",
        required=True,
        readonly=True,
        index=True,
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    statement_ids = fields.One2many(
        "mci.statement", "company_invoice_id", string="Statements", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amount_total", compute_sudo=True
    )
    invoice_id = fields.Many2one(
        "account.move",
        string="Customer invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    bill_id = fields.Many2one(
        "account.move",
        string="Vendor bill",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    invoice_state = fields.Selection(
        related="invoice_id.state", string="Status of the invoice", related_sudo=True
    )
    bill_state = fields.Selection(
        related="bill_id.state", string="Status of the bill", related_sudo=True
    )
    is_cancelled = fields.Boolean(string="Cancelled", readonly=True)

    @api.depends("statement_ids.amount_total")
    def _compute_amount_total(self):
        for run in self:
            run.amount_total = sum(run.statement_ids.mapped("amount_total"))

    @api.depends("company_id", "payer_company_id", "date_to")
    def _compute_display_name(self):
        for run in self.sudo():
            run.display_name = self.env._(
                "%(provider)s to %(payer)s, %(month)s",
                provider=run.company_id.name or "",
                payer=run.payer_company_id.name or "",
                month=run.date_to and run.date_to.strftime("%Y-%m") or "",
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_cancelled(self):
        for run in self:
            if not run.is_cancelled:
                raise UserError(
                    self.env._(
                        "%(run)s holds statements: cancel it first.",
                        run=run.display_name,
                    )
                )

    # --- Make -----------------------------------------------------------------

    @api.model
    @arguments(date_from=date, date_to=date)
    def generate(self, date_from, date_to):
        """Draft invoices and bills of the statements posted in a month (C6).

        For every pair of companies with a monthly invoice for which the user may post.
        The same call twice makes nothing new.

        :param date_from: first day, ``YYYY-MM-DD``; by the date of the accrual
        :param date_to: last day, and the date of the documents
        :return: the new records (JSON-2: their ids)
        :raises AccessError: the user is no accountant
        :raises UserError: a document would not carry what the statements say
        """
        date_from = fields.Date.to_date(date_from)
        date_to = fields.Date.to_date(date_to)
        if not date_from or not date_to or date_to < date_from:
            raise UserError(
                self.env._("Give the first and the last day of the period.")
            )
        if not self.env["mci.statement"]._mci_is_accountant():
            raise AccessError(
                self.env._("Inter-company invoices are made by an accountant (C6).")
            )
        runs = self.browse()
        pairs = self.env["mci.company.pair"].sudo().search([("mode", "=", "invoice")])
        for pair in pairs:
            companies = pair._mci_get_posting_companies()
            if self.env["mci.statement"]._mci_is_accountant_of(companies):
                runs |= self.sudo()._do_generate(pair, date_from, date_to)
        return self.browse(runs.ids)

    def _do_generate(self, pair, date_from, date_to):
        statements = self.env["mci.statement"].search(
            [
                ("company_id", "=", pair.company_id.id),
                ("payer_company_id", "=", pair.payer_company_id.id),
                ("state", "=", "posted"),
                ("company_invoice_id", "=", False),
                ("move_id.date", ">=", date_from),
                ("move_id.date", "<=", date_to),
            ],
            order="id",
        )
        # Hours free of charge are owed by nobody: their entries stay as they are.
        statements = statements.filtered(
            lambda statement: any(statement.move_id.line_ids.mapped("balance"))
        )
        if not statements:
            return self.browse()
        pair._check_on_balance()
        run = self._mci_unlock().create(
            {
                "company_id": pair.company_id.id,
                "payer_company_id": pair.payer_company_id.id,
                "date_from": date_from,
                "date_to": date_to,
            }
        )
        # The write on the statements' rows serialises: two at once make one.
        statements._mci_unlock().write({"company_invoice_id": run.id})
        run._mci_unlock().write(
            {
                "invoice_id": run._mci_create_document(pair, "out").id,
                "bill_id": run._mci_create_document(pair, "in").id,
            }
        )
        return run

    # --- The documents --------------------------------------------------------

    def _mci_create_document(self, pair, side):
        lines = self._prepare_lines_vals(pair, side)
        total = sum(vals["price_unit"] for vals in lines)
        sign = -1 if self.currency_id.compare_amounts(total, 0.0) < 0 else 1
        for vals in lines:
            vals["price_unit"] *= sign
        kind = "invoice" if sign > 0 else "refund"
        company, other = self.company_id, self.payer_company_id
        if side == "in":
            company, other = other, company
        moves = self.env["account.move"].with_company(company)
        move = moves._mci_unlock().create(
            {
                "move_type": f"{side}_{kind}",
                "company_id": company.id,
                "partner_id": other.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.date_to,
                "date": self.date_to,
                "ref": self.display_name,
                "mci_company_invoice_id": self.id,
                "invoice_line_ids": [fields.Command.create(vals) for vals in lines],
            }
        )
        move._check_carries_accrual()
        return move

    def _prepare_lines_vals(self, pair, side):
        """One line for each unit (invoice) or deal (bill), as in the accruals."""
        totals = {}
        for line in self._mci_get_accruals(side).line_ids:
            if not line.analytic_distribution:
                continue
            key = ",".join(line.analytic_distribution)
            group = totals.setdefault(key, [0.0, 0.0, 0.0])
            group[0] += line.amount_currency
            group[1] += line.balance
            group[2] += line._mci_get_hours_sign() * line.quantity
        return [
            self._prepare_line_vals(pair, side, key, *group)
            for key, group in totals.items()
            if not self.currency_id.is_zero(group[0]) or round(group[2], 2)
        ]

    def _prepare_line_vals(self, pair, side, key, amount, balance, hours):
        sign = -1 if side == "out" else 1
        company = self.company_id if side == "out" else self.payer_company_id
        account = (
            pair.income_account_id or company._mci_get_recovery_account()
            if side == "out"
            else pair.expense_account_id or company._mci_get_charge_account()
        )
        accounts = self.env["account.analytic.account"].browse(map(int, key.split(",")))
        return {
            "name": self.env._(
                "Presales %(account)s, %(hours)s h",
                account=accounts[0].name,
                hours=f"{abs(hours):g}",
            ),
            "product_id": pair.product_id.id,
            "account_id": account.id,
            "quantity": 1.0,
            "price_unit": sign * amount,
            "analytic_distribution": {key: 100},
            "mci_hours": hours if balance >= 0 else -hours,
            "mci_currency_rate": amount / balance if balance else 0.0,
        }

    def _mci_get_accruals(self, side):
        name = "move_id" if side == "out" else "counterpart_move_id"
        return self.statement_ids[name]

    # --- Cancel ---------------------------------------------------------------

    def action_cancel(self):
        """Give the statements free; the documents are drafts or were credited (C6).

        :raises AccessError: not accountant as the agreement says
        :raises UserError: a document counts: credit it first
        """
        self.check_access("read")
        for run in self.sudo():
            run.statement_ids.with_env(self.env)._check_accountant()
            for move in run.invoice_id | run.bill_id:
                if move.state == "posted" and not move._mci_is_credited():
                    raise UserError(
                        self.env._(
                            "%(move)s of %(company)s is posted: credit it first.",
                            move=move.display_name,
                            company=move.company_id.name,
                        )
                    )
            drafts = (run.invoice_id | run.bill_id).filtered(
                lambda move: move.state == "draft"
            )
            drafts.button_cancel()
            run.statement_ids._mci_unlock().write({"company_invoice_id": False})
            run._mci_unlock().write({"is_cancelled": True})
        return True

    # --- Opening what is behind -----------------------------------------------

    def action_view_documents(self):
        """Invoice and bill, those that the companies of the user show him."""
        self.ensure_one()
        moves = self.invoice_id | self.bill_id
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }
