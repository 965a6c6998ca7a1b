from contextlib import closing
from datetime import date

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciRate(ChargeCommon):
    def _find(self, day=date(2026, 3, 10), center=None, level="level_2"):
        key = (
            self.function_presales.id,
            self.env.ref(f"mci_sales_support.{level}").id,
            (center or self.center).id,
            self.company.id,
            day,
        )
        return self.env["mci.rate"]._mci_find_rates([key]).get(key)

    def test_c2_no_overlap_of_published(self):
        draft = self._create_rate("level_2", 120.0, date_from=date(2026, 1, 1))
        self.assertFalse(draft.published, "a draft may overlap")
        with (
            self._mci_quiet(),
            self.assertRaises(ExclusionViolation),
            self.cr.savepoint(),
        ):
            draft.action_publish()

    def test_c2_next_price_after_end(self):
        self.rates["level_2"].date_to = date(2026, 3, 31)
        following = self._create_rate("level_2", 120.0, date_from=date(2026, 4, 1))
        following.action_publish()
        self.assertEqual(self._find(date(2026, 3, 31)).price_unit, 100.0)
        self.assertEqual(self._find(date(2026, 4, 1)).price_unit, 120.0)
        self.assertFalse(self._find(date(2023, 12, 31)))

    def test_c2_unit_goes_before_company(self):
        own = self._create_rate("level_2", 130.0, center_id=self.center.id)
        self.assertEqual(self._find().price_unit, 100.0, "drafts have no price")
        own.action_publish()
        self.assertEqual(self._find(), own)
        self.assertEqual(self._find(center=self.office), self.rates["level_2"])

    def test_c2_what_is_rolled_back_has_no_price(self):
        with closing(self.cr.savepoint()):
            self._create_rate(
                "level_2", 130.0, center_id=self.center.id
            ).action_publish()
            self.assertEqual(self._find().price_unit, 130.0)
        self.assertEqual(self._find().price_unit, 100.0)

    def test_c2_currencies_do_not_overlap(self):
        other = self.env.ref("base.EUR")
        if other == self.currency:
            other = self.env.ref("base.USD")
        other.active = True
        foreign = self._create_rate("level_2", 90.0, currency_id=other.id)
        foreign.action_publish()
        self.assertEqual(self._find(), self.rates["level_2"], "own currency first")

    def test_c2_published_is_frozen(self):
        rate = self.rates["level_2"]
        for vals in ({"price_unit": 1.0}, {"date_from": date(2020, 1, 1)}):
            with self.assertRaises(AccessError):
                rate.write(vals)
        rate.date_to = date(2027, 1, 1)
        with self.assertRaises(UserError):
            rate.unlink()

    def test_c2_author_does_not_publish(self):
        draft = self._create_rate("level_2", 1.0, date_from=date(2030, 1, 1))
        self.rates["level_2"].date_to = date(2029, 12, 31)
        draft.with_user(self.accountant).price_unit = 2.0
        with self.assertRaises(AccessError):
            draft.with_user(self.accountant).action_publish()
        draft.with_user(self.mci_manager).price_unit = 3.0
        with self.assertRaises(AccessError):
            draft.with_user(self.mci_manager).action_publish()
        draft.with_user(self.accountant).action_publish()
        self.assertTrue(draft.published)
        self.assertEqual(draft.publisher_id, self.accountant)

    def test_c2_published_not_by_rpc(self):
        with self.assertRaises(AccessError):
            self.env["mci.rate"].with_context(default_published=True).create(
                {
                    "function_id": self.function_test.id,
                    "level_id": self.env.ref("mci_sales_support.level_1").id,
                    "price_unit": 1.0,
                }
            )

    def test_c8_cost_is_restricted(self):
        rate = self.rates["level_2"]
        for user in (self.accountant, self.hr):
            self.assertEqual(rate.with_user(user).cost_unit, 60.0)
        for user in (self.seller, self.engineer, self.center_lead, self.mci_manager):
            self.assertEqual(rate.with_user(user).price_unit, 100.0)
            with self.assertRaises(AccessError):
                rate.with_user(user).read(["cost_unit"])

    def test_rates_are_found_in_one_query(self):
        keys = [
            (self.function_presales.id, level.id, self.center.id, self.company.id, day)
            for level in self.env["mci.level"].search([])
            for day in (date(2026, 3, 1), date(2026, 4, 1))
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["mci.rate"]._mci_find_rates(keys[:1])
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self.env["mci.rate"]._mci_find_rates(keys)

    # --- After publishing -----------------------------------------------------

    def _close_february(self):
        self.env["mci.period"].create(
            {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
        )._do_set_state("closed")

    def test_c2_end_and_cost_need_a_second_person(self):
        """Who wrote a price neither ends it nor sets its cost alone (C2)."""
        rate = self._create_rate("level_2", 130.0, center_id=self.center.id)
        rate._mci_unlock().author_id = self.accountant
        rate.action_publish()
        for values in ({"date_to": date(2026, 3, 31)}, {"cost_unit": 70.0}):
            with self.assertRaisesRegex(AccessError, "written by you"):
                rate.with_user(self.accountant).write(values)
        with self.assertRaises(AccessError):
            rate.with_user(self.mci_manager).date_to = date(2026, 3, 31)
        self.rates["level_2"].with_user(self.accountant).write(
            {"date_to": date(2026, 3, 31), "cost_unit": 70.0}
        )
        self.assertEqual(
            self.rates["level_2"].author_id, self.env.user, "the price is his"
        )

    def test_c7_no_price_leaves_a_closed_period(self):
        self._close_february()
        rate = self.rates["level_2"]
        for day in (date(2026, 1, 31), date(2026, 2, 27)):
            with self.assertRaisesRegex(UserError, "2026-02"):
                rate.date_to = day
        charge = self._work(1.0, day=date(2026, 2, 10))
        self.assertEqual(charge.amount, 100.0, "late hours keep their price")
        rate.date_to = date(2026, 2, 28)
        self.assertTrue(self._work(1.0, day=date(2026, 3, 10)).is_unpriced)

    def test_c7_no_price_comes_to_a_closed_period(self):
        self._close_february()
        early = self._create_rate(
            "level_2", 130.0, center_id=self.center.id, date_from=date(2026, 1, 5)
        )
        with self.assertRaisesRegex(UserError, "2026-02"):
            early.action_publish()
        self.assertFalse(early.published)
        early.date_from = date(2026, 3, 1)
        early.action_publish()
        self.assertTrue(early.published)
