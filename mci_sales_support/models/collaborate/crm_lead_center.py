from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _mci_take_delivery_lead(self, user):
        # OVERRIDE match: through the ownership ledger (O2)
        if self.sudo().mci_delivery_lead_id != user:
            self.mci_name_delivery_lead(user.id)
