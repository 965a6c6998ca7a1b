from odoo.exceptions import AccessError, UserError, ValidationError

from .grade_common import GradeCommon


class TestCrmLeadGate(GradeCommon):
    def test_m4_gates_sleep_without_phases(self):
        lead = self._mci_deal(400000, stage_id=self.stage_bid.id)
        self.assertIsNone(lead._mci_is_initiated())
        self.assertFalse(lead.mci_initiated_date)

    def test_m4_initiation_is_sticky(self):
        self._mci_mark_stages()
        lead = self._mci_deal(400000)
        self.assertIs(lead._mci_is_initiated(), False)
        lead.stage_id = self.stage_bid
        date = lead.mci_initiated_date
        self.assertTrue(date)
        self.assertEqual(lead.mci_gate_grade_id.code, "B")
        lead.stage_id = self.stage_new
        self.assertEqual(lead.mci_initiated_date, date)
        self.assertIs(lead._mci_is_initiated(), True)

    def test_m4_a_stage_that_gets_a_phase_initiates_at_night(self):
        lead = self._mci_deal(400000, stage_id=self.stage_initiate.id)
        self._mci_mark_stages()
        self.assertFalse(lead.mci_initiated_date)
        with self.enter_registry_test_mode():
            self.env.ref(
                "mci_sales_support.mci_lead_initiation_cron"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(lead.mci_initiated_date)

    def test_stage_keeps_what_is_written_besides_its_phase(self):
        self.stage_bid.name = "Offer"
        self.assertEqual(self.stage_bid.name, "Offer")

    def test_m1_gates_fall_due_by_the_best_grade(self):
        self._mci_mark_stages()
        lead = self._mci_deal(400000, stage_id=self.stage_bid.id)
        lead.expected_revenue = 10
        lead.mci_grade_change_ids.with_user(self.sales_manager).action_approve()
        self.assertGrade(lead, "D")
        self.assertEqual(lead.mci_gate_grade_id.code, "B")

    def test_m4_set_center(self):
        lead = self._mci_deal(400000)
        for user in (self.engineer, self.center_lead, self.plain_user):
            with self.assertRaises(AccessError):
                lead.with_user(user).mci_set_center(self.center.id)
        lead.with_user(self.seller).mci_set_center(self.center.id)
        self.assertEqual(lead.mci_center_id, self.center)
        with self.assertRaises(ValidationError):
            lead.with_user(self.seller).mci_set_center(self.office.id)

    def test_m4_owner_without_group_sets_the_center(self):
        lead = self._mci_deal(400000)
        lead._mci_write_plain({"mci_ledger_owner_id": self.plain_user.id})
        lead.with_user(self.plain_user).mci_set_center(self.center.id)
        self.assertEqual(lead.mci_center_id, self.center)

    def test_m4_propose_center_by_industry_and_solution(self):
        lead = self._mci_deal(400000).with_user(self.seller)
        self.assertFalse(lead.mci_propose_center())
        with self.assertRaises(UserError):
            lead.action_mci_propose_center()
        solutions = self.env["mci.solution"].create(
            [{"name": "Cranes"}, {"name": "MES"}]
        )
        other = self._mci_create_unit(
            "South Center", "SOUTH", "delivery_center", self.center_lead
        )
        self.center.solution_ids = solutions[0]
        other.solution_ids = solutions
        lead.mci_solution_ids = solutions
        self.assertEqual(lead.mci_propose_center(), other.id)
        solutions[0].is_key = True
        self.center.industry_ids = self.env["res.partner.industry"].create(
            {"name": "Ports", "mci_is_key": True}
        )
        self.customer.industry_id = self.center.industry_ids
        lead.action_mci_propose_center()
        proposal = lead.mci_center_proposal_ids
        self.assertEqual(proposal.center_id, self.center)
        self.assertEqual(proposal.why, "Ports, Cranes")
        self.assertFalse(lead.mci_center_id)
