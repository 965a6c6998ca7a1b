from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .mci_rate import CHANGED_LATER

ONE_DAY = timedelta(days=1)


class MciRate(models.Model):
    """End date and standard cost of what is published: four eyes, open periods (C2).

    They are prices as well: an end date takes the price of the days behind it away.
    """

    _inherit = "mci.rate"

    def write(self, vals):
        if CHANGED_LATER & vals.keys() and not self._mci_is_unlocked():
            self._mci_check_locked(vals)
            self.filtered("published")._mci_check_later(vals)
        return super().write(vals)

    def _mci_check_later(self, vals):
        """Nobody changes alone what he wrote, and nothing in a closed period.

        :raises AccessError: the user is no accountant, or wrote the price himself
        :raises UserError: days of a closed period would get or lose their price
        """
        changed = self.filtered(
            lambda rate: any(
                rate[name] != rate._fields[name].convert_to_cache(value, rate)
                for name, value in vals.items()
                if name in CHANGED_LATER
            )
        )
        changed._check_can_publish()
        if "date_to" in vals:
            end = fields.Date.to_date(vals["date_to"]) or date.max
            for rate in changed:
                ends = sorted((rate.date_to or date.max, end))
                if ends[0] < ends[1]:
                    rate._mci_check_days(ends[0] + ONE_DAY, ends[1])

    def _do_publish(self):
        for rate in self:
            rate._mci_check_days(rate.date_from, rate.date_to or date.max)
        return super()._do_publish()

    def _mci_check_days(self, first, last):
        """No price comes to, or leaves, days of a closed period (C7)."""
        self.ensure_one()
        closed = self.env["mci.period"]._mci_find_closed(self.company_id, first, last)
        if closed:
            raise UserError(
                self.env._(
                    "%(rate)s: the price of days in settlement period %(period)s of"
                    " %(company)s would change, which is closed (C7). Choose days from"
                    " %(date)s on.",
                    rate=self.display_name,
                    period=closed.name,
                    company=self.company_id.name,
                    date=format_date(self.env, closed.date_to + ONE_DAY),
                )
            )


class MciPeriod(models.Model):
    _inherit = "mci.period"

    @api.model
    def _mci_find_closed(self, company, first, last):
        """The last closed period with one of these days."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "closed"),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ],
            order="date_to desc",
            limit=1,
        )
