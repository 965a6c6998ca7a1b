from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _mci_merge(self, opportunities):
        # EXTENDS mci_sales_support: expenses of merged deals name the head.
        result = super()._mci_merge(opportunities)
        tail = opportunities.sudo().with_context(active_test=False)
        expenses = self.env["hr.expense"].sudo()
        expenses = expenses.search([("mci_lead_id", "in", tail.ids)])
        # Posted ones too: a plain write, past the locks of Odoo's expenses.
        models.BaseModel.write(expenses, {"mci_lead_id": self.id})
        return result
