from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ...tools.bands import (
    buffer_limits,
    buffered_grade,
    plain_grade,
)
from .grade_common import GradeCommon

BANDS = ((1000.0, "A"), (500.0, "B"), (100.0, "C"), (0.0, "D"))


class TestBands(GradeCommon):
    def test_plain_grade(self):
        for amount, grade in ((0, "D"), (99.99, "D"), (100, "C"), (1e9, "A")):
            self.assertEqual(plain_grade(BANDS, amount), grade)

    def test_buffer(self):
        cases = (
            # amount, present, grade with 10 %
            (460, "B", "B"),
            (450, "B", "B"),
            (449.99, "B", "C"),
            (540, "C", "C"),
            (550, "C", "B"),
            (1050, "B", "B"),
            (1100, "B", "A"),
            (905, "A", "A"),
            (5, "A", "D"),
            (540, None, "B"),
            (540, "E", "B"),
        )
        for amount, present, grade in cases:
            with self.subTest(amount=amount, present=present):
                self.assertEqual(buffered_grade(BANDS, amount, present, 10), grade)
        self.assertEqual(buffered_grade(BANDS, 499, "B", 0), "C")
        self.assertEqual(buffer_limits(BANDS, "A", 10), (900.0, None))


class TestGradingAmount(GradeCommon):
    def test_m1_buffer_holds_the_grade(self):
        """B from 300,000 with a buffer of 5 %."""
        lead = self._mci_deal(305000)
        lead.expected_revenue = 290000
        self.assertGrade(lead, "B")
        self.assertFalse(lead.mci_grade_change_ids)
        self.assertIn("5 %", lead.mci_grade_reason)
        lead.expected_revenue = 284999
        self.assertGrade(lead, "C")
        lead.expected_revenue = 310000
        self.assertGrade(lead, "C")
        lead.expected_revenue = 315000
        self.assertGrade(lead, "B")
        self.assertGrade(self._mci_deal(299999), "C")

    def test_m1_buffer_is_not_moved_by_the_salesperson(self):
        lead = self._mci_deal(305000)
        lead.expected_revenue = 290000
        lead.user_id = self.seller_2
        self.assertGrade(lead, "B")

    def test_m1_a_new_policy_grades_by_its_bands(self):
        lead = self._mci_deal(305000)
        lead.expected_revenue = 290000
        draft = self.policy.with_user(self.mci_manager).copy()
        draft.action_activate()
        self.assertGrade(lead, "C")
        self.assertEqual(lead.mci_grade_policy_id, draft)

    def test_m1_buffer_and_window_are_checked(self):
        for vals in (
            {"buffer_percent": 60},
            {"buffer_percent": -1},
            {"split_days": -1},
        ):
            draft = self.policy.copy()
            with (
                self.subTest(vals),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                draft.write(vals)
                self.env.flush_all()

    def test_m1_evidence_is_kept_with_the_grade(self):
        lead = self._mci_deal(400000, mci_amount_evidence="estimate")
        self.assertEqual(lead.mci_graded_evidence, "estimate")
        lead.mci_amount_evidence = "tender"
        self.assertEqual(lead.mci_graded_evidence, "tender")
        lead.expected_revenue = 10
        self.assertEqual(lead.mci_grade_change_ids.amount_evidence, "tender")

    def test_m1_amount_as_graded_is_frozen_at_initiation(self):
        lead = self._mci_deal(400000, mci_amount_evidence="estimate")
        lead.expected_revenue = 500000
        self.assertEqual(lead.mci_graded_amount, 500000)
        self._mci_mark_stages()
        lead.stage_id = self.stage_initiate
        lead.write({"expected_revenue": 60000, "mci_amount_evidence": "tender"})
        self.assertEqual(
            (lead.mci_grading_amount, lead.mci_graded_amount), (60000, 500000)
        )
        self.assertEqual(lead.mci_graded_evidence, "estimate")
        proposal = lead.mci_grade_change_ids
        self.assertEqual(proposal.amount_evidence, "tender")
        proposal.with_user(self.sales_manager).action_approve()
        self.assertEqual(lead.mci_graded_amount, 60000)
        self.assertEqual(lead.mci_graded_evidence, "tender")

    def test_m1_a_closed_deal_stays_graded_on_its_amount(self):
        lead = self._mci_deal(2000000)
        lead.action_set_won()
        lead.expected_revenue = 60000
        self.assertGrade(lead, "A", "delivery_center")
        self.assertEqual(
            (lead.mci_grading_amount, lead.mci_graded_amount), (60000, 2000000)
        )
        with self.assertRaises(UserError):
            lead.with_user(self.seller).mci_request_grade("B", "showcase", "x")

    def test_m1_a_deal_opened_again_is_graded_anew(self):
        lead = self._mci_deal(2000000)
        lead.action_set_lost()
        lead.expected_revenue = 60000
        self.assertGrade(lead, "A")
        lead.action_unarchive()
        self.assertEqual(lead.won_status, "pending")
        self.assertGrade(lead, "C")
        self.assertEqual(lead.mci_graded_amount, 60000)

    def test_m1_a_proposal_ends_with_its_deal(self):
        """Won, lost or deleted while it waits."""
        self._mci_mark_stages()
        changes = self.env["mci.grade.change"]
        for close in ("action_set_won", "action_set_lost"):
            lead = self._mci_deal(60000, stage_id=self.stage_initiate.id)
            lead.expected_revenue = 2000000
            proposal = lead.mci_grade_change_ids
            self.assertEqual(proposal.state, "requested")
            getattr(lead, close)()
            self.assertEqual(proposal.state, "refused")
            self.assertTrue(proposal.refuse_reason)
            with self.assertRaises(UserError):
                proposal.with_user(self.sales_manager).action_approve()
            self.assertGrade(lead, "C")
        lead = self._mci_deal(60000, stage_id=self.stage_initiate.id)
        lead.expected_revenue = 2000000
        proposal = lead.mci_grade_change_ids
        lead.unlink()
        self.assertFalse(changes.search([("id", "=", proposal.id)]))

    def test_m1_the_second_approver_is_told(self):
        self._mci_mark_stages()
        lead = self._mci_deal(60000, stage_id=self.stage_initiate.id)
        lead.expected_revenue = 2000000
        proposal = lead.mci_grade_change_ids
        proposal.with_user(self.sales_manager).action_approve()
        with self.assertRaisesRegex(UserError, "decided"):
            proposal.with_user(self.mci_manager).action_refuse("No")
        self.assertGrade(lead, "A")

    def test_m1_amounts_count_in_the_company_of_the_deal(self):
        """A company with another currency grades by its own bands, on its own money."""
        currency = self.env["res.currency"].with_context(active_test=False)
        yen = currency.search([("name", "=", "JPY")])
        yen.active = True
        other = self.env["res.company"].create({"name": "KK", "currency_id": yen.id})
        policy = self.env["mci.grade.policy"]._mci_create_standard(other)
        for line in policy.line_ids:
            line.amount_min *= 150
        policy.action_activate()
        team = self.env["crm.team"].create({"name": "KK", "company_id": other.id})
        plan = self.env["crm.recurring.plan"].create(
            {"name": "Monthly", "number_of_months": 1}
        )
        lead = self._mci_deal(
            40000000.4,
            team_id=team.id,
            user_id=False,
            company_id=other.id,
            recurring_revenue=500000,
            recurring_plan=plan.id,
        )
        self.assertEqual(lead.mci_grading_amount, 46000000)
        self.assertGrade(lead, "B")

    def test_m1_why_is_told_to_readers_only(self):
        lead = self._mci_deal(400000, mci_amount_evidence="tender")
        reasons = lead.with_user(self.seller).mci_explain_grade()
        self.assertTrue(any("Tender document" in reason for reason in reasons))
        with self.assertRaises(AccessError):
            lead.with_user(self.plain_user).mci_explain_grade()
        self.policy._mci_unlock().state = "retired"
        self.assertEqual(len(self._mci_deal(1).mci_explain_grade()), 1)

    def test_m1_many_deals_get_what_one_gets(self):
        """A large batch is written past the ORM, with the same result."""
        vals = [self._mci_deal_vals(4000.0 * number) for number in range(320)]
        leads = self.env["crm.lead"].create(vals)
        one_by_one = self.env["crm.lead"].create(vals[0])
        for lead, amount in zip(leads, range(0, 1280000, 4000), strict=True):
            self.assertEqual(lead.mci_grading_amount, amount)
            self.assertEqual(lead.mci_graded_amount, amount)
        self.assertEqual(one_by_one.mci_grade_id, leads[0].mci_grade_id)
        self.assertEqual(
            {lead.mci_grade_id.code for lead in leads}, {"A", "B", "C", "D"}
        )
        leads.write({"expected_revenue": 2000000})
        self.assertEqual(set(leads.mapped("mci_tier")), {"delivery_center"})
        self.assertEqual(set(leads.mapped("mci_grade_id.code")), {"A"})
        found = self.env["crm.lead"].search(
            [("mci_tier", "=", "delivery_center"), ("id", "in", leads.ids)]
        )
        self.assertEqual(found, leads.sorted(key=lambda x: found.ids.index(x.id)))
