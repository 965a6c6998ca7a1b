from odoo import api, fields, models
from odoo.tools import SQL

from .mci_diagnosis_hour import DISTANCES, PHASES


class MciDiagnosisRequest(models.Model):
    """What was asked, what came of it and how long it took, before and with (D1).

    A request counts from the day it was asked; a withdrawn one, and one that still has
    time, does not count in the fill rate. *Out of order*: somebody was booked for it
    while a request of a better grade waited at the same unit; before the method, while
    a better one of the same department waited in the old list.
    """

    _name = "mci.diagnosis.request"
    _inherit = ["mci.ratio.mixin"]
    _description = "Requests before and with the method"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_name"
    _mci_ratios = {
        "fill_rate:avg": ("hours_filled", "hours_asked"),
        "order_share:avg": ("is_out_of_order", "is_booked"),
    }

    phase = fields.Selection(PHASES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date("Asked on", readonly=True)
    request_id = fields.Many2one("mci.request", string="Request", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    office_id = fields.Many2one("mci.delivery.center", "Office", readonly=True)
    center_id = fields.Many2one("mci.delivery.center", "Unit asked", readonly=True)
    distance = fields.Selection(DISTANCES, readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["mci.request"]
        ._fields["state"]
        ._description_selection(self.env),
        readonly=True,
    )
    hours_asked = fields.Float("Hours asked", readonly=True)
    hours_filled = fields.Float("Hours filled", readonly=True)
    fill_rate = fields.Float("Fill rate (%)", readonly=True, aggregator="avg")
    waiting_days = fields.Float(
        readonly=True,
        aggregator="avg",
        help="From asking to the first confirmation; empty where nobody came.",
    )
    is_booked = fields.Integer("Answered with people", readonly=True)
    is_out_of_order = fields.Integer("Out of order", readonly=True)
    order_share = fields.Float("Out of order (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT part.*, team.mci_office_id AS office_id,
                   COALESCE(team.mci_distance, 'near') AS distance,
                   CASE WHEN company.mci_start_date <= part.date THEN 'with'
                        ELSE 'before' END AS phase,
                   COALESCE(100 * part.hours_filled / NULLIF(part.hours_asked, 0), 0)
                       AS fill_rate,
                   100.0 * part.is_out_of_order AS order_share
              FROM (%s UNION ALL %s) part
              JOIN res_company company ON company.id = part.company_id
              LEFT JOIN crm_team team ON team.id = part.team_id
            """,
            self._mci_get_request_query(),
            self._mci_get_past_query(),
        )

    @api.private
    def _mci_get_request_query(self):
        return SQL(
            """
            WITH answer AS (
                SELECT request_id, MIN(decided_date) AS date FROM mci_booking
                 WHERE state IN ('confirmed', 'done') AND request_id IS NOT NULL
                 GROUP BY request_id),
            ask AS (
                SELECT r.*, answer.date AS answered, grade.sequence AS rank,
                       r.state <> 'withdrawn' AND (
                           r.state NOT IN ('asked', 'partly_filled')
                           OR r.date_needed < CURRENT_DATE) AS counts
                  FROM mci_request r
                  LEFT JOIN answer ON answer.request_id = r.id
                  LEFT JOIN mci_grade grade ON grade.id = r.grade_id)
            SELECT ask.id * 2 AS id, ask.company_id, ask.create_date::date AS date,
                   ask.id AS request_id, ask.lead_name, lead.user_id, ask.team_id,
                   ask.center_id, ask.grade_id, ask.state,
                   CASE WHEN ask.counts THEN ask.hours ELSE 0 END AS hours_asked,
                   CASE WHEN ask.counts THEN ask.filled_hours ELSE 0
                        END AS hours_filled,
                   CASE WHEN ask.answered IS NOT NULL THEN GREATEST(EXTRACT(
                       EPOCH FROM ask.answered - ask.create_date) / 86400, 0)::float8
                       END AS waiting_days,
                   (ask.answered IS NOT NULL)::int AS is_booked,
                   (ask.answered IS NOT NULL AND (ask.is_override OR EXISTS (
                       SELECT FROM ask other
                        WHERE other.center_id = ask.center_id
                          AND other.company_id = ask.company_id
                          AND other.rank < ask.rank
                          AND other.create_date < ask.answered
                          AND COALESCE(other.answered, other.close_date, 'infinity')
                              > ask.answered)))::int AS is_out_of_order
              FROM ask LEFT JOIN crm_lead lead ON lead.id = ask.lead_id
            """
        )

    @api.private
    def _mci_get_past_query(self):
        """Lines that say when help was asked for and of what grade the deal was.

        Days of one deal asked for on one day are one request, answered by the first of
        them. The old list knows no unit: those of one department waited together.
        """
        return SQL(
            """
            SELECT past.id * 2 + 1, past.company_id,
                   COALESCE(past.date_asked, past.date), NULL::int4, past.lead_name,
                   past.user_id, past.team_id, NULL::int4, past.grade_id,
                   CASE WHEN past.hours = 0 THEN 'refused'
                        WHEN past.hours < past.hours_asked THEN 'partly_filled'
                        ELSE 'filled' END,
                   past.hours_asked, LEAST(past.hours, past.hours_asked),
                   CASE WHEN past.hours > 0 THEN (past.date - past.date_asked)::float8
                        END,
                   (answer.id IS NOT NULL)::int,
                   COALESCE(answer.is_out_of_order, 0)
              FROM mci_past_hour past
              LEFT JOIN (%s) answer ON answer.id = past.id
             WHERE past.hours_asked > 0
            """,
            self._mci_get_past_order_query(),
        )

    @api.private
    def _mci_get_past_order_query(self):
        """First line of each old request that got people: was a better one passed?"""
        return SQL(
            """
            WITH old AS (
                SELECT past.company_id, past.department, past.date_asked,
                       MIN(grade.sequence) AS rank,
                       MIN(past.date) FILTER (WHERE past.hours > 0) AS answered,
                       MAX(past.date) AS ended,
                       (ARRAY_AGG(past.id ORDER BY past.date, past.id)
                        FILTER (WHERE past.hours > 0))[1] AS id
                  FROM mci_past_hour past
                  JOIN mci_grade grade ON grade.id = past.grade_id
                 WHERE past.hours_asked > 0 AND past.date_asked IS NOT NULL
                 GROUP BY past.company_id, past.department, past.date_asked,
                          past.lead_name, past.team_id)
            SELECT old.id, EXISTS (
                       SELECT FROM old other
                        WHERE other.company_id = old.company_id
                          AND other.department IS NOT DISTINCT FROM old.department
                          AND other.rank < old.rank
                          AND other.date_asked < old.answered
                          AND COALESCE(other.answered, other.ended) > old.answered
                   )::int AS is_out_of_order
              FROM old WHERE old.answered IS NOT NULL
            """
        )
