from datetime import datetime, time

import pytz

from odoo import api, fields, models

# What a booking of whole days becomes when it gets times.
FIRST_HOUR, LAST_HOUR = time(9), time(17)


class MciBooking(models.Model):
    """The form sets a booking of whole days by its days."""

    _name = "mci.booking"
    _inherit = ["mci.booking", "mci.whole.days.mixin"]

    has_whole_days = fields.Boolean(readonly=False)
    day_first = fields.Date(readonly=False)
    day_last = fields.Date(readonly=False)

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

    def _mci_from_zone(self, day, hour):
        moment = self._mci_get_reader_zone().localize(datetime.combine(day, hour))
        moment = moment.astimezone(pytz.utc)
        return moment.replace(tzinfo=None, microsecond=0)
