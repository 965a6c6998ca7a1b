from odoo import api, models

from .account_analytic_line_work import by_id

COST_FIELDS = frozenset({"unit_amount", "employee_id", "account_id"})


class AccountAnalyticLine(models.Model):
    """Hours of a unit bear the standard cost of the level, never pay (C8)."""

    _inherit = "account.analytic.line"

    @api.model_create_multi
    def create(self, vals_list):
        # Odoo prices new lines one by one: what is known of the first goes for all, and
        # the charge of an hour asks what its cost has asked.
        with self._mci_remember_work():
            return super().create(vals_list)

    def _prepare_create_values(self, vals_list):
        # EXTENDS base: currency and amount are given with the row. Odoo writes them
        # afterwards, each row a second time.
        companies = self.env["res.company"].sudo()
        vals_list = [
            # The currency goes first: for an amount before it the ORM reads the row.
            {"currency_id": companies.browse(vals["company_id"]).currency_id.id, **vals}
            for vals in super()._prepare_create_values(vals_list)
        ]
        self._mci_add_amounts(vals_list)
        return vals_list

    def _mci_add_amounts(self, vals_list):
        """Give the hours of units what Odoo comes to with their standard cost."""
        works = [self._mci_get_work_of(vals) for vals in vals_list]
        costs = self._mci_get_costs(works) if any(works) else {}
        env = self.sudo().env
        employees = by_id(env["hr.employee"], (work.employee for work in costs))
        for work, vals in zip(works, vals_list, strict=True):
            if not work:
                continue
            account = env["account.analytic.account"].browse(vals.get("account_id"))
            vals["amount"] = employees[work.employee].currency_id._convert(
                -(vals["unit_amount"] or 0.0) * costs[work],
                account.currency_id or env["res.currency"].browse(vals["currency_id"]),
                self.env.company,
                work.date,
            )

    def _timesheet_postprocess_values(self, values):
        # EXTENDS hr_timesheet: the costs of all lines at once, not line by line.
        with self._mci_remember_work():
            if len(self) > 1 and not COST_FIELDS.isdisjoint(values):
                self._mci_get_costs([line._mci_get_work() for line in self])
            result = super()._timesheet_postprocess_values(values)
        for line in self.sudo():
            vals = result[line.id]
            if "amount" in vals and vals["amount"] == line.amount:
                del vals["amount"]  # given with the row
        return result

    def _hourly_cost(self):
        # EXTENDS hr_timesheet
        work = self._mci_get_work()
        return self._mci_get_costs([work])[work] if work else super()._hourly_cost()

    @api.model
    def _mci_get_costs(self, works):
        """Cost an hour of each work, in the currency of the employee's company.

        Without a published rate, a cost on it or a rate of its currency, 0: the month
        end lists them.
        The cost of the person himself would give his pay away.
        """
        with self._mci_remember_work() as memory:
            costs = memory["costs"]
            missing = set(filter(None, works)).difference(costs)
            costs.update(self.sudo()._mci_find_costs(missing) if missing else {})
            return costs

    def _mci_find_costs(self, works):
        employees = by_id(self.env["hr.employee"], (work.employee for work in works))
        priced = self._mci_get_priced(works)
        price_key = self.env["mci.charge"]._mci_price_key
        keys = {work: price_key(priced[work]) for work in works}
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        return {
            work: self._mci_convert_cost(rates.get(key), employees[work.employee], work)
            for work, key in keys.items()
        }

    def _mci_convert_cost(self, rate, employee, work):
        if not rate or not rate.cost_unit:
            return 0.0
        company = self.env["res.company"].browse(work.company)
        if not rate.currency_id._mci_has_rate(company, work.date):
            return 0.0
        return rate.currency_id._convert(
            rate.cost_unit, employee.currency_id, company, work.date, round=False
        )
