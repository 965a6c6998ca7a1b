from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestChargeDisputeDeal(CaptureCommon):
    """C5: the arbiter decides that the hours belong to another deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager_2 = new_test_user(
            cls.env,
            login="mci_manager_2",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.team_2 = cls.env["crm.team"].create(
            {
                "name": "Harbour Sales",
                "user_id": cls.manager_2.id,
                "company_id": cls.company.id,
                "member_ids": [Command.set(cls.seller_2.ids)],
            }
        )
        cls.lead_2 = cls._create_lead(
            "The other harbour", team_id=cls.team_2.id, user_id=cls.seller_2.id
        )

    def _dispute(self, charge, lead=None):
        charge.with_user(self.sales_manager).action_dispute(
            "That was the other harbour", lead_id=(lead or self.lead_2).id
        )

    def _decide(self, charge, lead_id=None, user=None):
        charge.with_user(user or self.accountant).action_decide(
            "moved", "The trip report says so", lead_id=lead_id
        )
        return charge.search([("reversed_charge_id", "=", charge.id)])

    def test_c5_the_other_deal_pays(self):
        charge = self._work(8.0)
        line = charge.timesheet_id
        first = self._settle("sent")
        self._dispute(charge)
        self.assertEqual(
            (charge.dispute_class, charge.suggested_lead_id), ("deal", self.lead_2)
        )
        fresh = self._decide(charge)
        self.assertRecordValues(
            charge | fresh,
            [
                {"lead_id": self.lead.id, "state": "reversed", "decision": "moved"},
                {"lead_id": self.lead_2.id, "state": "open", "decision": False},
            ],
        )
        self.assertEqual((fresh.team_id, fresh.user_id), (self.team_2, self.seller_2))
        self.assertEqual((fresh.hours, fresh.amount), (8.0, 800.0))
        self.assertEqual((charge.hours, charge.amount), (8.0, 800.0), "as it was")
        self.assertEqual((line.mci_lead_id, fresh.timesheet_id), (self.lead_2, line))
        self.assertEqual(self.lead.mci_charged_amount, 0.0)
        self.assertEqual(self.lead_2.mci_charged_amount, 800.0)
        self.assertEqual(
            fresh.event_ids[0].note,
            "Moved from Harbour control system. The trip report says so",
        )
        self.assertEqual(charge.event_ids[0].amount_before, 800.0)
        first.action_accept()
        first.action_post()
        second = self._settle("posted", 4)
        self.assertEqual((second.team_id, second.amount_total), (self.team_2, 800.0))
        self.assertTrue(fresh.is_late)
        self.assertEqual(
            self._balance(self.lead_2.mci_analytic_account_id), (-800.0, 8.0)
        )
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id)
            if self.lead.mci_analytic_account_id
            else (0.0, 0.0),
            (0.0, 0.0),
        )
        self.assertEqual(
            self._balance(self.center.analytic_account_id), (800.0 - 480.0, 0.0)
        )

    def test_c5_its_payer_may_dispute_it_in_his_turn(self):
        charge = self._work(8.0)
        self._settle("sent")
        self._dispute(charge)
        fresh = self._decide(charge)
        self._settle("sent", 4)
        fresh.with_user(self.manager_2).action_dispute("Neither ours", "hours")
        fresh.with_user(self.accountant).action_decide("reduced", "Half", 4.0)
        self.assertEqual((fresh.state, fresh.amount), ("open", 400.0))

    def test_c5_booked_hours_keep_their_booking(self):
        """What was reported can still be corrected: the other deal pays."""
        booking = self._confirmed()
        booking.with_user(self.engineer).action_done()
        charges = booking.charge_ids
        self._settle("sent")
        self._dispute(charges)
        self._decide(charges[:1])
        fresh = self._decide(charges[1:])
        live = booking.charge_ids.filtered(lambda charge: charge.state != "reversed")
        self.assertEqual(live.lead_id, self.lead_2)
        self.assertEqual(live.team_id, self.team_2)
        self.assertIn(fresh, live)
        self.assertEqual(sum(live.mapped("amount")), 800.0)
        booking.with_user(self.engineer).action_correct(6.0, None, "customer")
        live = booking.charge_ids.filtered(lambda charge: charge.state != "reversed")
        self.assertEqual(sum(live.mapped("amount")), 600.0)
        self.assertEqual((live.lead_id, live.team_id), (self.lead_2, self.team_2))

    def test_c5_who_and_what(self):
        charge, other = self._work(8.0), self._work(2.0)
        self._settle("sent")
        with self.assertRaisesRegex(UserError, "name the other opportunity"):
            self._dispute(charge, self.lead)
        other.with_user(self.sales_manager).action_dispute("Not ours", "deal")
        with self.assertRaisesRegex(UserError, "name the other opportunity"):
            self._decide(other)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._decide(other, self.lead_2.id)  # a deal he does not read
        self._dispute(charge)
        self.team_2.user_id = self.mci_manager
        with self.assertRaisesRegex(AccessError, "of yours"):
            self._decide(charge, user=self.mci_manager)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._decide(charge, user=self.seller_2)
        self._decide(charge)
        with self.assertRaises(UserError):
            self._decide(charge)

    def test_c5_wizard(self):
        charge = self._work(8.0)
        self._settle("sent")
        for user, vals in (
            (
                self.sales_manager,
                {
                    "step": "dispute",
                    "dispute_class": "deal",
                    "lead_id": self.lead_2.id,
                },
            ),
            (self.accountant, {"step": "decide", "decision": "moved"}),
        ):
            step = self.env["mci.charge.step"].with_user(user)
            step = step.with_context(active_model="mci.charge", active_ids=charge.ids)
            step.create({"text": "The other harbour", **vals}).action_apply()
        self.assertEqual(charge.state, "reversed")
        self.assertEqual(self.lead_2.mci_charged_amount, 800.0)
