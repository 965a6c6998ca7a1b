from odoo import api, fields, models


class MciChargeCorrect(models.TransientModel):
    """Corrects a posted charge: what was charged, what is right, and the difference."""

    _name = "mci.charge.correct"
    _description = "Correct a posted charge"

    charge_id = fields.Many2one("mci.charge", required=True, readonly=True)
    currency_id = fields.Many2one(related="charge_id.currency_id")
    company_currency_id = fields.Many2one(related="charge_id.company_currency_id")
    old_hours = fields.Float(related="charge_id.hours", string="Hours charged")
    old_price = fields.Monetary(related="charge_id.price_unit", string="Price charged")
    old_amount = fields.Monetary(
        related="charge_id.amount",
        string="Amount charged",
        currency_field="company_currency_id",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Right deal",
        domain="[('type', '=', 'opportunity')]",
        help="The whole charge goes to this deal: back from the one that bore it, on"
        " its next statement, and on to this one (C7). Empty: the deal is right.",
    )
    hours = fields.Float(string="Right hours")
    price_unit = fields.Monetary(string="Right price")
    amount = fields.Monetary(
        string="Right amount",
        compute="_compute_amount",
        currency_field="company_currency_id",
    )
    difference = fields.Monetary(
        compute="_compute_amount", currency_field="company_currency_id"
    )
    has_timesheet = fields.Boolean(compute="_compute_has_timesheet")
    correct_timesheet = fields.Boolean(
        help="The hours were recorded wrongly. Off: they were worked, and the deal pays"
        " fewer or more.",
    )
    reason = fields.Char(required=True, help="The payer reads it on the statement.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "mci.charge":
            charge = self.env["mci.charge"].browse(self.env.context.get("active_id"))
            values.update(
                charge_id=charge.id, hours=charge.hours, price_unit=charge.price_unit
            )
        return values

    @api.depends("charge_id", "hours", "price_unit")
    def _compute_amount(self):
        for wizard in self:
            charge = wizard.charge_id
            wizard.amount = charge and charge._mci_get_amount(
                wizard.hours, wizard.price_unit
            )
            wizard.difference = wizard.amount - charge.amount

    @api.depends("charge_id")
    def _compute_has_timesheet(self):
        for wizard in self:
            first = wizard.charge_id.sudo()._mci_get_first()
            wizard.has_timesheet = bool(first.timesheet_id)

    def action_apply(self):
        """Make the pair of adjustments and show it."""
        self.ensure_one()
        if self.lead_id:
            ids = self.charge_id.action_move(self.reason, self.lead_id.id)
        else:
            ids = self.charge_id.action_correct(
                self.reason, self.hours, self.price_unit, self.correct_timesheet
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        return {**action, "domain": [("id", "in", ids)], "context": {}}
