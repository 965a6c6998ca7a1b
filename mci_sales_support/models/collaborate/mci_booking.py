from odoo import api, models


class MciBooking(models.Model):
    """Whoever is booked on a deal is in its room until the work is done (O8)."""

    _inherit = "mci.booking"

    # What brings a person into the room of a deal or lets him go.
    _mci_room_fields = frozenset({"state", "resource_id", "lead_id"})

    @api.model_create_multi
    def create(self, vals_list):
        bookings = super().create(vals_list)
        bookings.filtered(lambda b: b.state == "confirmed")._mci_sync_room()
        return bookings

    def write(self, vals):
        before = self.browse()
        if not self._mci_room_fields.isdisjoint(vals):
            before = self.sudo().filtered(lambda b: b.state == "confirmed")
        leads, users = before.lead_id, before.resource_user_id
        result = super().write(vals)
        if not self._mci_room_fields.isdisjoint(vals):
            now = self.sudo().filtered(lambda b: b.state == "confirmed")
            (before | now)._mci_sync_room(leads, users)
        return result

    def _mci_sync_room(self, leads=None, users=None):
        bookings = self.sudo()
        leads = bookings.lead_id | (leads or bookings.lead_id)
        users = bookings.resource_user_id | (users or bookings.resource_user_id)
        if leads and users:
            leads._mci_sync_room(users)
