from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .ownership_common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestMciSignoff(OwnershipCommon):
    """Declared complete and signed feasible before the offer of A and B (O3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._command()

    def _sign_both(self, deal=None):
        deal = deal or self.deal
        deal.with_user(self.seller).mci_declare_promises()
        deal.with_user(self.center_lead).mci_sign_feasibility()

    def _promise(self):
        return self.env["mci.promise"].create(
            {"lead_id": self.deal.id, "name": "Live in May"}
        )

    def test_an_empty_list_is_declared_too(self):
        self._sign_both()
        self.assertEqual(self.deal.mci_signoff_state, "signed")
        self.assertFalse(self.deal.mci_commitment_note)

    def test_conditions_and_refusal(self):
        self.deal.with_user(self.seller).mci_declare_promises()
        lead = self.deal.with_user(self.center_lead)
        with self.assertRefused("reason"):
            lead.mci_refuse_feasibility("")
        lead.mci_refuse_feasibility("No people")
        self.assertEqual(self.deal.mci_signoff_state, "refused")
        self.assertTrue(self.deal.mci_commitment_note)
        lead.mci_sign_feasibility("Two engineers more")
        self.assertEqual(self.deal.mci_signoff_state, "conditional")
        self.assertFalse(self.deal.mci_commitment_note)

    def test_who_signs(self):
        for user in (self.center_lead, self.sales_manager, self.engineer):
            with self.assertRaises(AccessError, msg=user.name):
                self.deal.with_user(user).mci_declare_promises()
        self.deal.with_user(self.seller).mci_declare_promises()
        for user in (self.seller, self.sales_manager, self.office_lead):
            with self.assertRaises(AccessError, msg=user.name):
                self.deal.with_user(user).mci_sign_feasibility()

    def test_declared_first(self):
        with self.assertRefused("declare the list"):
            self.deal.with_user(self.center_lead).mci_sign_feasibility()

    def test_a_change_voids_both(self):
        promise = self._promise()
        for change in (
            lambda: promise.write({"name": "Live in April"}),
            lambda: promise.write({"date_due": "2030-05-01"}),
            lambda: promise.write({"active": False}),
            self._promise,
            promise.unlink,
        ):
            self._sign_both()
            change()
            self.assertEqual(self.deal.mci_signoff_state, "none")
            self.assertEqual(set(self.deal.mci_signoff_ids.mapped("state")), {"void"})

    def test_an_answer_voids_nothing(self):
        promise = self._promise()
        self._sign_both()
        promise.with_user(self.center_lead).action_accept()
        self.assertEqual(self.deal.mci_signoff_state, "signed")

    def test_the_list_is_kept_as_signed(self):
        promise = self._promise()
        self._sign_both()
        promise.name = "Live in April"
        for signoff in self.deal.mci_signoff_ids:
            self.assertIn("Live in May", signoff.snapshot)
            with self.assertRaises(AccessError):
                signoff.write({"state": "signed"})

    def test_gate_enforced_whatever_moves_the_stage(self):
        """O3 at enforce: by hand, by the owner's method, by a win."""
        self._mci_level("O3", "enforce")
        deal = self.deal.with_user(self.seller)
        for step in (
            lambda: deal.write({"stage_id": self.bid.id}),
            lambda: deal.mci_move_stage(self.bid.id, "No time"),
            deal.action_set_won,
            lambda: deal.mci_close(True),
        ):
            with self.assertRefused("not declared"), self.cr.savepoint():
                step()
        self.env.invalidate_all()
        self.assertEqual(self.deal.stage_id, self.analyse)
        self._sign_both()
        deal.mci_move_stage(self.bid.id)
        self.assertTrue(self.deal.mci_offer_date)
        self._promise()
        with self.assertRefused("not declared"), self.cr.savepoint():
            deal.mci_move_stage(self.negotiate.id)
        self._sign_both()
        deal.mci_close(True)
        self.assertEqual(self.deal.won_status, "won")

    def test_gate_when_the_team_moves_the_stage(self):
        self._mci_level("O3", "enforce")
        others = self.env["crm.team"].create({"name": "Others"})
        self.env["crm.stage"].create(
            {
                "name": "Only bids",
                "sequence": -1,
                "team_ids": [(4, others.id)],
                "mci_phase": "bid",
            }
        )
        with self.assertRefused("not declared"), self.cr.savepoint():
            self.deal.write({"team_id": others.id})
            self.env.flush_all()

    def test_gate_leaves_losing_and_small_deals_alone(self):
        self._mci_level("O3", "enforce")
        small = self._create_deal("Small", "d")
        small.stage_id = self.bid
        self.assertTrue(small.mci_offer_date)
        self.deal.action_set_lost()
        self.assertFalse(self.deal.mci_offer_date)

    def test_warning_asks_for_a_reason_and_counts(self):
        self._mci_level("O3", "warn")
        deal = self.deal.with_user(self.seller)
        with self.assertRefused("Give a reason"), self.cr.savepoint():
            deal.mci_move_stage(self.bid.id)
        deal.mci_move_stage(self.bid.id, "The tender closes today")
        event = self.env["mci.rule.event"].search([("lead_id", "=", self.deal.id)])
        self.assertEqual(event.reason, "The tender closes today")

    def test_observed_by_default(self):
        self.deal.stage_id = self.bid
        events = self.env["mci.rule.event"].search([("lead_id", "=", self.deal.id)])
        self.assertEqual(events.mapped("rule"), ["O3"])
        self.env["res.lang"]._activate_lang("zh_CN")
        there = events.with_context(lang="zh_CN")
        self.assertIn("signed the feasibility", events.what_happened)
        self.assertIn(self.deal.name, there.what_happened)
        self.assertNotIn("feasibility", there.what_happened)
        note = self.deal.with_context(lang="zh_CN").mci_commitment_note
        self.assertIn("feasibility", self.deal.mci_commitment_note)
        self.assertNotIn("feasibility", note)

    def test_the_offer_date_is_the_first(self):
        self._sign_both()
        self.deal.stage_id = self.bid
        with self.assertRaises(AccessError):
            self.deal.mci_offer_date = "2020-01-01"
        self.deal._mci_write_plain({"mci_offer_date": "2020-01-01"})
        self.deal.stage_id = self.analyse
        self.deal.stage_id = self.bid
        self.assertEqual(str(self.deal.mci_offer_date), "2020-01-01")

    def test_merge_moves_and_voids(self):
        promise = self._promise()
        self._sign_both()
        head = self._command(self._create_deal("Head", stage_id=self.bid.id))
        self._sign_both(head)
        signoffs = self.deal.mci_signoff_ids | head.mci_signoff_ids
        merged = (self.deal | head).merge_opportunity()
        self.assertEqual(merged, head)
        self.assertEqual(promise.lead_id, head)
        self.assertEqual(signoffs.lead_id, head)
        self.assertEqual(set(signoffs.mapped("state")), {"void"})

    def test_gate_queries_do_not_grow(self):
        def move(count):
            deals = self.env["crm.lead"].union(
                *(self._create_deal(f"Deal {i}", "c") for i in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            deals.mapped("name")
            start = self.cr.sql_log_count
            deals._mci_enter_offer()
            self.env.flush_all()
            return self.cr.sql_log_count - start

        move(1)
        self.assertEqual(move(2), move(20))

    def test_nothing_signed_twice(self):
        self._sign_both()
        with self.assertRaises(UserError):
            self.deal.with_user(self.center_lead).mci_refuse_feasibility(" ")
        self.deal.with_user(self.seller).mci_declare_promises()
        valid = self.deal.mci_signoff_ids.filtered(lambda s: s.state != "void")
        self.assertEqual(valid.kind, "declaration")
