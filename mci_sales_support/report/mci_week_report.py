from odoo import api, fields, models
from odoo.tools import SQL


class MciWeekReport(models.Model):
    """Each week a person's hours are deal, category or unexplained (M10).

    Read by the person himself, the heads of his units and HR; by nobody else.
    """

    _name = "mci.week.report"
    _description = "Hours of the week"
    _auto = False
    _order = "date desc, resource_id"
    _rec_name = "date"

    resource_id = fields.Many2one("resource.resource", string="Person", readonly=True)
    center_id = fields.Many2one("mci.delivery.center", string="Unit", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date("Week of", readonly=True)
    capacity_hours = fields.Float("Working hours", readonly=True)
    deal_hours = fields.Float("On deals", readonly=True)
    internal_hours = fields.Float("By category", readonly=True)
    project_hours = fields.Float("On other projects", readonly=True)
    unexplained_hours = fields.Float(
        readonly=True,
        help="Working time of a week that is over and that no timesheet explains.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT week.id, week.resource_id, seat.center_id, seat.company_id,
                   week.date_from AS date, week.capacity_hours,
                   COALESCE(work.deal, 0) AS deal_hours,
                   COALESCE(work.internal, 0) AS internal_hours,
                   COALESCE(work.project, 0) AS project_hours,
                   CASE WHEN week.date_from + 7 <= CURRENT_DATE THEN
                        GREATEST(week.capacity_hours
                                 - COALESCE(work.total, 0), 0)
                   ELSE 0 END AS unexplained_hours
              FROM mci_week week
              JOIN LATERAL (
                    SELECT s.center_id, c.company_id
                      FROM mci_center_seat s
                      JOIN mci_delivery_center c ON c.id = s.center_id
                     WHERE s.resource_id = week.resource_id
                       AND s.date_from <= week.date_from + 6
                       AND (s.date_to IS NULL OR s.date_to >= week.date_from)
                     ORDER BY s.is_head DESC NULLS LAST, s.date_from, s.id
                     LIMIT 1) seat ON TRUE
              LEFT JOIN (%s) work
                     ON work.resource_id = week.resource_id
                    AND work.monday = week.date_from
            """,
            self._mci_get_work_query(),
        )

    @api.private
    def _mci_get_work_query(self):
        """Hours of timesheets by person and week, three ways to explain them."""
        return SQL(
            """
            SELECT employee.resource_id,
                   date_trunc('week', line.date)::date AS monday,
                   SUM(line.unit_amount) AS total,
                   SUM(line.unit_amount) FILTER (
                       WHERE line.mci_lead_id IS NOT NULL) AS deal,
                   SUM(line.unit_amount) FILTER (
                       WHERE line.mci_lead_id IS NULL
                         AND project.mci_center_id IS NOT NULL) AS internal,
                   SUM(line.unit_amount) FILTER (
                       WHERE line.mci_lead_id IS NULL
                         AND project.mci_center_id IS NULL) AS project
              FROM account_analytic_line line
              JOIN hr_employee employee ON employee.id = line.employee_id
              JOIN project_project project ON project.id = line.project_id
             GROUP BY 1, 2
            """
        )

    @api.model
    def _mci_open(self):
        """The action, after the working time of the last weeks was brought up."""
        self.env["mci.week"]._mci_refresh(8)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_week_report_action"
        )
