from odoo import api, fields, models


class MciCharge(models.Model):
    """The price in words of the reader; what is frozen stays as it was (C3)."""

    _inherit = "mci.charge"

    price_words = fields.Char(
        "Price in the language of the reader",
        compute="_compute_price_words",
        help="The words frozen with the charge; those that name a rate line are said in"
        " the language of who reads them (C3).",
    )

    @api.depends("explanation", "rate_id", "price_unit")
    @api.depends_context("lang")
    def _compute_price_words(self):
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        for charge in self:
            charge.price_words = charge.sudo()._mci_get_price_words(codes)

    def _mci_get_price_words(self, codes):
        """Words of a rate line are known again in the language they were written in.

        A charge that costs nothing keeps the words of the price it would have had.
        """
        self.ensure_one()
        words, rate = self.explanation, self.rate_id
        spoken = [rate.with_context(lang=code) for code in codes if rate]
        for price in self._mci_get_known_prices():
            if any(line._mci_explain(price) == words for line in spoken):
                return rate._mci_explain(price)
        return words

    def _mci_get_known_prices(self):
        waived = [self.rate_id.price_unit] if self.zero_rate_reason else []
        return [self.price_unit, *waived]
