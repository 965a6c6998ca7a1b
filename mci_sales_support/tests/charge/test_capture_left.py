from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestLeft(CaptureCommon):
    """C1: the hours of somebody who left are charged, up to his last day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["mci.period"].create(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        cls.employee = cls.employees["engineer"]

    def _leave(self, day=None):
        with freeze_time("2026-03-20"):
            self.employee.with_context(no_wizard=True).action_archive()
            self.employee.departure_date = day

    def _days(self, booking):
        lines = booking.timesheet_ids.sorted("date")
        self.assertEqual(set(lines.employee_id), {self.employee})
        return lines.mapped(lambda line: (line.date.day, line.unit_amount))

    def test_c1_cut_off_records_them(self):
        booking = self._confirmed(16.0)
        self._leave("2026-03-19")
        with freeze_time("2026-04-02"):
            self.period.with_user(self.accountant).action_cut_off()
        self.assertEqual((booking.state, booking.report_kind), ("done", "cutoff"))
        self.assertEqual(self._days(booking), [(9, 8.0), (10, 8.0)])
        self.assertEqual(booking.charge_ids.statement_id.amount_total, 1600.0)

    def test_c1_the_head_reports_and_corrects(self):
        booking = self._confirmed(14.0, travel_hours=1.0, place="on_site")
        self._leave()
        with freeze_time("2026-04-02"):
            head = booking.with_user(self.center_lead)
            head.action_done(12.0, reason="customer")
            self.assertEqual(sum(booking.charge_ids.mapped("hours")), 12.0)
            head.action_correct(14.0)
        deal = booking.timesheet_ids.filtered("mci_lead_id")
        self.assertEqual(sum(deal.mapped("unit_amount")), 14.0)
        self.assertEqual(sum(booking.charge_ids.mapped("amount")), 1400.0)

    def test_c1_up_to_the_last_day(self):
        booking = self._confirmed(24.0, stop=datetime(2026, 3, 11, 10))
        second = self._confirmed(16.0, day=16)
        self._leave("2026-03-10")
        with freeze_time("2026-04-02"):
            booking.with_user(self.center_lead).action_done(reason="estimate")
            with self.assertRaisesRegex(UserError, "left on 03/10/2026"):
                second.with_user(self.center_lead).action_done()
            self.period.with_user(self.accountant).action_cut_off()
        self.assertEqual(self._days(booking), [(9, 8.0), (10, 8.0)])
        self.assertEqual(second.state, "confirmed", "the head is told")

    def test_c1_at_the_cut_off_no_day_after_it(self):
        booking = self._confirmed(24.0, stop=datetime(2026, 3, 11, 10))
        self._leave("2026-03-10")
        with freeze_time("2026-04-02"):
            self.period.with_user(self.accountant).action_cut_off()
        self.assertEqual((booking.state, booking.hours_done), ("done", 16.0))
        self.assertEqual(max(booking.timesheet_ids.mapped("date")), date(2026, 3, 10))

    def test_c1_nobody_else_writes_for_who_left(self):
        """Odoo's own screens still refuse timesheets of an archived employee."""
        self._leave()
        with self.assertRaisesRegex(UserError, "active employee"):
            self._work(8.0)
