from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .ownership_common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestHandover(OwnershipCommon):
    """Offered, then accepted or declined; who is in charge acts (O1, O2)."""

    def test_offer_and_accept(self):
        offer = self._offer(self.plain_user)
        self.assertEqual(offer.state, "offered")
        self.assertEqual(self.deal.mci_owner_id, self.seller)
        self.assertEqual(offer.activity_ids.user_id, self.plain_user)
        mine = offer.with_user(self.plain_user)
        self.assertTrue(mine.is_my_offer)
        self.assertEqual(mine.lead_id.name, "Port cranes", "he reads it before")
        mine.action_accept()
        self.assertEqual(self._active(), offer)
        self.assertEqual(self.deal.mci_owner_id, self.plain_user)
        self.assertFalse(offer.activity_ids)
        self.assertIn(self.plain_user.partner_id, self.deal.message_partner_ids)
        with self.assertRefused("does not wait"):
            mine.action_accept()

    def test_decline_needs_a_reason(self):
        offer = self._offer(self.seller_2)
        with self.assertRefused("Say why"):
            offer.with_user(self.seller_2).action_decline(" ")
        offer.with_user(self.seller_2).action_decline("No time")
        self.assertEqual(offer.state, "declined")
        self.assertEqual(offer.decline_reason, "No time")
        self.assertFalse(offer.activity_ids)
        self.assertEqual(self.deal.mci_owner_id, self.seller)

    def test_who_may_answer(self):
        offer = self._offer(self.seller_2)
        for user in (self.seller, self.sales_manager, self.plain_user):
            with self.assertRaises(AccessError, msg=user.name):
                offer.with_user(user).action_accept()
        with self.assertRaises(AccessError):
            offer.with_user(self.plain_user).action_decline("Mine")
        offer.with_user(self.seller).action_decline("Offered by mistake")
        self.assertEqual(offer.state, "declined")

    def test_who_may_offer(self):
        for user in (self.seller_2, self.engineer, self.center_lead, self.plain_user):
            with self.assertRaises(AccessError, msg=user.name):
                self._offer(self.sales_manager, by=user)
        self._offer(self.seller_2)
        self._offer(self.engineer, by=self.sales_manager)

    def test_a_second_offer_overtakes_the_first(self):
        first = self._offer(self.seller_2)
        second = self._offer(self.plain_user)
        self.assertEqual((first.state, second.state), ("declined", "offered"))

    def test_a_manager_takes_it_himself_at_once(self):
        row = self._offer(self.sales_manager, by=self.sales_manager)
        self.assertEqual(row.state, "active")
        self.assertEqual(self.deal.mci_owner_id, self.sales_manager)

    def test_refused_offers(self):
        with self.assertRefused("already in charge"):
            self._offer(self.seller)
        with self.assertRefused("active internal user"):
            self._offer(self.env.ref("base.public_user"))
        with self.assertRefused("no role"):
            self._offer(self.seller_2, role="boss")

    def test_delivery_lead(self):
        """O2, M4: the head of the center names one of its people, who accepts."""
        with self.assertRefused("no delivery center"):
            self.deal.with_user(self.center_lead).mci_name_delivery_lead(
                self.center_lead.id
            )
        self.deal.mci_center_id = self.center
        for user in (self.seller, self.office_lead, self.engineer, self.mci_manager):
            with self.assertRaises(AccessError, msg=user.name):
                self.deal.with_user(user).mci_name_delivery_lead(self.engineer.id)
        with self.assertRefused("no position"):
            self.deal.with_user(self.center_lead).mci_name_delivery_lead(
                self.engineer_2.id
            )
        row = self._offer(self.engineer, by=self.center_lead, role="delivery_lead")
        self.assertFalse(self.deal.mci_delivery_lead_id)
        row.with_user(self.engineer).action_accept()
        self.assertEqual(self.deal.mci_delivery_lead_id, self.engineer)
        self._offer(self.center_lead, by=self.engineer, role="delivery_lead")
        self.assertEqual(self.deal.mci_owner_id, self.seller, "two separate rights")

    def test_the_head_of_the_center_may_lead_himself(self):
        self._command()
        self.assertEqual(self.deal.mci_delivery_lead_id, self.center_lead)

    def test_the_owner_moves_and_closes_whatever_his_group(self):
        offer = self._offer(self.plain_user)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.deal.with_user(self.plain_user).mci_move_stage(self.bid.id)
        offer.with_user(self.plain_user).action_accept()
        mine = self.deal.with_user(self.plain_user)
        mine.mci_move_stage(self.bid.id)
        self.assertEqual(self.deal.stage_id, self.bid)
        with self._mci_quiet(), self.assertRaises(AccessError):
            mine.write({"stage_id": self.analyse.id})
        mine.mci_close(True)
        self.assertEqual(self.deal.won_status, "won")
        self.assertEqual(self._active().user_id, self.plain_user)

    def test_the_owner_loses_it_with_a_reason(self):
        reason = self.env["crm.lost.reason"].create({"name": "Strike at the port"})
        with self.assertRefused("no lost reason"):
            self.deal.with_user(self.seller).mci_close(False, "Weather")
        self.deal.with_user(self.seller).mci_close(False, "strike at the port")
        self.assertFalse(self.deal.active)
        self.assertEqual(self.deal.lost_reason_id, reason)

    def test_only_stages_of_the_team(self):
        foreign = self.env["crm.team"].create({"name": "Others"})
        stage = self.env["crm.stage"].create(
            {"name": "Theirs", "team_ids": [(4, foreign.id)]}
        )
        for stage_id in (stage.id, 0):
            with self.assertRefused("does not use this stage"):
                self.deal.with_user(self.seller).mci_move_stage(stage_id)

    def test_who_may_move_and_close(self):
        for user in (self.engineer, self.center_lead, self.accountant):
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.name):
                self.deal.with_user(user).mci_move_stage(self.bid.id)
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.name):
                self.deal.with_user(user).mci_close(True)
        self.deal.with_user(self.sales_manager).mci_move_stage(self.bid.id)
        self.assertEqual(self.deal.stage_id, self.bid)

    def test_wizards(self):
        deal = self.deal.with_user(self.seller)
        action = deal.action_mci_hand_over()
        form = Form(
            self.env["mci.ownership.offer"]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        self.assertNotIn(self.seller, form.candidate_ids[:])
        form.user_id = self.seller_2
        form.note = "Please"
        form.save().action_offer()
        offer = deal.with_user(self.seller_2).mci_my_offer_id
        self.assertEqual(offer.note, "Please")
        self.assertFalse(deal.mci_my_offer_id)
        reason = self.env["mci.booking.reason"].with_user(self.seller_2)
        reason.create(
            {
                "res_model": "mci.ownership",
                "res_id": offer.id,
                "step": "action_decline",
                "reason": "Busy",
            }
        ).action_apply()
        self.assertEqual(offer.state, "declined")
        decision = Form(
            self.env["mci.deal.decision"]
            .with_user(self.seller)
            .with_context(**deal.action_mci_decide()["context"])
        )
        decision.stage_id = self.bid
        decision.save().action_apply()
        self.assertEqual(self.deal.stage_id, self.bid)

    def test_the_reason_form_calls_nothing_else(self):
        offer = self._offer(self.seller_2)
        self.env["mci.booking.reason"].with_user(self.seller_2).create(
            {
                "res_model": "mci.ownership",
                "res_id": offer.id,
                "step": "unlink",
                "reason": "x",
            }
        ).action_apply()
        self.assertEqual(offer.state, "offered")
        with self.assertRaises(UserError):
            offer.with_user(self.seller_2).action_decline()
