from odoo import api, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, identifier, identifiers


class MciActualPrice(models.Model):
    """Computing the documents of a period, as often as one likes (I4)."""

    _inherit = "mci.actual.price"

    @api.model
    @arguments(period_id=identifier, center_ids=identifiers)
    def generate(self, period_id, center_ids=None):
        """Compute the actual prices of a settlement period, as drafts.

        Drafts that exist get the figures as they are now; confirmed ones stay. The same
        call twice gives the same figures and no second document.

        :param int period_id: id of an ``mci.period``
        :param center_ids: ids of units, default all units of the company
        :return: the documents of the period that are live, whatever their state (over
            JSON-2 their ids)
        :raises AccessError: the user is no accountant of the company
        :raises UserError: there is no such period
        """
        period = self.env["mci.period"].sudo().browse(period_id).exists()
        if not period:
            raise UserError(self.env._("There is no such settlement period."))
        self._mci_check_accountant(period.company_id)
        prices = self.sudo()._mci_generate(period, center_ids)
        return self.browse(prices.ids)

    @api.model
    def _mci_generate(self, period, center_ids=None):
        live = self.search([("period_id", "=", period.id), ("state", "!=", "reversed")])
        frozen = live.filtered(lambda price: price.state != "draft")
        drafts = {price.center_id.id: price for price in live - frozen}
        wanted = self._mci_prepare_units(period)
        if center_ids is not None:
            wanted = {key: wanted[key] for key in wanted if key in set(center_ids)}
            drafts = {key: drafts[key] for key in drafts if key in set(center_ids)}
        for center_id in frozen.center_id.ids:
            wanted.pop(center_id, None)
        self.browse().union(*drafts.values()).line_ids._mci_unlock().unlink()
        gone = [price for key, price in drafts.items() if key not in wanted]
        self.browse().union(*gone).unlink()
        made = self._mci_write_units(period, wanted, drafts)
        return (frozen | made).sorted()

    @api.model
    def _mci_write_units(self, period, wanted, drafts):
        """Write the drafts of units that have one, create the others and all lines."""
        header = self._prepare_header_vals(period)
        centers = self.env["mci.delivery.center"].browse(wanted)
        names = {center.id: f"{center.name}, {period.name}" for center in centers}
        fresh = [key for key in wanted if key not in drafts]
        created = self._mci_unlock().create(
            [
                {
                    **header,
                    **wanted[key][0],
                    "name": names[key],
                    "center_id": key,
                    "period_id": period.id,
                }
                for key in fresh
            ]
        )
        by_center = {**drafts, **dict(zip(fresh, created, strict=True))}
        for key in wanted:
            if key in drafts:
                vals = {**header, **wanted[key][0], "name": names[key]}
                drafts[key]._mci_unlock().write(vals)
        self.env["mci.actual.price.line"]._mci_unlock().create(
            [
                {**line, "price_id": by_center[key].id}
                for key, (_figures, lines) in wanted.items()
                for line in lines
            ]
        )
        return self.browse([by_center[key].id for key in wanted])

    @api.model
    def _prepare_header_vals(self, period):
        company = period.company_id
        return {
            "company_id": company.id,
            "date_from": period.date_from,
            "date_to": period.date_to,
            "source": company.mci_actual_source,
            "recovery_low": company.mci_recovery_low,
            "recovery_high": company.mci_recovery_high,
        }

    @api.model
    def _mci_get_recovery_state(self, company, figures):
        if figures["cost"] <= 0:
            return "none"
        if figures["recovery"] < company.mci_recovery_low:
            return "below"
        return "above" if figures["recovery"] > company.mci_recovery_high else "within"
