from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from .common import ChargeCommon

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
# Working days of March 2026: 22, 8 hours each.
MONTH = 176.0


class ActualCommon(ChargeCommon):
    """March 2026 of a center of three presales people, and of an office of two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_person("engineer_3", "level_2", cls.center)
        cls.period = cls.env["mci.period"].create(
            {"date_from": MARCH[0], "date_to": MARCH[1], "company_id": cls.company.id}
        )
        cls.prices = cls.env["mci.actual.price"]

    @classmethod
    def _add_person(cls, role, level, center, function=None):
        """One more person of a unit, a user with the groups of an engineer."""
        user = new_test_user(
            cls.env,
            login=f"mci_{role}",
            groups="mci_sales_support.group_engineer",
            name=role,
            tz=cls.TIME_ZONE,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        employee = cls.env["hr.employee"].create(
            {
                "name": role,
                "user_id": user.id,
                "company_id": cls.company.id,
                "resource_calendar_id": cls.calendar.id,
                "tz": cls.TIME_ZONE,
            }
        )
        employee.resource_id.mci_level_id = cls.env.ref(f"mci_sales_support.{level}")
        cls.env["mci.center.seat"].create(
            {
                "center_id": center.id,
                "resource_id": employee.resource_id.id,
                "function_id": (function or cls.function_presales).id,
                "date_from": date(2020, 1, 1),
            }
        )
        cls.employees[role] = employee
        cls.resources[role] = employee.resource_id
        return user

    @classmethod
    def _month(cls):
        """The center works 60 hours for deals and 20 for none; the office 8.

        Center: income 30 × 100 + 20 × 100 + 10 × 200 = 7000; cost
        50 × 60 + 10 × 110 + 20 × 60 = 5300. Office (engineer_2, level 3): income
        8 × 150 = 1200, cost 8 × 80 = 640.
        """
        nothing = cls.env["crm.lead"]
        day = date(2026, 3, 10)
        cls._work(30.0, day, role="engineer")
        cls._work(20.0, day, role="engineer_3")
        cls._work(10.0, day, role="center_lead")
        cls._work(20.0, day, role="engineer", lead=nothing)
        cls._work(8.0, day, role="engineer_2", project_id=cls.office.project_id.id)

    @classmethod
    def _compute(cls, user=None):
        prices = cls.prices.with_user(user or cls.accountant)
        return prices.generate(cls.period.id).sudo()

    @classmethod
    def _of(cls, center, prices=None):
        prices = cls._compute() if prices is None else prices
        return prices.filtered(lambda price: price.center_id == center)


class ActualMonthCommon(ActualCommon):
    """The same with the work of the month, and its charges."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._month()
