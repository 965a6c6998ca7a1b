from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """A hotline ticket has a fixed price (M9): charged once, whatever the hours.

    The first line of work on it bears the hours agreed at their price; further ones, on
    the same ticket, come with it. The hours worked stay on the timesheets.
    """

    _inherit = "mci.charge"

    def _mci_mark_overruns(self, stories, days):
        # EXTENDS: nothing is above a fixed price
        result = super()._mci_mark_overruns(stories, days)
        lines = [line for line in stories if line.mci_booking_id.is_ticket]
        if lines:
            firsts = self._mci_get_first_lines(lines)
            for line in lines:
                booking = line.mci_booking_id
                stories[line].update(
                    is_overrun=False,
                    hours=booking.hours if firsts[booking] == line.id else 0.0,
                )
        return result

    def _mci_has_fixed_price(self):
        """Nobody prices a ticket again; one without a price still waits for it (M9)."""
        self.ensure_one()
        return self.sudo().booking_id.is_ticket and not self.is_unpriced

    @api.model
    def _mci_get_first_lines(self, lines):
        """Id of the first line of work on each ticket; one query."""
        tickets = self.env["mci.booking"].concat(
            *(line.mci_booking_id for line in lines)
        )
        return dict(
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("mci_booking_id", "in", tickets.ids)], ["mci_booking_id"], ["id:min"]
            )
        )

    def _mci_get_line_prices(self, stories, days):
        # EXTENDS: the explanation tells what was agreed and what was worked
        prices = super()._mci_get_line_prices(stories, days)
        for line, price in prices.items():
            booking = line.mci_booking_id
            if booking.is_ticket:
                text = _lt(
                    "Fixed price of %(ticket)s: %(agreed)s h agreed, %(worked)s h"
                    " worked (M9). %(price)s",
                    ticket=booking.name,
                    agreed=f"{booking.hours:g}",
                    worked=f"{line.unit_amount:g}",
                    price=self._mci_tell_price(price),
                )
                prices[line] = {**price, "explanation": text}
        return prices

    @api.model
    def _mci_tell_price(self, price):
        rate = self.env["mci.rate"].sudo().browse(price["rate_id"])
        return rate._mci_tell(price["price_unit"])


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    def unlink(self):
        # EXTENDS: when the first line of a ticket goes, the next one bears its price
        tickets = self.sudo().mci_booking_id.filtered("is_ticket")
        result = super().unlink()
        if tickets:
            lines = self.env["account.analytic.line"].sudo()
            rest = lines.search([("mci_booking_id", "in", tickets.ids)])
            rest.mci_charge_ids._mci_follow()
        return result
