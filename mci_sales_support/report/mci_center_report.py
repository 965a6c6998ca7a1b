from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from .settled import settled

COST_GROUPS = (
    "mci_sales_support.group_center_lead,account.group_account_invoice,"
    "account.group_account_readonly,hr.group_hr_user"
)


class MciCenterReport(models.Model):
    """P&L of the units by month and function (I4): charged income less standard cost.

    A unit is judged by cost recovery in a band and by its utilisation, never by income.
    Whoever may not see cost sees no line of fewer than three people (C8). Amounts are
    in the currency of the unit's company, hours are those worked.
    """

    _name = "mci.center.report"
    _inherit = ["mci.ratio.mixin", "mci.currency.row.mixin"]
    _description = "Center P&L"
    _auto = False
    _order = "date desc, center_id"
    _rec_name = "date"
    _mci_ratios = {
        "utilisation:avg": ("deal_hours", "capacity_hours"),
        "recovery:avg": ("income", "cost"),
    }

    center_id = fields.Many2one("mci.delivery.center", string="Unit", readonly=True)
    tier = fields.Selection(related="center_id.tier", string="Support tier")
    function_id = fields.Many2one("mci.function", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date("Month", readonly=True)
    person_count = fields.Integer("People", readonly=True, aggregator="max")
    income = fields.Monetary("Charged income", readonly=True)
    cost = fields.Monetary(
        "Standard cost",
        readonly=True,
        groups=COST_GROUPS,
        help="Hours on the unit's project at the standard cost of the level (C8).",
    )
    margin = fields.Monetary("Income less cost", readonly=True, groups=COST_GROUPS)
    idle_cost = fields.Monetary(
        "Unassigned hours at cost", readonly=True, groups=COST_GROUPS
    )
    capacity_hours = fields.Float("Working hours", readonly=True)
    deal_hours = fields.Float("Hours on deals", readonly=True)
    internal_hours = fields.Float("Hours by category", readonly=True)
    unassigned_hours = fields.Float(
        readonly=True, help="Working time that no timesheet explains."
    )
    utilisation = fields.Float(
        "Utilisation (%)",
        readonly=True,
        aggregator="avg",
        help="Hours on deals in all working hours.",
    )
    recovery = fields.Float(
        "Cost recovery rate (%)",
        readonly=True,
        aggregator="avg",
        groups=COST_GROUPS,
        help="Charged income in the cost of all hours on the unit's project.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH part AS (%s UNION ALL %s UNION ALL %s), total AS (
                SELECT center_id, function_id, month, SUM(income) AS income,
                       SUM(cost) AS cost, SUM(capacity) AS capacity, SUM(deal) AS deal,
                       SUM(internal) AS internal, SUM(other) AS other,
                       COUNT(DISTINCT resource_id) AS people
                  FROM part GROUP BY center_id, function_id, month)
            SELECT ROW_NUMBER() OVER (
                       ORDER BY total.month, total.center_id, total.function_id)
                       AS id,
                   total.center_id, total.function_id, center.company_id,
                   company.currency_id,
                   total.month AS date, total.people AS person_count,
                   total.income, total.cost, total.income - total.cost AS margin,
                   total.capacity AS capacity_hours, total.deal AS deal_hours,
                   total.internal AS internal_hours, idle.hours AS unassigned_hours,
                   COALESCE(idle.hours * total.cost
                       / NULLIF(total.deal + total.internal, 0), 0) AS idle_cost,
                   COALESCE(100.0 * total.deal / NULLIF(total.capacity, 0), 0)
                       AS utilisation,
                   COALESCE(100.0 * total.income / NULLIF(total.cost, 0), 0)
                       AS recovery
              FROM total
              JOIN mci_delivery_center center ON center.id = total.center_id
              JOIN res_company company ON company.id = center.company_id,
                   LATERAL (SELECT GREATEST(total.capacity - total.deal
                       - total.internal - total.other, 0) AS hours) idle
            """,
            self._mci_get_income_query(),
            self._mci_get_work_query(),
            self._mci_get_capacity_query(),
        )

    @api.private
    def _mci_get_income_query(self):
        return SQL(
            """
            SELECT center_id, function_id,
                   date_trunc('month', settled_on)::date AS month,
                   resource_id, SUM(amount) AS income, 0 AS cost, 0 AS capacity,
                   0 AS deal, 0 AS internal, 0 AS other
              FROM %s charge
             -- Expenses only pass through the unit: their cost is not here either.
             WHERE origin <> 'expense'
             GROUP BY 1, 2, 3, 4
            """,
            settled(("center_id", "function_id", "resource_id", "origin", "amount")),
        )

    @api.private
    def _mci_get_work_query(self):
        """Hours and standard cost on the units' projects, and hours elsewhere.

        Summed up by person and day before the seat of the day is looked for.
        """
        return SQL(
            """
            SELECT COALESCE(project.mci_center_id, seat.center_id) AS center_id,
                   COALESCE(work.function_id, seat.function_id) AS function_id,
                   date_trunc('month', work.settled_on)::date AS month,
                   employee.resource_id,
                   0 AS income,
                   CASE WHEN project.mci_center_id IS NULL THEN 0
                        ELSE -work.amount END AS cost,
                   0 AS capacity,
                   CASE WHEN project.mci_center_id IS NULL THEN 0
                        ELSE work.deal_hours END AS deal,
                   CASE WHEN project.mci_center_id IS NULL THEN 0
                        ELSE work.hours - work.deal_hours END AS internal,
                   CASE WHEN project.mci_center_id IS NULL THEN work.hours
                        ELSE 0 END AS other
              FROM (%s) work
              JOIN hr_employee employee ON employee.id = work.employee_id
              JOIN project_project project ON project.id = work.project_id
              LEFT JOIN LATERAL (
                    SELECT s.center_id, s.function_id FROM mci_center_seat s
                     WHERE s.resource_id = employee.resource_id
                       AND s.date_from <= work.date
                       AND (s.date_to IS NULL OR s.date_to >= work.date)
                     ORDER BY (s.center_id = project.mci_center_id) DESC NULLS LAST,
                              s.date_from DESC, s.id
                     LIMIT 1) seat ON TRUE
             WHERE project.mci_center_id IS NOT NULL OR seat.center_id IS NOT NULL
            """,
            self._mci_get_day_query(),
        )

    @api.private
    def _mci_get_day_query(self):
        """Hours of a deal count in the month their charge was first settled in.

        Few are late: the others are summed up without a look at their charges.
        """
        return SQL(
            """
            WITH late AS (
                SELECT late.timesheet_id AS id, (
                           SELECT MIN(charge.settle_date) FROM mci_charge charge
                            WHERE charge.timesheet_id = late.timesheet_id
                       ) AS settled_on
                  FROM mci_charge late
                 WHERE late.settle_date > late.date AND late.timesheet_id IS NOT NULL
                 GROUP BY late.timesheet_id)
            SELECT day.*, booking.function_id
              FROM (SELECT project_id, employee_id, date, date AS settled_on,
                           mci_booking_id, SUM(amount) AS amount,
                           SUM(unit_amount) AS hours,
                           SUM(CASE WHEN mci_lead_id IS NULL THEN 0
                               ELSE unit_amount END) AS deal_hours
                      FROM account_analytic_line line
                     WHERE project_id IS NOT NULL AND employee_id IS NOT NULL
                       AND NOT EXISTS (SELECT FROM late WHERE late.id = line.id)
                     GROUP BY project_id, employee_id, date, mci_booking_id
                     UNION ALL
                    SELECT project_id, employee_id, date, late.settled_on,
                           mci_booking_id, amount, unit_amount,
                           CASE WHEN mci_lead_id IS NULL THEN 0 ELSE unit_amount END
                      FROM late JOIN account_analytic_line line USING (id)
                     WHERE project_id IS NOT NULL AND employee_id IS NOT NULL) day
              LEFT JOIN mci_booking booking ON booking.id = day.mci_booking_id
            """
        )

    @api.private
    def _mci_get_capacity_query(self):
        """Working time of a week in its Monday's month, shared by a person's seats."""
        return SQL(
            """
            SELECT seat.center_id, seat.function_id,
                   date_trunc('month', week.date_from)::date AS month,
                   week.resource_id, 0 AS income, 0 AS cost,
                   week.capacity_hours / COUNT(*) OVER (PARTITION BY week.id)
                       AS capacity,
                   0 AS deal, 0 AS internal, 0 AS other
              FROM mci_week week
              JOIN mci_center_seat seat
                ON seat.resource_id = week.resource_id
               AND seat.date_from <= week.date_from + 6
               AND (seat.date_to IS NULL OR seat.date_to >= week.date_from)
             WHERE week.date_from + 7 <= CURRENT_DATE
            """
        )

    def action_open_charges(self):
        """Open the charges behind the income of the row, as far as the user reads."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        return {
            **action,
            "display_name": self.env._("Charges of %s", self.center_id.display_name),
            "domain": [
                ("state", "!=", "reversed"),
                ("origin", "!=", "expense"),
                ("consent", "!=", "asked"),
                ("center_id", "=", self.center_id.id),
                ("function_id", "=", self.function_id.id),
                ("settle_date", ">=", self.date),
                ("settle_date", "<=", end_of(self.date, "month")),
            ],
            "context": {"search_default_live": 0},
        }

    @api.model
    def _mci_open(self):
        """The action, after the working time of the last weeks was brought up."""
        self.env["mci.week"]._mci_refresh(26)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_center_report_action"
        )
