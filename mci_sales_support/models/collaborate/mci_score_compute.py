from collections import defaultdict

from odoo import models

from ...tools.period_score import period_score
from .mci_credit import COUNTED_STATES
from .mci_evaluation import PUBLISHED


class MciScorePeriod(models.Model):
    """How a result follows from forms, credits, quotas and charges (O6, O7, C9)."""

    _inherit = "mci.score.period"

    def _mci_prepare_scores(self):
        """Values of the results of all persons with a form in the period, by batch."""
        forms = self.env["mci.evaluation"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            order="id",
        )
        by_employee = defaultdict(self.env["mci.evaluation"].browse)
        # One recordset, so that all employees are read at once.
        employees = {e.resource_id: e for e in forms.resource_id.employee_id}
        for form in forms:
            employee = employees.get(form.resource_id)
            if employee:
                by_employee[employee] |= form
        users = self.env["res.users"].union(*(e.user_id for e in by_employee))
        money = self._mci_get_money(users)
        bands = self._mci_get_bands()
        return [
            self._prepare_score_vals(employee, own, money, bands)
            for employee, own in by_employee.items()
        ]

    def _prepare_score_vals(self, employee, forms, money, bands):
        rated = forms.filtered(lambda f: f.state in PUBLISHED)
        scored = rated.filtered("is_scored")
        score = period_score([(f.evaluator_id.id, f.score, f.hours) for f in scored])
        reason = self._mci_get_insufficiency(scored)
        band = next((b for b in bands if not reason and score >= b.score_min), None)
        return {
            **self._prepare_person_vals(employee),
            **self._prepare_money_vals(money[employee.user_id]),
            "score": score or 0.0,
            "is_insufficient": bool(reason),
            "insufficient_reason": reason,
            "form_count": len(scored),
            "rater_count": len(scored.evaluator_id),
            "coverage": round(100.0 * len(rated) / len(forms), 2),
            "hours": round(sum(forms.mapped("hours")), 2),
            "level_name": band.name if band else False,
            "factor": band.factor if band else 0.0,
        }

    def _mci_get_insufficiency(self, forms):
        """Why forms do not make a score, as a sentence; empty when they do (O6)."""
        if len(forms) < self.min_forms:
            return self.env._(
                "%(count)s of at least %(least)s forms",
                count=len(forms),
                least=self.min_forms,
            )
        if len(forms.evaluator_id) < 2:
            return self.env._("One rater alone")
        return False

    def _prepare_person_vals(self, employee):
        currency = self.company_id.currency_id
        return {
            "period_id": self.id,
            "employee_id": employee.id,
            "employee_number": employee.barcode or False,
            "employee_name": employee.name,
            "department_name": employee.department_id.name,
            "manager_name": employee.parent_id.name,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "version": self.version,
            "currency_id": currency.id,
            "currency_name": currency.name,
            "share_of_pay": self.share_of_pay,
        }

    def _prepare_money_vals(self, money):
        credited, quota, charged = money
        return {
            "credited_amount": credited,
            "attainment": round(100.0 * credited / quota, 2) if quota else 0.0,
            "presales_charged": charged,
            "presales_return": round(credited / charged, 2) if charged else 0.0,
        }

    def _mci_get_money(self, users):
        """``{user: (credited, quota, charged)}`` of the period, company currency."""
        credited = self._mci_sum(
            "mci.credit",
            [("state", "in", COUNTED_STATES), ("user_id", "in", users.ids)],
        )
        quotas = dict(
            self.env["mci.quota"]._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("user_id", "in", users.ids),
                    ("kind", "=", "all"),
                    ("date_from", ">=", self.date_from),
                    ("date_to", "<=", self.date_to),
                ],
                ["user_id"],
                ["amount:sum"],
            )
        )
        charged = self._mci_get_charged(users)
        money = defaultdict(lambda: (0.0, 0.0, 0.0))
        for user in users:
            money[user] = (
                credited.get(user, 0.0),
                quotas.get(user, 0.0),
                charged.get(user, 0.0),
            )
        return money

    def _mci_sum(self, model, domain):
        return dict(
            self.env[model]._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("date", ">=", self.date_from),
                    ("date", "<=", self.date_to),
                    *domain,
                ],
                ["user_id"],
                ["amount:sum"],
            )
        )

    def _mci_get_charged(self, users):
        """Charges of deals the person owned or of hours he worked, each once (C9).

        A deal counts in the company that bears it, in whose currency its revenue is;
        hours in the company of the unit.
        """
        charges, company = self.env["mci.charge"], self.company_id
        live = [
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
            ("state", "!=", "reversed"),
            ("consent", "!=", "asked"),
        ]
        charged = defaultdict(float)
        owned = [("payer_company_id", "=", company.id), ("owner_id", "in", users.ids)]
        for owner, amount in charges._read_group(
            [*live, *owned], ["owner_id"], ["payer_amount:sum"]
        ):
            charged[owner] += amount
        worked = [
            ("company_id", "=", company.id),
            ("resource_id.user_id", "in", users.ids),
        ]
        for worker, owner, payer, amount in charges._read_group(
            [*live, *worked],
            ["resource_id.user_id", "owner_id", "payer_company_id"],
            ["amount:sum"],
        ):
            if worker != owner or payer != company:
                charged[worker] += amount
        return charged

    def _mci_get_bands(self):
        """Performance levels, the best first: the company's own, else the general."""
        bands = self.env["mci.score.band"].search(
            [("company_id", "in", [self.company_id.id, False])]
        )
        return bands.filtered("company_id") or bands
