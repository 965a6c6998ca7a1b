from odoo import models
from odoo.tools import SQL


class MciRatioMixin(models.AbstractModel):
    """Figures whose group is a ratio of sums, not an average."""

    _name = "mci.ratio.mixin"
    _description = "Ratios of sums"

    # Aggregate of a group -> the columns it is the percentage of: part, whole. An
    # average of the shares of single deals would hide the large ones.
    _mci_ratios = {}
    # The same for a plain quotient: an amount for one unit of another.
    _mci_quotients = {}

    def _read_group_select(self, aggregate_spec, query):
        for scale, figures in ((100.0, self._mci_ratios), (1.0, self._mci_quotients)):
            if aggregate_spec in figures:
                return self._mci_get_ratio_sql(
                    aggregate_spec, scale, figures[aggregate_spec], query
                )
        return super()._read_group_select(aggregate_spec, query)

    def _mci_get_ratio_sql(self, aggregate_spec, scale, names, query):
        fields = [self._fields[name] for name in names]
        for field in (self._fields[aggregate_spec.split(":")[0]], *fields):
            self._check_field_access(field, "read")
        part, whole = (self._field_to_sql(self._table, name, query) for name in names)
        ratio = SQL(
            "COALESCE(%s * SUM(%s) / NULLIF(SUM(%s), 0), 0)", scale, part, whole
        )
        money = [field for field in fields if field.type == "monetary"]
        if not money:
            return ratio
        # A sum over several currencies is no amount, and has no ratio.
        currency = self._field_to_sql(
            self._table, money[0].get_currency_field(self), query
        )
        return SQL(
            "CASE WHEN MIN(%s) IS NOT DISTINCT FROM MAX(%s) THEN %s END",
            currency,
            currency,
            ratio,
        )


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
            "views": [(self.lead_id.get_formview_id() or False, "form")],
        }
