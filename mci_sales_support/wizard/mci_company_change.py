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
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', '!=', from_company_id)]",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Charged to",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
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
    posted_amount = fields.Monetary(
        string="Amount taken back",
        currency_field="from_currency_id",
        compute="_compute_charges",
        help="What the company gets back, in its own currency. The new one is charged"
        " at the price for it (C7).",
    )
    from_currency_id = fields.Many2one(related="from_company_id.currency_id")
    open_count = fields.Integer(
        string="Open charges that follow", compute="_compute_charges"
    )
    settling_names = fields.Char(
        compute="_compute_charges",
        help="Statements to post or decide before the deal can go (C7).",
    )
    currency_note = fields.Char(compute="_compute_currency_note")
    reason = fields.Char(required=True)

    def _mci_get_lead(self):
        """The deal with all its charges, for who may read it.

        :raises AccessError: he may not: what it was charged is not for him either
        """
        # also where a stored default is computed with all rights
        self.lead_id.sudo(False).check_access("read")
        return self.sudo().lead_id

    @api.depends("lead_id")
    def _compute_charges(self):
        for change in self:
            lead = change._mci_get_lead()
            company = lead._mci_get_company() if lead else self.env["res.company"]
            charges = lead._mci_get_borne_charges(company)
            posted = charges._mci_get_to_recharge()
            statements = lead._mci_get_settling_statements(charges)
            change.from_company_id = company
            change.posted_count = len(posted)
            change.posted_amount = sum(posted.mapped("payer_amount"))
            change.open_count = len(charges.filtered(lambda c: c.state == "open"))
            change.settling_names = ", ".join(statements.mapped("name"))

    @api.depends("from_company_id")
    def _compute_company_id(self):
        """The other company, where the accountant has but one."""
        for change in self:
            others = self.env.user.company_ids - change.from_company_id
            change.company_id = others if len(others) == 1 else False

    @api.depends("company_id")
    def _compute_team_id(self):
        """The team of the deal, if the company has it, else the company's only one."""
        for change in self:
            team, company = change._mci_get_lead().team_id, change.company_id
            if company and team.company_id not in (company, company.browse()):
                team = team.search([("company_id", "=", company.id)], limit=2)
            change.team_id = team if company and len(team) == 1 else False

    @api.depends("from_company_id", "company_id")
    def _compute_currency_note(self):
        for change in self:
            before, after = change.from_company_id, change.sudo().company_id
            note = False
            if after and after.currency_id != before.currency_id:
                note = self.env._(
                    "Expected revenue and signed amount of the deal keep their figures"
                    " and are read in %(currency)s from then on: correct them.",
                    currency=after.currency_id.name,
                )
            change.currency_note = note

    def action_apply(self):
        """Button: do it, and show what became of the charges."""
        self.ensure_one()
        lead = self.lead_id
        charges = lead.action_mci_view_charges()
        count = lead.mci_change_company(
            self.company_id.id,
            self.reason,
            team_id=self.team_id.id or None,
            user_id=self.user_id.id or None,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s posted charges are taken back and charged to"
                    " %(company)s with the next statements.",
                    count=count,
                    company=self.company_id.name,
                ),
                # The deal may be out of the companies selected now: not back to it.
                "next": {**charges, "target": "main"},
            },
        }
