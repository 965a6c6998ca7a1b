from odoo import fields, models
from odoo.tools import SQL

from .settled import settled

COLUMNS = (
    "id",
    "lead_id",
    "lead_name",
    "partner_id",
    "date",
    "team_id",
    "office_id",
    "user_id",
    "owner_id",
    "center_id",
    "function_id",
    "level_id",
    "grade_id",
    "tier",
    "stage_id",
    "stage_name",
    "state",
    "company_id",
    "payer_company_id",
    "payer_currency_id",
    "company_currency_id",
    "hours",
    "amount",
    "payer_amount",
)


class MciChargeReport(models.Model):
    """What presales charged, and what became of the deals (C9): one row per charge.

    Who it was then (team, office, grade, stage, person in charge, salesperson, unit),
    hours and amounts are those frozen with the charge (C3): a later merge of teams or
    another grade moves nothing. What became of the deal, and its revenue, are those of
    today. A deal's revenue is spread over its charges, so that every total of whole
    deals shows what they brought.

    Periods are those of settlement, ``settle_date``: a closed month gives the same for
    ever (invariant 7). The day worked is the second axis.

    Amounts are in the currency of the company charged, at the rate of exchange frozen
    with the charge; ``provider_amount`` in that of the unit's company.
    """

    _name = "mci.charge.report"
    _description = "Charges and outcome"
    _inherit = [
        "mci.deal.story.mixin",
        "mci.deal.row.mixin",
        "mci.charge.row.mixin",
        "mci.currency.row.mixin",
    ]
    _auto = False
    _order = "settle_date desc, id desc"
    _rec_name = "lead_name"
    _mci_ratios = {"lost_share:avg": ("lost_amount", "amount")}
    _mci_quotients = {"presales_return:avg": ("won_revenue", "amount")}

    charge_id = fields.Many2one("mci.charge", string="Internal charge", readonly=True)
    settle_date = fields.Date(
        "Settlement month",
        readonly=True,
        help="The day worked while its period is open; what comes later, corrections"
        " too, counts in the month it is settled in. A closed month stays (C7).",
    )
    date = fields.Date("Worked on", readonly=True)
    center_id = fields.Many2one(
        "mci.delivery.center", string="Provided by", readonly=True
    )
    function_id = fields.Many2one("mci.function", readonly=True)
    level_id = fields.Many2one("mci.level", string="Resource level", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["mci.charge"]
        ._fields["state"]
        ._description_selection(self.env),
        string="Status",
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", string="Company of the unit", readonly=True
    )
    payer_company_id = fields.Many2one(
        "res.company", string="Company charged", readonly=True
    )
    provider_currency_id = fields.Many2one(
        "res.currency", string="Currency of the unit", readonly=True
    )
    amount = fields.Monetary(
        "Charged",
        readonly=True,
        help="In the currency of the company charged, at the rate of exchange frozen"
        " with each charge (C3).",
    )
    provider_amount = fields.Monetary(
        "Charged, in the unit's currency",
        currency_field="provider_currency_id",
        readonly=True,
    )
    revenue = fields.Monetary(
        "Deal amount",
        readonly=True,
        help="Signed amount, else expected revenue, spread over the charges of the deal"
        " in proportion to what they came to. A lost deal brings nothing.",
    )
    won_revenue = fields.Monetary(
        "Revenue of won deals",
        readonly=True,
        help="Signed amount, else expected revenue, of won deals, spread over the"
        " charges of the deal in proportion to what they came to.",
    )

    # Joined only where a column of theirs is asked for: each joins at most one row, and
    # the planner leaves the rest out.
    @property
    def _table_query(self):
        return SQL(
            """
            SELECT charge.row_id AS id, charge.id AS charge_id, charge.lead_id,
                   charge.lead_name, charge.partner_id,
                   charge.settled_on AS settle_date, charge.date, charge.team_id,
                   charge.office_id, charge.user_id, charge.owner_id, charge.center_id,
                   charge.function_id, charge.level_id, charge.grade_id, charge.tier,
                   charge.stage_id, charge.stage_name, charge.state, charge.company_id,
                   charge.payer_company_id, charge.payer_currency_id AS currency_id,
                   charge.company_currency_id AS provider_currency_id, charge.hours,
                   charge.payer_amount AS amount, charge.amount AS provider_amount,
                   %s
              FROM %s charge
              LEFT JOIN crm_lead lead ON lead.id = charge.lead_id
              LEFT JOIN crm_team team ON team.id = lead.team_id
              LEFT JOIN (SELECT lead_id, payer_company_id,
                                SUM(payer_amount) AS amount, COUNT(*) AS count
                           FROM mci_charge WHERE state <> 'reversed'
                            AND consent IS DISTINCT FROM 'asked'
                          GROUP BY lead_id, payer_company_id) deal
                ON deal.lead_id = charge.lead_id
               AND deal.payer_company_id = charge.payer_company_id
            """,
            self._mci_get_outcome_sql(),
            settled(COLUMNS),
        )

    def _mci_get_outcome_sql(self):
        """What became of the deal, and what the charge has of its amount."""
        return SQL(
            """
            CASE WHEN lead.won_status IN ('won', 'lost') THEN lead.won_status
                 ELSE 'open' END AS outcome,
            CASE WHEN lead.won_status = 'lost' THEN lead.lost_reason_id END
                 AS lost_reason_id,
            CASE WHEN lead.won_status = 'won' THEN charge.payer_amount
                 ELSE 0 END AS won_amount,
            CASE WHEN lead.won_status = 'lost' THEN charge.payer_amount
                 ELSE 0 END AS lost_amount,
            CASE WHEN lead.won_status IN ('won', 'lost') THEN 0
                 ELSE charge.payer_amount END AS open_amount,
            CASE WHEN lead.won_status = 'lost' THEN 0 ELSE %(revenue)s
                 END AS revenue,
            CASE WHEN lead.won_status = 'won' THEN %(revenue)s
                 ELSE 0 END AS won_revenue,
            CASE WHEN lead.won_status = 'won' THEN COALESCE(
                 %(revenue)s / NULLIF(charge.payer_amount, 0), 0)
                 ELSE 0 END AS presales_return,
            CASE WHEN lead.won_status = 'lost' THEN 100.0
                 ELSE 0 END AS lost_share
            """,
            revenue=self._mci_get_revenue_sql(),
        )

    def _mci_get_revenue_sql(self):
        """The charge's share of the deal's amount, in the company of the deal only."""
        return SQL(
            """
            CASE WHEN COALESCE(lead.company_id, team.company_id,
                               charge.payer_company_id) = charge.payer_company_id
            THEN COALESCE(NULLIF(lead.mci_signed_amount, 0), lead.expected_revenue, 0)
                 * COALESCE(charge.payer_amount / NULLIF(deal.amount, 0),
                            charge.sign * 1.0 / deal.count)
            ELSE 0 END
            """
        )
