from odoo import api, models


class MciBookingReason(models.TransientModel):
    _inherit = "mci.booking.reason"

    @api.model
    def _mci_get_steps(self):
        # EXTENDS match
        return {
            **super()._mci_get_steps(),
            "mci.ownership": ("action_decline",),
            "mci.promise": ("action_reject", "action_break"),
            "crm.lead": (
                "mci_sign_feasibility",
                "mci_refuse_feasibility",
                "mci_report_undeclared",
            ),
        }
