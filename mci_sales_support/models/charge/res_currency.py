from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...tools.words import say

_lt = LazyTranslate(__name__)

# First day with a rate of exchange, by root company and currency, in data that go with
# the transaction, and with each savepoint that is rolled back.
FIRST_DAYS = "mci_first_exchange_days"


class ResCurrency(models.Model):
    """Whether a rate of exchange is known: Odoo takes 1:1, or a later one, without."""

    _inherit = "res.currency"

    def _mci_has_rate(self, company, date):
        """Whether ``company`` has a rate of this currency that is valid on ``date``.

        Its own currency needs none. One query for each company in a transaction.
        """
        if self == company.currency_id:
            return True
        known = self.env.cr.precommit.data.setdefault(FIRST_DAYS, {})
        root = company.root_id.id
        if root not in known:
            known[root] = self._mci_read_first_days(root)
        first = known[root].get(self.id)
        return bool(first) and first <= date

    @api.model
    def _mci_read_first_days(self, company_id):
        rows = (
            self.env["res.currency.rate"]
            .sudo()
            ._read_group(
                [("company_id", "in", [False, company_id])],
                ["currency_id"],
                ["name:min"],
            )
        )
        return {currency.id: first for currency, first in rows}

    def _mci_get_rate_refusal(self, company, date):
        """What is missing, by name; empty where a rate of exchange is known."""
        return say(self.env, self._mci_tell_rate_refusal(company, date))

    def _mci_tell_rate_refusal(self, company, date):
        """The same in words, to be stored."""
        if not self or self._mci_has_rate(company, date):
            return ""
        return _lt(
            "No exchange rate of %(currency)s is known in %(company)s for %(date)s",
            currency=self.name,
            company=company.sudo().name,
            date=fields.Date.to_date(date),
        )


class ResCurrencyRate(models.Model):
    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self._mci_forget_first_days()
        return rates

    def write(self, vals):
        result = super().write(vals)
        self._mci_forget_first_days()
        return result

    def unlink(self):
        result = super().unlink()
        self._mci_forget_first_days()
        return result

    @api.model
    def _mci_forget_first_days(self):
        """A rate changed in this transaction: look them up again."""
        self.env.cr.precommit.data.pop(FIRST_DAYS, None)
