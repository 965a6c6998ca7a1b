from odoo import api, fields, models
from odoo.tools import SQL

from .settled import settled

# Weeks over which a plan is spread when the deal names no later closing date.
DEFAULT_WEEKS = 12
# Columns of a charge that the burn-down shows.
CHARGED = (
    "lead_id",
    "lead_name",
    "team_id",
    "owner_id",
    "grade_id",
    "stage_id",
    "function_id",
    "level_id",
    "payer_company_id",
    "payer_currency_id",
    "hours",
    "payer_amount",
)


class MciBudgetBurn(models.Model):
    """Burn-down (C4): what was planned against what is reserved and charged, by day.

    An approved plan is spread evenly, week by week, from its approval to the expected
    closing of the deal. Cumulated over time, *left* burns down to what remains.
    Amounts in the currency of each row.
    """

    _name = "mci.budget.burn"
    _description = "Burn-down of presales budgets"
    _inherit = ["mci.currency.row.mixin"]
    _auto = False
    _order = "date, id"
    _rec_name = "lead_name"
    _depends = {
        "crm.lead": ["name", "team_id", "mci_owner_id", "date_deadline", "stage_id"],
        "mci.presales.plan": ["state", "decision_date", "lead_id", "grade_id"],
        "mci.presales.plan.line": ["hours", "amount", "stage_id", "plan_id"],
        "mci.charge": ["state", "settle_date", "hours", "payer_amount", "lead_id"],
        "mci.booking": ["state", "hold_until", "lead_id"],
        "mci.booking.day": ["date", "hours", "amount", "booking_id"],
    }

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    owner_id = fields.Many2one("res.users", string="Accountable owner", readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    function_id = fields.Many2one("mci.function", readonly=True)
    level_id = fields.Many2one("mci.level", string="Resource level", readonly=True)
    outcome = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("open", "Still open")], readonly=True
    )
    date = fields.Date(readonly=True)
    series = fields.Selection(
        [("planned", "Planned"), ("used", "Reserved and charged")], readonly=True
    )
    kind = fields.Selection(
        [("planned", "Planned"), ("reserved", "Reserved"), ("charged", "Charged")],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    is_planned = fields.Boolean(
        "With an approved plan",
        readonly=True,
        help="The deal has an approved presales plan to compare with.",
    )
    hours = fields.Float(readonly=True)
    amount = fields.Monetary(readonly=True)
    planned_amount = fields.Monetary("Planned", readonly=True)
    used_amount = fields.Monetary("Reserved and charged", readonly=True)
    left_amount = fields.Monetary(
        "Left",
        readonly=True,
        help="Planned less reserved and charged; cumulated, the burn-down.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT burn.*,
                   CASE lead.won_status WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost'
                        ELSE 'open' END AS outcome,
                   burn.kind = 'planned' OR EXISTS (
                        SELECT FROM mci_presales_plan plan
                         WHERE plan.lead_id = lead.id AND plan.state = 'approved'
                   ) AS is_planned,
                   CASE burn.kind WHEN 'planned' THEN 'planned' ELSE 'used' END
                        AS series,
                   CASE burn.kind WHEN 'planned' THEN burn.amount ELSE 0 END
                        AS planned_amount,
                   CASE burn.kind WHEN 'planned' THEN 0 ELSE burn.amount END
                        AS used_amount,
                   CASE burn.kind WHEN 'planned' THEN burn.amount
                        ELSE -burn.amount END AS left_amount
              FROM (%s) AS burn
              LEFT JOIN crm_lead lead ON lead.id = burn.lead_id
            """,
            SQL(" UNION ALL ").join(self._mci_get_queries()),
        )

    @api.model
    def _mci_get_queries(self):
        """Planned, charged and reserved rows; ids never meet.

        What is charged was for the team, the owner and the deal's name of its day: the
        report of a closed period stays as it was (C3).
        """
        return [
            self._mci_get_planned_query(),
            SQL(
                """
                SELECT charge.row_id::bigint * 4 + 1 AS id, charge.lead_id,
                       charge.lead_name, charge.team_id, charge.owner_id,
                       charge.grade_id, charge.stage_id, charge.function_id,
                       charge.level_id, charge.settled_on AS date,
                       'charged' AS kind,
                       charge.payer_company_id AS company_id,
                       charge.payer_currency_id AS currency_id,
                       charge.hours, charge.payer_amount AS amount
                  FROM %s charge
                """,
                settled(CHARGED),
            ),
            SQL(
                """
                SELECT day.id::bigint * 4 + 2 AS id, booking.lead_id,
                       deal.name AS lead_name, booking.team_id,
                       deal.mci_owner_id AS owner_id, booking.grade_id,
                       deal.stage_id, booking.function_id,
                       booking.level_id, day.date, 'reserved' AS kind,
                       booking.payer_company_id AS company_id, booking.currency_id,
                       day.hours, day.amount
                  FROM mci_booking_day day
                  JOIN mci_booking booking ON booking.id = day.booking_id
                  JOIN crm_lead deal ON deal.id = booking.lead_id
                 WHERE booking.state = 'confirmed' OR booking.state = 'held'
                   AND booking.hold_until > now() AT TIME ZONE 'UTC'
                """
            ),
        ]

    @api.model
    def _mci_get_planned_query(self):
        """Each line of an approved plan, in equal parts of its weeks."""
        return SQL(
            """
            SELECT (line.id::bigint * 1000 + week.number) * 4 AS id, plan.lead_id,
                   deal.name AS lead_name, deal.team_id,
                   deal.mci_owner_id AS owner_id, plan.grade_id, line.stage_id,
                   line.function_id, line.level_id,
                   plan.decision_date::date + week.number * 7 AS date,
                   'planned' AS kind, plan.company_id, company.currency_id,
                   line.hours / span.weeks AS hours, line.amount / span.weeks AS amount
              FROM mci_presales_plan plan
              JOIN mci_presales_plan_line line ON line.plan_id = plan.id
              JOIN res_company company ON company.id = plan.company_id
              JOIN crm_lead deal ON deal.id = plan.lead_id
             CROSS JOIN LATERAL (
                   SELECT LEAST(GREATEST(CEIL(COALESCE(
                            NULLIF(GREATEST(deal.date_deadline
                                            - plan.decision_date::date, 0), 0)
                            / 7.0, %(weeks)s))::int, 1), 500) AS weeks) AS span
             CROSS JOIN LATERAL generate_series(0, span.weeks - 1) AS week (number)
             WHERE plan.state = 'approved'
            """,
            weeks=DEFAULT_WEEKS,
        )
