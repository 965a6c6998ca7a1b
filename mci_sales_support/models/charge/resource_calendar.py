from odoo import api, models


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
