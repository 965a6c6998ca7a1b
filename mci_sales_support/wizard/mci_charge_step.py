from odoo import api, fields, models


class MciChargeStep(models.TransientModel):
    """Asks for the words a step of charges needs; the step itself checks the right."""

    _name = "mci.charge.step"
    _description = "Answer to internal charges"

    step = fields.Selection(
        [
            ("question", "Ask a question"),
            ("dispute", "Dispute"),
            ("decide", "Decide"),
            ("zero_rate", "Zero rate"),
            ("dissent", "Do not consent"),
        ],
        required=True,
        readonly=True,
    )
    charge_ids = fields.Many2many(
        "mci.charge", string="Internal charges", readonly=True
    )
    text = fields.Char(string="Reason", required=True)
    dispute_class = fields.Selection(
        [
            ("hours", "Hours"),
            ("price", "Price"),
            ("deal", "Not this deal"),
            ("agreed", "Not agreed"),
            ("quality", "Quality"),
            ("other", "Other"),
        ],
        string="Kind of dispute",
        default="hours",
    )
    decision = fields.Selection(
        [
            ("stands", "The charge stands"),
            ("reduced", "Fewer hours"),
            ("repriced", "Another price"),
            ("dropped", "Dropped (zero rate)"),
        ],
        default="stands",
    )
    hours = fields.Float(string="Hours to charge")
    price_unit = fields.Float(string="Price of an hour", digits="Product Price")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "mci.charge":
            values["charge_ids"] = self.env.context.get("active_ids", [])
        return values

    def action_apply(self):
        self.ensure_one()
        charges = self.charge_ids
        if self.step == "question":
            charges.action_question(self.text)
        elif self.step == "dispute":
            charges.action_dispute(self.text, self.dispute_class)
        elif self.step == "zero_rate":
            charges.action_zero_rate(self.text)
        elif self.step == "dissent":
            charges.action_dissent(self.text)
        else:
            hours = self.hours if self.decision == "reduced" else None
            price = self.price_unit if self.decision == "repriced" else None
            charges.action_decide(self.decision, self.text, hours, price)
        return {"type": "ir.actions.act_window_close"}
