from odoo import api, fields, models
from odoo.tools import SQL

PHASES = [("before", "Before"), ("with", "With the method")]
DISTANCES = [("near", "Near headquarters"), ("far", "Far from headquarters")]


class MciDiagnosisHour(models.Model):
    """Presales hours on deals, before the method and with it (D1).

    Hours are those worked, by timesheet, and the imported past ones. The start date of
    the company separates before and with.
    """

    _name = "mci.diagnosis.hour"
    _inherit = ["mci.ratio.mixin"]
    _description = "Hours before and with the method"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_name"
    _mci_ratios = {
        "ab_share:avg": ("ab_hours", "hours"),
        "unbooked_share:avg": ("unbooked_hours", "hours"),
    }

    phase = fields.Selection(PHASES, readonly=True)
    source = fields.Selection(
        [("timesheet", "Timesheet"), ("imported", "Imported")], readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date("Worked on", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    office_id = fields.Many2one("mci.delivery.center", "Office", readonly=True)
    distance = fields.Selection(DISTANCES, readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    tier = fields.Selection(
        selection=lambda self: self.env["mci.booking"]._selection_tier(),
        string="Support tier",
        readonly=True,
    )
    resource_id = fields.Many2one("resource.resource", string="Person", readonly=True)
    level_id = fields.Many2one("mci.level", string="Resource level", readonly=True)
    department = fields.Char(readonly=True)
    hours = fields.Float(readonly=True)
    ab_hours = fields.Float("Hours on A and B", readonly=True)
    senior_hours = fields.Float("Hours of seniors", readonly=True)
    unbooked_hours = fields.Float("Hours without a booking", readonly=True)
    ab_share = fields.Float(
        "Hours on A and B (%)",
        readonly=True,
        aggregator="avg",
        help="Of all presales hours on deals.",
    )
    unbooked_share = fields.Float(
        "Hours without a booking (%)", readonly=True, aggregator="avg"
    )

    @property
    def _table_query(self):
        # Both parts have columns of the same types, character for text too, and look
        # rows up by LEFT JOIN: PostgreSQL then leaves out whatever nobody asks for.
        return SQL(
            """
            SELECT part.*, team.mci_office_id AS office_id,
                   COALESCE(team.mci_distance, 'near') AS distance,
                   CASE WHEN company.mci_start_date <= part.date THEN 'with'
                        ELSE 'before' END AS phase,
                   CASE WHEN part.tier = 'delivery_center' THEN part.hours
                        ELSE 0 END AS ab_hours,
                   CASE WHEN level.is_senior THEN part.hours ELSE 0
                        END AS senior_hours,
                   CASE WHEN part.is_booked THEN 0 ELSE part.hours
                        END AS unbooked_hours,
                   CASE WHEN part.tier = 'delivery_center' THEN 100.0
                        ELSE 0 END AS ab_share,
                   CASE WHEN part.is_booked THEN 0 ELSE 100.0 END AS unbooked_share
              FROM (%s UNION ALL %s) part
              JOIN res_company company ON company.id = part.company_id
              LEFT JOIN crm_team team ON team.id = part.team_id
              LEFT JOIN mci_level level ON level.id = part.level_id
            """,
            self._mci_get_timesheet_query(),
            self._mci_get_past_query(),
        )

    @api.private
    def _mci_get_timesheet_query(self):
        """Who it was then comes from the charge, else from the booking."""
        return SQL(
            """
            SELECT line.id * 2 AS id, 'timesheet' AS source,
                   COALESCE(charge.payer_company_id, line.company_id) AS company_id,
                   line.date, lead.id AS lead_id,
                   COALESCE(charge.lead_name, lead.name) AS lead_name,
                   COALESCE(charge.user_id, lead.user_id) AS user_id,
                   COALESCE(charge.team_id, booking.team_id, lead.team_id) AS team_id,
                   COALESCE(charge.grade_id, booking.grade_id, lead.mci_grade_id)
                       AS grade_id,
                   COALESCE(charge.tier, booking.tier, lead.mci_tier) AS tier,
                   employee.resource_id,
                   COALESCE(charge.level_id, resource.mci_level_id) AS level_id,
                   COALESCE(department.name ->> 'en_US', unit.name) AS department,
                   line.unit_amount AS hours, line.mci_booking_id IS NOT NULL
                       AS is_booked
              FROM account_analytic_line line
              JOIN crm_lead lead ON lead.id = line.mci_lead_id
              JOIN hr_employee employee ON employee.id = line.employee_id
              LEFT JOIN resource_resource resource
                ON resource.id = employee.resource_id
              LEFT JOIN project_project project ON project.id = line.project_id
              LEFT JOIN mci_delivery_center unit ON unit.id = project.mci_center_id
              LEFT JOIN hr_department department ON department.id = line.department_id
              LEFT JOIN mci_booking booking ON booking.id = line.mci_booking_id
              LEFT JOIN mci_charge charge
                ON charge.timesheet_id = line.id AND charge.state <> 'reversed'
             WHERE line.project_id IS NOT NULL
            """
        )

    @api.private
    def _mci_get_past_query(self):
        return SQL(
            """
            SELECT past.id * 2 + 1, 'imported', past.company_id, past.date,
                   NULL::int4, past.lead_name, past.user_id, past.team_id,
                   past.grade_id, past.tier, NULL::int4, past.level_id,
                   past.department::text, past.hours, COALESCE(past.is_planned, FALSE)
              FROM mci_past_hour past
             WHERE past.hours > 0
            """
        )
