from odoo import models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, flag, number, text
from ...tools.words import say

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """A deal went to another company: posted charges go back and are charged anew (C7).

    The posted charge stays as it is. Two open adjustments take its place in the next
    statements: one back from the company that bore it, to the cent in both currencies,
    and one to the new company, with the frozen hours at the price for that payer.
    """

    _inherit = "mci.charge"

    def _mci_get_to_recharge(self):
        """Posted charges that nothing took back yet."""
        return self.filtered(
            lambda charge: charge.move_line_id and charge._mci_is_correctable()
        )

    def _mci_recharge(self, lead):
        """Take posted charges back and charge them to the deal's company of today."""
        lead_name = lead.display_name
        prices = self._mci_get_payer_prices(lead)
        vals_list = []
        for charge in self:
            note = _lt(
                "%(deal)s went to %(company)s: correction of %(charge)s",
                deal=lead_name,
                company=lead._mci_get_company().name,
                charge=charge._mci_get_name_words(),
            )
            vals_list += [
                charge._prepare_taking_back_vals(lead, note),
                {
                    **charge._prepare_adjustment_vals(lead, 1, charge.browse()),
                    **charge._prepare_new_payer_vals(lead, prices),
                    "analytic_account_id": False,
                    "corrected_charge_id": charge.id,
                    "correction_kind": "delta",
                    "explanation": prices[charge].get("explanation", note),
                },
            ]
        return self.sudo()._mci_unlock().create(vals_list)

    def _prepare_taking_back_vals(self, lead, note):
        return {
            **self._prepare_adjustment_vals(lead, -1, self.analytic_account_id),
            "corrected_charge_id": self.id,
            "correction_kind": "reversal",
            "explanation": note,
        }

    def _prepare_adjustment_vals(self, head, sign, account):
        # EXTENDS: to the cent in the payer's books as well, whatever was revalued since
        return {
            **super()._prepare_adjustment_vals(head, sign, account),
            "payer_currency_id": self.payer_currency_id.id,
            "payer_exchange_rate": self.payer_exchange_rate,
            "payer_amount": sign * self.payer_amount,
        }

    def _prepare_correction_vals(self, kind, reason, hours=None, price_unit=None):
        # EXTENDS: at the frozen rate of exchange of the charge that is corrected
        vals = super()._prepare_correction_vals(kind, reason, hours, price_unit)
        amount = vals["amount"] * self.payer_exchange_rate
        return {**vals, "payer_amount": self.payer_currency_id.round(amount)}

    def _mci_correct_account(self, head):
        # EXTENDS: charges of a merged deal of another company change their payer.
        company = head._mci_get_company()
        foreign = self.filtered(
            lambda charge: charge.payer_company_id != company
            and charge.state != "reversed"
        )
        head._check_nothing_settling(foreign)
        foreign._mci_get_to_recharge()._mci_recharge(head)
        opened = foreign.filtered(lambda charge: charge.state == "open")
        opened._mci_follow_payer(head)
        return super(MciCharge, self - foreign)._mci_correct_account(head)

    # --- The new payer --------------------------------------------------------

    def _mci_follow_payer(self, lead):
        """Open charges bear the deal's new company, with history (C3).

        What takes a posted charge back stays with the company that bore it.
        """
        prices = self._mci_get_payer_prices(lead)
        events = []
        for charge in self.filtered(lambda c: c.correction_kind != "reversal"):
            vals = charge._prepare_new_payer_vals(lead, prices)
            if charge.analytic_account_id:
                vals["analytic_account_id"] = False  # the deal's account of the day
            events += charge._mci_write_story(vals, "follow")
        self._mci_leave_statement()
        self._mci_join_halves()
        self._mci_log(events)

    def _mci_join_halves(self):
        """Halves of a correction that one payer bears again go together (C7)."""
        halves = self._mci_get_pair().filtered(
            lambda charge: charge.correction_kind and charge.state == "open"
        )
        left = self.browse()
        for pair in halves.grouped("corrected_charge_id").values():
            waiting = pair.filtered(lambda half: not half.statement_id)
            if waiting and len(pair.team_id) == len(pair.payer_company_id) == 1:
                left |= pair - waiting
        left._mci_unlock().write({"statement_id": False, "is_late": False})

    def _prepare_new_payer_vals(self, lead, prices):
        self.ensure_one()
        company, team = lead._mci_get_company(), lead.team_id
        vals = {
            "payer_company_id": company.id,
            "team_id": team.id,
            "payer_distribution_key": team._mci_get_payer_key(company),
            "amount": self.amount,
            **prices[self],
        }
        rows = [
            (
                self.company_currency_id.id,
                company.id,
                vals.get("rate_date") or self.rate_date or self.date,
                vals["amount"],
            )
        ]
        return {**vals, **self._mci_get_payer_values(rows)[0]}

    def _mci_get_payer_prices(self, lead):
        """The price of each charge for the deal's company, where another line wins.

        Zero rates, decided disputes, tickets of a fixed price and whatever was not
        priced by a rate line keep their amount.

        :return: ``{charge: values}``, empty where the amount stays
        """
        payer = lead._mci_get_company()
        keys = {
            charge: self._mci_price_key(
                {**charge._prepare_key_vals(), "payer_company_id": payer.id}
            )
            for charge in self
            if charge._mci_is_priced_by_rate()
        }
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        prices = {}
        for charge in self:
            rate = rates.get(keys.get(charge))
            changed = rate and rate != charge.rate_id
            prices[charge] = charge._prepare_rate_vals(rate) if changed else {}
        return prices

    def _mci_is_priced_by_rate(self):
        self.ensure_one()
        return (
            bool(self.rate_id)
            and not self.zero_rate_reason
            and not self.decision
            and not self._mci_has_fixed_price()
        )

    def _prepare_rate_vals(self, rate):
        price = self._mci_price_of_rate(rate, rate.price_unit)
        vals = self._prepare_price_vals(self._prepare_key_vals(), price)
        if vals["is_unpriced"]:
            raise UserError(
                self.env._(
                    "%(charge)s has no price for its new payer: %(refusal)s (C2).",
                    charge=self.display_name,
                    refusal=say(self.env, vals["explanation"]),
                )
            )
        return vals

    # --- Accountants of the unit's company --------------------------------------

    def _check_accountant_of_unit(self):
        """Of two companies that read a charge, that of the unit changes it (C6)."""
        companies = self.sudo().company_id
        self.env["mci.statement"]._check_company_right(companies)

    @arguments(reason=text, hours=number, price_unit=number, correct_timesheet=flag)
    def action_correct(
        self, reason, hours=None, price_unit=None, correct_timesheet=False
    ):
        # EXTENDS
        if self.env["mci.statement"]._mci_is_accountant():
            self._check_accountant_of_unit()
        return super().action_correct(reason, hours, price_unit, correct_timesheet)

    def action_withdraw_correction(self):
        # EXTENDS
        if self.env["mci.statement"]._mci_is_accountant():
            self._check_accountant_of_unit()
        return super().action_withdraw_correction()

    def action_reprice(self):
        # EXTENDS
        if self.env["mci.statement"]._mci_is_accountant():
            self._check_accountant_of_unit()
        return super().action_reprice()
