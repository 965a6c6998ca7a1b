from odoo import api, fields, models


class MciCompanyChange(models.TransientModel):
    """Reverse and re-charge: a deal with charges goes to another company (C7)."""

    _name = "mci.company.change"
    _description = "Reverse and re-charge"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    from_company_id = fields.Many2one(
        "res.company", string="From company", compute="_compute_charges"
    )
    company_id = fields.Many2one(
        "res.company",
        string="To company",
        required=True,
        domain="[('id', '!=', from_company_id)]",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Charged to",
        domain="[('company_id', 'in', (company_id, False))]",
        help="The sales team that accepts and bears the charges from now on.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: the salesperson of the deal, if he may work in the company.",
    )
    posted_count = fields.Integer(
        string="Posted charges taken back", compute="_compute_charges"
    )
    open_count = fields.Integer(
        string="Open charges that follow", compute="_compute_charges"
    )
    reason = fields.Char(required=True)

    @api.depends("lead_id")
    def _compute_charges(self):
        for change in self:
            lead = change.sudo().lead_id
            company = lead._mci_get_company() if lead else self.env["res.company"]
            charges = lead._mci_get_borne_charges(company)
            change.from_company_id = company
            change.posted_count = len(charges._mci_get_to_recharge())
            change.open_count = len(charges.filtered(lambda c: c.state == "open"))

    def action_apply(self):
        self.ensure_one()
        self.lead_id.mci_change_company(
            self.company_id.id,
            self.reason,
            team_id=self.team_id.id or None,
            user_id=self.user_id.id or None,
        )
        return {"type": "ir.actions.act_window_close"}
