from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.arguments import arguments, date, text

# Columns of a fresh charge that do not come from the reversed one.
FRESH = {
    "state": SQL("'open'"),
    "statement_id": SQL("NULL::int"),
    "move_line_id": SQL("NULL::int"),
    "disputed_statement_id": SQL("NULL::int"),
    "is_late": SQL("false"),
    # It follows its timesheet again, and may be disputed again (C5).
    "decision": SQL("NULL::varchar"),
    "decision_note": SQL("NULL::varchar"),
    "decided_by_id": SQL("NULL::int"),
    "decided_date": SQL("NULL::timestamp"),
    "create_date": SQL("now() AT TIME ZONE 'UTC'"),
    "write_date": SQL("now() AT TIME ZONE 'UTC'"),
}


class MciStatement(models.Model):
    """Reversing a posted statement: mirror entry, fresh open charges (C7)."""

    _inherit = "mci.statement"

    @arguments(date=date, reason=text)
    def action_reverse(self, date=None, reason=None):
        """Mirror the entries of posted statements; their charges are open again.

        The reversed charges stay as they are; each gets a fresh open one in its place,
        which follows its timesheet again and goes to the next statement.

        :param date: date of the mirror entries, ``YYYY-MM-DD``, not before that of the
            entry; default today where the unit's company works
        :param reason: text kept with the statement
        :raises AccessError: the user is no accountant
        :raises UserError: not posted, or the date is in a closed period, locked, or
            before the entry
        """
        self._check_accountant()
        for statement in self.sudo():
            day = fields.Date.to_date(date) or statement._mci_get_reversal_day()
            statement._check_state("posted")
            statement._check_mirror_date(day)
            statement._do_reverse(day, reason)
        return True

    def _mci_get_reversal_day(self):
        """Today in the unit's company; of an entry dated later its own day."""
        self.ensure_one()
        return self._mci_get_entry_day(self.company_id._mci_today(), self.move_id)

    def _check_mirror_date(self, day):
        """Open and unlocked in all companies, and not before the entry (C7)."""
        self._check_date(day)
        self._check_not_before_entry(day, self.move_id)

    def _do_reverse(self, date, reason=None):
        self.ensure_one()
        if reason:
            self.message_post(body=reason)
        if not self.move_id:
            self._mci_on_reversed(self.move_id)
            self._mci_settle_reversed(date)  # no entry tells the day it counts on
            return
        move = self.move_id._reverse_moves(
            [{"date": date, "ref": self.env._("Reversal of %s", self.name)}],
            cancel=True,
        )
        if move.date != date:
            raise UserError(
                self.env._(
                    "%(statement)s cannot be reversed on this date: Odoo would move it"
                    " out of a locked period (C7).",
                    statement=self.display_name,
                )
            )

    def _mci_on_reversed(self, move):
        """The mirror entry is posted, by our button or by Odoo's own."""
        self._check_state("posted")
        self._mci_unlock().write({"state": "reversed", "reversal_move_id": move.id})
        self._mci_stop_drafts()
        self._mci_move_charges("posted", "reversed")
        self._mci_open_again()

    def _mci_stop_drafts(self):
        """Mirrors somebody drafted for a later day: the scheduler tries no more."""
        mirrors = (self.move_id | self.counterpart_move_id).reversal_move_ids
        waiting = mirrors.filtered(lambda move: move.state == "draft")
        waiting.filtered(lambda move: move.auto_post != "no").auto_post = "no"

    def _mci_open_again(self):
        """A fresh open charge in the place of each reversed one."""
        self._mci_copy_reversed()
        decided = (
            self.env["mci.charge"]
            .sudo()
            .search(
                [
                    ("reversed_charge_id.statement_id", "in", self.ids),
                    ("reversed_charge_id.decision", "!=", False),
                    ("state", "=", "open"),
                    "|",
                    ("timesheet_id", "!=", False),
                    ("expense_line_id", "!=", False),
                ]
            )
        )
        decided._mci_follow()

    def _mci_copy_reversed(self):
        """In one INSERT: a month holds tens of thousands."""
        charges = self.env["mci.charge"].sudo()
        charges.flush_model()
        copied = {
            name: SQL.identifier(name)
            for name, field in charges._fields.items()
            if field.store and field.column_type and name != "id"
        }
        # A correction of a merge names the account it corrects; others get the deal's.
        account = SQL("CASE WHEN origin = 'adjustment' THEN analytic_account_id END")
        columns = {
            **copied,
            **FRESH,
            "analytic_account_id": account,
            "reversed_charge_id": SQL("id"),
        }
        self.env.cr.execute(
            SQL(
                "INSERT INTO mci_charge (%s) SELECT %s FROM mci_charge"
                " WHERE statement_id = ANY(%s) AND state = 'reversed' ORDER BY id",
                SQL(", ").join(SQL.identifier(name) for name in columns),
                SQL(", ").join(columns.values()),
                self.ids,
            )
        )
        charges.invalidate_model(flush=False)
        for name in ("account.analytic.line", "crm.lead"):
            self.env[name].invalidate_model(["mci_charge_ids"], flush=False)
