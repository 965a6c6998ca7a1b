from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_common import NOW
from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestTicketTimer(RequestCommon):
    """M9: timer, allowance shown before, one tap on the stars, fixed price."""

    def _open(self, user=None, hours=1.0):
        answer = (
            self.env["mci.booking"]
            .with_user(user or self.seller)
            .open_ticket(self.deal.id, "Which pump fits?", hours)
        )
        return self.env["mci.booking"].browse(answer["booking_id"])

    def _run(self, ticket, minutes, start=0):
        agent = ticket.with_user(self.engineer_2)
        with freeze_time(NOW + timedelta(minutes=start)):
            agent.action_timer_start()
        with freeze_time(NOW + timedelta(minutes=start + minutes)):
            return agent.action_timer_stop()["hours"]

    def test_measured_hours_in_steps(self):
        ticket = self._open()
        self.assertEqual(self._run(ticket, 1), 0.25)
        self.assertEqual(self._run(ticket, 20, start=30), 0.5)
        self.company.mci_ticket_step = 0.5
        self.assertEqual(self._run(ticket, 30, start=60), 1.0)
        self.assertAlmostEqual(ticket.timer_hours, 51 / 60)

    def test_stop_opens_the_report_with_the_hours(self):
        ticket = self._open()
        agent = ticket.with_user(self.engineer_2)
        agent.action_timer_start()
        with freeze_time(NOW + timedelta(minutes=40)):
            action = agent.action_timer_done()
            form = Form(
                self.env["mci.booking.done"]
                .with_user(self.engineer_2)
                .with_context(**action["context"])
            )
            self.assertEqual(form.hours, 0.75)
            form.save().action_done()
        self.assertEqual((ticket.state, ticket.hours_done), ("done", 0.75))
        self.assertFalse(ticket.timer_start)

    def test_a_report_that_is_discarded_loses_nothing(self):
        """The timer runs until the work is reported, or until it is paused."""
        ticket = self._open(hours=2.0)
        agent = ticket.with_user(self.engineer_2)
        agent.action_timer_start()
        with freeze_time(NOW + timedelta(minutes=20)):
            agent.action_timer_done()
        self.assertTrue(ticket.timer_start)
        with freeze_time(NOW + timedelta(minutes=40)):
            agent.action_timer_pause()
        self.assertFalse(ticket.timer_start)
        with freeze_time(NOW + timedelta(minutes=100)):
            agent.action_timer_start()
        with freeze_time(NOW + timedelta(minutes=110)):
            action = agent.action_timer_done()
            done = self.env["mci.booking.done"].with_user(self.engineer_2)
            form = Form(done.with_context(**action["context"]))
            self.assertEqual((form.hours, form.is_changed), (1.0, False))
            report = form.save()
        # the timer has gone on while he read the dialog: what he saw counts
        with freeze_time(NOW + timedelta(minutes=140)):
            report.action_done()
        self.assertEqual((ticket.hours_done, ticket.hours_reason), (1.0, "timer"))
        self.assertFalse(ticket.timer_start)

    def test_c10_the_timer_is_no_excuse_for_hours_it_did_not_measure(self):
        ticket = self._open(hours=2.0)
        agent = ticket.with_user(self.engineer_2)
        with self.assertRefused("the timer measured 0 hours, not 1"):
            agent.action_done(1.0, None, "timer")
        self.assertEqual(self._run(ticket, 30), 0.5)
        with self.assertRefused("the timer measured 0.5 hours, not 1"):
            agent.action_done(1.0, None, "timer")
        agent.action_done(0.5, None, "timer")
        self.assertEqual(ticket.hours_reason, "timer")

    def test_a_forgotten_timer_counts_a_day_at_most(self):
        ticket = self._open()
        self.assertEqual(self._run(ticket, 60 * 72), 12.0)

    def test_one_timer_at_a_time(self):
        first, second = self._open(), self._open()
        first.with_user(self.engineer_2).action_timer_start()
        with freeze_time(NOW + timedelta(minutes=30)):
            second.with_user(self.engineer_2).action_timer_start()
        self.assertFalse(first.timer_start)
        self.assertEqual(first.timer_hours, 0.5)
        with self.assertRefused("runs already"):
            second.with_user(self.engineer_2).action_timer_start()
        with self.assertRefused("does not run"):
            first.with_user(self.engineer_2).action_timer_stop()

    def test_done_stops_the_timer(self):
        ticket = self._open()
        ticket.with_user(self.engineer_2).action_timer_start()
        ticket.with_user(self.engineer_2).action_done()
        self.assertFalse(ticket.timer_start)
        with self.assertRefused("Done"):
            ticket.with_user(self.engineer_2).action_timer_start()

    def test_only_the_person_runs_it(self):
        ticket = self._open()
        for user in (self.seller, self.office_lead, self.mci_manager):
            with self._mci_quiet(), self.assertRaises(AccessError):
                ticket.with_user(user).action_timer_start()

    def test_rated_once_by_who_asked(self):
        ticket = self._open()
        with self.assertRefused("finished"):
            ticket.with_user(self.seller).action_rate(5)
        ticket.with_user(self.engineer_2).action_done()
        for user in (self.engineer_2, self.office_lead, self.sales_manager):
            with self._mci_quiet(), self.assertRaises(AccessError):
                ticket.with_user(user).action_rate(5)
        for stars in (0, 6, 2.5, None):
            with self.subTest(stars), self.assertRaises(UserError):
                ticket.with_user(self.seller).action_rate(stars)
        self.assertTrue(ticket.with_user(self.seller).can_rate)
        ticket.with_user(self.seller).action_rate(4, "Fast")
        self.assertEqual((ticket.rating, ticket.rated_by_id), (4, self.seller))
        self.assertFalse(ticket.with_user(self.seller).can_rate)
        with self.assertRefused("once"):
            ticket.with_user(self.seller).action_rate(1)
        with self.assertRaises(AccessError):
            ticket.sudo().write({"rating": 5})

    def test_a_ticket_of_the_hotline_is_rated_by_the_owner(self):
        ticket = self._open(self.engineer_2)
        ticket.with_user(self.engineer_2).action_done()
        with self.assertRaises(AccessError):
            ticket.with_user(self.engineer_2).action_rate(5)
        ticket.with_user(self.seller).action_rate(3)
        self.assertEqual(ticket.rating, 3)

    def test_allowance_is_shown_before(self):
        self.company.mci_ticket_hours = 3.0
        self._open(hours=2.0)
        bookings = self.env["mci.booking"]
        self.assertEqual(
            bookings.with_user(self.seller).ticket_allowance(self.deal.id),
            {"allowance": 3.0, "used": 2.0, "remaining": 1.0},
        )
        with self._mci_quiet(), self.assertRaises(AccessError):
            bookings.with_user(self.plain_user).ticket_allowance(self.deal.id)
        form = Form(self.env["mci.booking.ticket"].with_user(self.seller))
        form.lead_id = self.deal
        form.what = "?"
        self.assertIn("confirms itself", form.allowance_hint)
        form.hours = 2
        self.assertIn("head of the hotline", form.allowance_hint)
        ticket = self._open(hours=2.0)
        self.assertEqual(ticket.state, "requested")
        self.assertIn("4 of 3 hours", ticket.confirm_note)

    def test_fixed_price(self):
        """Charged once, whatever the hours; the timesheets keep those worked (M9)."""
        for worked in (2.5, 0.5):
            ticket = self._open(hours=2.0).sudo()
            agreed = ticket.amount
            ticket.with_user(self.engineer_2).action_done(worked, "Another call")
            charge = ticket.charge_ids
            self.assertTrue(agreed)
            self.assertRecordValues(
                charge, [{"hours": 2.0, "amount": agreed, "is_overrun": False}]
            )
            self.assertEqual(ticket.amount, agreed)
            self.assertEqual(charge.timesheet_id.unit_amount, worked)
            self.assertIn(f"{worked:g} h worked", charge.explanation)
        line = charge.timesheet_id
        again = line._mci_unlock().create(
            {
                "name": "Called again",
                "project_id": line.project_id.id,
                "employee_id": line.employee_id.id,
                "date": line.date,
                "unit_amount": 1.0,
                "mci_lead_id": line.mci_lead_id.id,
                "mci_booking_id": ticket.id,
            }
        )
        self.assertEqual(
            (again.mci_charge_ids.hours, again.mci_charge_ids.amount), (0.0, 0.0)
        )
        line._mci_unlock().unit_amount = 3.0
        self.assertEqual(charge.amount, agreed)

    def test_absurd_hours(self):
        for hours in (0, -1, 25, "2"):
            with self.subTest(hours), self.assertRaises(UserError):
                self._open(hours=hours)
        with self.assertRaises(UserError):
            self.env["mci.booking"].with_user(self.seller).open_ticket(0, "x", 1)


