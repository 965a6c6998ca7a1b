from odoo import fields, models


class CrmLead(models.Model):
    """Counts and lists behind the buttons of the deal's form."""

    _inherit = "crm.lead"

    mci_is_offered = fields.Boolean(
        "Handover Waits for Me",
        compute="_compute_mci_counts",
        export_string_translation=False,
    )
    mci_ownership_count = fields.Integer(
        "Number of Turns in Charge", compute="_compute_mci_counts"
    )
    mci_promise_count = fields.Integer(
        "Number of Commitments", compute="_compute_mci_counts"
    )
    mci_signoff_count = fields.Integer(
        "Number of Sign-offs", compute="_compute_mci_counts"
    )
    mci_credit_count = fields.Integer(
        "Number of Credits", compute="_compute_mci_counts"
    )
    mci_evaluation_count = fields.Integer(
        "Number of Evaluations", compute="_compute_mci_counts"
    )

    def _mci_get_counted(self):
        # EXTENDS match
        offered = [("user_id", "=", self.env.uid), ("state", "=", "offered")]
        return super()._mci_get_counted() | {
            "mci_is_offered": (self.env["mci.ownership"], offered),
            "mci_ownership_count": (self.env["mci.ownership"], []),
            "mci_promise_count": (self.env["mci.promise"], []),
            "mci_signoff_count": (self.env["mci.signoff"], []),
            "mci_credit_count": (self.env["mci.credit"], []),
            "mci_evaluation_count": (self.env["mci.evaluation"], []),
        }

    def action_mci_view_ownerships(self):
        return self._mci_view_documents("mci_sales_support.mci_ownership_action")

    def action_mci_view_promises(self):
        return self._mci_view_documents("mci_sales_support.mci_promise_action_deal")

    def action_mci_view_signoffs(self):
        return self._mci_view_documents("mci_sales_support.mci_signoff_action")

    def action_mci_view_credits(self):
        return self._mci_view_documents("mci_sales_support.mci_credit_action")

    def action_mci_view_evaluations(self):
        return self._mci_view_documents("mci_sales_support.mci_evaluation_action")
