from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from ...tools.arguments import arguments, number


class MciRateCard(models.Model):
    """The lines of a new card: those valid before, indexed (C2)."""

    _inherit = "mci.rate.card"

    @arguments(percent=number, step=number)
    def action_fill(self, percent=0.0, step=1.0):
        """Take over the prices valid the day before, raised by ``percent``.

        :param float percent: indexation, 3.5 for 3.5 %; negative lowers
        :param float step: prices are rounded to multiples of it, in the card's currency
        :return: number of lines added; keys the card has already are left alone
        :raises UserError: not a draft, or an index or step without sense
        """
        self.ensure_one()
        self._check_can_write()
        self._check_step("draft")
        if percent is None or percent <= -100 or percent > 1000 or not step > 0:
            raise UserError(
                self.env._(
                    "Index %(card)s by a percentage above -100, rounded to a step"
                    " above zero.",
                    card=self.display_name,
                )
            )
        known = {line._mci_get_key() for line in self.line_ids}
        rates = self.env["mci.rate"].search(self._mci_get_valid_domain())
        vals_list = [
            self._prepare_indexed_vals(rate, percent, step)
            for rate in rates
            if rate._mci_get_key() not in known
        ]
        # As superuser: who indexes prices need not see the costs that come along (C8).
        self.env["mci.rate"].sudo().create(vals_list)
        return len(vals_list)

    def _mci_get_valid_domain(self):
        day = fields.Date.subtract(self.date_from, days=1)
        return [
            ("published", "=", True),
            ("company_id", "=", self.company_id.id),
            ("currency_id", "=", self.currency_id.id),
            ("date_from", "<=", day),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", day),
        ]

    def _prepare_indexed_vals(self, rate, percent, step):
        return {
            **self._prepare_line_vals(),
            "function_id": rate.function_id.id,
            "level_id": rate.level_id.id,
            "center_id": rate.center_id.id,
            "price_unit": self._mci_round(rate.price_unit * (1 + percent / 100), step),
            "cost_unit": rate.sudo().cost_unit,
        }

    def _mci_round(self, price, step):
        """A price as a multiple of ``step``, in the currency of the card."""
        return self.currency_id.round(float_round(price, precision_rounding=step))

    def _prepare_line_vals(self):
        self.ensure_one()
        return {
            "card_id": self.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "date_from": self.date_from,
            "date_to": self.date_to,
        }

    def action_next_card(self):
        """A draft that follows this card from tomorrow on, with the same prices."""
        self.ensure_one()
        self._check_can_write()
        start = max(
            fields.Date.add(self.date_from, years=1),
            fields.Date.add(fields.Date.context_today(self), days=1),
        )
        card = self.create(
            {
                "name": self.env._("%(card)s, next", card=self.name),
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "date_from": start,
            }
        )
        card.action_fill()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": card.id,
            "views": [(False, "form")],
        }
