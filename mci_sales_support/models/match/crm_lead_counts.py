from odoo import fields, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """How many documents of each kind a deal has: all of them by one query.

    The form of the deal shows sums and counts only; the lists open by its buttons.
    """

    _inherit = "crm.lead"

    mci_request_count = fields.Integer(
        "Number of Requests", compute="_compute_mci_counts"
    )
    mci_booking_count = fields.Integer(
        "Number of Bookings", compute="_compute_mci_counts"
    )
    mci_center_proposal_count = fields.Integer(
        "Number of Centers Asked", compute="_compute_mci_counts"
    )
    mci_assessment_count = fields.Integer(
        "Number of Assessments", compute="_compute_mci_counts"
    )
    mci_assessment_waits = fields.Boolean(
        string="Assessment to Review",
        compute="_compute_mci_counts",
        help="An assessment was handed in and waits for its reviewer.",
    )
    mci_grade_proposed = fields.Boolean(
        string="Grade to Decide",
        compute="_compute_mci_counts",
        help="A change of the grade waits for an approver.",
    )

    def _mci_get_counted(self):
        """What is counted, with the rights of the model given: ``{field: (model,
        domain)}``. The model has a stored field ``lead_id``.
        """
        return {
            "mci_request_count": (self.env["mci.request"], []),
            "mci_booking_count": (self.env["mci.booking"], []),
            "mci_center_proposal_count": (self.env["mci.center.proposal"], []),
            "mci_assessment_count": (self.env["mci.assessment"], []),
            "mci_assessment_waits": (
                self.env["mci.assessment"],
                [("state", "=", "submitted")],
            ),
            "mci_grade_proposed": (
                self.env["mci.grade.change"].sudo(),
                [("state", "=", "requested")],
            ),
        }

    def action_mci_view_center_proposals(self):
        return self._mci_view_documents("mci_sales_support.mci_center_proposal_action")

    def _compute_mci_counts(self):
        counted = self._mci_get_counted()
        found = self._mci_count(counted) if self.ids else {}
        for lead in self:
            for name in counted:
                lead[name] = found.get((name, lead._origin.id), 0)

    def _mci_count(self, counted):
        """``{(field, deal id): number}``"""
        parts = []
        for name, (model, domain) in counted.items():
            query = model._search([("lead_id", "in", self.ids), *domain], order="id")
            lead_id = model._field_to_sql(query.table, "lead_id", query)
            query.groupby, query.order = lead_id, None
            parts.append(query.select(SQL("%s", name), lead_id, SQL("COUNT(*)")))
        rows = self.env.execute_query(SQL(" UNION ALL ").join(parts))
        return {(name, lead_id): count for name, lead_id, count in rows}
