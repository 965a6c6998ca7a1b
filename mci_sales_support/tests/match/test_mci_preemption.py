from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import FRI, NOW, TUE
from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestPreemption(RequestCommon):
    """M5: only lower grades, never running work; the displaced is helped first."""

    def setUp(self):
        super().setUp()
        self._command()
        self.weak = self._mci_confirm(self._mci_create_booking(**self._tomorrow()))
        self.request = self._ask(self.big_deal, needed=FRI)

    def _ask_preemption(self, booking=None, user=None, request=None):
        request = request or self.request
        id_ = request.with_user(user or self.center_lead).action_ask_preemption(
            (booking or self.weak).id, "The tender closes on Friday"
        )
        return self.env["mci.preemption"].browse(id_)

    def test_better_deal_takes_the_people(self):
        preemption = self._ask_preemption()
        self.assertEqual(self.weak.state, "confirmed")
        self.assertTrue(self._messages(preemption, self.sales_manager))
        preemption.with_user(self.sales_manager).action_approve("Seen")
        new = preemption.new_booking_id
        self.assertEqual(self.weak.state, "cancelled")
        self.assertFalse(self.weak.is_late_cancel)
        self.assertFalse(self.weak.sudo().charge_ids)
        self.assertEqual(
            (new.state, new.lead_id, new.resource_id, new.hours),
            ("held", self.big_deal, self.weak.resource_id, 8),
        )
        self.assertEqual(self._mci_hours(new), {TUE: 8})
        self.assertEqual(new.request_id, self.request)

    def test_displaced_is_first_in_the_queue(self):
        other = self._ask(self._mci_create_deal("Twin", "b", "local_office"))
        skill = self._mci_create_skill("Cranes")
        self.weak._mci_unlock().extra_skill_ids = skill
        preemption = self._ask_preemption()
        preemption.with_user(self.sales_manager).action_approve()
        again = preemption.reoffer_id
        self.assertEqual(again.lead_id, self.deal)
        self.assertEqual(again.requester_id, self.weak.requester_id)
        self.assertEqual(again.hours, 8)
        self.assertEqual((again.queue_rank, other.queue_rank), (1, 2))
        self.assertIn("Re-offered first", again.queue_reason)
        self.assertEqual(again.line_ids.extra_skill_ids, skill)
        for user in (self.engineer_2, self.seller, self.office_lead):
            self.assertTrue(self._messages(self.weak, user), user.name)

    def test_the_request_of_the_displaced_booking_opens_again(self):
        own = self._ask()
        action = own.with_user(self.office_lead).action_plan()
        booking = self.env["mci.booking"].search(action["domain"])
        booking.write(self._tomorrow(resource_id=self.resources["office_lead"].id))
        booking.with_user(self.office_lead).action_confirm()
        self.assertEqual(own.state, "filled")
        preemption = self._ask_preemption(booking)
        preemption.with_user(self.sales_manager).action_approve()
        self.assertEqual(preemption.reoffer_id, own)
        self.assertEqual((own.state, own.is_reoffered), ("asked", True))

    def test_counted_and_published(self):
        self._ask_preemption().with_user(self.sales_manager).action_approve()
        event = self.env["mci.rule.event"].search([("kind", "=", "preemption")])
        self.assertEqual(len(event), 1)
        self.assertTrue(event.is_approved)
        self.assertIn("Port twin", event.message)

    def test_never_the_same_or_a_better_grade(self):
        same = self._mci_create_deal("Same", "a", "delivery_center")
        booking = self._mci_create_booking(
            lead_id=same.id,
            **self._tomorrow(hours=4, resource_id=self.resources["office_lead"].id),
        )
        booking.action_request()
        booking.sudo()._mci_unlock()._do_hold()
        with self.assertRefused("strictly lower"):
            self._ask_preemption(booking)
        weak_request = self._ask()
        with self.assertRefused("strictly lower"):
            self._ask_preemption(booking, self.seller, weak_request)
        self.assertNotIn(
            booking.id,
            [row["booking_id"] for row in self.request.sudo().find_preemptible()],
        )

    def test_a_grade_that_fell_later_protects(self):
        """The booking keeps the better of the grade it was made with."""
        same = self._mci_create_deal("Falls", "a", "delivery_center")
        booking = self._mci_create_booking(
            lead_id=same.id,
            **self._tomorrow(hours=4, resource_id=self.resources["office_lead"].id),
        )
        booking.action_request()
        booking.sudo()._mci_unlock()._do_hold()
        same._mci_write_plain({"mci_grade_id": self.deal.mci_grade_id.id})
        with self.assertRefused("strictly lower"):
            self._ask_preemption(booking)

    def test_never_running_or_done_work(self):
        preemption = self._ask_preemption()
        with freeze_time(NOW + timedelta(days=1, hours=1)):
            with self.assertRefused("have not begun"):
                preemption.with_user(self.sales_manager).action_approve()
            self.weak.with_user(self.engineer_2).action_done()
            with self.assertRefused("does not give way"):
                preemption.with_user(self.sales_manager).action_approve()
        self.assertEqual((self.weak.state, preemption.state), ("done", "asked"))

    def test_all_or_nothing(self):
        """The gaining deal cannot book: the other one keeps its people."""
        preemption = self._ask_preemption()
        self.resources["engineer_2"].mci_level_id = False
        self.env["mci.rate"].search([])._mci_unlock().write({"date_to": "2029-12-31"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            preemption.with_user(self.sales_manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual((self.weak.state, preemption.state), ("confirmed", "asked"))

    def test_who_may_ask_and_approve(self):
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._ask_preemption(user=self.seller_2)
        with self.assertRaises(UserError):
            self._ask_preemption(user=self.office_lead)
        preemption = self._ask_preemption(user=self.sales_manager)
        for user in (self.sales_manager, self.seller, self.center_lead):
            with self._mci_quiet(), self.assertRaises(AccessError):
                preemption.with_user(user).action_approve()
        self.env["mci.approval.rule"].create(
            {"kind": "preempt", "approver_id": self.plain_user.id}
        )
        with self._mci_quiet(), self.assertRaises(AccessError):
            preemption.with_user(self.mci_manager).action_approve()
        preemption.with_user(self.mci_manager).read()

    def test_refused(self):
        preemption = self._ask_preemption()
        preemption.with_user(self.sales_manager).action_refuse("Ask the far office")
        self.assertEqual((preemption.state, self.weak.state), ("refused", "confirmed"))
        with self.assertRefused("decided already"):
            preemption.with_user(self.sales_manager).action_approve()

    def test_candidates_and_form(self):
        rows = self.request.with_user(self.center_lead).find_preemptible()
        self.assertEqual([row["booking_id"] for row in rows], self.weak.ids)
        self.assertEqual(rows[0]["grade"], "C")
        action = self.request.with_user(self.center_lead).action_choose_preempted()
        ask = self.env[action["res_model"]].with_user(self.center_lead)
        ask = ask.browse(action["res_id"])
        ask.reason = "Tender"
        ask.line_ids.action_ask()
        self.assertEqual(self.request.preemption_ids.booking_id, self.weak)
        with self.assertRaises(UserError):
            ask.reason = ""
            ask.line_ids.action_ask()

    def test_locked(self):
        preemption = self._ask_preemption()
        with self.assertRaises(AccessError):
            preemption.write({"state": "approved"})
        with self.assertRaises(AccessError):
            self.request.sudo().write({"is_reoffered": True})
