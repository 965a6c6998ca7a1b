from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _mci_merge(self, opportunities):
        # EXTENDS match: the bills of merged deals name the head from now on.
        result = super()._mci_merge(opportunities)
        tail = opportunities.sudo().with_context(active_test=False)
        lines = self.env["account.move.line"].sudo()
        lines = lines.search([("mci_lead_id", "in", tail.ids)])
        # Their charges have been moved: a plain write, past the locks.
        models.BaseModel.write(lines, {"mci_lead_id": self.id})
        return result
