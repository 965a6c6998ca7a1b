from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestExplainPrice(ChargeCommon):
    """C2, C3: which line won, which lost, and why."""

    def _booking(self, **values):
        start, stop = datetime(2026, 3, 10, 1), datetime(2026, 3, 10, 9)
        return self._draft_booking(4.0, start, stop, **values)

    def test_fallback_order(self):
        booking = self._booking()
        [price] = booking.with_user(self.seller).explain_price()
        self.assertFalse(price["fixed"])
        [line] = price["lines"]
        self.assertEqual(line["rate_id"], self.rates["level_2"].id)
        self.assertTrue(line["chosen"])
        self.assertIn("no line of its own", line["reason"])
        own = self._create_rate("level_2", 130.0, center_id=self.center.id)
        own.action_publish()
        [price] = booking.explain_price()
        self.assertEqual([line["rate_id"] for line in price["lines"]][0], own.id)
        self.assertEqual([line["chosen"] for line in price["lines"]], [True, False])

    def test_no_rate(self):
        booking = self._booking(function_id=self.function_test.id)
        [price] = booking.explain_price()
        self.assertEqual(price["lines"], [])
        self.assertIn("No internal rate", price["explanation"])

    def test_charge_keeps_its_line(self):
        charge = self._work()
        own = self._create_rate("level_2", 130.0, center_id=self.center.id)
        own.action_publish()
        [price] = charge.with_user(self.sales_manager).explain_price()
        chosen = [line["rate_id"] for line in price["lines"] if line["chosen"]]
        self.assertEqual(chosen, self.rates["level_2"].ids)
        self.assertIn("8 h", price["explanation"])

    def test_c3_confirmed_booking_keeps_its_line(self):
        """Later lines won nothing, and what won is told when it ended since."""
        self._activate_policy("none", date(2026, 1, 1))
        self.lead.mci_center_id = self.center
        booking = self._booking()
        with freeze_time("2026-03-06"):
            booking.action_confirm()
        general = self.rates["level_2"]
        own = self._create_rate("level_2", 130.0, center_id=self.center.id)
        own.action_publish()
        [price] = booking.explain_price()
        self.assertEqual(
            [(line["rate_id"], line["chosen"]) for line in price["lines"]],
            [(own.id, False), (general.id, True)],
        )
        self.assertIn("after the price was fixed", price["lines"][0]["reason"])
        general.with_user(self.accountant).date_to = date(2026, 3, 1)
        [price] = booking.explain_price()
        self.assertEqual(
            [(line["rate_id"], line["chosen"]) for line in price["lines"]],
            [(general.id, True), (own.id, False)],
        )

    def test_zero_rate_says_who(self):
        charge = self._work()
        charge.with_user(self.sales_manager).action_zero_rate("Demo for the fair")
        [price] = charge.explain_price()
        self.assertIn("Demo for the fair", price["explanation"])

    def test_rights_and_dialog(self):
        booking = self._booking()
        with self.assertRaises(AccessError):
            booking.with_user(self.plain_user).explain_price()
        action = booking.with_user(self.seller).action_explain_price()
        body = self.env[action["res_model"]].browse(action["res_id"]).sudo().body
        self.assertIn("Presales", body)

    def test_constant_queries(self):
        charges = self._work() | self._work(day=date(2026, 3, 11))
        for turn in range(8):
            charges |= self._work(day=date(2026, 3, 12 + turn), role="engineer_2")
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            records.mapped("display_name")
            before = self.cr.sql_log_count
            records.explain_price()
            return self.cr.sql_log_count - before

        few = count(charges[:2])
        self.assertLessEqual(count(charges), few + 2)
