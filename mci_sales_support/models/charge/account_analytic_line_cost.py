from contextlib import contextmanager

from odoo import api, models

COST_FIELDS = frozenset({"unit_amount", "employee_id", "account_id"})
# Standard cost an hour by line id, in the cache of the transaction for one call: in the
# context it would make a new environment for each of them, and could be forged.
COSTS = "mci_standard_costs"


class AccountAnalyticLine(models.Model):
    """Hours of a unit bear the standard cost of the level, never pay (C8)."""

    _inherit = "account.analytic.line"

    @api.model_create_multi
    def create(self, vals_list):
        # Odoo prices new lines one by one: the first one looks the costs of all up.
        with self._mci_remember_costs():
            return super().create(vals_list)

    def _timesheet_postprocess_values(self, values):
        # EXTENDS hr_timesheet: the costs of all lines at once, not line by line.
        if COST_FIELDS.isdisjoint(values):
            return super()._timesheet_postprocess_values(values)
        with self._mci_remember_costs() as costs:
            missing = self.sudo().filtered(
                lambda line: line.id not in costs and line.project_id.mci_center_id
            )
            if missing:
                fellows = missing.browse(self._prefetch_ids).filtered(
                    "project_id.mci_center_id"
                )
                costs.update((missing | fellows)._mci_get_standard_costs())
            return super()._timesheet_postprocess_values(values)

    @contextmanager
    def _mci_remember_costs(self):
        """Costs looked up inside are kept until the outermost call is over."""
        cache = self.env.cr.cache
        is_outermost = COSTS not in cache
        try:
            yield cache.setdefault(COSTS, {})
        finally:
            if is_outermost:
                cache.pop(COSTS, None)

    def _hourly_cost(self):
        # EXTENDS hr_timesheet
        self.ensure_one()
        if not self.sudo().project_id.mci_center_id:
            return super()._hourly_cost()
        with self._mci_remember_costs() as costs:
            if self.id not in costs:
                costs.update(self._mci_get_standard_costs())
            return costs[self.id]

    def _mci_get_standard_costs(self):
        """Cost an hour of each line, in the currency of the employee's company.

        Without a published rate, or without a cost on it, 0: the month end lists them.
        The cost of the person himself would give his pay away.
        """
        lines = self.sudo()
        charges = self.env["mci.charge"]
        functions = charges._mci_get_functions(lines)
        keys = {}
        for line in lines:
            work = charges._prepare_work_vals(line, None, functions)
            keys[line] = charges._mci_price_key(work)
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        return {
            line.id: line._mci_convert_cost(rates.get(key))
            for line, key in keys.items()
        }

    def _mci_convert_cost(self, rate):
        if not rate or not rate.cost_unit:
            return 0.0
        currency = self.employee_id.currency_id
        return rate.currency_id._convert(
            rate.cost_unit, currency, self.company_id, self.date, round=False
        )
