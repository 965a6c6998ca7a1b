from odoo import fields, models
from odoo.tools import SQL

from .mci_diagnosis_hour import PHASES


class MciDiagnosisSeller(models.Model):
    """Whom the seniors work for, beside whose deals deserve them (D1).

    A seller who gets a much larger share of the senior hours than his share of the
    amount on A and B is near the palace. The amount is that of the A and B deals alive
    in the time; amounts and shares are within the company.
    """

    _name = "mci.diagnosis.seller"
    _description = "Seniors by seller"
    _auto = False
    _order = "phase desc, gap desc"
    _rec_name = "user_id"

    phase = fields.Selection(PHASES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    hours = fields.Float(readonly=True)
    senior_hours = fields.Float("Hours of seniors", readonly=True)
    ab_amount = fields.Monetary("Amount of A and B", readonly=True)
    senior_share = fields.Float("Share of seniors (%)", readonly=True, aggregator="sum")
    ab_share = fields.Float("Share of A and B (%)", readonly=True, aggregator="sum")
    gap = fields.Float(
        "Above his share",
        readonly=True,
        aggregator="max",
        help="Share of the senior hours less share of the amount on A and B, in"
        " points.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH work AS (
                SELECT phase, company_id, user_id, SUM(hours) AS hours,
                       SUM(senior_hours) AS senior, 0 AS amount
                  FROM (%s) hour WHERE user_id IS NOT NULL
                 GROUP BY phase, company_id, user_id),
            deal AS (
                SELECT time.phase, company.id AS company_id, lead.user_id,
                       0 AS hours, 0 AS senior, SUM(lead.mci_grading_amount) AS amount
                  FROM crm_lead lead
                  LEFT JOIN crm_team team ON team.id = lead.team_id
                  LEFT JOIN res_users seller ON seller.id = lead.user_id
                  JOIN res_company company ON company.id = COALESCE(
                       lead.company_id, team.company_id, seller.company_id)
                  JOIN (VALUES ('before'), ('with')) time (phase)
                    ON CASE WHEN time.phase = 'before'
                       THEN lead.create_date < company.mci_start_date
                       ELSE lead.won_status = 'pending' AND lead.active
                            OR lead.date_closed >= company.mci_start_date END
                 WHERE lead.mci_tier = 'delivery_center' AND lead.user_id IS NOT NULL
                   AND lead.type = 'opportunity'
                 GROUP BY time.phase, company.id, lead.user_id),
            past AS (
                SELECT 'before' AS phase, company_id, user_id, 0 AS hours,
                       0 AS senior, SUM(amount) AS amount
                  FROM (SELECT company_id, user_id, lead_name, MAX(amount) AS amount
                          FROM mci_past_hour
                         WHERE tier = 'delivery_center' AND user_id IS NOT NULL
                         GROUP BY company_id, user_id, lead_name) old
                 GROUP BY company_id, user_id),
            total AS (
                SELECT phase, company_id, user_id, SUM(hours) AS hours,
                       SUM(senior) AS senior, SUM(amount) AS amount
                  FROM (SELECT * FROM work UNION ALL SELECT * FROM deal
                        UNION ALL SELECT * FROM past) part
                 GROUP BY phase, company_id, user_id),
            share AS (
                SELECT *, COALESCE(100 * senior / NULLIF(SUM(senior) OVER one, 0), 0)
                              AS senior_share,
                       COALESCE(100 * amount / NULLIF(SUM(amount) OVER one, 0), 0)
                           AS ab_share
                  FROM total WINDOW one AS (PARTITION BY phase, company_id))
            SELECT user_id * 2 + (phase = 'with')::int + company_id * 10000000::int8
                       AS id,
                   phase, company_id, user_id, hours, senior AS senior_hours,
                   amount AS ab_amount, senior_share, ab_share,
                   senior_share - ab_share AS gap
              FROM share
            """,
            self.env["mci.diagnosis.hour"]._table_query,
        )
