from odoo import models
from odoo.exceptions import UserError

# The key of a reset under way; an object of this process cannot come over RPC.
RESETTING = object()


class AccountMove(models.Model):
    """What charges presales is not copied, and inter-company documents stay true (C6).

    Odoo lets accounting edit analytic distributions of posted documents, credit a
    credit note and duplicate every entry: each would charge a deal twice, or
    something else than its statement says.
    """

    _inherit = "account.move"

    def _mci_is_of_run(self):
        """A document of an inter-company invoicing, or the credit note of one."""
        return bool((self | self.reversed_entry_id).sudo().mci_company_invoice_id)

    # --- Copies ---------------------------------------------------------------

    def copy(self, default=None):
        # EXTENDS account
        if not (default or {}).get("reversed_entry_id") and not self._mci_is_unlocked():
            for move in self.sudo():
                move._mci_check_not_copied()
        return super().copy(default)

    def _mci_check_not_modified(self):
        # EXTENDS charge: the copy would stand beside the accrual that came back
        if self._mci_is_of_run():
            self._mci_check_not_copied()
        return super()._mci_check_not_modified()

    def _mci_check_not_copied(self):
        moves = self | self.reversed_entry_id
        if (
            moves.mci_statement_id
            or moves.mci_actual_price_id
            or moves.mci_company_invoice_id
        ):
            raise UserError(
                self.env._(
                    "%s takes part in presales charging: a copy would charge the same"
                    " hours again (C6).",
                    self.display_name,
                )
            )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS charge
        for move in self.sudo():
            origin = move.reversed_entry_id
            if origin.mci_company_invoice_id:
                raise UserError(
                    self.env._(
                        "%(move)s has put the accrual of %(origin)s back and is not"
                        " credited itself: make the inter-company documents of the"
                        " month anew (C6).",
                        move=move.display_name,
                        origin=origin.display_name,
                    )
                )
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _mci_check_reversible(self):
        # EXTENDS: what moved the accrual aside, or back, reversed nothing.
        document = self.mci_replaced_by_id or self.reversed_entry_id.mci_replaced_by_id
        if document and not self._mci_is_unlocked():
            raise UserError(
                self.env._(
                    "%(move)s belongs to %(document)s, which stands in place of the"
                    " accrual or did: reset or credit that instead (C6).",
                    move=self.display_name,
                    document=document.display_name,
                )
            )
        return super()._mci_check_reversible()

    # --- What is owed, and by whom ----------------------------------------------

    def _check_carries_accrual(self):
        # EXTENDS charge
        result = super()._check_carries_accrual()
        run = self.mci_company_invoice_id
        other = run.payer_company_id if self.is_sale_document() else run.company_id
        stray = self.invoice_line_ids.filtered(
            lambda line: line.balance and not line.analytic_distribution
        )
        if (
            stray
            or self.commercial_partner_id != other.partner_id.commercial_partner_id
        ):
            raise UserError(
                self.env._(
                    "%(move)s settles what is owed between %(provider)s and %(payer)s:"
                    " the partner stays, and no line of something else comes in (C6).",
                    move=self.display_name,
                    provider=run.company_id.name,
                    payer=run.payer_company_id.name,
                )
            )
        return result

    # --- Dates ----------------------------------------------------------------

    def _post(self, soft=True):
        # EXTENDS charge: refused by name, where Odoo would move the date (C7)
        for move in self.sudo():
            if move.invoice_date and move._mci_is_of_run():
                move._mci_check_unlocked_date()
        return super()._post(soft)

    def _mci_check_unlocked_date(self):
        locks = self._get_violated_lock_dates(self.date, self._affect_tax_report())
        self.company_id._mci_refuse_locked(self.display_name, self.date, locks)

    # --- Analytic items -------------------------------------------------------

    def button_draft(self):
        # EXTENDS charge: its analytic items go with the document
        moves = self.with_context(mci_resetting=RESETTING)
        return super(AccountMove, moves).button_draft()

    def _mci_check_items_stay(self):
        # EXTENDS charge
        if self.env.context.get("mci_resetting") is not RESETTING:
            for move in self:
                if move._mci_is_of_run():
                    move._mci_refuse_analytic()
        return super()._mci_check_items_stay()

    def _mci_refuse_analytic(self):
        raise UserError(
            self.env._(
                "%s carries what its statements say: reset it to draft or credit it,"
                " its analytic accounts and hours are not changed (C6).",
                self.display_name,
            )
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    _mci_carried_fields = frozenset(
        {"analytic_distribution", "mci_hours", "mci_currency_rate"}
    )

    def write(self, vals):
        # EXTENDS charge
        if not self._mci_carried_fields.isdisjoint(vals):
            for line in self.sudo():
                if line.parent_state == "posted" and line.move_id._mci_is_of_run():
                    line.move_id._mci_refuse_analytic()
        return super().write(vals)
