from odoo import api, fields, models
from odoo.tools import LazyTranslate

# lazy: made once, said in the language of each reader
_lt = LazyTranslate(__name__)
ASSESSMENT_STEPS = {
    "mci.assessment": {"action_return": (_lt("Return the assessment"), _lt("Return"))},
}


class MciBookingReason(models.TransientModel):
    _inherit = "mci.booking.reason"

    @api.model
    def _mci_get_steps(self):
        # EXTENDS: an assessment is returned with a reason
        return {**super()._mci_get_steps(), **ASSESSMENT_STEPS}


class MciRequestAsk(models.TransientModel):
    """A deal without a compelling event says why more is spent on it (M5)."""

    _inherit = "mci.request.ask"

    has_no_event = fields.Boolean(compute="_compute_has_no_event")
    spend_reason = fields.Char("Why spend more")

    @api.depends("lead_id")
    def _compute_has_no_event(self):
        for ask in self:
            ask.has_no_event = ask.lead_id.mci_assessment_event == "missing"

    def _prepare_ask_vals(self):
        # EXTENDS
        return {**super()._prepare_ask_vals(), "reason": self.spend_reason}
