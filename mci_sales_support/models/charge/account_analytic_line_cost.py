from odoo import api, models

COST_FIELDS = frozenset({"unit_amount", "employee_id", "account_id"})


class StandardCosts(dict):
    """Standard cost an hour by line id.

    A class of its own, not a plain dict: what comes by RPC can never be one, so nobody
    forges a cost through the context.
    """


class AccountAnalyticLine(models.Model):
    """Hours of a unit bear the standard cost of the level, never pay (C8)."""

    _inherit = "account.analytic.line"

    @api.model_create_multi
    def create(self, vals_list):
        # Odoo prices new lines one by one: the first one looks the costs of all up.
        lines = self.with_context(mci_standard_costs=StandardCosts())
        lines = super(AccountAnalyticLine, lines).create(vals_list)
        return lines.with_env(self.env)

    def _timesheet_postprocess_values(self, values):
        # EXTENDS hr_timesheet: the costs of all lines at once, not line by line.
        if COST_FIELDS.isdisjoint(values):
            return super()._timesheet_postprocess_values(values)
        costs = self._mci_get_cost_cache()
        missing = self.sudo().filtered(
            lambda line: line.id not in costs and line.project_id.mci_center_id
        )
        if missing:
            fellows = missing.browse(self._prefetch_ids).filtered(
                "project_id.mci_center_id"
            )
            costs.update((missing | fellows)._mci_get_standard_costs())
        lines = self.with_context(mci_standard_costs=costs)
        return super(AccountAnalyticLine, lines)._timesheet_postprocess_values(values)

    def _mci_get_cost_cache(self):
        costs = self.env.context.get("mci_standard_costs")
        return costs if isinstance(costs, StandardCosts) else StandardCosts()

    def _hourly_cost(self):
        # EXTENDS hr_timesheet
        self.ensure_one()
        if not self.sudo().project_id.mci_center_id:
            return super()._hourly_cost()
        costs = self._mci_get_cost_cache()
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