@tagged("post_install", "-at_install")
class TestSmallThings(RequestCommon):
    """M3: small things confirm themselves within the policy, and say why."""

    def test_at_the_hotline(self):
        booking = self._mci_create_booking(center_id=self.hotline.id, hours=2)
        booking.action_request()
        self.assertEqual(booking.state, "confirmed")
        self.assertIn("Confirmed by itself", booking.confirm_note)

    def test_at_the_office_by_setting(self):
        booking = self._mci_create_booking(hours=2)
        booking.action_request()
        self.assertEqual(booking.state, "requested")
        self.assertIn("Office lead decides", booking.confirm_note)
        self.company.mci_self_confirm_scope = "office"
        small = self._mci_create_booking(hours=2)
        big = self._mci_create_booking(hours=3)
        command = self._mci_create_booking(hours=1, lead_id=self.big_deal.id)
        (small | big | command).action_request()
        self.assertEqual(
            (small | big | command).mapped("state"),
            ["confirmed", "requested", "requested"],
        )

    def test_what_breaks_a_rule_is_decided_by_somebody(self):
        self.company.mci_self_confirm_scope = "office"
        foreign = self._mci_create_unit(
            "Far Office", "FAR", "local_office", self.center_lead, ["engineer"]
        )
        booking = self._mci_create_booking(
            hours=1, center_id=foreign.id, resource_id=self.resources["engineer"].id
        )
        booking.action_request()
        self.assertEqual(booking.state, "requested")
