from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    _inherit = "mci.charge"

    def _mci_correct_account(self, head):
        """Bring posted amounts of merged deals to the account of the head (C7).

        The posted charges stay as they are. A pair of open adjustments, back from the
        old account and on to the head's, goes to the next statement.
        """
        target = head.mci_analytic_account_id
        self._mci_redirect_corrections(target)
        posted = self.filtered(
            lambda charge: charge._mci_is_correctable()
            and charge.move_line_id
            and charge.analytic_account_id != target
        )
        vals_list = []
        for charge in posted:
            source = charge.analytic_account_id
            for kind, sign, account in (("reversal", -1, source), ("delta", 1, target)):
                vals = charge._prepare_adjustment_vals(head, sign, account)
                vals.update(corrected_charge_id=charge.id, correction_kind=kind)
                vals_list.append(vals)
        self.sudo()._mci_unlock().create(vals_list)

    def _mci_redirect_corrections(self, target):
        """What an unposted correction sets right goes to the head's account at once."""
        pending = self.correction_ids.filtered(
            lambda charge: charge.state not in ("posted", "reversed")
            and charge.correction_kind == "delta"
        )
        pending.sudo()._mci_unlock().write({"analytic_account_id": target.id})

    def _prepare_adjustment_vals(self, head, sign, account):
        self.ensure_one()
        vals = self.copy_data()[0]
        return {
            **vals,
            "lead_id": head.id,
            "origin": "adjustment",
            "timesheet_id": False,
            "hours": sign * self.hours,
            "hours_agreed": 0.0,
            "amount": sign * self.amount,
            "state": "open",
            "statement_id": False,
            "move_line_id": False,
            "analytic_account_id": account.id,
            "is_late": False,
            "is_overrun": False,
            "explanation": _lt(
                "Merged into %(deal)s: correction of %(charge)s",
                deal=head.name,
                charge=self._mci_get_name_words(),
            ),
        }
