from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestNoShow(CaptureCommon):
    """M8: somebody did not come; nobody worked."""

    def _no_show(self, who, user=None, booking=None):
        booking = booking or self._confirmed(16.0)
        with freeze_time("2026-03-09 03:00:00"):
            booking.with_user(user or self.engineer).action_no_show(who, "Waited 1 h")
        return booking

    def test_m8_the_customer_the_deal_pays(self):
        booking = self._no_show("customer")
        self.assertEqual(
            (booking.state, booking.no_show, booking.cancel_reason),
            ("cancelled", "customer", "Waited 1 h"),
        )
        self.assertFalse(booking.timesheet_ids)
        self.assertRecordValues(
            booking.charge_ids,
            [
                {
                    "origin": "adjustment",
                    "hours": 16.0,
                    "amount": 1600.0,
                    "date": date(2026, 3, 9),
                    "state": "open",
                }
            ],
        )
        self.assertIn("did not come: 100 % of 16", booking.charge_ids.explanation)
        self.assertIn(
            self.seller.partner_id, booking.message_ids[0].notified_partner_ids
        )
        free = self.resources["engineer"]._mci_get_free(
            date(2026, 3, 9), date(2026, 3, 10)
        )
        self.assertEqual(sum(free[self.resources["engineer"]].values()), 16.0)

    def test_m8_share_by_setting(self):
        self.company.mci_no_show_percent = 25.0
        self.assertEqual(self._no_show("deal").charge_ids.amount, 400.0)
        self.company.mci_no_show_percent = 0.0
        free = self._confirmed(8.0, day=16)
        with freeze_time("2026-03-17"):
            free.action_no_show("customer", "Door closed")
        self.assertFalse(free.charge_ids)

    def test_m8_the_person_costs_nothing(self):
        booking = self._no_show("person", self.seller)
        self.assertFalse(booking.charge_ids)
        self.assertIn(
            self.engineer.partner_id, booking.message_ids[0].notified_partner_ids
        )

    def test_m8_who_may_and_when(self):
        booking = self._confirmed(16.0)
        with freeze_time("2026-03-08"):
            with self.assertRaisesRegex(UserError, "cancel it instead"):
                booking.with_user(self.engineer).action_no_show("customer", "x")
        with freeze_time("2026-03-09 03:00:00"):
            for user in (self.engineer_2, self.accountant, self.plain_user):
                with self._mci_quiet(), self.assertRaises(AccessError):
                    booking.with_user(user).action_no_show("customer", "x")
            agent = booking.with_user(self.engineer)
            self.assertTrue(agent.can_no_show)
            for who, note in (("moon", "x"), ("customer", " "), (3, "x")):
                with self.subTest(who), self.assertRaises(UserError):
                    agent.action_no_show(who, note)
            agent.action_done(note="All on Monday")
            booking.invalidate_recordset()
            self.assertFalse(agent.can_no_show)
            with self.assertRaisesRegex(UserError, "Done"):
                agent.action_no_show("customer", "x")

    def test_m8_waived_like_a_late_cancellation(self):
        booking = self._no_show("customer")
        self.assertTrue(booking.can_waive_cancel)
        booking.with_user(self.mci_manager).action_waive_cancel("Flood")
        self.assertEqual(booking.charge_ids.amount, 0.0)

    def test_m8_taken_back(self):
        booking = self._no_show("customer")
        with self._mci_quiet(), self.assertRaises(AccessError):
            booking.with_user(self.seller).action_undo_no_show("They came")
        booking.with_user(self.center_lead).action_undo_no_show("They came later")
        self.assertEqual((booking.state, booking.no_show), ("confirmed", False))
        self.assertFalse(booking.charge_ids)
        with self.assertRaisesRegex(UserError, "no no-show"):
            booking.with_user(self.center_lead).action_undo_no_show("x")
        with freeze_time("2026-03-11"):
            booking.with_user(self.engineer).action_done()
        self.assertEqual(sum(booking.charge_ids.mapped("hours")), 16.0)

    def test_m8_sent_is_sent(self):
        booking = self._no_show("customer")
        self._settle("sent")
        with self.assertRaisesRegex(UserError, "frozen"):
            booking.with_user(self.center_lead).action_undo_no_show("They came")

    def test_m8_what_the_cut_off_reported(self):
        booking = self._confirmed(16.0)
        period = self.env["mci.period"].create(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        with freeze_time("2026-04-02"):
            period.action_cut_off()
            lines = booking.timesheet_ids
            self.assertEqual(len(lines), 2)
            booking.with_user(self.engineer).action_no_show("customer", "Nobody there")
        self.assertFalse(lines.exists())
        self.assertEqual(booking.charge_ids.mapped("origin"), ["adjustment"])
        self.assertEqual((booking.state, booking.hours_done), ("cancelled", 0.0))

    def test_the_form(self):
        booking = self._confirmed(16.0)
        with freeze_time("2026-03-09 03:00:00"):
            form = Form(
                self.env["mci.booking.no.show"]
                .with_user(self.engineer)
                .with_context(default_booking_id=booking.id)
            )
            form.who = "deal"
            form.note = "The seller forgot"
            form.save().action_apply()
        self.assertEqual(booking.no_show, "deal")
