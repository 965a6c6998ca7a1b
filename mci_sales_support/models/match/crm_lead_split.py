from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLead(models.Model):
    """Deals of one customer that reach a delivery center only together (M1)."""

    _inherit = "crm.lead"

    mci_possible_split = fields.Boolean(
        string="Possible Split",
        compute="_compute_mci_possible_split",
        search="_search_mci_possible_split",
        help="Open deals of this customer, each too small for a delivery center,"
        " together reach grade A or B (M1).",
    )

    def _compute_mci_possible_split(self):
        customers = self.sudo().partner_id.commercial_partner_id
        split_ids = self._mci_get_split_ids(customers) if customers else ()
        for lead in self:
            lead.mci_possible_split = lead._origin.id in split_ids

    @api.model
    def _search_mci_possible_split(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", list(self._mci_get_split_ids()))

    @api.model
    def _mci_get_split_ids(self, customers=None):
        """Ids of the deals that may be one deal in pieces.

        :param customers: commercial partners to look at, default all
        """
        thresholds = self._mci_get_split_thresholds()
        if not thresholds:
            return frozenset()
        self.env["crm.lead"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(self._mci_get_split_query(thresholds, customers))
        return frozenset(lead_id for [ids] in rows for lead_id in ids)

    @api.model
    def _mci_get_split_thresholds(self):
        """(company id, lowest amount of a delivery center, grade id of a lesser deal)
        for each company with a policy and each grade below its delivery centers.
        """
        thresholds = []
        for company in self.env["res.company"].sudo().search([("id", ">", 0)]):
            scheme = self.env["mci.grade.policy"]._mci_get_scheme(company)
            bands = scheme.bands if scheme else ()
            upper = [
                amount
                for amount, grade in bands
                if scheme.tiers[grade] == "delivery_center"
            ]
            thresholds += [
                (company.id, min(upper), grade)
                for amount, grade in bands
                if upper and scheme.tiers[grade] != "delivery_center"
            ]
        return thresholds

    @api.model
    def _mci_get_split_query(self, thresholds, customers):
        return SQL(
            """
            SELECT array_agg(lead.id)
              FROM crm_lead lead
              JOIN res_partner partner ON partner.id = lead.partner_id
         LEFT JOIN crm_team team ON team.id = lead.team_id
         LEFT JOIN res_users salesman ON salesman.id = lead.user_id
              JOIN (VALUES %(thresholds)s) AS lesser (company_id, threshold, grade_id)
                ON lesser.grade_id = lead.mci_grade_id
               AND lesser.company_id = COALESCE(
                    lead.company_id, team.company_id, salesman.company_id, %(company)s)
             WHERE lead.active
               AND lead.type = 'opportunity'
               AND lead.won_status = 'pending'
               AND %(customers)s
          GROUP BY partner.commercial_partner_id, lesser.company_id
            HAVING COUNT(*) > 1
               AND SUM(lead.mci_grading_amount) >= MIN(lesser.threshold)
            """,
            thresholds=SQL(", ").join(thresholds),
            company=self.env.company.id,
            customers=SQL("partner.commercial_partner_id = ANY(%s)", customers.ids)
            if customers is not None
            else SQL("TRUE"),
        )

    def action_mci_view_customer_deals(self):
        """The open deals of the customer, to look at them side by side."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deals of %(customer)s", customer=customer.display_name),
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("partner_id", "child_of", customer.ids),
            ],
        }
