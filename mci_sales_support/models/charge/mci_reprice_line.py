from odoo import api, fields, models


class MciRepriceLine(models.Model):
    """One charge of a mass re-pricing: before, after, and how."""

    _name = "mci.reprice.line"
    _description = "Line of a mass re-pricing"
    _inherit = ["mci.lock.mixin", "mci.words.mixin"]
    _order = "kind, id"
    _mci_spoken_fields = {"note_words": "note"}

    reprice_id = fields.Many2one(
        "mci.reprice", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reprice_id.company_id", store=True)
    currency_id = fields.Many2one(
        "res.currency", string="Currency of the price before", readonly=True
    )
    rate_currency_id = fields.Many2one(
        related="rate_id.currency_id", string="Currency of the rate line"
    )
    company_currency_id = fields.Many2one(related="charge_id.company_currency_id")
    charge_id = fields.Many2one(
        "mci.charge",
        string="Internal charge",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    rate_id = fields.Many2one(
        "mci.rate", string="Rate line", readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("reprice", "New price"),
            ("delta", "Reversal and delta"),
            ("skip", "Left alone"),
        ],
        string="How",
        required=True,
        readonly=True,
    )
    note = fields.Char(string="Why not", readonly=True)
    note_packed = fields.Json(readonly=True, export_string_translation=False)
    note_words = fields.Char(
        "Why not, in the language of the reader", compute="_compute_spoken"
    )
    price_before = fields.Monetary(readonly=True, aggregator=None)
    price_after = fields.Monetary(
        readonly=True, aggregator=None, currency_field="rate_currency_id"
    )
    amount_before = fields.Monetary(
        string="Amount before", readonly=True, currency_field="company_currency_id"
    )
    amount_after = fields.Monetary(
        string="Amount after", readonly=True, currency_field="company_currency_id"
    )
    difference = fields.Monetary(
        compute="_compute_difference", currency_field="company_currency_id"
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    def _mci_price_delta(self, fresh):
        """The delta names the rate line that prices it, and has its currency."""
        charge, rate = self.charge_id, self.rate_id
        vals = {"rate_id": rate.id}
        if rate.currency_id != charge.currency_id:
            price = charge._mci_price_of_rate(rate, self.price_after)
            vals = charge._prepare_price_vals(charge._prepare_key_vals(), price)
            del vals["explanation"]
        delta = fresh.filtered(lambda half: half.correction_kind == "delta")
        delta._mci_unlock().write(vals)

    @api.depends("amount_before", "amount_after")
    def _compute_difference(self):
        for line in self:
            line.difference = line.amount_after - line.amount_before
