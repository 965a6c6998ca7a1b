from datetime import datetime, time, timedelta

import pytz

from odoo import api, models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.private
    def _mci_plan_days(self, days, day):
        """End of the ``days``-th working day after ``day``, in the calendar's zone.

        Without a calendar, or without any hour in it, every day is a working day.
        """
        zone = pytz.timezone(self.tz or "UTC")
        begin = zone.localize(datetime.combine(day + timedelta(days=1), time()))
        found = self and self.plan_days(days, begin, compute_leaves=True)
        last = found.date() if found else day + timedelta(days=days)
        midnight = zone.localize(datetime.combine(last + timedelta(days=1), time()))
        if not found:
            return midnight - timedelta(seconds=1)
        # Odoo stops at the first break of that day.
        work = self._work_intervals_batch(found, midnight)[False]
        return max((stop for _start, stop, _meta in work), default=found)


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "mci.cached.mixin"]


class ResourceCalendarLeaves(models.Model):
    """Public holidays move the days to answer, see ``_mci_get_unbooked_deadline``."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._mci_empty_cache()
        return leaves

    def write(self, vals):
        self._mci_empty_cache()
        result = super().write(vals)
        self._mci_empty_cache()
        return result

    def unlink(self):
        self._mci_empty_cache()
        return super().unlink()

    def _mci_empty_cache(self):
        """A leave of one person changes no calendar of others: it empties nothing."""
        if any(not leave.resource_id for leave in self):
            self.env.registry.clear_cache()
