from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciBookingCharge(ChargeCommon):
    """From the booking to the charge: the price is known before and fixed (C2, C3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate_policy("none", date(2026, 1, 1))
        cls.lead.mci_center_id = cls.center

    def test_c2_price_known_before(self):
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(12.0)
            self.assertEqual(booking.amount, 1200.0, "a draft shows the quote")
            booking.action_request()
            self.assertEqual((booking.price_unit, booking.amount), (100.0, 1200.0))
            self.assertEqual(self.lead.mci_planned_amount, 1200.0)
            self.assertEqual(self.lead.mci_reserved_amount, 0.0)
            booking.action_confirm()
            self.assertEqual(self.lead.mci_planned_amount, 0.0)
            self.assertEqual(self.lead.mci_reserved_amount, 1200.0)

    def test_c2_no_price_no_booking(self):
        self.resources["engineer"].mci_level_id = False
        with freeze_time("2026-03-06"), self.assertRaisesRegex(UserError, "no price"):
            self._draft_booking().action_request()

    def test_c2_no_price_for_one_of_the_days_no_booking(self):
        """The rates end with the year, the booking a week later."""
        self.rates["level_2"].date_to = date(2026, 3, 9)
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(16.0)
            for step in (booking.action_request, booking.action_confirm):
                with (
                    self.assertRaisesRegex(UserError, "no price for 03/10/2026"),
                    self.cr.savepoint(),
                ):
                    step()
            self._create_rate(
                "level_2", 110.0, date_from=date(2026, 3, 10)
            ).action_publish()
            booking.action_confirm()
        self.assertEqual(booking.amount, 8 * 100.0 + 8 * 110.0)

    def test_c2_the_price_of_the_day_where_the_person_works(self):
        """A morning in Shanghai is the evening before in UTC."""
        self.resources["engineer"].tz = "Asia/Shanghai"
        self.rates["level_2"].date_to = date(2026, 3, 8)
        self._create_rate("level_2", 110.0, date_from=date(2026, 3, 9)).action_publish()
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(
                8.0, datetime(2026, 3, 8, 16), datetime(2026, 3, 9, 10)
            )
            self.assertEqual(booking.amount, 880.0, "the quote")
            booking.action_confirm()
        self.assertEqual(booking.amount, 880.0)

    def test_c3_one_charge_for_each_day_worked(self):
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(16.0)
            booking.action_confirm()
        self.rates["level_2"].date_to = "2026-03-09"
        self._create_rate("level_2", 999.0, date_from="2026-03-10").action_publish()
        with freeze_time("2026-03-11"):
            booking.with_user(self.engineer).action_done()
        charges = booking.charge_ids.sorted("date")
        self.assertRecordValues(
            charges,
            [
                {"hours": 8.0, "price_unit": 100.0, "amount": 800.0},
                {"hours": 8.0, "price_unit": 100.0, "amount": 800.0},
            ],
        )
        self.assertEqual(charges.mapped("origin"), ["booking"] * 2)
        self.assertEqual(len(booking.timesheet_ids), 2)
        self.assertEqual(self.lead.mci_reserved_amount, 0.0)
        self.assertEqual(self.lead.mci_charged_amount, 1600.0)
        self.assertEqual(booking.amount, 1600.0)
        with self.assertRaises(AccessError, msg="booked for this deal"):
            booking.timesheet_ids[0].mci_lead_id = self._create_lead("Another")

    def test_c10_overrun_is_flagged(self):
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(8.0)
            booking.action_confirm()
        with freeze_time("2026-03-11"):
            booking.action_done(hours=10.0, note="It took longer")
        charges = booking.charge_ids
        self.assertEqual(sum(charges.mapped("hours")), 10.0)
        self.assertTrue(any(charges.mapped("is_overrun")))

    def test_c10_a_correction_counts_the_other_days(self):
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(8.0)
            booking.action_confirm()
        with freeze_time("2026-03-11"):
            booking.action_done()
        charge = booking.charge_ids.sorted("date")[-1]
        self.assertFalse(charge.is_overrun)
        charge.timesheet_id.unit_amount += 3.0
        self.assertTrue(charge.is_overrun)

    def test_c10_small_overrun_is_tolerated(self):
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(8.0)
            booking.action_confirm()
        with freeze_time("2026-03-11"):
            booking.action_done(hours=8.5, note="A little longer")
        self.assertFalse(any(booking.charge_ids.mapped("is_overrun")))

    def test_m10_internal_work_is_not_charged(self):
        category = self.env["mci.work.category"].search([], limit=1)
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(
                8.0, kind="internal", lead_id=False, category_id=category.id
            )
            booking.action_confirm()
        with freeze_time("2026-03-11"):
            booking.action_done()
        self.assertEqual(sum(booking.timesheet_ids.mapped("unit_amount")), 8.0)
        self.assertFalse(booking.charge_ids)

    def test_c4_hard_control_stops_requests(self):
        self._activate_policy("hard", date(2026, 1, 2))
        self.lead._mci_write_plain({"mci_budget_approved": 1000.0})
        with freeze_time("2026-03-06"):
            first = self._draft_booking(8.0)
            first.action_confirm()
            with self.assertRaisesRegex(UserError, "budget"):
                self._draft_booking(
                    8.0, resource_id=self.resources["center_lead"].id
                ).action_request()
        with freeze_time("2026-03-11"):
            first.action_done(hours=12.0, note="Never refused")
        self.assertEqual(self.lead.mci_charged_amount, 1200.0)

    def test_c4_budget_is_the_share_of_the_policy(self):
        self._activate_policy("hard", date(2026, 1, 2))
        self.assertEqual(self.lead.mci_budget_amount, 1000.0)
        self.assertEqual(self.lead.mci_budget_control, "hard")
        self.assertTrue(self.lead._mci_has_budget())
