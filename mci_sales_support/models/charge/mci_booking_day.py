from collections import defaultdict

from odoo import api, fields, models


class MciBookingDay(models.Model):
    _inherit = "mci.booking.day"

    rate_id = fields.Many2one(
        "mci.rate",
        string="Rate line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    rate_currency_id = fields.Many2one(
        related="rate_id.currency_id", string="Price currency"
    )
    price_unit = fields.Monetary(
        string="Unit price",
        currency_field="rate_currency_id",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Price of one hour on this day: a quote when requested, frozen when"
        " confirmed (C3).",
    )
    exchange_rate = fields.Float(
        digits=(16, 8), readonly=True, copy=False, aggregator=None
    )
    currency_id = fields.Many2one(related="booking_id.company_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount", store=True)

    @api.depends("hours", "hours_done", "state", "price_unit", "exchange_rate")
    def _compute_amount(self):
        for day in self:
            # A hotline ticket has a fixed price, whatever the hours (M9).
            is_done = day.state == "done" and not day.booking_id.is_ticket
            hours = day.hours_done if is_done else day.hours
            day.amount = hours * day.price_unit * day.exchange_rate

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "rate_id",
            "price_unit",
            "exchange_rate",
            "amount",
        }

    def _mci_fix_price(self):
        """Write the published price of each day; a day without rate, or without a
        rate of exchange, stays unpriced."""
        charges = self.env["mci.charge"]
        keys = {day: day._mci_get_price_key() for day in self}
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        priced = defaultdict(self.browse)
        for day, key in keys.items():
            if not (rate := rates.get(key)):
                continue
            exchange = charges._mci_get_exchange(
                rate.currency_id, day.booking_id.company_id, day.date
            )
            if exchange:
                priced[rate, exchange] |= day
        for (rate, exchange), days in priced.items():
            days.sudo()._mci_unlock().write(
                {
                    "rate_id": rate.id,
                    "price_unit": rate.price_unit,
                    "exchange_rate": exchange,
                }
            )

    def _mci_get_price_key(self):
        self.ensure_one()
        booking = self.booking_id
        return (
            booking.function_id.id,
            booking.level_id.id,
            booking.center_id.id,
            booking.company_id.id,
            self.date,
            booking.payer_company_id.id,
        )
