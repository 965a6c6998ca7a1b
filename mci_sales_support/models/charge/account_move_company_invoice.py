from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Inter-company invoices and bills replace the accrual of their company (C6)."""

    _inherit = "account.move"

    mci_company_invoice_id = fields.Many2one(
        "mci.company.invoice",
        string="Inter-company invoicing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    mci_replaced_by_id = fields.Many2one(
        "account.move",
        string="Accrual replaced by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "mci_company_invoice_id",
            "mci_replaced_by_id",
        }

    def _mci_get_mirrors(self):
        # EXTENDS: an accrual that an invoice replaced was not reversed.
        return (
            super()
            ._mci_get_mirrors()
            .filtered(lambda move: not move.mci_replaced_by_id)
        )

    def _mci_is_replacement(self):
        # OVERRIDE
        return bool(
            self.mci_replaced_by_id or self.reversed_entry_id.mci_replaced_by_id
        )

    def _mci_check_mirror(self):
        # EXTENDS: a mirror of ours is whole, whatever was corrected since.
        if self._mci_is_replacement():
            return None
        return super()._mci_check_mirror()

    def _mci_check_mirror_date(self):
        # EXTENDS: of the books of its own company alone, tested with the posting
        if self._mci_is_replacement():
            return None
        return super()._mci_check_mirror_date()

    def _mci_check_reversible(self):
        # EXTENDS: a credit note puts the accrual back where it was.
        if self.mci_replaced_by_id and self._mci_is_unlocked():
            return None
        return super()._mci_check_reversible()

    def _mci_get_accruals(self):
        """Accrual entries of this document's company."""
        side = "out" if self.is_sale_document() else "in"
        return self.mci_company_invoice_id._mci_get_accruals(side)

    # --- The document says what the statements say ------------------------------

    def _check_carries_accrual(self):
        """Amount, hours and account as accrued: the analytic result stays."""
        self.ensure_one()
        accrued = self._mci_get_accruals().line_ids._mci_get_analytic_totals("quantity")
        carried = self.invoice_line_ids._mci_get_analytic_totals("mci_hours")
        if carried != accrued:
            raise UserError(
                self.env._(
                    "%(move)s does not carry what its statements say: amounts and"
                    " analytic accounts stay as they were accrued (C6).",
                    move=self.display_name,
                )
            )

    def _post(self, soft=True):
        # EXTENDS: the document takes the place of the accrual, in one transaction.
        documents = self.sudo().filtered(
            lambda move: move.mci_company_invoice_id and not move.reversed_entry_id
        )
        for move in documents:
            move._check_carries_accrual()
        credits = self.sudo().filtered("reversed_entry_id.mci_company_invoice_id")
        for move in credits:
            move._check_credits_all()
        posted = super()._post(soft)
        for move in documents.filtered(lambda move: move.state == "posted"):
            move._mci_replace_accruals()
        for move in credits.filtered(lambda move: move.state == "posted"):
            move.reversed_entry_id._mci_restore_accruals(move.date)
        return posted

    def _get_product_base_line_currency_rate(self, product_line):
        # EXTENDS account: see the field
        return (
            product_line.mci_currency_rate
            or super()._get_product_base_line_currency_rate(product_line)
        )

    # --- Replace and restore --------------------------------------------------

    def _mci_get_replacements(self):
        """Mirrors of the accruals that this document made and that still count."""
        mirrors = self.env["account.move"].search(
            [("mci_replaced_by_id", "=", self.id), ("state", "=", "posted")]
        )
        return mirrors.filtered(
            lambda mirror: "posted" not in mirror.reversal_move_ids.mapped("state")
        )

    def _mci_replace_accruals(self):
        self.ensure_one()
        self._check_run_is_live()
        done = self._mci_get_replacements().reversed_entry_id
        for accrual in self._mci_get_accruals() - done:
            self._mci_mirror(accrual, self.date, {"mci_replaced_by_id": self.id})
        bill = self.mci_company_invoice_id.bill_id
        if self.is_sale_document() and bill.state == "draft":
            bill.ref = self.name

    def _check_run_is_live(self):
        run = self.mci_company_invoice_id
        if run.is_cancelled:
            raise UserError(
                self.env._(
                    "%(move)s belongs to %(run)s, which was cancelled.",
                    move=self.display_name,
                    run=run.display_name,
                )
            )

    def _mci_restore_accruals(self, date):
        for mirror in self._mci_get_replacements():
            self._mci_mirror(mirror, date, {})

    def _mci_mirror(self, move, date, vals):
        move._mci_check_not_before(date, f"{self.display_name}, {move.display_name}")
        move._mci_unlock()._mci_reverse_on(date, {"ref": self.name, **vals})

    # --- Other screens --------------------------------------------------------

    def write(self, vals):
        # EXTENDS account: only the button brings the accrual back, and takes the items
        # of the document off the analytic accounts.
        if vals.get("state") in ("draft", "cancel"):
            self._mci_check_taken_back()
        return super().write(vals)

    def _mci_is_charging(self):
        # EXTENDS charge
        runs = (self | self.reversed_entry_id).mci_company_invoice_id
        return super()._mci_is_charging() or bool(runs)

    def _mci_check_credits_stay(self):
        """A posted credit note has put the accrual back, and is not taken back."""
        for move in self.sudo().filtered(lambda move: move.state == "posted"):
            if move.reversed_entry_id.mci_company_invoice_id:
                raise UserError(
                    self.env._(
                        "%(move)s has put the accrual of %(origin)s back and stays"
                        " posted (C6).",
                        move=move.display_name,
                        origin=move.reversed_entry_id.display_name,
                    )
                )

    def _mci_check_taken_back(self):
        self._mci_check_credits_stay()
        documents = self.sudo().filtered(
            lambda move: move.mci_company_invoice_id and move.state == "posted"
        )
        for move in documents:
            if move._mci_is_credited() or move._mci_get_replacements():
                raise UserError(
                    self.env._(
                        "%(move)s stands in place of an accrual: reset it to draft or"
                        " credit it with its own buttons (C6).",
                        move=move.display_name,
                    )
                )

    def button_draft(self):
        # EXTENDS: the accrual comes back, on the day of the document.
        self._mci_check_credits_stay()
        documents = self.sudo().filtered(
            lambda move: move.mci_company_invoice_id and move.state == "posted"
        )
        for move in documents:
            if move._mci_is_credited():
                raise UserError(
                    self.env._(
                        "%(move)s was credited and stays posted.",
                        move=move.display_name,
                    )
                )
            move._mci_restore_accruals(move.date)
        return super().button_draft()

    def _mci_is_credited(self):
        return "posted" in self.reversal_move_ids.mapped("state")

    def _check_credits_all(self):
        """A document is credited as a whole: the accrual comes back as a whole."""
        self.ensure_one()
        origin = self.reversed_entry_id
        if origin.state != "posted":
            raise UserError(
                self.env._(
                    "%(move)s would credit %(origin)s, which is not posted any more:"
                    " its accrual is back already (C6).",
                    move=self.display_name,
                    origin=origin.display_name,
                )
            )
        items = (self | origin).invoice_line_ids
        if origin._mci_is_credited() or not items._mci_cancel_out():
            raise UserError(
                self.env._(
                    "%(move)s does not credit %(origin)s as a whole, or it was credited"
                    " already: the accrual comes back as a whole (C6).",
                    move=self.display_name,
                    origin=origin.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_company_invoice(self):
        for move in self.sudo().filtered("mci_company_invoice_id"):
            if not move.mci_company_invoice_id.is_cancelled:
                raise UserError(
                    self.env._(
                        "%(move)s belongs to %(run)s: cancel that instead of deleting"
                        " the document.",
                        move=move.display_name,
                        run=move.mci_company_invoice_id.display_name,
                    )
                )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    mci_hours = fields.Float(
        string="Presales hours",
        readonly=True,
        help="Hours of the charges behind a line of an inter-company document (C6).",
    )
    mci_currency_rate = fields.Float(
        string="Frozen exchange rate",
        digits=0,
        readonly=True,
        help="Currency of the document for one unit of the company's, as frozen with"
        " the charges (C3).",
    )

    def _mci_get_analytic_totals(self, hours_name):
        """Amount and hours by analytic key, rounded to compare; zeros are left out."""
        totals = {}
        for line in self.filtered("analytic_distribution"):
            hours = line._mci_get_hours_sign() * line[hours_name]
            key = ",".join(line.analytic_distribution)
            balance, before = totals.get(key, (0.0, 0.0))
            totals[key] = (balance + line.balance, before + hours)
        currency = self.company_currency_id
        rounded = {
            key: (currency.round(balance), round(hours, 2))
            for key, (balance, hours) in totals.items()
        }
        return {key: total for key, total in rounded.items() if any(total)}

    def _compute_currency_rate(self):
        # EXTENDS account: the rates frozen with the charges, not that of the day. It is
        # given with the line and never changes. A dependency on it would make Odoo drop
        # its own inherited fields with ours at the uninstallation.
        result = super()._compute_currency_rate()
        for line in self.filtered("mci_currency_rate"):
            if line.move_id.is_invoice(include_receipts=True):
                line.currency_rate = line.mci_currency_rate
        return result

    def _prepare_analytic_distribution_line(
        self, distribution, account_ids, distribution_on_each_plan
    ):
        # EXTENDS charge: the hours behind the line, with the sign of the balance
        vals = super()._prepare_analytic_distribution_line(
            distribution, account_ids, distribution_on_each_plan
        )
        if self.mci_hours:
            vals["unit_amount"] = self._mci_get_hours_sign() * self.mci_hours
            vals["product_uom_id"] = self.company_id.project_time_mode_id.id
        return vals

    def _mci_has_hours_only(self):
        # EXTENDS charge
        return super()._mci_has_hours_only() or (
            bool(self.analytic_distribution and self.mci_hours)
            and self.company_currency_id.is_zero(self.balance)
        )


class MciStatement(models.Model):
    _inherit = "mci.statement"

    company_invoice_id = fields.Many2one(
        "mci.company.invoice",
        string="Inter-company invoicing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"company_invoice_id"}

    def _mci_on_reversed(self, move):
        # EXTENDS: an entry that an invoice mirrors, or puts back, reverses nothing.
        if move._mci_is_replacement():
            return None
        if self.company_invoice_id:
            raise UserError(
                self.env._(
                    "%(statement)s is invoiced with %(run)s: cancel that first, with"
                    " credit notes where a document is posted (C6).",
                    statement=self.display_name,
                    run=self.company_invoice_id.display_name,
                )
            )
        return super()._mci_on_reversed(move)
