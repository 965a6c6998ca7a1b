from odoo import api, fields, models
from odoo.exceptions import UserError

# What waits for a decision: name → action that lists it.
WAITING = {
    "plan": "mci_sales_support.mci_presales_plan_action",
    "change": "mci_sales_support.mci_budget_change_action",
    "decision": "mci_sales_support.mci_budget_decision_action",
    "closing": "mci_sales_support.mci_closing_account_action",
}


class MciHousehold(models.TransientModel):
    """My household (C4, 当家过日子): what came in, is set aside, was spent, is left.

    Deals of the owner that are open or were closed this year; a team leader may look at
    his teams. The figures are those of each deal's ledger, in the currency of the
    current company.
    """

    _name = "mci.household"
    _description = "My household"

    scope = fields.Selection(
        [("mine", "My deals"), ("team", "My teams")],
        required=True,
        default=lambda self: self._default_scope(),
    )
    leads_team = fields.Boolean(compute="_compute_leads_team")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    lead_ids = fields.Many2many(
        "crm.lead",
        string="My deals",
        compute="_compute_deals",
        store=False,
        context={"active_test": False},
    )
    deal_count = fields.Integer(string="Number of deals", compute="_compute_deals")
    income_amount = fields.Monetary(
        string="Income",
        compute="_compute_deals",
        help="Presales budgets of the deals: approved, else the policy's share.",
    )
    aside_amount = fields.Monetary(
        string="Set aside",
        compute="_compute_deals",
        help="Reserved by bookings held or confirmed.",
    )
    spent_amount = fields.Monetary(
        string="Spent", compute="_compute_deals", help="Charged to the deals."
    )
    spent_year_amount = fields.Monetary(
        string="Spent this year", compute="_compute_deals"
    )
    left_amount = fields.Monetary(
        string="Left",
        compute="_compute_deals",
        help="Income less what is set aside and spent.",
    )
    used_percent = fields.Float(string="Used (%)", compute="_compute_deals")
    envelope_ids = fields.Many2many(
        "mci.team.envelope",
        string="Envelopes of this year",
        compute="_compute_envelope_ids",
        store=False,
    )
    plan_count = fields.Integer(string="Plans to decide", compute="_compute_waiting")
    change_count = fields.Integer(
        string="Budget requests to decide", compute="_compute_waiting"
    )
    decision_count = fields.Integer(string="Stop or invest", compute="_compute_waiting")
    closing_count = fields.Integer(
        string="Closing accounts to explain", compute="_compute_waiting"
    )

    def _default_scope(self):
        """A leader without deals of his own looks at his teams."""
        own = self.env["crm.lead"].search_count(
            [("mci_owner_id", "=", self.env.uid), ("type", "=", "opportunity")], limit=1
        )
        return "mine" if own or not self._mci_get_led_teams() else "team"

    @api.depends("scope")
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("My household")

    def _compute_leads_team(self):
        for page in self:
            page.leads_team = bool(page._mci_get_led_teams())

    def _mci_get_led_teams(self):
        teams = self.env["crm.team"].sudo()
        uid = self.env.uid
        return teams.search(["|", ("user_id", "=", uid), ("mci_deputy_id", "=", uid)])

    # --- Deals ----------------------------------------------------------------

    @api.depends("scope", "company_id")
    @api.depends_context("uid")
    def _compute_deals(self):
        for page in self:
            deals = page._mci_get_deals()
            totals = page._mci_get_totals(deals)
            income, aside, spent = (
                totals[name] for name in ("budget", "reserved", "charged")
            )
            page.lead_ids = deals
            page.deal_count = len(deals)
            page.income_amount = income
            page.aside_amount = aside
            page.spent_amount = spent
            page.spent_year_amount = page._mci_get_spent_this_year(deals)
            page.left_amount = income - aside - spent
            page.used_percent = 100 * (aside + spent) / income if income else 0.0

    def _mci_get_deals(self):
        """Deals of the person, or of the teams he leads: read with his own rights."""
        year = fields.Date.context_today(self).replace(month=1, day=1)
        if self.scope == "team":
            whose = [("team_id", "in", self._mci_get_led_teams().ids)]
        else:
            whose = [("mci_owner_id", "=", self.env.uid)]
        deals = self.env["crm.lead"].with_context(active_test=False)
        return deals.search(
            [
                *whose,
                ("type", "=", "opportunity"),
                "|",
                "&",
                ("active", "=", True),
                ("won_status", "=", "pending"),
                "&",
                ("won_status", "!=", "pending"),
                ("date_closed", ">=", year),
            ]
        )

    def _mci_get_totals(self, deals):
        """Sums of the deals' ledgers in the company's currency."""
        totals = dict.fromkeys(("budget", "reserved", "charged"), 0.0)
        today = fields.Date.context_today(self)
        for deal in deals.sudo():
            company = deal._mci_get_company()
            amounts = {
                "budget": deal.mci_budget_amount,
                "reserved": deal.mci_reserved_amount,
                "charged": deal.mci_charged_amount,
            }
            for name, amount in amounts.items():
                totals[name] += company.currency_id._convert(
                    amount, self.currency_id, company, today
                )
        return totals

    def _mci_get_spent_this_year(self, deals):
        today = fields.Date.context_today(self)
        rows = (
            self.env["mci.charge"]
            .sudo()
            ._read_group(
                [
                    ("lead_id", "in", deals.ids),
                    ("state", "!=", "reversed"),
                    # not the deal's before its owner agrees (C10)
                    ("consent", "!=", "asked"),
                    ("date", ">=", today.replace(month=1, day=1)),
                ],
                ["payer_currency_id", "payer_company_id"],
                ["payer_amount:sum"],
            )
        )
        return sum(
            currency._convert(amount, self.currency_id, company, today)
            for currency, company, amount in rows
        )

    @api.depends("scope")
    @api.depends_context("uid")
    def _compute_envelope_ids(self):
        """Envelopes of this year of the teams one leads or belongs to."""
        uid = self.env.uid
        for page in self:
            page.envelope_ids = self.env["mci.team.envelope"].search(
                [
                    ("year", "=", fields.Date.context_today(self).year),
                    "|",
                    "|",
                    ("team_id.user_id", "=", uid),
                    ("team_id.mci_deputy_id", "=", uid),
                    ("team_id.crm_team_member_ids.user_id", "=", uid),
                ]
            )

    # --- What waits -----------------------------------------------------------

    @api.depends_context("uid")
    def _compute_waiting(self):
        for page in self:
            for name in WAITING:
                model, domain = page._mci_get_waiting(name)
                page[f"{name}_count"] = self.env[model].search_count(domain)

    def _mci_get_waiting(self, name):
        uid = self.env.uid
        to_decide = [
            ("state", "=", "requested"),
            ("approver_ids", "=", uid),
        ]
        return {
            "plan": ("mci.presales.plan", [*to_decide, ("author_id", "!=", uid)]),
            "change": ("mci.budget.change", [*to_decide, ("requester_id", "!=", uid)]),
            "decision": (
                "mci.budget.decision",
                [("state", "=", "asked"), ("lead_id.mci_owner_id", "=", uid)],
            ),
            "closing": (
                "mci.closing.account",
                [("state", "=", "open"), ("user_id", "=", uid)],
            ),
        }[name]

    def action_open_waiting(self):
        """Open the list behind the figure that ``mci_item`` of the context names."""
        self.ensure_one()
        name = self.env.context.get("mci_item")
        if name not in WAITING:
            raise UserError(self.env._("There is no such figure."))
        action = self.env["ir.actions.act_window"]._for_xml_id(WAITING[name])
        action.update(domain=self._mci_get_waiting(name)[1], context={})
        return action

    def action_open_burn(self):
        """The burn-down of the deals on this page."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_budget_burn_action"
        )
        action["domain"] = [("lead_id", "in", self.lead_ids.ids)]
        action["context"] = {}
        return action
