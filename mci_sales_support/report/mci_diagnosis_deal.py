from odoo import fields, models
from odoo.tools import SQL

from .mci_diagnosis_hour import PHASES


class MciDiagnosisDeal(models.Model):
    """Who is in charge of a deal, how many departments serve it, what was promised.

    Open deals and those closed since the start are *with the method*, deals closed
    before it, and imported ones, *before*.
    """

    _name = "mci.diagnosis.deal"
    _description = "Deals before and with the method"
    _auto = False
    _order = "phase desc, department_count desc, id"
    _rec_name = "lead_name"

    phase = fields.Selection(PHASES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    outcome = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("open", "Still open")], readonly=True
    )
    hours = fields.Float(readonly=True)
    deal_count = fields.Integer("Deals", readonly=True)
    is_unowned = fields.Integer("Without owner", readonly=True)
    department_count = fields.Integer("Departments", readonly=True, aggregator="avg")
    promise_count = fields.Integer("Commitments", readonly=True)
    undeclared_count = fields.Integer("Undeclared commitments", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH work AS (
                SELECT lead_id, company_id, lead_name, SUM(hours) AS hours,
                       COUNT(DISTINCT department) AS departments,
                       MAX(user_id) AS user_id, MAX(team_id) AS team_id,
                       MAX(grade_id) AS grade_id
                  FROM (SELECT lead_id, company_id, hours, department, user_id,
                               team_id, grade_id, CASE WHEN lead_id IS NULL
                               THEN lead_name END AS lead_name
                          FROM (%s) hour) one
                 GROUP BY lead_id, company_id, lead_name),
            promise AS (
                SELECT lead_id, COUNT(*) AS all_of_them,
                       COUNT(*) FILTER (WHERE state = 'undeclared') AS undeclared
                  FROM mci_promise WHERE active GROUP BY lead_id)
            SELECT lead.id * 2 AS id, company.id AS company_id, lead.id AS lead_id,
                   lead.name AS lead_name, lead.user_id, lead.team_id,
                   lead.mci_grade_id AS grade_id,
                   CASE WHEN lead.won_status IN ('won', 'lost') THEN lead.won_status
                        ELSE 'open' END AS outcome,
                   CASE WHEN lead.date_closed < company.mci_start_date THEN 'before'
                        ELSE 'with' END AS phase,
                   COALESCE(work.hours, 0) AS hours, 1 AS deal_count,
                   (lead.mci_owner_id IS NULL)::int AS is_unowned,
                   COALESCE(work.departments, 0) AS department_count,
                   COALESCE(promise.all_of_them, 0) AS promise_count,
                   COALESCE(promise.undeclared, 0) AS undeclared_count
              FROM crm_lead lead
              LEFT JOIN crm_team team ON team.id = lead.team_id
              LEFT JOIN res_users seller ON seller.id = lead.user_id
              LEFT JOIN (SELECT lead_id, MIN(company_id) AS company_id,
                                SUM(hours) AS hours, MAX(departments) AS departments
                           FROM work WHERE lead_id IS NOT NULL GROUP BY lead_id) work
                ON work.lead_id = lead.id
              LEFT JOIN promise ON promise.lead_id = lead.id
              JOIN res_company company ON company.id = COALESCE(lead.company_id,
                   team.company_id, seller.company_id, work.company_id)
             WHERE lead.type = 'opportunity'
               AND (lead.active OR lead.won_status = 'lost')
            UNION ALL
            SELECT -ROW_NUMBER() OVER (ORDER BY company_id, lead_name), company_id,
                   NULL, lead_name, user_id, team_id, grade_id, NULL, 'before', hours,
                   1, NULL::int4, departments, 0, 0
              FROM work WHERE lead_id IS NULL
            """,
            self.env["mci.diagnosis.hour"]._table_query,
        )
