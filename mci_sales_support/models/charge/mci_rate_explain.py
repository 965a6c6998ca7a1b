from odoo import api, models
from odoo.tools import format_date, formatLang


class MciRate(models.Model):
    """Explain price (C2, C3): which line won, which lost, and why."""

    _inherit = "mci.rate"

    @api.model
    @api.private
    def _mci_explain_keys(self, keys):
        """The lines considered for each price key, best first, in one query.

        The order of fallback: lines for the payer's company, then those for all; within
        each the unit's own line, then the company's; then the company's currency before
        others.

        :param keys: see :meth:`_mci_find_rates`
        :return: ``{key: [{'rate_id', 'rate', 'price', 'valid', 'chosen', 'reason'}]}``
        """
        keys = {key for key in keys if key[0] and key[1] and key[3] and key[4]}
        if not keys:
            return {}
        valid = self._mci_get_valid_rates({key[:5] for key in keys})
        return {key: self._mci_explain_key(valid[key[:5]], key) for key in keys}

    def _mci_explain_key(self, valid, key):
        rates = self._mci_rank_rates(valid, key)
        return [
            rate._mci_explain_line(place == 0, rate._mci_explain_place(rates[0]))
            for place, rate in enumerate(rates)
        ]

    def _mci_explain_line(self, chosen, reason):
        return {
            "rate_id": self.id,
            "rate": self.display_name,
            "price": formatLang(
                self.env, self.price_unit, currency_obj=self.currency_id
            ),
            "valid": self._mci_get_validity(),
            "chosen": chosen,
            "reason": reason,
        }

    def _mci_explain_frozen(self, lines):
        """These lines were frozen with a price and won, whatever would win today (C3).

        :param lines: what :meth:`_mci_explain_keys` says of one key today
        """
        if not self:
            return lines
        won = self.env._("It was valid when the price was fixed.")
        later = self.env._("It came after the price was fixed (C3).")
        known = {line["rate_id"] for line in lines}
        fixed = [
            rate._mci_explain_line(True, won) for rate in self if rate.id not in known
        ]
        for line in lines:
            chosen = line["rate_id"] in self.ids
            reason = line["reason"]
            if chosen != line["chosen"]:
                reason = won if chosen else later
            fixed.append({**line, "chosen": chosen, "reason": reason})
        return fixed

    def _mci_get_validity(self):
        if not self.date_to:
            return self.env._("from %s", format_date(self.env, self.date_from))
        return self.env._(
            "%(start)s to %(stop)s",
            start=format_date(self.env, self.date_from),
            stop=format_date(self.env, self.date_to),
        )

    def _mci_explain_place(self, winner):
        """Why this line won, or lost to ``winner``."""
        if self == winner and self.center_id:
            return self.env._("The unit's own line goes first.")
        if self == winner:
            return self.env._("The unit has no line of its own: the company's counts.")
        if winner.center_id and not self.center_id:
            return self.env._("Only where the unit has no line of its own.")
        return self.env._("A line in the company's currency goes first.")
