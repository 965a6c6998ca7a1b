from odoo import fields, models
from odoo.tools import SQL


class MciGradeSimulation(models.Model):
    """The deals of a simulation, graded twice by SQL (M1)."""

    _inherit = "mci.grade.simulation"

    def _get_deals_query(self):
        """Deals of the company that were closed in the period, and open ones."""
        lead_model = self.env["crm.lead"]
        lead_model.flush_model()
        self.env.flush_all()
        return SQL(
            """
            SELECT lead.*
              FROM crm_lead lead
         LEFT JOIN crm_team team ON team.id = lead.team_id
         LEFT JOIN res_users salesman ON salesman.id = lead.user_id
             WHERE lead.type = 'opportunity'
               AND COALESCE(lead.company_id, team.company_id, salesman.company_id,
                            %(company)s) = %(company)s
               AND ((lead.won_status IN ('won', 'lost')
                     AND COALESCE(lead.date_closed, lead.create_date) >= %(start)s
                     AND COALESCE(lead.date_closed, lead.create_date) < %(stop)s)
                    OR (%(with_open)s AND lead.won_status = 'pending' AND lead.active))
            """,
            company=self.company_id.id,
            start=self.date_from,
            stop=fields.Date.add(self.date_to, days=1),
            with_open=self.with_open,
        )

    def _get_rows_query(self):
        """Columns of a row for each record of the CTE ``deal``, in their order."""
        policies = self.env["mci.grade.policy"]
        today = policies._mci_get_scheme_of(self.base_policy_id.id)
        draft = policies._mci_get_scheme_of(self.policy_id.id)
        ranks = {
            grade.id: grade.sequence
            for grade in self.env["mci.grade"]
            .with_context(active_test=False)
            .search([])
        }
        return SQL(
            """
            SELECT %(simulation)s, %(company)s, id, name, partner_id, user_id, team_id,
                   outcome, old_amount, amount, old_grade, grade,
                   %(old_tier)s, %(tier)s,
                   CASE WHEN old_grade = grade THEN 'same'
                        WHEN %(rank)s < %(old_rank)s THEN 'up' ELSE 'down' END,
                   CASE WHEN old_grade = grade THEN 'none'
                        WHEN outcome <> 'open' THEN 'closed'
                        WHEN mci_grade_manual THEN 'manual'
                        WHEN mci_initiated_date IS NOT NULL THEN 'locked'
                        ELSE 'moves' END,
                   hours, charge,
                   CASE WHEN outcome = 'won' THEN 1 ELSE 0 END,
                   CASE WHEN outcome = 'open' THEN 0 ELSE 1 END,
                   CASE WHEN outcome = 'won' THEN 100 ELSE 0 END,
                   %(old_budget)s, %(budget)s
              FROM (
                SELECT amounts.*,
                       CASE WHEN won_status = 'pending'
                             AND mci_grade_policy_key = %(base)s
                            THEN mci_computed_grade_id
                            ELSE %(old_grade)s END AS old_grade,
                       %(new_grade)s AS grade
                  FROM (
                    SELECT deal.*,
                           CASE won_status WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost'
                                ELSE 'open' END AS outcome,
                           %(old_amount)s AS old_amount,
                           %(new_amount)s AS amount,
                           COALESCE(work.hours, 0) AS hours,
                           COALESCE(work.amount, 0) AS charge
                      FROM deal
                 LEFT JOIN (%(work)s) work ON work.lead_id = deal.id
                  ) amounts
              ) graded
            """,
            simulation=self.id,
            company=self.company_id.id,
            base=self.base_policy_id.id,
            old_amount=self._get_amount_sql(today),
            new_amount=self._get_amount_sql(draft),
            old_grade=self._get_grade_sql(today, "old_amount"),
            new_grade=self._get_grade_sql(draft, "amount"),
            old_tier=self._get_case_sql("old_grade", today.tiers, SQL("NULL")),
            tier=self._get_case_sql("grade", draft.tiers, SQL("NULL")),
            rank=self._get_case_sql("grade", ranks),
            old_rank=self._get_case_sql("old_grade", ranks),
            old_budget=self._get_budget_sql("old_grade", self.base_policy_id),
            budget=self._get_budget_sql("grade", self.policy_id),
            work=self._get_work_query(),
        )

    def _get_amount_sql(self, scheme):
        """The grading amount, as ``tools.grading.grading_amount`` computes it."""
        return SQL(
            "GREATEST(ROUND((COALESCE(expected_revenue, 0)"
            " + COALESCE(recurring_revenue_monthly, 0) * %s"
            " - COALESCE(mci_resold_amount, 0))::numeric, %s), 0)",
            scheme.months,
            self.currency_id.decimal_places,
        )

    def _get_grade_sql(self, scheme, column):
        bands = SQL(" ").join(
            SQL("WHEN %s >= %s THEN %s", SQL.identifier(column), floor, grade)
            for floor, grade in scheme.bands
        )
        return SQL(
            "CASE WHEN mci_partner_led THEN %s %s END", scheme.partner_grade_id, bands
        )

    def _get_budget_sql(self, column, policy):
        hours = {line.grade_id.id: line.budget_hours for line in policy.sudo().line_ids}
        return self._get_case_sql(column, hours)

    def _get_case_sql(self, column, values, otherwise=None):
        """Value of ``values`` by the grade in ``column``."""
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", key, value) for key, value in values.items()
        )
        otherwise = otherwise or SQL("0")
        return SQL("CASE %s %s ELSE %s END", SQL.identifier(column), cases, otherwise)

    def _get_work_query(self):
        """Presales work of the records of the CTE ``deal``: deal, hours and charge.

        Hours reported; what they cost is known to the *charge* package.
        """
        return SQL(
            """
            SELECT booking.lead_id, SUM(day.hours_done) AS hours, 0.0 AS amount
              FROM mci_booking booking
              JOIN mci_booking_day day ON day.booking_id = booking.id
             WHERE booking.lead_id IN (SELECT id FROM deal)
          GROUP BY booking.lead_id
            """
        )
