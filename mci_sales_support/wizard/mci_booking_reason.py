from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..tools.words import say

# lazy: made once, said in the language of each reader
_lt = LazyTranslate(__name__)
WHY, GO_ON = _lt("Reason"), _lt("Continue")
# The steps this form may take; nothing else can be called through it. Each with the
# title of the dialog, its button and, where it is no reason, what is asked.
STEPS = {
    "mci.booking": {
        "action_refuse": (_lt("Refuse the booking"), _lt("Refuse")),
        "action_decline": (_lt("Decline the booking"), _lt("Decline")),
        "action_cancel": (_lt("Cancel the booking"), _lt("Cancel booking")),
        "action_request": (
            _lt("Request the booking with a reason"),
            _lt("Send the request"),
        ),
        "action_ask_exception": (_lt("Ask for an exception"), _lt("Ask")),
        "action_object": (_lt("Object to the booking"), _lt("Object")),
        "action_dissent": (_lt("Do not take the change"), _lt("Do not take it")),
        "action_waive_cancel": (_lt("Waive the charge"), _lt("Waive")),
        "action_undo_no_show": (
            _lt("They came after all"),
            _lt("Undo the no-show"),
        ),
    },
    "mci.request": {
        "action_refuse": (_lt("Refuse the request"), _lt("Refuse")),
        "action_withdraw": (_lt("Withdraw the request"), _lt("Withdraw")),
        "action_ask_override": (_lt("Ask for a queue override"), _lt("Ask")),
        "action_override": (_lt("Approve the override"), _lt("Approve")),
    },
    "mci.preemption": {"action_refuse": (_lt("Refuse the pre-emption"), _lt("Refuse"))},
}


class MciBookingReason(models.TransientModel):
    """Asks for the reason that a step of a booking or a request needs."""

    _name = "mci.booking.reason"
    _description = "Reason"

    res_model = fields.Char(required=True)
    res_id = fields.Integer(required=True)
    step = fields.Char(required=True)
    reason = fields.Text(required=True)
    record_name = fields.Char("About", compute="_compute_record_name")
    verb = fields.Char("Button", compute="_compute_words")
    question = fields.Char("What is asked", compute="_compute_words")

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """What the reason is about, as far as the user may see it."""
        for wizard in self:
            known = wizard.res_model in self._mci_get_steps()
            record = self.env[wizard.res_model] if known else self.browse()
            record = record.browse(wizard.res_id).exists() if known else record
            readable = record and record.has_access("read")
            wizard.record_name = record.display_name if readable else False

    @api.depends("res_model", "res_id", "step")
    def _compute_words(self):
        for wizard in self:
            words = wizard._mci_get_words(wizard.res_model, wizard.step, wizard.res_id)
            _title, wizard.verb, wizard.question = words

    def action_apply(self):
        """Take the step with the reason; the step itself checks the right."""
        self.ensure_one()
        if self.step in self._mci_get_steps().get(self.res_model, ()):
            record = self.env[self.res_model].browse(self.res_id)
            getattr(record, self.step)(self.reason)
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _mci_get_steps(self):
        """Steps by model with their words; other packages add theirs."""
        return STEPS

    @api.model
    def _mci_get_words(self, res_model, step, res_id):
        """:return: title of the dialog, its button, what is asked"""
        found = self._mci_get_steps().get(res_model, {}).get(step)
        title, verb, *asked = found or (WHY, GO_ON)
        return [say(self.env, words) for words in (title, verb, *(asked or [WHY]))]

    @api.model
    @api.private
    def _mci_name_action(self, action, context):
        """The dialog is titled by what will happen, where ``context`` says it."""
        if (
            action
            and action.get("res_model") == self._name
            and context.get("default_step")
        ):
            action["name"] = action["display_name"] = self._mci_get_words(
                context.get("default_res_model"),
                context["default_step"],
                context.get("default_res_id"),
            )[0]
        return action
