from odoo import api, fields, models


class MciRequestExperts(models.TransientModel):
    """Which expert pool is called, where a company has more than one (M2)."""

    _name = "mci.request.experts"
    _description = "Call the experts"

    request_id = fields.Many2one("mci.request", required=True, ondelete="cascade")
    pool_ids = fields.Many2many("mci.delivery.center", compute="_compute_pool_ids")
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Expert pool",
        required=True,
        domain="[('id', 'in', pool_ids)]",
        help="Specialists of other departments, called by the delivery lead on A and B"
        " deals (M2).",
    )

    @api.depends("request_id")
    def _compute_pool_ids(self):
        for wizard in self:
            wizard.pool_ids = wizard.request_id._mci_find_expert_pools().sudo(False)

    def action_call(self):
        """Open the drafts at this pool; the request checks the right."""
        self.ensure_one()
        return self.request_id.action_call_experts(self.center_id.id)
