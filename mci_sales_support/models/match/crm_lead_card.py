from odoo import models


class CrmLead(models.Model):
    """Who takes part in a deal without being in sales reads it on a card (M2)."""

    _inherit = "crm.lead"

    def get_formview_id(self, access_uid=None):
        # EXTENDS base: a link to a deal opens what the user can use
        user = self.env["res.users"].browse(access_uid) if access_uid else self.env.user
        if not user.has_group("sales_team.group_sale_salesman"):
            return self.env.ref("mci_sales_support.mci_deal_card_view_form").id
        return super().get_formview_id(access_uid=access_uid)
