from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestCaptureHours(CaptureCommon):
    """C10: other hours than booked have a reason; hours come in the company's steps."""

    def _report(self, booking, *args, **kwargs):
        with freeze_time("2026-03-12"):
            booking.with_user(self.engineer).action_done(*args, **kwargs)

    def test_c10_other_hours_need_a_reason(self):
        booking = self._confirmed(16.0)
        for kwargs, error in (
            ({}, "Choose a reason"),
            ({"reason": "weather"}, "weather is no reason"),
            ({"reason": "other"}, "Write a note"),
            ({"reason": "other", "note": "  "}, "Write a note"),
        ):
            with self.assertRaisesRegex(UserError, error):
                self._report(booking, 12.0, **kwargs)
        self.assertEqual(booking.state, "confirmed")
        self._report(booking, 12.0, reason="customer")
        self.assertEqual(
            (booking.hours_reason, booking.report_kind), ("customer", "person")
        )
        self.assertIn(
            "16 h booked, 12 h spent: Customer wanted more or less",
            booking.charge_ids[0].capture_note,
        )

    def test_c10_a_note_is_a_reason(self):
        booking = self._confirmed(16.0)
        self._report(booking, 12.0, note="They left early")
        self.assertEqual(booking.hours_reason, "other")
        self.assertIn("They left early", booking.charge_ids[0].capture_note)

    def test_c10_as_booked_needs_none(self):
        booking = self._confirmed(16.0)
        self._report(booking)
        self.assertFalse(booking.hours_reason)
        self.assertFalse(any(booking.charge_ids.mapped("capture_note")))
        with self._mci_quiet(), self.assertRaises(AccessError):
            booking.hours_reason = "customer"

    def test_steps_of_a_booking(self):
        self.company.mci_hours_step = 0.25
        booking = self._confirmed(16.0)
        self._report(booking, 12.1, reason="customer")
        self.assertEqual(booking.hours_done, 12.0)
        hours = booking.timesheet_ids.mapped("unit_amount")
        self.assertEqual(sum(hours), 12.0)
        self.assertFalse([part for part in hours if part % 0.25])
        self.assertEqual(sum(booking.charge_ids.mapped("amount")), 1200.0)

    def test_steps_of_a_timesheet(self):
        """Never refused, never rounded away; what was entered is kept (C7)."""
        self.company.mci_hours_step = 0.25
        charge = self._work(1.1)
        line = charge.timesheet_id
        self.assertEqual((line.unit_amount, line.mci_hours_entered), (1.0, 1.1))
        self.assertEqual((charge.hours, charge.amount), (1.0, 100.0))
        self.assertIn("1.1 h entered, rounded to 1 h", charge.capture_note)
        line.unit_amount = 2.4
        self.assertEqual((line.unit_amount, line.mci_hours_entered), (2.5, 2.4))
        self.assertEqual(charge.hours, 2.5)
        self.assertIn("2.4 h entered, rounded to 2.5 h", charge.capture_note)
        line.unit_amount = 3.0
        self.assertFalse(line.mci_hours_entered)
        self.assertFalse(charge.capture_note)
        self.assertEqual(self._work(0.05).hours, 0.25)
        exact = self._work(1.25)
        self.assertEqual((exact.hours, exact.capture_note), (1.25, False))

    def test_steps_leave_other_projects_alone(self):
        self.company.mci_hours_step = 0.25
        project = self.env["project.project"].create(
            {"name": "Anything else", "allow_timesheets": True}
        )
        line = self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": project.id,
                "employee_id": self.employees["engineer"].id,
                "unit_amount": 1.1,
            }
        )
        self.assertEqual((line.unit_amount, line.mci_hours_entered), (1.1, 0.0))
