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
        cls.seats = cls._seat(cls.people, cls.center)

    @classmethod
    def _seat(cls, people, center):
        people.resource_id.mci_level_id = cls.level
        return cls.env["mci.center.seat"].create(
            [
                {
                    "center_id": center.id,
                    "resource_id": person.resource_id.id,
                    "function_id": cls.function_test.id,
                    "date_from": date(2025, 1, 1),
                }
                for person in people
            ]
        )

    def _card(self, *centers):
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
                    for center in centers or (False,)
                ],
            }
        )

    def _calculate(self, *centers):
        """Units that got a figure; the empty one is the company."""
        card = self._card(*centers).with_user(self.accountant)
        card.action_calculate(utilisation=80)
        return card.line_ids.filtered("cost_unit").mapped("center_id.code") + [
            "company" for line in card.line_ids if line.cost_unit and not line.center_id
        ]

    def _hire(self, center, *costs):
        people = self.env["hr.employee"].create(
            [{"name": f"Hired for {cost}", "hourly_cost": cost} for cost in costs]
        )
        return self._seat(people, center)

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

    def test_c8_nor_by_the_difference_to_several_units(self):
        """Four and three of eight: the company less both would be the eighth."""
        self._hire(self.office, 45.0, 55.0, 65.0)
        lone = self._hire(self.hotline, 99.0)
        everybody = (False, self.center, self.office, self.hotline)
        self.assertEqual(self._calculate(*everybody), [self.center.code, "company"])
        # nor piece by piece, on cards of their own
        self.assertFalse(self._calculate(self.office))
        lone.unlink()
        self.assertEqual(
            sorted(self._calculate(*everybody)),
            sorted([self.center.code, self.office.code, "company"]),
        )

    def test_c8_nor_by_the_day_of_the_card(self):
        """Five until the last of them leaves, four on the day of the card."""
        self._hire(self.center, 100.0).date_to = date(2030, 12, 31)
        card = self._card().with_user(self.accountant)
        card.action_calculate(utilisation=80)
        self.assertEqual(card.line_ids.cost_unit, 64.0)

    def test_c8_nor_by_somebody_who_sits_in_two_units(self):
        """Both units together less the company would be what he costs."""
        self._hire(self.office, 45.0, 55.0, 65.0)
        self._seat(self.people[0], self.office)
        self.assertEqual(
            self._calculate(False, self.center, self.office),
            [self.center.code, "company"],
        )

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
