from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, identifier, text
from .mci_charge_correct import CORRECT

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """Posted work that belongs to another deal: back from one, on to the other (C7).

    As with every correction the posted charge stays. The payer of the one deal gets the
    money back on his next statement, the payer of the other one pays on his; hours and
    price stay, but for a rate of its own that the other payer's company has.
    """

    _inherit = "mci.charge"

    @arguments(reason=text, lead_id=identifier)
    def action_move(self, reason, lead_id):
        """Charge posted work to another deal, by a reversal and a delta (C7).

        :param str reason: read by both payers on their statements
        :param int lead_id: the deal the work was done for
        :return: ids of the new charges
        :raises AccessError: the user is no accountant of the unit's company, or does
            not read the deal
        :raises UserError: not posted, corrected already, or no other deal
        """
        self.check_access("read")
        if not self.env["mci.statement"]._mci_is_accountant():
            raise AccessError(
                self.env._("Posted charges are corrected by an accountant (C7).")
            )
        self._check_accountant_of_unit()
        reason = self._mci_need_text(reason)
        lead = self.env["crm.lead"].browse(lead_id)
        lead.check_access("read")
        for charge in self.sudo():
            charge._check_correctable()
            charge._check_other_deal(lead.sudo())
        fresh = self.browse()
        for charge in self.sudo():
            fresh |= charge._do_move_posted(lead.sudo(), reason)
        return fresh.ids

    def _do_move_posted(self, lead, reason):
        self.ensure_one()
        vals_list = [
            self._prepare_taking_back_vals(
                self.lead_id, self._get_correction_text("reversal", reason, None, None)
            ),
            self._prepare_moved_vals(lead, reason),
        ]
        fresh = self.sudo()._mci_unlock().create(vals_list)
        self._mci_name_deal(lead)
        self._mci_log(
            [
                {
                    "charge_id": self.id,
                    "kind": "correct",
                    "note": reason,
                    "hours_before": self.hours,
                    "amount_before": self.amount,
                }
            ]
        )
        return fresh

    def _prepare_moved_vals(self, lead, reason):
        prices = self._mci_get_payer_prices(lead)
        return {
            **self._prepare_adjustment_vals(lead, 1, self.analytic_account_id.browse()),
            **self._prepare_payer_vals(lead, self.booking_id.browse()),
            **self._prepare_new_payer_vals(lead, prices),
            "analytic_account_id": False,
            "corrected_charge_id": self.id,
            "correction_kind": "delta",
            "explanation": _lt(
                "From %(deal)s, %(statement)s: %(reason)s",
                deal=self.lead_name,
                statement=self.statement_id.name or "",
                reason=reason,
            ),
        }

    def _mci_name_deal(self, lead):
        """Timesheet, or item of the bill, say whom the work was for."""
        first = self._mci_get_first()
        line = first.timesheet_id._mci_unlock().with_context(mci_correct=CORRECT)
        line.write({"mci_lead_id": lead.id})
        # Its charge stays posted as it was: a plain write, past the lock.
        models.BaseModel.write(first.expense_line_id, {"mci_lead_id": lead.id})

    def _mci_restore_timesheets(self):
        # EXTENDS: what stays charged belongs to the deal that bears it
        result = super()._mci_restore_timesheets()
        for charge in self.corrected_charge_id:
            first = charge._mci_get_first()
            named = first.timesheet_id.mci_lead_id | first.expense_line_id.mci_lead_id
            if named and named != charge.lead_id:
                charge._mci_name_deal(charge.lead_id)
        return result
