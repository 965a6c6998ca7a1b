from datetime import date, datetime

from odoo import Command
from odoo.tools.date_utils import end_of

from ..common import MciCommon


class ChargeCommon(MciCommon):
    """Rates, an accountant's set-up and one deal to work for.

    ``_work`` records hours in Odoo's own timesheets: charging does not need a booking.
    """

    PRICES = {"level_2": 100.0, "level_3": 150.0, "level_4": 200.0}
    COSTS = {"level_2": 60.0, "level_3": 80.0, "level_4": 110.0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.action_mci_setup_charging()
        # What hours without a booking wait for is tested by itself.
        cls.env["ir.default"].set("res.company", "mci_unbooked_hours", "charge")
        cls.env["res.company"].search([]).mci_unbooked_hours = "charge"
        cls.rates = {
            level: cls._create_rate(level, price, cost_unit=cls.COSTS[level])
            for level, price in cls.PRICES.items()
        }
        cls.env["mci.rate"].concat(*cls.rates.values()).action_publish()
        cls.lead = cls._create_lead("Harbour control system")

    @classmethod
    def _create_rate(cls, level, price, **values):
        return cls.env["mci.rate"].create(
            {
                "function_id": cls.function_presales.id,
                "level_id": cls.env.ref(f"mci_sales_support.{level}").id,
                "company_id": cls.company.id,
                "price_unit": price,
                "date_from": date(2024, 1, 1),
                **values,
            }
        )

    @classmethod
    def _create_lead(cls, name, **values):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.seller.id,
                "expected_revenue": 100000.0,
                **values,
            }
        )

    @classmethod
    def _work(
        cls, hours=8.0, day=date(2026, 3, 10), lead=None, role="engineer", **vals
    ):
        """Hours on the unit's project for the deal; the charge comes with them."""
        lead = cls.lead if lead is None else lead
        line = cls.env["account.analytic.line"].create(
            cls._prepare_work(hours, day, lead, role, **vals)
        )
        return line.mci_charge_ids

    @classmethod
    def _prepare_work(cls, hours, day, lead, role="engineer", **vals):
        return {
            "name": "Presales",
            "project_id": cls.center.project_id.id,
            "employee_id": cls.employees[role].id,
            "date": day,
            "unit_amount": hours,
            "mci_lead_id": lead.id,
            **vals,
        }

    @classmethod
    def _draft_booking(
        cls,
        hours=8.0,
        start=datetime(2026, 3, 9),
        stop=datetime(2026, 3, 10, 10),
        **vals,
    ):
        """The engineer of the center, for the deal, on a Monday and a Tuesday."""
        return cls.env["mci.booking"].create(
            {
                "lead_id": cls.lead.id,
                "center_id": cls.center.id,
                "function_id": cls.function_presales.id,
                "resource_id": cls.resources["engineer"].id,
                "date_start": start,
                "date_stop": stop,
                "hours": hours,
                **vals,
            }
        )

    @classmethod
    def _generate(cls, month=3):
        first = date(2026, month, 1)
        return cls.env["mci.statement"].generate(first, end_of(first, "month"))

    @classmethod
    def _settle(cls, until="posted", month=3):
        """The month's statements, as far as ``until``."""
        statements = cls._generate(month)
        for state, step in (
            ("sent", "action_send"),
            ("accepted", "action_accept"),
            ("posted", "action_post"),
        ):
            if until == "draft":
                break
            getattr(statements, step)()
            if state == until:
                break
        return statements

    @classmethod
    def _activate_policy(cls, control, date_from):
        """Every grade served by the delivery center, 1 % of the amount as budget."""
        grades = cls.env["mci.grade"].search([])
        partner = grades.filtered("is_partner_led")
        ranked = (grades - partner).sorted("sequence", reverse=True)
        amounts = {grade: rank * 1e7 for rank, grade in enumerate(ranked)}
        policy = cls.env["mci.grade.policy"].create(
            {
                "name": f"Budget control {control}",
                "company_id": cls.company.id,
                "date_from": date_from,
                "line_ids": [
                    Command.create(
                        {
                            "grade_id": grade.id,
                            "amount_min": amounts.get(grade, 0.0),
                            "tier": "delivery_center",
                            "budget_percent": 1.0,
                            "budget_control": control,
                        }
                    )
                    for grade in grades
                ],
            }
        )
        policy.action_activate()
        return policy

    def _balance(self, account):
        """Amount and hours of an analytic account, in cents and hundredths."""
        self.env.flush_all()
        rows = self.env["account.analytic.line"]._read_group(
            [("account_id", "=", account.id)], [], ["amount:sum", "unit_amount:sum"]
        )
        return tuple(round(value or 0.0, 2) for value in rows[0])

    def _create_plan_account(self, name):
        plan = self.env["account.analytic.plan"].create({"name": f"{name} plan"})
        account = self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id}
        )
        return plan, account

    def _require_plan(self, plan, domain="general"):
        self.env["account.analytic.applicability"].create(
            {
                "analytic_plan_id": plan.id,
                "business_domain": domain,
                "applicability": "mandatory",
            }
        )

    @classmethod
    def _set_cost_center(cls, account):
        cls.team.mci_analytic_account_ids = [Command.set(account.ids)]


class PostCommon(ChargeCommon):
    """Work for two deals of one team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_2 = cls._create_lead("Second deal")

    def _post_two_deals(self):
        self._work(8.0)
        self._work(4.0, role="center_lead")
        self._work(2.0, lead=self.lead_2)
        return self._settle("posted")
