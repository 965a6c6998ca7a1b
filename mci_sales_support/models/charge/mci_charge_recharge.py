from odoo import fields, models
from odoo.exceptions import UserError


class MciCharge(models.Model):
    """A deal went to another company: posted charges go back and are charged anew (C7).

    The posted charge stays as it is. Two open adjustments take its place in the next
    statements: one back from the company that bore it, to the cent in both currencies,
    and one to the new company, with the frozen hours at the price for that payer.
    """

    _inherit = "mci.charge"

    corrected_charge_id = fields.Many2one(
        "mci.charge",
        string="Takes back",
        index="btree_not_null",
        readonly=True,
        help="The posted charge that this adjustment brings to zero (C7).",
    )

    def _mci_get_to_recharge(self):
        """Posted charges that nothing took back yet."""
        posted = self.filtered(
            lambda charge: charge.state == "posted"
            and charge.move_line_id
            and not charge.corrected_charge_id
        )
        taken = self.search([("corrected_charge_id", "in", posted.ids)])
        live = taken.filtered(lambda charge: charge.state != "reversed")
        return posted - live.corrected_charge_id

    def _mci_recharge(self, lead):
        """Take posted charges back and charge them to the deal's company of today."""
        lead_name = lead.display_name
        prices = self._mci_get_payer_prices(lead)
        vals_list = []
        for charge in self:
            note = self.env._(
                "%(deal)s went to %(company)s: correction of %(charge)s",
                deal=lead_name,
                company=lead._mci_get_company().name,
                charge=charge.display_name,
            )
            vals_list += [
                charge._prepare_taking_back_vals(lead, note),
                {
                    **charge._prepare_adjustment_vals(lead, 1, charge.browse()),
                    **charge._prepare_new_payer_vals(lead, prices),
                    "analytic_account_id": False,
                    "reversed_charge_id": charge.id,
                    "explanation": prices[charge].get("explanation", note),
                },
            ]
        return self.sudo()._mci_unlock().create(vals_list)

    def _prepare_taking_back_vals(self, lead, note):
        return {
            **self._prepare_adjustment_vals(lead, -1, self.analytic_account_id),
            "corrected_charge_id": self.id,
            "explanation": note,
        }

    def _prepare_adjustment_vals(self, head, sign, account):
        # EXTENDS: to the cent in the payer's books as well, whatever was revalued since
        return {
            **super()._prepare_adjustment_vals(head, sign, account),
            "payer_currency_id": self.payer_currency_id.id,
            "payer_exchange_rate": self.payer_exchange_rate,
            "payer_amount": sign * self.payer_amount,
            "corrected_charge_id": False,
        }

    def _check_not_taken_back(self):
        """A charge that was taken back stays posted: it would go back twice (C7)."""
        taken = self.search(
            [("corrected_charge_id", "in", self.ids), ("state", "!=", "reversed")]
        )
        for charge in taken[:1]:
            raise UserError(
                self.env._(
                    "%(charge)s was taken back because its deal changed its company:"
                    " its statement stays posted (C7).",
                    charge=charge.corrected_charge_id.display_name,
                )
            )

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
        """Open charges bear the deal's new company, with history (C3)."""
        prices = self._mci_get_payer_prices(lead)
        events = []
        for charge in self:
            vals = charge._prepare_new_payer_vals(lead, prices)
            if charge.analytic_account_id:
                vals["analytic_account_id"] = False  # the deal's account of the day
            events += charge._mci_write_story(vals, "follow")
        self._mci_leave_statement()
        self._mci_log(events)

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
            and not self.booking_id.is_ticket
        )

    def _prepare_rate_vals(self, rate):
        price = self._mci_price_of_rate(rate, rate.price_unit)
        return self._prepare_price_vals(self._prepare_key_vals(), price)


class MciStatement(models.Model):
    _inherit = "mci.statement"

    def _mci_on_reversed(self, move):
        # EXTENDS, whoever reverses from whichever screen
        self.charge_ids._check_not_taken_back()
        return super()._mci_on_reversed(move)
