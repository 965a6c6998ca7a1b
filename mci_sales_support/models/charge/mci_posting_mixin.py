from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date


class MciPostingMixin(models.AbstractModel):
    """A document that becomes a journal entry: once, on its date or not (C6, C7).

    It has a ``state``; its last step before posting, and the one after, are
    ``_mci_claim_states``.
    """

    _name = "mci.posting.mixin"
    _description = "Document with a journal entry"

    _mci_claim_states = ("accepted", "posted")

    def _check_state(self, *states):
        for document in self.sudo():
            if document.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(document)s is %(state)s; this needs %(expected)s.",
                        document=document.display_name,
                        state=labels[document.state],
                        expected=", ".join(labels[state] for state in states),
                    )
                )

    def _check_open_date(self, company, date):
        """Closed periods and lock dates refuse by name; nothing is moved (C7)."""
        self.env["mci.period"]._mci_check_open(company, date)
        journal = company._mci_get_charge_journal()
        locks = company._get_violated_lock_dates(date, False, journal)
        company._mci_refuse_locked(self.display_name, date, locks)

    @api.model
    def _mci_get_entry_day(self, today, move):
        """The day an entry is reversed on by default: never before its own."""
        return max(today, move.date or today)

    def _check_not_before_entry(self, day, move):
        """Books in which something is taken back that is not in them yet (C7)."""
        move._mci_check_not_before(day, self.display_name)

    def _mci_claim(self):
        """Take the right to post: the write on this row serialises (C6)."""
        before, after = self._mci_claim_states
        if not self.env.context.get("tracking_disable"):
            # SQL goes past the chatter, which tells who posted, at the end for all.
            self._track_prepare(["state"])
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                "UPDATE %s SET state = %s WHERE id = %s AND state = %s RETURNING id",
                SQL.identifier(self._table),
                after,
                self.id,
                before,
            )
        )
        self.invalidate_recordset(["state"], flush=False)
        return bool(rows)

    def _post_move(self, vals, date):
        """Create and post one entry, on its date or not at all (C7)."""
        company = self.env["res.company"].browse(vals["company_id"])
        moves = self.env["account.move"].with_company(company)
        move = moves._mci_unlock().create(vals)
        # Posting from code enforces mandatory plans only when it is asked to.
        move.with_context(validate_analytic=True)._post(soft=False)
        self._check_move_date(move, date)
        return move

    def _check_move_date(self, move, date):
        if move.date != date:
            raise UserError(
                self.env._(
                    "%(document)s cannot be posted on %(date)s: Odoo would move it to"
                    " %(moved)s (C7).",
                    document=self.display_name,
                    date=format_date(self.env, date),
                    moved=format_date(self.env, move.date),
                )
            )
