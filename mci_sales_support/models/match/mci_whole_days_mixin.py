from datetime import timedelta

import pytz

from odoo import api, fields, models

from .resource_resource import zone_of


class MciWholeDaysMixin(models.AbstractModel):
    """A window from midnight to midnight reads as days, in the zone of its reader.

    For models with ``date_start`` and ``date_stop``, in UTC. Screens show the days by
    the widget ``mci_booking_moment``; what counts are the two moments.
    """

    _name = "mci.whole.days.mixin"
    _description = "Window that may be whole days"

    has_whole_days = fields.Boolean("Whole days", compute="_compute_whole_days")
    day_first = fields.Date("First day", compute="_compute_whole_days")
    day_last = fields.Date("Last day", compute="_compute_whole_days")

    @api.depends("date_start", "date_stop")
    @api.depends_context("tz", "uid")
    def _compute_whole_days(self):
        for window in self:
            window.update(window._mci_read_whole_days())

    def _mci_read_whole_days(self):
        self.ensure_one()
        if not self.date_start or not self.date_stop:
            return {"has_whole_days": False, "day_first": False, "day_last": False}
        start = self._mci_to_zone(self.date_start)
        # midnight is the end of the day before
        last = self._mci_to_zone(self.date_stop - timedelta(seconds=1))
        last = max(start, last)
        return {
            # the last minute, however the end was typed: 23:59, 23:59:59 or 24:00
            "has_whole_days": (start.hour, start.minute) == (0, 0)
            and last.hour == 23
            and last.minute >= 58,
            "day_first": start.date(),
            "day_last": last.date(),
        }

    def _mci_to_zone(self, moment):
        return pytz.utc.localize(moment).astimezone(self._mci_get_reader_zone())

    def _mci_get_reader_zone(self):
        return zone_of(self.env.context.get("tz") or self.env.user.tz)
