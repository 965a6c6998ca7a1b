from odoo import models
from odoo.tools import format_date, formatLang


class MciBooking(models.Model):
    """Explain price of a booking (C2): also before it is requested."""

    _inherit = "mci.booking"

    def explain_price(self):
        """Say which internal rate prices each booking, and what else was considered.

        Constant number of queries. Amounts come as text in the language of the caller,
        in the currency of the rate line.

        :return: list of dicts: ``id``, ``name``, ``price_unit`` (number, currency of
            the provider's company), ``fixed`` (whether later rates leave it alone),
            ``explanation``, ``lines`` (``rate_id``, ``rate``, ``price``, ``valid``,
            ``chosen``, ``reason``; best first)
        """
        self.check_access("read")
        bookings = self.sudo()
        keys = bookings.filtered("lead_id")._mci_get_price_keys()
        self.env["mci.rate"]._mci_find_rates(keys.values())  # once for all of them
        lines = self.env["mci.rate"]._mci_explain_keys(keys.values())
        return [
            {
                "id": booking.id,
                "name": booking.display_name,
                "price_unit": booking.price_unit,
                "fixed": booking.state in ("confirmed", "done"),
                "explanation": booking._mci_explain_price(),
                "lines": booking._mci_mark_chosen(lines.get(keys.get(booking), [])),
            }
            for booking in bookings
        ]

    def _mci_mark_chosen(self, lines):
        """From the confirmation on the lines frozen with the days won (C3)."""
        if self.state not in ("confirmed", "done"):
            return lines
        return self.day_ids.rate_id._mci_explain_frozen(lines)

    def _mci_explain_price(self):
        if not self.lead_id:
            return self.env._("Work for no deal is billed to nobody (M10).")
        if self.state in ("confirmed", "done"):
            return self.env._(
                "The price was fixed with the confirmation; later rates do not touch it"
                " (C3)."
            )
        if refusal := self._mci_get_quote_refusal():
            return self.env._("%s: no price (C2).", refusal)
        if not self.price_unit:
            return self.env._(
                "No internal rate is published for %(function)s, %(level)s on"
                " %(date)s (C2).",
                function=self.function_id.name,
                level=self.level_id.name or self.env._("no resource level"),
                date=format_date(self.env, self.date_start),
            )
        return self.env._(
            "Price by today's published rates; it is fixed with the confirmation (C3)."
        )

    def action_explain_price(self):
        return self.env["mci.price.explanation"]._mci_open(self)


class MciCharge(models.Model):
    """Explain price of a charge (C3): the frozen story, beside the rates."""

    _inherit = "mci.charge"

    def explain_price(self):
        """Say how the amount of each charge came about; see the booking's method.

        :return: list of dicts as for bookings; ``explanation`` holds hours, price, rate
            of exchange and zero-rate reason as they were frozen
        """
        self.check_access("read")
        charges = self.sudo()
        keys = {
            charge: self._mci_price_key(charge._prepare_key_vals())
            for charge in charges
        }
        lines = self.env["mci.rate"]._mci_explain_keys(keys.values())
        return [
            {
                "id": charge.id,
                "name": charge.display_name,
                "price_unit": charge.price_unit,
                "fixed": charge._mci_is_frozen(),
                "explanation": charge._mci_explain_price(),
                "lines": charge._mci_mark_chosen(lines.get(keys[charge], [])),
            }
            for charge in charges
        ]

    def _mci_mark_chosen(self, lines):
        """The line frozen on the charge won, whatever would win today."""
        return self.rate_id._mci_explain_frozen(lines)

    def _mci_explain_price(self):
        if self.zero_rate_reason:
            return self.env._(
                "Costs nothing: %(reason)s (approved by %(user)s).",
                reason=self.zero_rate_words,
                user=self.zero_rate_approver_id.name,
            )
        price = formatLang(self.env, self.price_unit, currency_obj=self.currency_id)
        if self.currency_id != self.company_currency_id:
            price = f"{price} × {self.exchange_rate:g}"
        return self.env._(
            "%(hours)s h × %(price)s = %(amount)s. %(story)s",
            hours=f"{self.hours:g}",
            price=price,
            amount=formatLang(
                self.env, self.amount, currency_obj=self.company_currency_id
            ),
            story=self.price_words or "",
        )

    def action_explain_price(self):
        return self.env["mci.price.explanation"]._mci_open(self)
