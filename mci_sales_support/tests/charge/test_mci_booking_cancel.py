from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestBookingCancel(ChargeCommon):
    """M8: a confirmed booking cancelled late by the deal's side is charged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate_policy("none", date(2026, 1, 1))
        cls.lead.mci_center_id = cls.center

    def _confirmed(self):
        with freeze_time("2026-03-06"):
            booking = self._draft_booking(16.0)
            booking.action_request()
            booking.with_user(self.center_lead).action_confirm()
        return booking

    def _cancel(self, booking, user, when="2026-03-08 20:00:00"):
        with freeze_time(when):
            booking.with_user(user).action_cancel("The customer moved the date")
        return booking.charge_ids

    def test_m8_half_the_price(self):
        booking = self._confirmed()
        charge = self._cancel(booking, self.seller)
        self.assertRecordValues(
            charge,
            [
                {
                    "origin": "adjustment",
                    "state": "open",
                    "hours": 8.0,
                    "price_unit": 100.0,
                    "amount": 800.0,
                    "date": date(2026, 3, 9),
                    "team_id": self.team.id,
                    "timesheet_id": False,
                }
            ],
        )
        self.assertIn("50 % of 16 hours", charge.explanation)
        self.assertEqual(self.lead.mci_reserved_amount, 0.0)
        self.assertEqual(self.lead.mci_charged_amount, 800.0)
        charge.action_reprice()
        self.assertEqual(charge.amount, 800.0)
        statement = self._settle("posted")
        self.assertEqual(statement.amount_total, 800.0)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )
        with self.assertRaises(UserError):
            booking.action_reset_draft()

    def test_m8_in_time_or_by_the_unit_costs_nothing(self):
        self.assertFalse(
            self._cancel(self._confirmed(), self.seller, "2026-03-07 10:00:00")
        )
        late = self._confirmed()
        self.assertFalse(self._cancel(late, self.center_lead))
        self.assertTrue(late.is_late_cancel)
        self.company.mci_late_cancel_percent = 0.0
        self.assertFalse(self._cancel(self._confirmed(), self.seller))

    def test_m8_waived_by_somebody_else(self):
        booking = self._confirmed()
        charge = self._cancel(booking, self.sales_manager)
        self.assertTrue(booking.can_waive_cancel)
        for user in (self.sales_manager, self.seller):
            with self._mci_quiet(), self.assertRaises(AccessError):
                booking.with_user(user).action_waive_cancel("Please")
        with self.assertRaises(UserError):
            booking.with_user(self.mci_manager).action_waive_cancel(" ")
        booking.with_user(self.mci_manager).action_waive_cancel("Flood in the port")
        self.assertEqual(
            (charge.amount, charge.zero_rate_reason, charge.zero_rate_approver_id),
            (0.0, "Flood in the port", self.mci_manager),
        )
        booking.invalidate_recordset()
        self.assertFalse(booking.can_waive_cancel)
        with self.assertRaises(UserError):
            booking.with_user(self.mci_manager).action_waive_cancel("Again")
