from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...tools.words import Spoken

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """The story in words of the reader; what is frozen stays as it was (C3)."""

    _inherit = "mci.charge"

    _mci_spoken_fields = {
        "price_words": "explanation",
        "capture_words": "capture_note",
        "consent_words": "consent_reason",
        "dispute_words": "dispute_reason",
        "zero_rate_words": "zero_rate_reason",
    }

    explanation_packed = fields.Json(
        readonly=True, copy=False, export_string_translation=False
    )
    capture_note_packed = fields.Json(readonly=True, export_string_translation=False)
    consent_reason_packed = fields.Json(readonly=True, export_string_translation=False)
    dispute_reason_packed = fields.Json(readonly=True, export_string_translation=False)
    zero_rate_reason_packed = fields.Json(
        readonly=True, export_string_translation=False
    )
    price_words = fields.Char(
        "Price in the language of the reader",
        compute="_compute_spoken",
        help="The words frozen with the charge, said in the language of who reads them"
        " (C3).",
    )
    capture_words = fields.Char(
        "How it was reported, in the language of the reader", compute="_compute_spoken"
    )
    consent_words = fields.Char(
        "Answer in the language of the reader", compute="_compute_spoken"
    )
    dispute_words = fields.Char(
        "Reason of the dispute in the language of the reader", compute="_compute_spoken"
    )
    zero_rate_words = fields.Char(
        "Zero-rate reason in the language of the reader", compute="_compute_spoken"
    )

    @api.depends("rate_id", "price_unit")
    def _compute_spoken(self):
        # EXTENDS: the name of the rate line is read by everybody who reads the charge
        return super(MciCharge, self.sudo())._compute_spoken()

    def _mci_get_words(self, name):
        # EXTENDS: words of a rate line are known again in the language they are in
        words = super()._mci_get_words(name)
        if name != "explanation" or not self.rate_id or not isinstance(words, str):
            return words
        for price in self._mci_get_known_prices():
            told = self.rate_id._mci_tell(price)
            if words in told.texts.values():
                return told
        return words

    def _mci_get_known_prices(self):
        """What costs nothing keeps the words of the price it would have had."""
        prices = {self.price_unit}
        if self.zero_rate_reason:
            prices.add(self.rate_id.price_unit)
        return prices

    def _mci_get_name_words(self):
        """What names the charge in other words."""
        return _lt(
            "%(deal)s, %(date)s, %(hours).2f h",
            deal=self.lead_name or "",
            date=self.date or "",
            hours=self.hours,
        )


class MciRate(models.Model):
    _inherit = "mci.rate"

    def _mci_tell(self, price_unit):
        """The price in words of every language that is installed."""
        self.ensure_one()
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        first = self.env.lang
        return Spoken(
            {
                code: self.with_context(lang=code)._mci_explain(price_unit)
                for code in sorted(codes, key=lambda code: code != first)
            }
        )
