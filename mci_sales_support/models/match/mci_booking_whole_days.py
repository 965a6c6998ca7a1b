from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

from .resource_resource import zone_of

# What a booking of whole days becomes when it gets times.
FIRST_HOUR, LAST_HOUR = time(9), time(17)


class MciBooking(models.Model):
    """A window from midnight to midnight reads as days, in the zone of its reader.

    Only the form shows and sets these fields: what counts are the two moments.
    """

    _inherit = "mci.booking"

    has_whole_days = fields.Boolean(
        "Whole days", compute="_compute_whole_days", readonly=False
    )
    day_first = fields.Date("First day", compute="_compute_whole_days", readonly=False)
    day_last = fields.Date("Last day", compute="_compute_whole_days", readonly=False)

    @api.depends("date_start", "date_stop")
    @api.depends_context("tz")
    def _compute_whole_days(self):
        for booking in self:
            booking.update(booking._mci_read_whole_days())

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

    @api.onchange("has_whole_days", "day_first", "day_last")
    def _onchange_whole_days(self):
        """Days that were chosen set the two moments."""
        shown = self._mci_read_whole_days()
        now = {name: self[name] for name in shown}
        if now == shown or not self.day_first or not self.day_last:
            return
        if not self.has_whole_days and not shown["has_whole_days"]:
            return
        first, last = (
            (time.min, time.max) if self.has_whole_days else (FIRST_HOUR, LAST_HOUR)
        )
        # read before either is set: what shows the one is computed from both
        start = self._mci_from_zone(self.day_first, first)
        self.date_stop = self._mci_from_zone(self.day_last, last)
        self.date_start = start

    def _mci_to_zone(self, moment):
        zone = zone_of(self.env.context.get("tz") or self.env.user.tz)
        return pytz.utc.localize(moment).astimezone(zone)

    def _mci_from_zone(self, day, hour):
        zone = zone_of(self.env.context.get("tz") or self.env.user.tz)
        moment = zone.localize(datetime.combine(day, hour)).astimezone(pytz.utc)
        return moment.replace(tzinfo=None, microsecond=0)
