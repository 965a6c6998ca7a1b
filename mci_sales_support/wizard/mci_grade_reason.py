from odoo import api, models
from odoo.tools import LazyTranslate

# lazy: made once, said in the language of each reader
_lt = LazyTranslate(__name__)
GRADE_STEPS = {
    "mci.grade.split": {
        "action_is_one": (_lt("These are one deal"), _lt("Is one deal")),
        "action_is_apart": (_lt("These are separate deals"), _lt("Is not")),
    },
    "mci.partner.registration": {
        "action_accept": (_lt("Register the partner"), _lt("Register")),
        "action_refuse": (_lt("Refuse the registration"), _lt("Refuse")),
        "action_end": (_lt("End the registration"), _lt("End registration")),
    },
}


class MciBookingReason(models.TransientModel):
    _inherit = "mci.booking.reason"

    @api.model
    def _mci_get_steps(self):
        # EXTENDS: decisions on possible splits and partner registrations (M1)
        return {**super()._mci_get_steps(), **GRADE_STEPS}
