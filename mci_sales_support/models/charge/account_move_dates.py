from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AccountMove(models.Model):
    """On which day something is taken back: never before it is there (C7)."""

    _inherit = "account.move"

    def _mci_check_not_before(self, day, document):
        """Books in which something is taken back that is not in them yet (C7)."""
        if self.date and day < self.date:
            raise UserError(
                self.env._(
                    "%(document)s: its entry of %(entry_date)s cannot be taken back on"
                    " %(date)s already. Choose %(entry_date)s or a later date (C7).",
                    document=document,
                    entry_date=format_date(self.env, self.date),
                    date=format_date(self.env, day),
                )
            )

    def _mci_reverse_on(self, day, vals):
        """Reverse the entry in its own company on this day, or not at all."""
        mirror = self.with_company(self.company_id)._reverse_moves(
            [{"date": day, **vals}], cancel=True
        )
        if mirror.date != day:
            raise UserError(
                self.env._(
                    "%(move)s of %(company)s cannot be reversed on this date: Odoo"
                    " would move it out of a locked period (C7).",
                    move=self.display_name,
                    company=self.company_id.name,
                )
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _mci_refuse_locked(self, document, day, locks):
        """Refuse by name where a lock date holds; nothing is moved (C7)."""
        if locks:
            raise UserError(
                self.env._(
                    "%(document)s: %(date)s is locked by %(locks)s of %(company)s"
                    " (C7).",
                    document=document,
                    company=self.name,
                    date=format_date(self.env, day),
                    locks=self._format_lock_dates(locks),
                )
            )
