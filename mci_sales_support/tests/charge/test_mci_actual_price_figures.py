from datetime import date

from odoo.tests import tagged

from .actual_common import MONTH, ActualMonthCommon


@tagged("post_install", "-at_install")
class TestMciActualPriceFigures(ActualMonthCommon):
    """I4: what an hour cost, beside what it was planned and charged at."""

    def test_i4_figures_by_hand(self):
        prices = self._compute()
        self.assertRecordValues(
            self._of(self.center, prices),
            [
                {
                    "state": "draft",
                    "source": "standard",
                    "person_count": 3,
                    "charged_hours": 60.0,
                    "deal_hours": 60.0,
                    "internal_hours": 20.0,
                    "recorded_hours": 80.0,
                    "available_hours": 3 * MONTH,
                    "unassigned_hours": 3 * MONTH - 80.0,
                    "income": 7000.0,
                    "cost": 5300.0,
                    "absorption": 1700.0,
                    "planned_amount": 7000.0,
                    "planned_price": 116.67,
                    "actual_price": 88.33,
                    "hour_cost": 66.25,
                    "rate_gap": 1700.0,
                    "price_gap": 0.0,
                    # 448 h × 88.3333
                    "unassigned_cost": 39573.33,
                    "recovery": 132.08,
                    "utilisation": 11.36,
                    "recovery_state": "above",
                }
            ],
        )
        self.assertRecordValues(
            self._of(self.office, prices),
            [{"income": 1200.0, "cost": 640.0, "actual_price": 80.0}],
        )

    def test_i4_under_absorption_and_zero_rates(self):
        """Hours given away are charged hours: the price of an hour stays."""
        self.lead.mci_charge_ids.filtered(
            lambda charge: charge.resource_id == self.resources["engineer"]
        ).with_user(self.sales_manager).action_zero_rate("Goodwill")
        price = self._of(self.center)
        self.assertRecordValues(
            price,
            [
                {
                    "income": 4000.0,
                    "absorption": -1300.0,
                    "rate_gap": 1700.0,
                    "price_gap": -3000.0,
                    "actual_price": 88.33,
                    "recovery_state": "below",
                }
            ],
        )

    def test_i4_band_of_the_settings(self):
        self.company.write({"mci_recovery_low": 120, "mci_recovery_high": 140})
        price = self._of(self.center)
        self.assertEqual(price.recovery_state, "within")
        self.assertEqual((price.recovery_low, price.recovery_high), (120, 140))
        self.assertEqual(self._of(self.office).recovery_state, "above")

    def test_i4_only_days_of_the_period_and_live_charges(self):
        self._work(8.0, date(2026, 4, 1))
        self._work(8.0, date(2026, 2, 27))
        charge = self._of(self.center)
        self.assertEqual(charge.charged_hours, 60.0)
        self._settle("posted").action_reverse("2026-04-15")
        self.assertEqual(self._of(self.center).income, 7000.0)

    def test_i4_hours_elsewhere_are_assigned(self):
        project = self.env["project.project"].create(
            {"name": "Customer project", "allow_timesheets": True}
        )
        self._work(
            8.0,
            role="engineer",
            lead=self.env["crm.lead"],
            project_id=project.id,
        )
        price = self._of(self.center)
        self.assertEqual(price.unassigned_hours, 3 * MONTH - 88.0)
        self.assertEqual(price.recorded_hours, 80.0)

    def test_i4_a_person_of_two_units_shares_his_day(self):
        prices = self._compute()
        # engineer_2 sits in the office and on the hotline, the lead only in the office.
        self.assertEqual(self._of(self.office, prices).available_hours, 1.5 * MONTH)
        self.assertEqual(self._of(self.hotline, prices).available_hours, 0.5 * MONTH)
        self.assertEqual(
            self._of(self.hotline, prices).unassigned_hours,
            round((MONTH - 8.0) / 2, 2),
        )

    # --- Fewer than three people ----------------------------------------------

    def test_c8_levels_of_few_people_are_joined(self):
        """One of level 4, two of level 2: joined, or the rest gave one away."""
        line = self._of(self.center).line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "function_id": self.function_presales.id,
                    "level_id": False,
                    "person_count": 3,
                    "cost": 5300.0,
                }
            ],
        )

    def test_c8_the_only_line_is_no_rest(self):
        """One joined line is all functions; other functions need some beside."""
        self.assertEqual(
            self._of(self.office).line_ids.mapped("display_name"), ["All functions"]
        )
        field = self.env["mci.actual.price.line"].fields_get(["function_id"])
        self.assertEqual(
            field["function_id"]["falsy_value_label"],
            "Functions joined",
            "what the pivot says instead of None",
        )

    def test_c8_a_level_of_three_stands_for_itself(self):
        for number in range(3):
            self._add_person(f"senior_{number}", "level_4", self.center)
        self._add_person("junior", "level_2", self.center)
        for number in range(2):
            self._add_person(
                f"tester_{number}", "level_2", self.center, self.function_test
            )
        price = self._of(self.center)
        level_2 = self.env.ref("mci_sales_support.level_2")
        level_4 = self.env.ref("mci_sales_support.level_4")
        groups = {
            (line.function_id, line.level_id): line.person_count
            for line in price.line_ids
        }
        presales, level = self.function_presales, self.env["mci.level"]
        # The two testers join the smaller of the two presales levels.
        self.assertEqual(
            groups,
            {
                (presales.browse(), level): 5,
                (presales, level_4): 4,
            },
        )
        self.assertNotIn((presales, level_2), groups)
        self.assertIn("Other functions", price.line_ids.mapped("display_name"))
        for name in ("cost", "income", "charged_hours", "unassigned_hours"):
            self.assertAlmostEqual(sum(price.line_ids.mapped(name)), price[name], 2)

    def test_c8_heads_of_two_people_read_nothing(self):
        office = self._of(self.office)
        self.assertEqual(office.person_count, 2)
        self.assertFalse(self.prices.with_user(self.office_lead).search([]))
        lines = self.env["mci.actual.price.line"].with_user(self.office_lead)
        self.assertFalse(lines.search([]))
