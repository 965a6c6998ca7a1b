from odoo import fields, models
from odoo.tools import SQL


class MciLostDemand(models.Model):
    """What was asked and not helped, and A or B deals nobody ever asked for (M9).

    One line per request that was refused, expired or withdrawn, and one per deal of a
    delivery center, initiated since the company's start, without request and booking.
    """

    _name = "mci.lost.demand"
    _description = "Lost demand"
    _auto = False
    _order = "date desc, id"
    _rec_name = "lead_name"

    kind = fields.Selection(
        [
            ("refused", "Refused"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
            ("never_asked", "Never asked"),
        ],
        readonly=True,
    )
    request_id = fields.Many2one("mci.request", string="Support request", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    owner_id = fields.Many2one("res.users", string="Accountable owner", readonly=True)
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit",
        readonly=True,
        help="The unit asked; of a deal nobody asked for, its center or office.",
    )
    grade_id = fields.Many2one("mci.grade", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char(readonly=True)
    date = fields.Date("Lost on", readonly=True)
    hours = fields.Float("Hours not helped", readonly=True)
    amount = fields.Monetary("Grading amount", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("pending", "Pending")],
        string="Outcome of the deal",
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._mci_request_query(), self._mci_deal_query())

    def _mci_request_query(self):
        return SQL(
            """
            SELECT request.id * 2 AS id, request.state AS kind,
                   request.id AS request_id, request.lead_id, request.lead_name,
                   request.partner_id, request.team_id, lead.user_id,
                   lead.mci_owner_id AS owner_id, request.center_id, request.grade_id,
                   request.company_id, request.close_reason AS reason,
                   COALESCE(request.close_date, request.create_date)::date AS date,
                   request.hours - COALESCE(request.filled_hours, 0) AS hours,
                   lead.mci_grading_amount AS amount, lead.won_status
              FROM mci_request request
              JOIN crm_lead lead ON lead.id = request.lead_id
             WHERE request.state IN ('refused', 'expired', 'withdrawn')
            """
        )

    def _mci_deal_query(self):
        """Only who came into Odoo alive: closed history asked nobody by nature."""
        return SQL(
            """
            SELECT lead.id * 2 + 1 AS id, 'never_asked' AS kind, NULL AS request_id,
                   lead.id AS lead_id, lead.name AS lead_name, lead.partner_id,
                   lead.team_id, lead.user_id, lead.mci_owner_id AS owner_id,
                   COALESCE(lead.mci_center_id, team.mci_office_id) AS center_id,
                   lead.mci_grade_id AS grade_id, company.id AS company_id,
                   reason.name ->> 'en_US' AS reason,
                   COALESCE(lead.date_closed, lead.mci_initiated_date)::date AS date,
                   0.0 AS hours, lead.mci_grading_amount AS amount, lead.won_status
              FROM crm_lead lead
              LEFT JOIN crm_team team ON team.id = lead.team_id
              LEFT JOIN res_users seller ON seller.id = lead.user_id
              LEFT JOIN crm_lost_reason reason ON reason.id = lead.lost_reason_id
              JOIN res_company company ON company.id =
                   COALESCE(lead.company_id, team.company_id, seller.company_id)
             WHERE lead.type = 'opportunity'
               AND lead.mci_tier = 'delivery_center'
               AND lead.mci_initiated_date IS NOT NULL
               AND NOT COALESCE(lead.mci_created_closed, FALSE)
               AND (company.mci_start_date IS NULL
                    OR COALESCE(lead.date_closed, lead.mci_initiated_date)
                       >= company.mci_start_date)
               AND NOT EXISTS (
                   SELECT FROM mci_request r WHERE r.lead_id = lead.id)
               AND NOT EXISTS (
                   SELECT FROM mci_booking b WHERE b.lead_id = lead.id
                      AND b.state <> 'draft')
            """
        )

    def action_open_document(self):
        """Open the request, or the deal nobody asked for."""
        self.ensure_one()
        record = self.request_id or self.lead_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
