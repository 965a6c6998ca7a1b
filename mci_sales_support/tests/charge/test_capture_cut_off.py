from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestCutOff(CaptureCommon):
    """C5: unanswered bookings are done as booked at the cut-off, and marked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["mci.period"].create(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )

    def _cut_off(self, when="2026-04-02"):
        with freeze_time(when):
            self.period.with_user(self.accountant).action_cut_off()

    def test_c5_done_as_booked_and_marked(self):
        booking = self._confirmed(16.0)
        self._cut_off()
        self.assertEqual(
            (booking.state, booking.report_kind, booking.hours_done),
            ("done", "cutoff", 16.0),
        )
        self.assertEqual(
            sorted(booking.timesheet_ids.mapped("date")),
            [date(2026, 3, 9), date(2026, 3, 10)],
        )
        charges = booking.charge_ids
        self.assertEqual(set(charges.statement_id.mapped("state")), {"draft"})
        self.assertIn("Reported by nobody", charges[0].capture_note)

    def test_c5_never_a_future_or_running_one(self):
        running = self._confirmed(8.0, day=31, stop=datetime(2026, 4, 1, 10))
        april = self._confirmed(8.0, month=4, day=1)
        self._cut_off("2026-04-02 12:00:00")
        self.assertEqual((running.state, april.state), ("confirmed", "confirmed"))
        self.period.action_reopen("Cut off too early")
        early = self._confirmed(8.0, day=30)
        self._cut_off("2026-03-30 04:00:00")
        self.assertEqual(early.state, "confirmed", "it has not ended yet")

    def test_c5_not_what_probably_did_not_happen(self):
        sick, declined = self._confirmed(8.0), self._confirmed(8.0, day=16)
        sick._mci_unlock().write({"has_conflict": True})
        with freeze_time("2026-03-10"):
            declined.with_user(self.engineer).action_decline("I am ill")
        before = self.env["mail.message"].search([], limit=1, order="id desc").id
        self._cut_off()
        self.assertEqual((sick.state, declined.state), ("confirmed", "confirmed"))
        told = self.env["mail.message"].search(
            [("id", ">", before), ("subject", "ilike", "2 bookings nobody reported")]
        )
        self.assertIn(self.center_lead.partner_id, told.notified_partner_ids)
        self.assertIn(declined.name, told.body)

    def test_c5_one_that_fails_does_not_stop_the_others(self):
        bad = self._confirmed(8.0, resource_id=self.resources["center_lead"].id)
        good = self._confirmed(8.0, day=16)
        self.employees["center_lead"].active = False
        self.employees["center_lead"].departure_date = date(2026, 3, 6)
        self._cut_off()
        self.assertEqual((bad.state, good.state), ("confirmed", "done"))
        self.assertEqual(self.period.state, "cutoff")

    def test_c1_no_close_while_one_is_not_reported(self):
        """With or without a cut-off before it: the hours would be lost."""
        booking, sick = self._confirmed(16.0), self._confirmed(8.0, day=16)
        self._confirmed(8.0, month=4, day=1)
        sick._mci_unlock().write({"has_conflict": True})
        period = self.period.with_user(self.accountant)
        with freeze_time("2026-04-03"):
            with self.assertRaisesRegex(UserError, f"2 bookings.*{booking.name}"):
                period.action_close()
            period.action_cut_off()
            booking.charge_ids.statement_id.action_send()
            booking.charge_ids.statement_id.action_accept()
            booking.charge_ids.statement_id.action_post()
            with self.assertRaisesRegex(UserError, f"1 bookings.*{sick.name}"):
                period.action_close()
            sick.with_user(self.center_lead).action_cancel("She was ill")
            period.action_close()
        self.assertEqual(self.period.state, "closed")

    def test_c5_corrected_by_the_person(self):
        booking = self._confirmed(16.0)
        self._cut_off()
        with freeze_time("2026-04-03"):
            agent = booking.with_user(self.engineer)
            self.assertTrue(agent.can_correct)
            agent.action_done(12.0, reason="customer")
        self.assertEqual((booking.hours_done, booking.report_kind), (12.0, "person"))
        statement = booking.charge_ids.statement_id
        self.assertEqual(statement.amount_total, 1200.0)
        self.assertNotIn("nobody", booking.charge_ids[0].capture_note)

    def test_c5_the_person_says_it_was_so(self):
        booking = self._confirmed(16.0)
        self._cut_off()
        with freeze_time("2026-04-03"):
            booking.with_user(self.engineer).action_done()
        self.assertEqual((booking.hours_done, booking.report_kind), (16.0, "person"))
        self.assertFalse(any(booking.charge_ids.mapped("capture_note")))
        with self.assertRaisesRegex(UserError, "Done"):
            booking.with_user(self.engineer).action_done()

    def test_c5_the_cron_goes_on_and_collects(self):
        self._cut_off()
        late = self._confirmed(8.0)
        with freeze_time("2026-04-02"):
            self._mci_run_cron("cron_report_unanswered")
        self.assertEqual((late.state, late.report_kind), ("done", "cutoff"))
        self.assertEqual(late.charge_ids.statement_id.mapped("state"), ["draft"])

    def test_c5_who_may_cut_off(self):
        self._confirmed(8.0)
        for user in (self.center_lead, self.seller, self.mci_manager):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.period.with_user(user).action_cut_off()

    def test_c5_many_in_few_queries(self):
        """Looking for them is a fixed number of queries; the rest are their rows."""
        for day in (2, 3, 4, 5):
            self._confirmed(4.0, day=day)
        find = self.env["mci.booking"]._mci_find_unanswered
        with freeze_time("2026-04-02"):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(8):
                bookings, _doubtful = find(self.company, date(2026, 3, 31))
        self.assertEqual(len(bookings), 4)
