from odoo import api, fields, models


class MciDealDecision(models.TransientModel):
    """The owner moves or closes his deal, also where CRM gives him no right (O1)."""

    _name = "mci.deal.decision"
    _description = "Decide on a Deal"

    lead_id = fields.Many2one("crm.lead", "Opportunity", required=True)
    decision = fields.Selection(
        [("move", "Move to another stage"), ("won", "Won"), ("lost", "Lost")],
        required=True,
        default="move",
    )
    team_id = fields.Many2one(related="lead_id.team_id")
    stage_id = fields.Many2one(
        "crm.stage",
        "Stage",
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
    )
    lost_reason_id = fields.Many2one("crm.lost.reason", "Lost Reason")
    commitment_note = fields.Char(
        "Still Missing", related="lead_id.mci_commitment_note"
    )
    reason = fields.Text(
        "Reason to Go On", help="Needed where a rule warns: it is counted and shown."
    )

    @api.onchange("decision")
    def _onchange_decision(self):
        self.stage_id = self.lost_reason_id = False

    def action_apply(self):
        """Move or close the deal; the deal itself checks the right."""
        self.ensure_one()
        if self.decision == "move":
            self.lead_id.mci_move_stage(self.stage_id.id, self.reason)
        elif self.decision == "won":
            self.lead_id.mci_close(True, self.reason)
        else:
            self.lead_id.mci_close(False, self.lost_reason_id.id)
        return {"type": "ir.actions.act_window_close"}
