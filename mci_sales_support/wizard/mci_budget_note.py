from odoo import fields, models
from odoo.exceptions import UserError

# Documents of the budget that are approved with a note or refused with a reason.
DECIDED_MODELS = ("mci.presales.plan", "mci.budget.change")


class MciBudgetNote(models.TransientModel):
    """Approve plans or budget requests with a note, or refuse them with a reason (C4).

    The document is the active record of the screen.
    """

    _name = "mci.budget.note"
    _description = "Note on a budget decision"

    step = fields.Selection(
        [("approve", "Approve"), ("refuse", "Refuse")], required=True
    )
    note = fields.Char(
        help="A refusal needs it; an approval beyond the team envelope as well (C4)."
    )

    def action_apply(self):
        self.ensure_one()
        context = self.env.context
        model, record_id = context.get("active_model"), context.get("active_id")
        if model not in DECIDED_MODELS:
            raise UserError(self.env._("There is nothing to decide here."))
        document = self.env[model].browse(record_id)
        if self.step == "approve":
            document.action_approve(self.note or None)
        else:
            document.action_refuse(self.note)
        return {"type": "ir.actions.act_window_close"}
