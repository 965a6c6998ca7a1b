from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import NOW
from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestCenterProposal(RequestCommon):
    """M4: proposed from industry and solution, accepted or declined with reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.solution = cls.env["mci.solution"].create({"name": "Cranes"})
        cls.center.solution_ids = cls.solution
        cls.big_deal.mci_solution_ids = cls.solution

    def _propose(self, user=None, **vals):
        id_ = self.big_deal.with_user(user or self.seller).mci_ask_center(**vals)
        return self.env["mci.center.proposal"].browse(id_)

    def test_proposed_and_accepted(self):
        proposal = self._propose()
        self.assertEqual((proposal.center_id, proposal.why), (self.center, "Cranes"))
        self.assertEqual(proposal.due, NOW + timedelta(hours=4))
        self.assertTrue(self._messages(proposal, self.center_lead))
        proposal.with_user(self.center_lead).action_accept()
        self.assertEqual(self.big_deal.mci_center_id, self.center)
        self.assertEqual(self.big_deal.mci_delivery_lead_id, self.center_lead)
        self.assertEqual(proposal.state, "accepted")

    def test_accepting_names_somebody_of_the_center(self):
        proposal = self._propose()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            proposal.with_user(self.center_lead).action_accept(self.engineer_2.id)
        self.env.invalidate_all()
        proposal.with_user(self.center_lead).action_accept(self.engineer.id)
        offer = self.big_deal.mci_ownership_ids.filtered(
            lambda row: row.role == "delivery_lead"
        )
        self.assertEqual((offer.user_id, offer.state), (self.engineer, "offered"))

    def test_declining_needs_reason_and_approver(self):
        second = self._mci_create_unit(
            "South Center", "SOUTH", "delivery_center", self.office_lead
        )
        proposal = self._propose()
        second.solution_ids = self.solution
        lead = proposal.with_user(self.center_lead)
        with self.assertRefused("reason"):
            lead.action_decline(" ")
        lead.action_decline("Nobody for cranes before May")
        self.assertEqual(proposal.state, "declining")
        with self._mci_quiet(), self.assertRaises(AccessError):
            lead.action_approve_decline()
        proposal.with_user(self.sales_manager).action_reject_decline("It has to")
        self.assertEqual(proposal.state, "proposed")
        lead.action_decline("Really nobody")
        proposal.with_user(self.sales_manager).action_approve_decline("Seen")
        self.assertEqual(proposal.state, "declined")
        self.assertEqual(proposal.decline_reason, "Really nobody")
        following = self.big_deal.mci_center_proposal_ids - proposal
        self.assertEqual((following.center_id, following.state), (second, "proposed"))

    def test_silence_goes_up(self):
        self.center.escalate_to_id = self.sales_manager
        proposal = self._propose()
        with freeze_time(NOW + timedelta(hours=3)):
            proposal._mci_escalate()
        self.assertFalse(proposal.escalation_level)
        with freeze_time(NOW + timedelta(hours=5)):
            self.assertEqual(proposal.search([("is_late", "=", True)]), proposal)
            proposal._mci_escalate()
            proposal._mci_escalate()
        self.assertEqual(proposal.escalation_level, 1)
        with freeze_time(NOW + timedelta(days=1)):
            self._mci_run_cron("cron_escalate_proposals")
        self.assertEqual(proposal.escalation_level, 2)
        self.assertTrue(self._messages(proposal, self.sales_manager))
        self.assertEqual(
            self.env["mci.escalation"].search_count(
                [("kind", "=", "center"), ("proposal_id", "=", proposal.id)]
            ),
            2,
        )

    def test_who_may(self):
        for user in (self.seller_2, self.engineer, self.plain_user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._propose(user)
        proposal = self._propose()
        for user in (self.seller, self.sales_manager, self.mci_manager):
            with self._mci_quiet(), self.assertRaises(AccessError):
                proposal.with_user(user).action_accept()
            proposal.with_user(user).read()
        for user in (self.seller_2, self.hr):
            with self._mci_quiet(), self.assertRaises(AccessError):
                proposal.with_user(user).read(["state"])
        with self.assertRaises(AccessError):
            proposal.write({"state": "accepted"})

    def test_one_at_a_time(self):
        proposal = self._propose()
        with self.assertRefused("is asked for"):
            self._propose()
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                proposal._mci_unlock().copy()
        proposal.with_user(self.seller).action_withdraw()
        self._propose(center_id=self.center.id)
        with self.assertRefused("already"):
            proposal.with_user(self.center_lead).action_accept()

    def test_bad_input(self):
        with self.assertRefused("not a delivery center"):
            self._propose(center_id=self.office.id)
        self.big_deal.mci_solution_ids = False
        with self.assertRefused("No delivery center covers"):
            self._propose()
        with self.assertRefused("no valid value"):
            self._propose(center_id="north")

    def test_closed_deals_ask_nobody(self):
        proposal = self._propose()
        self.big_deal.action_set_lost()
        self.assertEqual(proposal.state, "withdrawn")
        with self.assertRefused("lost or archived"):
            self._propose()

    def test_deals_that_asked_are_kept_or_merged(self):
        proposal = self._propose()
        with self.assertRefused("cannot be deleted"):
            self.big_deal.unlink()
        other = self._mci_create_deal("Port twin, once more", "a", "delivery_center")
        (other | self.big_deal).with_user(self.sales_manager).merge_opportunity()
        self.assertTrue(proposal.lead_id.exists())
        self.assertEqual(proposal.lead_name, "Port twin")

    def test_wizard(self):
        proposal = self._propose()
        answer = (
            self.env["mci.center.answer"]
            .with_user(self.center_lead)
            .create({"proposal_id": proposal.id, "step": "action_accept"})
        )
        self.assertIn(self.engineer, answer.candidate_ids)
        answer.action_apply()
        self.assertEqual(proposal.state, "accepted")
