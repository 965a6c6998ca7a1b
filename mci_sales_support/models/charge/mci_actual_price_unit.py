from odoo import api, models

from ...tools.few_people import join_small
from .mci_actual_figures import SUMS


class MciActualPrice(models.Model):
    """From what was read to the figures of the units and their lines (I4, C8)."""

    _inherit = "mci.actual.price"

    @api.model
    def _mci_prepare_units(self, period):
        """:return: ``{unit id: (figures of the unit, [values of its lines])}``"""
        company = period.company_id
        last = self._mci_get_last_day(period.date_to, company._mci_today())
        parts = self._mci_get_parts(company, period.date_from, last)
        ledger = (
            self._mci_get_ledger_costs(company, period.date_from, period.date_to)
            if company.mci_actual_source == "ledger"
            else None
        )
        by_center = {}
        for key, part in parts.items():
            by_center.setdefault(key[0], []).append((key, part))
        for center_id in ledger or {}:
            by_center.setdefault(center_id, [])
        return {
            center_id: self._mci_prepare_unit(
                company,
                by_center[center_id],
                None if ledger is None else ledger.get(center_id, 0.0),
            )
            for center_id in sorted(by_center)
        }

    @api.model
    def _mci_prepare_unit(self, company, parts, ledger_cost):
        """Figures of one unit; the sum of its lines is the unit to the cent."""
        currency = company.currency_id
        lines = []
        for (function_id, level_id), members in self._mci_group(parts).items():
            sums = {
                name: sum(part[name] for _key, part in members)
                for name in (*SUMS, "standard_cost")
            }
            sums["cost"] = currency.round(sums["standard_cost"])
            lines.append((function_id, level_id, _people(members), sums))
        if not lines:
            lines.append((False, False, set(), dict.fromkeys(SUMS, 0.0)))
        if ledger_cost is not None:
            self._mci_apportion(currency, ledger_cost, [line[3] for line in lines])
        vals_list = [self._prepare_line_vals(company, *line) for line in lines]
        total = self.env["mci.actual.price.line"]._mci_get_sums(vals_list)
        figures = self._prepare_figure_vals(company, total, _people(parts))
        return figures, vals_list

    @api.model
    def _prepare_line_vals(self, company, function_id, level_id, people, sums):
        return {
            "function_id": function_id,
            "level_id": level_id,
            **self._prepare_figure_vals(company, sums, people),
        }

    @api.model
    def _prepare_figure_vals(self, company, sums, people):
        figures = self._mci_prepare_figures(company.currency_id, sums)
        return {
            **figures,
            "person_count": len(people),
            "recovery_state": self._mci_get_recovery_state(company, figures),
        }

    @api.model
    def _mci_group(self, parts):
        """Function × level where at least three people stand behind; joined else (C8).

        First levels within their function, then functions within the unit.

        :return: ``{(function id, level id): [(part, figures)]}``
        """
        functions = {}
        for key, part in parts:
            levels = functions.setdefault(key[1], {})
            levels.setdefault((key[1], key[2]), []).append((key, part))
        groups = {}
        for function_id, levels in functions.items():
            groups.update(join_small(levels, _people, (function_id, False)))
        return join_small(groups, _people, (False, False))

    @api.model
    def _mci_apportion(self, currency, cost, lines):
        """Divide the ledger's cost of a unit by standard cost, else by hours.

        What rounding leaves over goes along from line to line: the parts are the whole.
        """
        for name in ("standard_cost", "recorded_hours", "available_hours"):
            weights = [max(line.get(name, 0.0), 0.0) for line in lines]
            if sum(weights):
                break
        else:
            weights = [1.0] * len(lines)
        done = passed = 0.0
        for line, weight in zip(lines, weights, strict=True):
            passed += weight
            until = currency.round(cost * passed / sum(weights))
            line["cost"] = currency.round(until - done)
            line["uncosted_hours"] = 0.0
            done = until


def _people(members):
    return {key[3] for key, _part in members if key[3]}
