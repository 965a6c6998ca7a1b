from odoo import api, fields, models


class MciRateCardStep(models.TransientModel):
    """Asks for the figures or words that a step of a rate card needs."""

    _name = "mci.rate.card.step"
    _description = "Step of a rate card"

    step = fields.Selection(
        [
            ("fill", "Take over valid rates"),
            ("calculate", "Calculate from cost"),
            ("reset", "Back to draft"),
            ("answer", "Answer objections"),
        ],
        required=True,
        readonly=True,
    )
    card_id = fields.Many2one("mci.rate.card", readonly=True)
    objection_ids = fields.Many2many("mci.rate.objection", readonly=True)
    percent = fields.Float(
        string="Indexation (%)", help="3.5 raises every price by 3.5 %."
    )
    utilisation = fields.Float(
        string="Target utilisation (%)",
        default=75.0,
        help="Share of the working hours that are to be charged.",
    )
    margin = fields.Float(string="Margin (%)")
    rounding_step = fields.Float(
        string="Round to",
        default=1.0,
        help="Prices become multiples of this amount, in the card's currency.",
    )
    text = fields.Text(string="Reason")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if context.get("active_model") == "mci.rate.card":
            values["card_id"] = context.get("active_id")
        if context.get("active_model") == "mci.rate.objection":
            values["objection_ids"] = context.get("active_ids", [])
        return values

    def action_apply(self):
        self.ensure_one()
        if self.step == "fill":
            self.card_id.action_fill(self.percent, self.rounding_step)
        elif self.step == "calculate":
            self.card_id.action_calculate(
                self.utilisation, self.margin, self.rounding_step
            )
        elif self.step == "reset":
            self.card_id.action_reset_draft(self.text)
        else:
            self.objection_ids.action_answer(self.text)
        return {"type": "ir.actions.act_window_close"}
