from odoo import api, fields, models


class MciBookingReason(models.TransientModel):
    """Asks for the reason that a step of a booking or a request needs."""

    _name = "mci.booking.reason"
    _description = "Reason"

    # The steps this form may take; nothing else can be called through it.
    _steps = {
        "mci.booking": (
            "action_refuse",
            "action_decline",
            "action_cancel",
            "action_request",
            "action_ask_exception",
            "action_object",
            "action_dissent",
            "action_waive_cancel",
            "action_undo_no_show",
        ),
        "mci.request": (
            "action_refuse",
            "action_withdraw",
            "action_ask_override",
            "action_override",
        ),
        "mci.preemption": ("action_refuse",),
    }

    res_model = fields.Char(required=True)
    res_id = fields.Integer(required=True)
    step = fields.Char(required=True)
    reason = fields.Text(required=True)
    record_name = fields.Char("About", compute="_compute_record_name")

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """What the reason is about, as far as the user may see it."""
        for wizard in self:
            known = wizard.res_model in self._mci_get_steps()
            record = self.env[wizard.res_model] if known else self.browse()
            record = record.browse(wizard.res_id).exists() if known else record
            readable = record and record.has_access("read")
            wizard.record_name = record.display_name if readable else False

    def action_apply(self):
        """Take the step with the reason; the step itself checks the right."""
        self.ensure_one()
        if self.step in self._mci_get_steps().get(self.res_model, ()):
            record = self.env[self.res_model].browse(self.res_id)
            getattr(record, self.step)(self.reason)
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _mci_get_steps(self):
        """Steps by model; other packages add theirs."""
        return self._steps
