from lxml.builder import E

from odoo import models


class MciCurrencyRowMixin(models.AbstractModel):
    """Rows that keep the currency of their own company, by default ``currency_id``.

    Where companies have different currencies, its pivot tells them apart from the
    start: a total over currencies is converted by Odoo at today's rate, and changes
    from day to day.
    """

    _name = "mci.currency.row.mixin"
    _description = "Report in several currencies"
    # The column whose amounts stand in the pivot.
    _mci_row_currency = "currency_id"

    def _mci_is_multi_currency(self):
        companies = self.env["res.company"].sudo()
        return len(companies._read_group([], ["currency_id"])) > 1

    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (self._mci_is_multi_currency(),)

    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "pivot" and self._mci_is_multi_currency():
            arch.insert(0, E.field(name=self._mci_row_currency, type="row"))
        return arch, view
