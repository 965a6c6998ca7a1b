from odoo import fields, models

from ...tools.shared_row import write_shared


class ResUsers(models.Model):
    _inherit = "res.users"

    mci_hold_seq = fields.Integer(
        default=0,
        readonly=True,
        copy=False,
        export_string_translation=False,
        groups="base.group_system",
        help="Technical: written by every hold that counts against a limit (M8).",
    )
    mci_no_calendar_events = fields.Boolean(
        "No events for my bookings",
        help="Bookings are not shown as events in the calendar of this user.",
    )

    def _mci_bump_holds(self):
        """Write the row that all holds of a requester share.

        Two transactions that hold for one requester see neither of each other's holds.
        """
        write_shared(self, "mci_hold_seq")

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ["mci_no_calendar_events"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ["mci_no_calendar_events"]
