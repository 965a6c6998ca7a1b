from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestRateCalculator(ChargeCommon):
    """C8: a price is proposed from costs without giving anybody's pay away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.env.ref("mci_sales_support.level_1")
        cls.day = date(2031, 1, 1)
        cls.people = cls.env["hr.employee"].create(
            [
                {"name": f"Junior {number}", "hourly_cost": cost}
                for number, cost in enumerate((40.0, 50.0, 60.0, 70.0))
            ]
        )
        cls.people.resource_id.mci_level_id = cls.level
        cls.seats = cls.env["mci.center.seat"].create(
            [
                {
                    "center_id": cls.center.id,
                    "resource_id": person.resource_id.id,
                    "function_id": cls.function_test.id,
                    "date_from": date(2025, 1, 1),
                }
                for person in cls.people
            ]
        )

    def _card(self, center=False):
        return self.env["mci.rate.card"].create(
            {
                "name": "Calculated",
                "date_from": self.day,
                "line_ids": [
                    Command.create(
                        {
                            "function_id": self.function_test.id,
                            "level_id": self.level.id,
                            "center_id": center and center.id,
                            "price_unit": 1.0,
                        }
                    )
                ],
            }
        )

    def test_c8_price_from_cost_and_utilisation(self):
        card = self._card().with_user(self.accountant)
        self.assertEqual(card.action_calculate(utilisation=80, margin=10), 1)
        line = card.line_ids
        self.assertEqual(line.cost_unit, 55.0)
        self.assertEqual(line.price_proposed, 76.0, "55 ÷ 0.8 × 1.1 = 75.6")
        self.assertEqual(line.price_unit, 1.0, "only proposed")
        card.with_user(self.mci_manager).action_take_proposals()
        self.assertEqual(line.price_unit, 76.0)
        self.assertEqual(line.author_id, self.mci_manager)

    def test_c8_never_for_fewer_than_three(self):
        self.seats[2:].unlink()
        card = self._card().with_user(self.accountant)
        self.assertEqual(card.action_calculate(utilisation=80), 0)
        self.assertFalse(card.line_ids.cost_unit)
        self.assertIn("fewer than 3", card.calculation_note)

    def test_c8_nor_by_difference(self):
        """Three of four in one unit: the company's figure gave the fourth away."""
        self.seats[3].center_id = self.office
        card = self._card(self.center).with_user(self.accountant)
        self.assertEqual(card.action_calculate(utilisation=80), 0)

    def test_c8_costs_are_for_accountants(self):
        card = self._card()
        for user in (self.mci_manager, self.seller, self.center_lead):
            with self.assertRaises(AccessError):
                card.with_user(user).action_calculate(80)
        with self.assertRaises(AccessError):
            card.with_user(self.mci_manager).read(["calculation_note"])

    def test_bad_figures(self):
        card = self._card().with_user(self.accountant)
        for values in ((0,), (101,), (80, -100), (80, 0, 0), ("much",)):
            with self.subTest(values), self.assertRaises(UserError):
                card.action_calculate(*values)
