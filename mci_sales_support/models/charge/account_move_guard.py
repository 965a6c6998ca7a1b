from odoo import api, models
from odoo.exceptions import UserError

# The key of a posting under way; an object of this process cannot come over RPC.
POSTING = object()

# What no screen, list, import or call may change on the entry of a statement.
FROZEN_MOVE_FIELDS = frozenset(
    {
        "state",
        "date",
        "journal_id",
        "company_id",
        "currency_id",
        "move_type",
        "line_ids",
        "invoice_line_ids",
    }
)


class AccountMove(models.Model):
    """The entry of a statement stays true, whoever works with it from where (C6).

    Odoo's own buttons are guarded beside the posting; here is what goes round them: a
    plain ``write`` of the state over RPC or in an import, items added to the entry, and
    *Reverse and create*, whose copy would charge the deals a second time.
    """

    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS account
        if not FROZEN_MOVE_FIELDS.isdisjoint(vals):
            self._mci_check_entry()
        if vals.get("state") == "posted":
            self._mci_check_posting()
        return super().write(vals)

    def _post(self, soft=True):
        # EXTENDS account
        moves = self.with_context(mci_posting=POSTING)
        posted = super(AccountMove, moves)._post(soft)
        return posted.with_context(mci_posting=None)

    def _mci_check_not_modified(self):
        """*Reverse and create* makes a copy, which would charge once more."""
        if self.mci_statement_id:
            raise UserError(
                self.env._(
                    "The entry of %(statement)s is reversed, not copied: its charges"
                    " are open again and go to the next statement (C6).",
                    statement=self.mci_statement_id.name,
                )
            )

    def _mci_check_posting(self):
        """A state written over RPC would go past charges, accruals and statements."""
        if self.env.context.get("mci_posting") is POSTING:
            return
        for move in self.sudo():
            if move.state != "posted" and move._mci_is_charging():
                raise UserError(
                    self.env._(
                        "%s takes part in presales charging: post it with its button,"
                        " not by its state (C6).",
                        move.display_name,
                    )
                )

    def _mci_is_charging(self):
        """Whether posting this move is a step of a document or charge of ours."""
        return bool(self.mci_statement_id or self.reversed_entry_id.mci_statement_id)

    def _mci_check_mirror(self):
        # EXTENDS charge: whoever posts the mirror entry, from whichever screen
        self.reversed_entry_id.mci_statement_id._check_not_corrected()
        return super()._mci_check_mirror()

    def _mci_check_items_stay(self):
        """Analytic items are made with the entry: none comes later, changes or goes."""
        for move in self.filtered("mci_statement_id")[:1]:
            raise UserError(
                self.env._(
                    "%(item)s belongs to statement %(statement)s and cannot be changed:"
                    " reverse the statement (C6).",
                    item=move.display_name,
                    statement=move.mci_statement_id.name,
                )
            )

    def _mci_check_entry(self):
        posted = self.sudo().filtered(
            lambda move: move.mci_statement_id and move.state == "posted"
        )
        for move in posted[:1]:
            raise UserError(
                self.env._(
                    "%(move)s is the entry of statement %(statement)s: it can only"
                    " be reversed (C6).",
                    move=move.display_name,
                    statement=move.mci_statement_id.name,
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: nothing is added to an entry that is posted
        ids = {vals.get("move_id") for vals in vals_list} - {None, False}
        self.env["account.move"].browse(ids)._mci_check_entry()
        return super().create(vals_list)

    def write(self, vals):
        # EXTENDS account: an item does not move to another entry, nor into this one
        if "move_id" in vals:
            moves = self.env["account.move"].browse(vals["move_id"] or [])
            (self.move_id | moves)._mci_check_entry()
        return super().write(vals)


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS analytic
        ids = {vals.get("move_line_id") for vals in vals_list} - {None, False}
        if ids:
            lines = self.env["account.move.line"].sudo().browse(ids)
            lines.filtered("analytic_line_ids").move_id._mci_check_items_stay()
        return super().create(vals_list)


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        # EXTENDS account
        if is_modify:
            for move in self.sudo().move_ids:
                move._mci_check_not_modified()
        return super().reverse_moves(is_modify)
