from odoo import api, models
from odoo.tools import LazyTranslate

# lazy: made once, said in the language of each reader
_lt = LazyTranslate(__name__)
COLLABORATE_STEPS = {
    "mci.ownership": {
        "action_decline": (_lt("Decline the handover"), _lt("Decline handover"))
    },
    "mci.promise": {
        "action_reject": (_lt("Reject the commitment"), _lt("Reject")),
        "action_break": (_lt("The commitment is broken"), _lt("Broken")),
    },
    "crm.lead": {
        "mci_sign_feasibility": (
            _lt("Sign feasibility with conditions"),
            _lt("Sign with conditions"),
            _lt("Conditions"),
        ),
        "mci_refuse_feasibility": (
            _lt("Refuse to sign feasibility"),
            _lt("Refuse to sign"),
        ),
        "mci_report_undeclared": (
            _lt("Report an undeclared commitment"),
            _lt("Report undeclared"),
            _lt("What was promised"),
        ),
    },
}


class MciBookingReason(models.TransientModel):
    _inherit = "mci.booking.reason"

    @api.model
    def _mci_get_steps(self):
        # EXTENDS match
        return {**super()._mci_get_steps(), **COLLABORATE_STEPS}

    @api.model
    def _mci_get_words(self, res_model, step, res_id):
        # EXTENDS: whoever offered a handover takes it back by the same step
        words = super()._mci_get_words(res_model, step, res_id)
        if res_model == "mci.ownership" and isinstance(res_id, int):
            offer = self.env[res_model].browse(res_id).exists()
            if offer.has_access("read") and offer.can_withdraw:
                words[:2] = [
                    self.env._("Withdraw the handover"),
                    self.env._("Withdraw"),
                ]
        return words
