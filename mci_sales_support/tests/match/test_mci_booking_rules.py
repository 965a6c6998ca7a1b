from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import WED, BookingCommon


@tagged("post_install", "-at_install")
class TestBookingRules(BookingCommon):
    """M2 and M4, at every level."""

    def _violating(self):
        return self._mci_create_booking(
            center_id=self.center.id, resource_id=self.resources["engineer"].id
        )

    def test_m2_observed_is_counted(self):
        self._mci_level("M2", "observe")
        booking = self._violating()
        booking.action_request()
        event = self.env["mci.rule.event"].search([("lead_id", "=", self.deal.id)])
        self.assertEqual(event.rule, "M2")
        self.assertEqual(event.res_id, booking.id)

    def test_m2_warned_asks_a_reason(self):
        self._mci_level("M2", "warn")
        booking = self._violating()
        with self.assertRaises(UserError):
            booking.action_request()
        booking.action_request("Only they know the crane")
        event = self.env["mci.rule.event"].search([("lead_id", "=", self.deal.id)])
        self.assertEqual(event.reason, "Only they know the crane")

    def test_m2_enforced_needs_an_approved_exception(self):
        self._mci_level("M2", "enforce")
        booking = self._violating()
        with self.assertRaises(UserError):
            booking.action_request("Because")
        booking.action_ask_exception("Only they know the crane")
        with self._mci_quiet(), self.assertRaises(AccessError):
            booking.action_approve_exception()
        booking.with_user(self.sales_manager).action_approve_exception("Once")
        booking.action_request()
        self.assertEqual(booking.exception_approver_id, self.sales_manager)
        event = self.env["mci.rule.event"].search([("lead_id", "=", self.deal.id)])
        self.assertTrue(event.is_approved)

    def test_m2_own_backup_and_hotline_pass(self):
        self._mci_level("M2", "enforce")
        self._mci_create_booking(hours=4).action_request()
        self._mci_create_booking(center_id=self.hotline.id, hours=4).action_request()
        self.team.mci_office_id = False
        with self.assertRaises(UserError):
            self._mci_create_booking(hours=4).action_request()
        self.team.mci_backup_office_ids = self.office
        self._mci_create_booking(hours=4).action_request()

    def test_no_exception_where_nothing_is_broken(self):
        with self.assertRaises(UserError):
            self._mci_create_booking().action_ask_exception("Please")

    def _mark_stages(self):
        verify, initiate = self.env["crm.stage"].create(
            [
                {"name": "V", "sequence": 1, "mci_phase": "verify"},
                {"name": "I", "sequence": 2, "mci_phase": "initiate"},
            ]
        )
        self.env.flush_all()
        return verify, initiate

    def test_m4_sleeps_without_marked_stages(self):
        self._mci_level("M4", "enforce")
        self.env["crm.stage"].search([]).mci_phase = False
        self._mci_create_booking(lead_id=self.big_deal.id).action_request()

    def test_m4_first_look_before_initiation(self):
        self._mci_level("M4", "enforce")
        verify, _initiate = self._mark_stages()
        self.big_deal.stage_id = verify
        self._mci_create_booking(lead_id=self.big_deal.id, hours=5).action_request()
        with self.assertRefused("first look"):
            self._mci_create_booking(lead_id=self.big_deal.id, hours=4).action_request()
        with self.assertRefused("first look"):
            self._mci_create_booking(
                lead_id=self.big_deal.id,
                hours=1,
                center_id=self.center.id,
                resource_id=self.resources["engineer"].id,
            ).action_request()

    def test_m4_center_and_delivery_lead_after_initiation(self):
        self._mci_level("M4", "enforce")
        _verify, initiate = self._mark_stages()
        self.big_deal.stage_id = initiate
        booking = self._mci_create_booking(lead_id=self.big_deal.id)
        with self.assertRefused("delivery center.*delivery lead"):
            booking.action_request()
        self.big_deal.mci_center_id = self.center
        self.big_deal._mci_write_plain({"mci_delivery_lead_id": self.center_lead.id})
        booking.action_request()
        self.assertEqual(booking.approver_id, self.center_lead)


@tagged("post_install", "-at_install")
class TestBookingLock(BookingCommon):
    def test_locked_fields_of_a_draft(self):
        booking = self._mci_create_booking()
        for vals in (
            {"state": "confirmed"},
            {"approver_id": self.seller.id},
            {"tier": "hotline"},
            {"hold_until": fields.Datetime.now()},
            {"exception_approver_id": self.seller.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                booking.write(vals)
            with self.subTest(vals), self.assertRaises(AccessError):
                booking.sudo().write(vals)

    def test_agreed_fields_after_the_request(self):
        booking = self._mci_create_booking()
        booking.write({"hours": 4})
        booking.action_request()
        for vals in (
            {"hours": 40},
            {"resource_id": self.resources["engineer"].id},
            {"date_start": datetime(2030, 1, 6)},
            {"lead_id": self.big_deal.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                booking.write(vals)
        booking.write({"brief": "Bring the model"})

    def test_created_confirmed_is_refused(self):
        with self.assertRaises(AccessError):
            self._mci_create_booking(state="confirmed")
        with self.assertRaises(AccessError):
            self.env["mci.booking"].with_user(self.seller).with_context(
                default_state="confirmed"
            ).create(self._mci_create_booking().copy_data()[0])

    def test_days_are_written_by_methods_only(self):
        booking = self._mci_create_booking()
        with self.assertRaises(AccessError):
            self.env["mci.booking.day"].sudo().create(
                {"booking_id": booking.id, "date": WED, "hours": 8}
            )
        with self.assertRaises(AccessError):
            booking.write({"day_ids": [(0, 0, {"date": WED, "hours": 8})]})
