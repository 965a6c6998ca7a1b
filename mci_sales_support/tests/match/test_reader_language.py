from odoo.tests import tagged

from .booking_common import BookingCommon


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

    def test_what_is_counted_is_in_the_language_of_the_company(self):
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
