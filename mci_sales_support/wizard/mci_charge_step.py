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
    # Chosen by who signs for it: nothing is decided, or classed, by not looking (C5).
    dispute_class = fields.Selection(
        lambda self: self._mci_get_choices("dispute_class"), string="Kind of dispute"
    )
    decision = fields.Selection(lambda self: self._mci_get_decisions())
    lead_id = fields.Many2one(
        "crm.lead",
        string="Belongs to",
        domain="[('type', '=', 'opportunity')]",
        help="The deal the work was done for. Empty in a decision: the one that the"
        " payer named (C5).",
    )
    suggested_name = fields.Char(
        string="Named by the payer", compute="_compute_suggested_name"
    )
    hours = fields.Float(
        string="Hours to charge",
        compute="_compute_disputed",
        store=True,
        readonly=False,
        precompute=True,
    )
    price_unit = fields.Float(
        string="Price of an hour",
        digits="Product Price",
        compute="_compute_disputed",
        store=True,
        readonly=False,
        precompute=True,
    )
    charge_names = fields.Char(
        string="Internal charge", compute="_compute_charge_names"
    )
    dispute_text = fields.Char(string="The dispute", compute="_compute_charge_names")

    @api.model
    def _mci_get_choices(self, name):
        """The choices of the charge itself, in the language of the reader."""
        return self.env["mci.charge"]._fields[name]._description_selection(self.env)

    @api.model
    def _mci_get_decisions(self):
        """What an arbiter may choose; withdrawing is the payer's alone (C5)."""
        choices = self._mci_get_choices("decision")
        return [choice for choice in choices if choice[0] != "withdrawn"]

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "mci.charge":
            values["charge_ids"] = self.env.context.get("active_ids", [])
        return values

    @api.depends("charge_ids")
    def _compute_suggested_name(self):
        for step in self:
            leads = step.charge_ids.sudo().suggested_lead_id
            step.suggested_name = ", ".join(leads.mapped("display_name"))

    @api.depends("charge_ids")
    def _compute_disputed(self):
        """What is disputed, to be lowered; of several charges each has its own."""
        for step in self:
            charge = step.charge_ids if len(step.charge_ids) == 1 else None
            step.hours = charge.hours if charge else 0.0
            step.price_unit = charge.price_unit if charge else 0.0

    @api.depends("charge_ids")
    def _compute_charge_names(self):
        for step in self:
            charges = step.charge_ids
            names = ["; ".join(charges[:3].mapped("display_name"))]
            if len(charges) > 3:
                names.append(self.env._("and %s more", len(charges) - 3))
            step.charge_names = " ".join(names)
            step.dispute_text = "; ".join(
                charge._mci_dispute_text()
                for charge in charges.filtered("disputed_by_id")
            )

    def action_apply(self):
        self.ensure_one()
        charges = self.charge_ids
        if self.step == "question":
            charges.action_question(self.text)
        elif self.step == "dispute":
            lead = (
                self.lead_id if self.dispute_class == "deal" else self.lead_id.browse()
            )
            charges.action_dispute(self.text, self.dispute_class, lead_id=lead.id)
        elif self.step == "zero_rate":
            charges.action_zero_rate(self.text)
        elif self.step == "dissent":
            charges.action_dissent(self.text)
        else:
            hours = self.hours if self.decision == "reduced" else None
            price = self.price_unit if self.decision == "repriced" else None
            lead_id = self.lead_id.id if self.decision == "moved" else None
            charges.action_decide(
                self.decision, self.text, hours, price, lead_id=lead_id
            )
        return {"type": "ir.actions.act_window_close"}
