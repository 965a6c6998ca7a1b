from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_is_zero


class AccountMove(models.Model):
    """Entries of chargeback statements: posted once, only ever reversed (C6)."""

    _name = "account.move"
    _inherit = ["account.move", "mci.lock.mixin"]

    _mci_locked_fields = frozenset({"mci_statement_id"})

    mci_statement_id = fields.Many2one(
        "mci.statement",
        string="Chargeback statement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # Stands behind the claim on the statement's row: one live entry in the books of
    # each company, whatever happens.
    _mci_statement_uniq = models.UniqueIndex(
        "(mci_statement_id, company_id) WHERE mci_statement_id IS NOT NULL"
        " AND reversed_entry_id IS NULL AND state <> 'cancel'",
        "A chargeback statement is posted exactly once.",
    )

    # --- Guards ---------------------------------------------------------------

    def button_draft(self):
        # EXTENDS account: its analytic lines would be deleted.
        self._mci_check_no_statement()
        return super().button_draft()

    def button_cancel(self):
        # EXTENDS account
        self._mci_check_no_statement()
        return super().button_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_statement(self):
        self._mci_check_no_statement()

    def _mci_check_no_statement(self):
        """A draft reversal may still go; entries that count are only reversed."""
        for move in self.sudo().filtered("mci_statement_id"):
            if move.reversed_entry_id and move.state == "posted":
                raise UserError(
                    self.env._(
                        "%(move)s is a mirror of the entries of statement %(statement)s"
                        " and stays posted (C6).",
                        move=move.display_name,
                        statement=move.mci_statement_id.name,
                    )
                )
            if not move.reversed_entry_id:
                raise UserError(
                    self.env._(
                        "%(move)s is the entry of statement %(statement)s: it can only"
                        " be reversed (C6).",
                        move=move.display_name,
                        statement=move.mci_statement_id.name,
                    )
                )

    # --- Reversal -------------------------------------------------------------

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS account
        for move in self.sudo().filtered("mci_statement_id"):
            move._mci_check_reversible()
        self._mci_check_mirror_dates(default_values_list or [])
        moves = super()._reverse_moves(default_values_list, cancel=cancel)
        for move in moves:
            if statement := move.sudo().reversed_entry_id.mci_statement_id:
                move.sudo()._mci_unlock().mci_statement_id = statement
        return moves

    def _mci_check_reversible(self):
        if self.reversed_entry_id or self.mci_statement_id.state != "posted":
            raise UserError(
                self.env._(
                    "%(move)s was reversed already: its charges are open again and go"
                    " to the next statement.",
                    move=self.display_name,
                )
            )

    def _post(self, soft=True):
        # EXTENDS account: whoever posts the mirror entry reverses the statement.
        reversals = self.sudo().filtered(
            lambda move: move.reversed_entry_id.mci_statement_id
        )
        for move in reversals:
            move._mci_check_mirror()
            move._mci_check_mirror_date()
            if not move.mci_statement_id:
                # Written over RPC: from here on it is guarded as Odoo's own mirror.
                statement = move.reversed_entry_id.mci_statement_id
                move._mci_unlock().mci_statement_id = statement
        posted = super()._post(soft)
        for move in reversals.filtered(lambda move: move.state == "posted"):
            statement = move.reversed_entry_id.mci_statement_id
            self.env["mci.period"]._mci_check_open(move.company_id, move.date)
            statement._mci_on_reversed(move)
        return posted

    def _mci_check_mirror_dates(self, default_values_list):
        """Odoo would move them out of a locked period without asking (C7)."""
        if self._mci_is_unlocked():
            return  # by our own methods, which test it themselves
        for move, values in zip(self.sudo(), default_values_list, strict=False):
            day = fields.Date.to_date(values.get("date"))
            if day and move.mci_statement_id:
                move.mci_statement_id._check_mirror_date(day)

    def _mci_check_mirror_date(self):
        """The day may have been locked or closed since the mirror was made (C7)."""
        self.reversed_entry_id.mci_statement_id._check_mirror_date(self.date)

    def _mci_check_mirror(self):
        """A reversal that was edited would leave part of the charges posted."""
        self.ensure_one()
        items = (self | self.reversed_entry_id).line_ids
        if not items._mci_cancel_out(with_hours=True):
            raise UserError(
                self.env._(
                    "%(move)s does not mirror the entry of statement %(statement)s:"
                    " a statement is reversed as a whole (C7).",
                    move=self.display_name,
                    statement=self.reversed_entry_id.mci_statement_id.name,
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Amounts, hours and accounts of a posted statement.
    _mci_frozen_fields = frozenset(
        {
            "analytic_distribution",
            "account_id",
            "balance",
            "debit",
            "credit",
            "amount_currency",
            "quantity",
            "date",
        }
    )

    def write(self, vals):
        if not self._mci_frozen_fields.isdisjoint(vals):
            self._mci_check_statement()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_statement(self):
        self._mci_check_statement()

    def _mci_cancel_out(self, with_hours=False):
        """Whether a document and its mirror leave nothing, on no account at all."""
        totals = defaultdict(lambda: [0.0, 0.0])
        for line in self:
            total = totals[line.account_id, str(line.analytic_distribution or "")]
            total[0] += line.balance
            total[1] += line._mci_get_hours_sign() * line.quantity
        zero = self.company_currency_id.is_zero
        return all(
            zero(balance) and (not with_hours or float_is_zero(hours, 2))
            for balance, hours in totals.values()
        )

    def _mci_check_statement(self):
        """Odoo lets accounting edit the distribution of a posted item: here it is the
        ledger of the deal."""
        for line in self.sudo():
            statement = line.move_id.mci_statement_id
            if statement and line.parent_state == "posted":
                raise UserError(
                    self.env._(
                        "%(line)s belongs to statement %(statement)s and cannot be"
                        " changed: reverse the statement (C6).",
                        line=line.name,
                        statement=statement.name,
                    )
                )

    def _prepare_analytic_distribution_line(
        self, distribution, account_ids, distribution_on_each_plan
    ):
        # EXTENDS account: hours take the sign of the balance, so that a reversal brings
        # them to zero, and are counted in the time unit of the company.
        vals = super()._prepare_analytic_distribution_line(
            distribution, account_ids, distribution_on_each_plan
        )
        if self._mci_is_of_statement():
            vals["unit_amount"] = self._mci_get_hours_sign() * self.quantity
            vals["product_uom_id"] = self.company_id.project_time_mode_id.id
        return vals

    def _prepare_analytic_lines(self):
        # EXTENDS account: hours without an amount are on the accounts, too
        vals_list = super()._prepare_analytic_lines()
        if vals_list or not self._mci_has_hours_only():
            return vals_list
        return [
            self._prepare_analytic_distribution_line(float(percent), key, {})
            for key, percent in self.analytic_distribution.items()
        ]

    def _mci_is_of_statement(self):
        move = self.move_id.sudo()
        return bool(move.mci_statement_id or move.reversed_entry_id.mci_statement_id)

    def _mci_has_hours_only(self):
        self.ensure_one()
        return (
            bool(self.analytic_distribution and self.quantity)
            and self.company_currency_id.is_zero(self.balance)
            and self._mci_is_of_statement()
        )

    def _mci_get_hours_sign(self):
        """1 or −1: the sign of the balance, so that a mirror brings hours to zero.

        An item without an amount has its hours signed; each mirror turns them round.
        """
        self.ensure_one()
        if not self.company_currency_id.is_zero(self.balance):
            return 1 if self.balance > 0 else -1
        sign, move = 1, self.move_id.sudo()
        while move := move.reversed_entry_id:
            sign = -sign
        return sign
