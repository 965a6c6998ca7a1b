from odoo import api, models


class MciBookingReason(models.TransientModel):
    _inherit = "mci.booking.reason"

    @api.model
    def _mci_get_steps(self):
        # EXTENDS: decisions on possible splits and partner registrations (M1)
        return {
            **super()._mci_get_steps(),
            "mci.grade.split": ("action_is_one", "action_is_apart"),
            "mci.partner.registration": (
                "action_accept",
                "action_refuse",
                "action_end",
            ),
        }
