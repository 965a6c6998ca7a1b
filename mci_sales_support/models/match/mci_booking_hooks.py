import pytz

from odoo import api, models

from .resource_resource import zone_of


class MciBooking(models.Model):
    """Neutral seams: what a booking costs and what becomes of the work.

    Capacity and approval must not know prices; the *charge* package fills these.
    """

    _inherit = "mci.booking"

    def _mci_get_price_keys(self):
        """``{booking: (function id, level id, center id, company id, date, payer id)}``

        Companies are those of the unit and of the deal, the date is the day where the
        person works, as that of his timesheets.
        """
        return {
            booking: (
                booking.function_id.id,
                booking.level_id.id,
                booking.center_id.id,
                booking.company_id.id,
                booking._mci_get_price_day(),
                booking.payer_company_id.id,
            )
            for booking in self
        }

    def _mci_get_price_day(self):
        """The first day, where the person works if somebody is named, else in UTC."""
        self.ensure_one()
        zone = zone_of(self.resource_id.tz)
        return pytz.utc.localize(self.date_start).astimezone(zone).date()

    @api.model
    @api.private
    def _mci_get_prices(self, keys):
        """Published prices of keys, see :meth:`_mci_get_price_keys`.

        :return: ``{key: {'price_unit', 'currency_id', 'rate_id', 'explanation'}}``,
            keys without a price are absent
        """
        return {}

    def _mci_check_price(self):
        """Raise when a deal booking has no published price."""

    def _mci_get_unpriced(self):
        """Bookings with a day that has no price yet; none while nothing has a price."""
        return self.browse()

    def _mci_fix_price(self):
        """Write the price on booking and days: a quote when requested, then frozen."""

    def _mci_take_budget(self):
        """Check the budget at the request; bump and check it when held or confirmed."""

    def _mci_charge_cancel(self):
        """The deal's side cancelled these confirmed bookings late (M8)."""

    def _mci_charge_no_show(self):
        """Somebody of the deal's side did not come to these bookings (M8)."""

    def _mci_take_back_no_show(self):
        """These bookings were no no-shows after all: nothing is charged for it."""

    def _mci_take_back_work(self):
        """Nobody worked after all: what was recorded for these bookings goes."""

    def _mci_get_agreed_amount(self):
        """Agreed price in the provider's currency; 0.0 while nothing has a price."""
        self.ensure_one()
        return 0.0

    def _mci_record_work(self, work):
        """Turn reported work into timesheets and charges.

        :param work: ``{booking: [(day record, date, hours), …]}``
        """
