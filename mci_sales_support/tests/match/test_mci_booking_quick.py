from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_common import MON, NOW, BookingCommon


@tagged("post_install", "-at_install")
class TestHotlineTicket(BookingCommon):
    """M9: deal, what, hours."""

    def _open(self, user=None, hours=1.0, lead=None):
        answer = (
            self.env["mci.booking"]
            .with_user(user or self.seller)
            .open_ticket((lead or self.deal).id, "Which pump fits?", hours)
        )
        return self.env["mci.booking"].browse(answer["booking_id"]), answer

    def test_m9_confirmed_at_once_at_a_known_price(self):
        ticket, answer = self._open(hours=4.0)
        self.assertEqual(answer["state"], "confirmed")
        self.assertEqual(answer["amount"], 400.0)
        self.assertEqual(ticket.resource_id, self.resources["engineer_2"])
        self.assertEqual(self._mci_hours(ticket), {MON: 4})
        self.assertEqual(ticket.brief, "Which pump fits?")

    def test_m9_monthly_allowance_of_the_team(self):
        self.company.mci_ticket_hours = 3.0
        self.assertEqual(self._open(hours=2.0)[1]["state"], "confirmed")
        ticket, answer = self._open(hours=2.0)
        self.assertEqual(answer["state"], "requested")
        ticket.with_user(self.office_lead).action_confirm()
        with freeze_time(NOW + timedelta(days=28)):
            self.assertEqual(self._open(hours=3.0)[1]["state"], "confirmed")

    def test_m9_the_hotline_opens_and_the_owner_hears_of_it(self):
        ticket, answer = self._open(self.engineer_2)
        self.assertEqual(answer["state"], "confirmed")
        told = self.env["mail.message"].search(
            [
                ("model", "=", "mci.booking"),
                ("res_id", "=", ticket.id),
                ("partner_ids", "in", self.seller.partner_id.ids),
            ]
        )
        self.assertTrue(told)

    def test_m9_nobody_else_opens(self):
        for user in (self.seller_2, self.engineer, self.plain_user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._open(user)

    def test_m9_a_full_day_is_said(self):
        with self.assertRefused("Nobody at the hotline"):
            self._open(hours=9.0)
        with self.assertRaises(UserError):
            self.env["mci.booking"].with_user(self.seller).open_ticket(
                self.deal.id, " ", 1.0
            )

    def test_m9_wizard(self):
        form = Form(self.env["mci.booking.ticket"].with_user(self.seller))
        form.lead_id = self.deal
        form.what = "Which pump fits?"
        action = form.save().action_apply()
        self.assertTrue(self.env["mci.booking"].browse(action["res_id"]).is_ticket)


@tagged("post_install", "-at_install")
class TestLogWork(BookingCommon):
    """M10: hours for no deal have a category."""

    def setUp(self):
        super().setUp()
        self.category = self.env.ref("mci_sales_support.work_category_training")

    def _log(self, user=None, hours=2.0, **vals):
        answer = (
            self.env["mci.booking"]
            .with_user(user or self.engineer_2)
            .log_work(self.category.id, hours, **vals)
        )
        return self.env["mci.booking"].browse(answer["booking_id"])

    def test_m10_reported_on_its_day(self):
        booking = self._log(date="2030-01-02")
        self.assertRecordValues(
            booking,
            [
                {
                    "state": "done",
                    "kind": "internal",
                    "hours_done": 2.0,
                    "resource_id": self.resources["engineer_2"].id,
                }
            ],
        )
        line = booking.timesheet_ids
        self.assertEqual((str(line.date), line.unit_amount), ("2030-01-02", 2.0))
        self.assertFalse(line.mci_charge_ids)

    def test_m10_facts_are_never_refused_but_explained(self):
        self._mci_confirm(self._mci_create_booking(hours=16))
        self._log()
        with self.assertRefused("note"):
            self._log(hours=10.0)
        self._log(hours=10.0, note="Fair")

    def test_m10_what_is_refused(self):
        for vals in ({"date": "2030-01-08"}, {"hours": 0.0}, {"hours": -1.0}):
            with self.subTest(vals), self.assertRaises(UserError):
                self._log(**vals)
        with self.assertRefused("no position"):
            self._log(self.seller)

    def test_m10_wizard(self):
        form = Form(self.env["mci.booking.log"].with_user(self.engineer_2))
        form.category_id = self.category
        form.hours = 1.5
        form.save().action_apply()
        booking = self.env["mci.booking"].search([("kind", "=", "internal")], limit=1)
        self.assertEqual(booking.hours_done, 1.5)
