from odoo import fields, models


class MciBudgetDecision(models.Model):
    """Causes that the assessment of a deal gives (C4, M5)."""

    _inherit = "mci.budget.decision"

    cause = fields.Selection(
        selection_add=[
            ("veto", "Vetoed by its assessment"),
            ("event", "No compelling event"),
        ],
        ondelete={"veto": "cascade", "event": "cascade"},
    )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    mci_is_asked_spending = fields.Boolean(
        string="Stop or Invest",
        compute="_compute_mci_counts",
        help="The owner was asked and has not answered yet (C4).",
    )

    def _mci_get_counted(self):
        # EXTENDS: asked with the other counts of the form, by their one query
        asked = (
            self.env["mci.budget.decision"].sudo(),
            [("state", "=", "asked")],
        )
        return super()._mci_get_counted() | {"mci_is_asked_spending": asked}

    def _mci_get_spending_causes(self):
        # EXTENDS: each reviewed version of the assessment asks once
        form_id = self.mci_assessment_id.id
        return {
            **super()._mci_get_spending_causes(),
            "veto": (self.mci_assessment_veto, f"veto:{form_id}"),
            "event": (self.mci_assessment_event == "missing", f"event:{form_id}"),
        }
