from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Charges that count: neither taken back nor waiting for the owner's consent (C10).
COUNTED = [("state", "!=", "reversed"), ("consent", "!=", "asked")]


class MciDealReport(models.Model):
    """Deal P&L (C9): one row for each deal that presales charged.

    What the deal brings (signed amount, else expected revenue) against what presales
    charged. Who it was (team, office, grade, stage, person in charge, salesperson) is
    frozen: that of the deal's latest charge (C3). Outcome, amount and approved budget
    are those of today. Ratios of groups are of sums.

    Amounts are in the currency of the company charged, each charge at its frozen rate
    of exchange. A deal that went to another company has a row in each that still bears
    a part; amount, budget and counts stand in the row of the deal's company.
    """

    _name = "mci.deal.report"
    _description = "Deal P&L"
    _inherit = ["mci.deal.story.mixin", "mci.deal.row.mixin", "mci.currency.row.mixin"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_name"
    _mci_ratios = {
        "win_rate:avg": ("won_count", "closed_count"),
        "lost_share:avg": ("lost_amount", "amount"),
        "budget_percent:avg": ("budget_charged", "budget_amount"),
    }
    _mci_quotients = {
        "presales_return:avg": ("won_revenue", "amount"),
        "expected_return:avg": ("revenue", "amount"),
        "cost_per_win:avg": ("closed_amount", "won_count"),
    }

    # The deal
    date = fields.Date(
        "Closed or last worked on",
        readonly=True,
        help="The day the deal was won or lost (UTC), of an open deal the last day"
        " worked.",
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Main unit",
        readonly=True,
        help="The unit with the most hours on the deal. Charges and outcome splits the"
        " deal by all its units.",
    )
    company_id = fields.Many2one("res.company", string="Company charged", readonly=True)
    # Figures
    revenue = fields.Monetary(
        "Deal amount",
        readonly=True,
        help="Signed amount, else expected revenue. A lost deal brings nothing.",
    )
    is_signed = fields.Boolean("Amount is signed", readonly=True)
    won_revenue = fields.Monetary(
        "Revenue of won deals",
        readonly=True,
        help="Signed amount, else expected revenue, of won deals.",
    )
    amount = fields.Monetary(
        "Charged",
        readonly=True,
        help="Presales charged to the deal, each charge at its frozen rate of exchange."
        " Reversed charges, and hours that wait for the owner's consent, do not count.",
    )
    net_amount = fields.Monetary(
        "Amount less presales",
        readonly=True,
        help="Deal amount less presales charged: of a lost deal, what it cost.",
    )
    closed_amount = fields.Monetary(
        "Charged to closed deals", readonly=True, help="Won and lost ones."
    )
    budget_amount = fields.Monetary(
        "Approved budget",
        readonly=True,
        help="Approved presales budgets (C4). Deals without one are left out.",
    )
    budget_charged = fields.Monetary(
        "Charged to budgets",
        readonly=True,
        help="Charged to deals with an approved budget.",
    )
    over_amount = fields.Monetary(
        "Above budget",
        readonly=True,
        help="What was charged above the approved budget, deal by deal: what one deal"
        " left does not make good what another overdrew.",
    )
    deal_count = fields.Integer("Deals", readonly=True)
    won_count = fields.Integer("Won deals", readonly=True)
    lost_count = fields.Integer("Lost deals", readonly=True)
    closed_count = fields.Integer("Closed deals", readonly=True)
    budget_count = fields.Integer("Deals with a budget", readonly=True)
    over_count = fields.Integer("Deals above budget", readonly=True)
    # Ratios
    expected_return = fields.Float(
        "Expected return",
        readonly=True,
        aggregator="avg",
        help="Deal amount for one unit of money charged, as if every open deal were won"
        " and lost ones brought nothing.",
    )
    cost_per_win = fields.Monetary(
        "Cost per win",
        readonly=True,
        aggregator="avg",
        help="What was charged to all closed deals, lost ones included, for each deal"
        " won. Nothing where none was won.",
    )
    win_rate = fields.Float(
        "Win rate (%)",
        readonly=True,
        aggregator="avg",
        help="Won deals in all closed ones that presales worked for.",
    )
    budget_percent = fields.Float(
        "Budget used (%)",
        readonly=True,
        aggregator="avg",
        help="Charged in the approved budget, of deals that have one (C4).",
    )

    # --- Query ----------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT fact.id, fact.lead_id, fact.lead_name, fact.partner_id, fact.outcome,
                   fact.lost_reason_id, fact.date, fact.team_id, fact.office_id,
                   fact.center_id, fact.user_id, fact.owner_id, fact.grade_id,
                   fact.tier, fact.stage_id, fact.stage_name, fact.company_id,
                   fact.currency_id,
                   fact.hours, fact.amount, fact.is_signed,
                   %s
              FROM (%s) fact
            """,
            self._mci_get_figures_sql(),
            self._mci_get_fact_query(),
        )

    def _mci_get_figures_sql(self):
        """Figures of a deal from its amount, charges, budget and outcome."""
        return SQL(
            """
            fact.revenue, fact.revenue - fact.amount AS net_amount,
            CASE fact.outcome WHEN 'won' THEN fact.revenue ELSE 0 END AS won_revenue,
            CASE fact.outcome WHEN 'won' THEN fact.amount ELSE 0 END AS won_amount,
            CASE fact.outcome WHEN 'lost' THEN fact.amount ELSE 0 END AS lost_amount,
            CASE fact.outcome WHEN 'open' THEN fact.amount ELSE 0 END AS open_amount,
            CASE fact.outcome WHEN 'open' THEN 0 ELSE fact.amount END AS closed_amount,
            COALESCE(fact.budget, 0) AS budget_amount,
            CASE WHEN fact.budget IS NULL THEN 0 ELSE fact.amount END
                AS budget_charged,
            COALESCE(GREATEST(fact.amount - fact.budget, 0), 0) AS over_amount,
            fact.main AS deal_count,
            CASE fact.outcome WHEN 'won' THEN fact.main ELSE 0 END AS won_count,
            CASE fact.outcome WHEN 'lost' THEN fact.main ELSE 0 END AS lost_count,
            CASE fact.outcome WHEN 'open' THEN 0 ELSE fact.main END AS closed_count,
            (fact.budget IS NOT NULL)::int AS budget_count,
            COALESCE(fact.amount > fact.budget, FALSE)::int AS over_count,
            CASE fact.outcome WHEN 'won' THEN fact.revenue / NULLIF(fact.amount, 0)
                END AS presales_return,
            fact.revenue / NULLIF(fact.amount, 0) AS expected_return,
            CASE fact.outcome WHEN 'won' THEN fact.amount END AS cost_per_win,
            CASE fact.outcome WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0
                END AS win_rate,
            CASE fact.outcome WHEN 'lost' THEN 100.0 ELSE 0.0 END AS lost_share,
            100.0 * fact.amount / NULLIF(fact.budget, 0) AS budget_percent
            """
        )

    def _mci_get_fact_query(self):
        """A row per deal and company charged; ``main`` is 1 in the deal's own company.

        What a group does not ask for is not joined: the latest charge, and the units,
        are looked up by the planner only where a column of theirs is read.
        """
        return SQL(
            """
            SELECT deal.last_id AS id, deal.lead_id, last.lead_name, last.partner_id,
                   side.outcome, last.team_id, last.office_id, last.user_id,
                   last.owner_id, last.grade_id, last.tier, last.stage_id,
                   last.stage_name, deal.company_id, company.currency_id, deal.hours,
                   deal.amount,
                   (%s) AS center_id,
                   CASE side.outcome WHEN 'lost' THEN lead.lost_reason_id END
                       AS lost_reason_id,
                   COALESCE(CASE side.outcome WHEN 'open' THEN NULL
                       ELSE lead.date_closed::date END, last.date) AS date,
                   COALESCE(lead.mci_signed_amount, 0) <> 0 AS is_signed,
                   -- A lost deal brings nothing, whatever was expected of it.
                   CASE WHEN side.outcome = 'lost' OR side.main = 0 THEN 0 ELSE
                       COALESCE(NULLIF(lead.mci_signed_amount, 0),
                                lead.expected_revenue, 0) END AS revenue,
                   CASE WHEN side.main = 1 AND (lead.mci_budget_set
                       OR lead.mci_budget_approved <> 0)
                       THEN lead.mci_budget_approved END AS budget,
                   side.main
              FROM (%s) deal
              JOIN crm_lead lead ON lead.id = deal.lead_id
              LEFT JOIN mci_charge last ON last.id = deal.last_id
              LEFT JOIN res_company company ON company.id = deal.company_id
              LEFT JOIN crm_team team ON team.id = lead.team_id
             CROSS JOIN LATERAL (
                   SELECT (COALESCE(lead.company_id, team.company_id, deal.company_id)
                           = deal.company_id)::int AS main,
                          CASE WHEN lead.won_status IN ('won', 'lost')
                          THEN lead.won_status ELSE 'open' END AS outcome) side
             WHERE side.main = 1 OR deal.amount <> 0 OR deal.hours <> 0
            """,
            self._mci_get_main_unit_query(),
            self._mci_get_sum_query(),
        )

    def _mci_get_main_unit_query(self):
        """The unit with the most hours on the deal."""
        return SQL(
            """
            SELECT part.center_id FROM mci_charge part
             WHERE part.lead_id = deal.lead_id
               AND part.payer_company_id = deal.company_id
               AND part.state <> 'reversed'
               AND part.consent IS DISTINCT FROM 'asked'
             GROUP BY part.center_id
             ORDER BY SUM(part.hours) DESC, part.center_id
             LIMIT 1
            """
        )

    def _mci_get_sum_query(self):
        """Sums of each deal, and its latest charge.

        Day and id of a charge in one number: the greatest is the latest, and tells its
        id without sorting the charges of every deal.
        """
        return SQL(
            """
            SELECT lead_id, payer_company_id AS company_id, SUM(hours) AS hours,
                   SUM(payer_amount) AS amount,
                   (MAX(((date - DATE '2000-01-01')::bigint << 32) + id)
                    & 4294967295)::int AS last_id
              FROM mci_charge
             WHERE state <> 'reversed' AND consent IS DISTINCT FROM 'asked'
             GROUP BY lead_id, payer_company_id
            """
        )

    # --- Drill down -----------------------------------------------------------

    def _mci_get_charges_domain(self):
        return Domain(COUNTED) & Domain(
            [
                ("lead_id", "=", self.lead_id.id),
                ("payer_company_id", "=", self.company_id.id),
            ]
        )

    def action_open_charges(self):
        """Open the charges behind the row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        return {
            **action,
            "display_name": self.env._("Charges of %s", self.lead_name),
            "domain": list(self._mci_get_charges_domain()),
            "context": {"search_default_live": 0},
        }

    def action_open_timesheets(self):
        """Open the timesheet lines behind the row, as far as the user reads them."""
        self.ensure_one()
        lines = self.env["mci.charge"].search(self._mci_get_charges_domain())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Timesheets of %s", self.lead_name),
            "res_model": "account.analytic.line",
            "views": [
                (self.env.ref("hr_timesheet.timesheet_view_tree_user").id, "list"),
                (self.env.ref("hr_timesheet.hr_timesheet_line_form").id, "form"),
            ],
            "domain": [("id", "in", lines.sudo().timesheet_id.ids)],
            "context": {"create": False},
        }

    def action_open_journal_items(self):
        """Open the journal items behind the row.

        :raises AccessError: for who does not read accounting
        """
        self.ensure_one()
        items = self.env["account.move.line"]
        items.check_access("read")
        charges = self.env["mci.charge"].search(self._mci_get_charges_domain())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items of %s", self.lead_name),
            "res_model": "account.move.line",
            "views": [
                (self.env.ref("account.view_move_line_tree").id, "list"),
                (self.env.ref("account.view_move_line_form").id, "form"),
            ],
            "domain": [("id", "in", charges.sudo().move_line_id.ids)],
        }
