from odoo.tests import tagged

from .booking_common import WED, BookingCommon
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestReaderLanguage(BookingCommon):
    """Why something was decided, in the language of whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def test_notes_of_a_booking_follow_the_reader(self):
        booking = self._mci_create_booking(hours=2)
        booking.action_request()
        there = booking.with_context(lang="zh_CN")
        self.assertIn("Office lead decides", booking.confirm_note)
        self.assertIn("Office lead", there.confirm_note)
        self.assertNotIn("decides", there.confirm_note)
        booking.sudo()._mci_unlock().conflict_days = [["2030-01-07", 8.0, 4.5]]
        self.assertEqual(booking.conflict_note, "01/07/2030: 8 h planned, 4.5 h left")
        self.assertNotIn("planned", there.conflict_note)
        self.assertIn("4.5", there.conflict_note)

    def test_what_is_counted_is_published_in_one_language_and_read_in_any(self):
        self._mci_level("M2", "observe")
        self.company.partner_id.lang = "zh_CN"
        booking = self._mci_create_booking(
            center_id=self.center.id,
            resource_id=self.resources["engineer"].id,
        )
        booking.with_context(lang="en_US").action_request()
        event = self.env["mci.rule.event"].search([("res_id", "=", booking.id)])
        self.assertIn(booking.name, event.message)
        self.assertNotIn("approve an exception", event.message)
        there = event.with_context(lang="zh_CN")
        self.assertIn("approve an exception", event.what_happened)
        self.assertEqual(event.display_name, event.what_happened)
        self.assertEqual(there.what_happened, event.message)
        self.assertEqual(there.message, event.message)

    def test_what_was_counted_before_stays_as_it_was(self):
        """The release before stored one sentence, in the language of its day."""
        event = self.env["mci.rule.event"]._mci_log(
            "M2", "warn", self.company, "Counted before", None, None, None, False
        )
        self.env.cr.execute(
            "UPDATE mci_rule_event SET message_words = NULL WHERE id = %s", [event.id]
        )
        event.invalidate_recordset()
        self.assertEqual(event.with_context(lang="zh_CN").display_name, event.message)


@tagged("post_install", "-at_install")
class TestPlanLanguage(PlanCommon):
    """Who reads a plan is often not the one who computed it."""

    def test_reasons_of_a_plan_follow_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        lost = self._ask(self.deal, 8, WED, function_id=self.function_test.id)
        plan = self._plan()
        for request, word in ((lost, "No position as"), (self.requests[0], "waiting")):
            line = self._line_of(plan, request)
            there = line.with_context(lang="zh_CN")
            with self.subTest(word=word):
                self.assertIn(word, line.reason)
                self.assertNotIn(word, there.reason)
                self.assertTrue(there.reason)
