from odoo import models
from odoo.tools import SQL


class MciRatioMixin(models.AbstractModel):
    """Figures whose group is a ratio of sums, not an average."""

    _name = "mci.ratio.mixin"
    _description = "Ratios of sums"

    # Aggregate of a group -> the columns it is the percentage of: part, whole. An
    # average of the shares of single deals would hide the large ones.
    _mci_ratios = {}

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec not in self._mci_ratios:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            self._field_to_sql(self._table, name, query)
            for name in self._mci_ratios[aggregate_spec]
        )
        return SQL("COALESCE(100.0 * SUM(%s) / NULLIF(SUM(%s), 0), 0)", part, whole)


class MciDealRowMixin(models.AbstractModel):
    """A row about one deal, ``lead_id``."""

    _name = "mci.deal.row.mixin"
    _description = "Row about a deal"

    def action_open_deal(self):
        """Open the deal itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
