from odoo import models


class CrmLead(models.Model):
    """Favours and overtime go with the deal when it is merged."""

    _inherit = "crm.lead"

    def _mci_merge(self, opportunities):
        # EXTENDS
        result = super()._mci_merge(opportunities)
        for model in ("mci.favour", "mci.overtime"):
            records = self.env[model].sudo()
            tail = records.search([("lead_id", "in", opportunities.ids)])
            tail._mci_unlock().write({"lead_id": self.id})
        return result
