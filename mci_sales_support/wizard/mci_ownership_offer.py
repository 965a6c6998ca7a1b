from odoo import api, fields, models

from ..models.collaborate.mci_ownership import ROLES


class MciOwnershipOffer(models.TransientModel):
    """Asks whom to hand the deal over to, in which role."""

    _name = "mci.ownership.offer"
    _description = "Hand Over a Deal"

    lead_id = fields.Many2one("crm.lead", "Opportunity", required=True)
    role = fields.Selection(ROLES, required=True, default="owner")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    user_id = fields.Many2one(
        "res.users",
        "Hand Over To",
        required=True,
        domain="[('id', 'in', candidate_ids)]",
        help="He accepts or declines; until then the one in charge stays in charge.",
    )
    note = fields.Text("Message", help="What he should know before he answers.")

    @api.depends("lead_id", "role")
    def _compute_candidate_ids(self):
        users = self.env["res.users"].search([("share", "=", False)])
        for offer in self:
            lead = offer.lead_id.sudo()
            if offer.role == "delivery_lead":
                candidates = lead._mci_get_delivery_candidates()
                current = lead.mci_delivery_lead_id
            else:
                candidates, current = users, lead.mci_owner_id
            offer.candidate_ids = candidates.with_env(self.env) - current

    def action_offer(self):
        """Offer the handover; the deal itself checks the right."""
        self.ensure_one()
        self.lead_id.mci_offer_handover(self.user_id.id, self.role, self.note)
        return {"type": "ir.actions.act_window_close"}
