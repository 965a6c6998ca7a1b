from datetime import datetime

from odoo.exceptions import UserError

from .booking_common import BookingCommon


class TestGradeDowngrade(BookingCommon):
    """A downgrade keeps running bookings to the end of the stage (M1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = cls.env["crm.stage"].create(
            [
                {"name": name, "sequence": 2000 + number, "team_ids": cls.team.ids}
                for number, name in enumerate(("Analyse", "Bid"))
            ]
        )
        policies = cls.env["mci.grade.policy"]
        policies.search([("state", "=", "active")])._mci_unlock().write(
            {"state": "retired"}
        )
        policies._mci_create_standard(cls.company).action_activate()
        cls.deal = cls.env["crm.lead"].create(
            {
                "name": "Port twin",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.seller.id,
                "stage_id": cls.stages[0].id,
                "expected_revenue": 400000,
            }
        )
        cls.deal._mci_write_plain({"mci_delivery_lead_id": cls.center_lead.id})
        cls.deal.mci_center_id = cls.center

    def _booking(self, day, role="engineer"):
        return self._mci_create_booking(
            lead_id=self.deal.id,
            center_id=self.center.id,
            resource_id=self.resources[role].id,
            date_start=datetime(2030, 1, day, 0, 0),
            date_stop=datetime(2030, 1, day, 10, 0),
            hours=4,
        )

    def _lower(self):
        self.deal.expected_revenue = 60000
        self.assertEqual(self.deal.mci_grade_id.code, "C")

    def test_m1_running_bookings_stay_until_the_stage_ends(self):
        confirmed = self._mci_confirm(self._booking(8), self.center_lead)
        held = self._booking(9)
        held.action_request()
        held.with_user(self.center_lead).action_hold()
        self._lower()
        self.assertEqual(self.deal.mci_kept_tier, "delivery_center")
        self.assertEqual(self.deal.mci_kept_stage_id, self.stages[0])
        self.assertEqual((confirmed.state, held.state), ("confirmed", "held"))
        held.with_user(self.center_lead).action_confirm()
        self.assertEqual(held.state, "confirmed")
        self.deal.stage_id = self.stages[1]
        self.assertEqual((confirmed.state, held.state), ("cancelled", "cancelled"))
        self.assertIn("grade went down", confirmed.cancel_reason)
        self.assertFalse(confirmed.is_late_cancel)
        self.assertFalse(self.deal.mci_kept_tier)
        self.assertIn("given back", self.deal.message_ids[0].body)

    def test_m1_what_has_begun_is_not_given_back(self):
        started = self._mci_confirm(self._booking(7), self.center_lead)
        self._lower()
        self.deal.stage_id = self.stages[1]
        self.assertEqual(started.state, "confirmed")

    def test_m1_new_bookings_follow_the_new_tier(self):
        self._mci_level("M2", "enforce")
        requested = self._booking(8)
        requested.action_request()
        self._lower()
        with self.assertRefused("M2"):
            requested.with_user(self.center_lead).action_confirm()
        with self.assertRefused("M2"):
            self._booking(9).action_request()

    def test_m1_observed_it_is_counted(self):
        requested = self._booking(8)
        requested.action_request()
        self._lower()
        requested.with_user(self.center_lead).action_confirm()
        event = self.env["mci.rule.event"].search([("lead_id", "=", self.deal.id)])
        self.assertEqual((event.rule, event.res_id), ("M2", requested.id))

    def test_m1_an_approved_exception_stays(self):
        booking = self._mci_confirm(self._booking(8), self.center_lead)
        booking._mci_unlock().write({"exception_approver_id": self.sales_manager.id})
        self._lower()
        self.deal.stage_id = self.stages[1]
        self.assertEqual(booking.state, "confirmed")

    def test_m1_back_in_time_nothing_is_lost(self):
        booking = self._mci_confirm(self._booking(8), self.center_lead)
        self._lower()
        self.deal.expected_revenue = 400000
        self.assertFalse(self.deal.mci_kept_tier)
        self.deal.stage_id = self.stages[1]
        self.assertEqual(booking.state, "confirmed")

    def test_m1_a_stage_moved_behind_our_back(self):
        booking = self._mci_confirm(self._booking(8), self.center_lead)
        self._lower()
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_lead SET stage_id = %s WHERE id = %s",
            [self.stages[1].id, self.deal.id],
        )
        self.env.invalidate_all()
        self._mci_run_cron("mci_kept_tier_cron")
        self.assertEqual(booking.state, "cancelled")

    def test_m1_without_bookings_nothing_is_kept(self):
        self._lower()
        self.assertFalse(self.deal.mci_kept_tier)
        with self.assertRaises(UserError):
            self.deal.with_user(self.seller).mci_request_grade("C", "showcase", "x")
