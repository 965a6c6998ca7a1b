from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    mci_no_calendar_events = fields.Boolean(
        "No events for my bookings",
        help="Bookings are not shown as events in the calendar of this user.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["mci_no_calendar_events"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["mci_no_calendar_events"]
