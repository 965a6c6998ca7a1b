from odoo import api, models


class MciCompanyPair(models.Model):
    _inherit = "mci.company.pair"

    @api.model
    def _mci_is_paying(self):
        """Whether other companies charge one that the user looks at, in its currency.

        Only then lists show what an amount comes to there: nobody else needs it.
        """
        pairs = self.sudo().search([("payer_company_id", "in", self.env.companies.ids)])
        return any(
            pair.company_id.currency_id != pair.payer_company_id.currency_id
            for pair in pairs
        )

    @api.model
    def _mci_show_payer(self, arch):
        for name in ("payer_amount", "payer_amount_total"):
            for node in arch.xpath(f"//list/field[@name='{name}'][@optional]"):
                node.set("optional", "show")


class MciPayerViewMixin(models.AbstractModel):
    """Lists with an amount in the payer's currency, shown to whom it is his own."""

    _name = "mci.payer.view.mixin"
    _description = "List with the payer's amounts"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # EXTENDS web: see _get_view
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env["mci.company.pair"]._mci_is_paying())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS web
        arch, view = super()._get_view(view_id, view_type, **options)
        pairs = self.env["mci.company.pair"]
        if view_type == "list" and pairs._mci_is_paying():
            pairs._mci_show_payer(arch)
        return arch, view


class MciCharge(models.Model):
    _name = "mci.charge"
    _inherit = ["mci.charge", "mci.payer.view.mixin"]


class MciStatement(models.Model):
    _name = "mci.statement"
    _inherit = ["mci.statement", "mci.payer.view.mixin"]
