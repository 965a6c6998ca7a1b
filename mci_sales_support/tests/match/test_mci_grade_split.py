from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .grade_common import GradeCommon


class TestMciGradeSplit(GradeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._mci_deal(200000)
        cls.second = cls._mci_deal(150000, user_id=cls.seller_2.id)
        cls.both = cls.first + cls.second
        cls.splits = cls.env["mci.grade.split"]

    def _refresh(self):
        self.splits._mci_refresh(self.customer)
        self.both.invalidate_recordset()
        return self._open()

    def _open(self):
        return self.splits.search(
            [("partner_id", "=", self.customer.id), ("state", "=", "open")]
        )

    def test_m1_pieces_are_listed_once(self):
        split = self._refresh()
        self.assertEqual(split.lead_ids, self.both)
        self.assertEqual((split.amount, split.grade_id.code), (350000, "B"))
        self.assertEqual(set(self.both.mapped("mci_split_state")), {"open"})
        self.assertEqual(self._refresh(), split)

    def test_m1_the_nightly_job_finds_and_closes(self):
        self._mci_run_cron("mci_grade_split_cron")
        split = self._open()
        self.assertEqual(split.lead_ids, self.both)
        self.second.expected_revenue = 10
        self._mci_run_cron("mci_grade_split_cron")
        self.assertEqual(split.state, "gone")
        self.assertFalse(self.first.mci_split_state)

    def test_m1_window(self):
        """Deals created further apart than the policy's window are no split."""
        old = fields.Datetime.now() - timedelta(days=self.policy.split_days + 2)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = %s", [old, self.first.id]
        )
        self.assertFalse(self._refresh())
        self.assertFalse(self.first.mci_possible_split)
        third = self._mci_deal(160000)
        split = self._refresh()
        self.assertEqual(split.lead_ids, self.second + third)

    def test_m1_pieces_of_one_deal_get_the_grade_of_the_whole(self):
        split = self._refresh().with_user(self.sales_manager)
        split.action_is_one("Two lots of one tender")
        for lead in self.both:
            self.assertGrade(lead, "B", "delivery_center")
            self.assertEqual(lead.mci_computed_grade_id.code, "C")
            change = lead.mci_grade_change_ids
            self.assertEqual(
                (change.kind, change.state, change.approver_id),
                ("split", "approved", self.sales_manager),
            )
            self.assertIn("Two lots", change.reason)
        self.assertEqual(set(self.both.mapped("mci_split_state")), {"one"})
        self.assertFalse(self._refresh())

    def test_m1_no_split_stays_quiet_until_something_new(self):
        split = self._refresh().with_user(self.sales_manager)
        split.action_is_apart("Two plants, two budgets")
        self.assertFalse(self._refresh())
        self.assertFalse(self.first.mci_possible_split)
        self.assertGrade(self.first, "C")
        self.assertEqual(split.decided_by_id, self.sales_manager)
        third = self._mci_deal(60000)
        self.assertEqual(self._refresh().lead_ids, self.both + third)

    def test_m1_a_better_grade_together_is_a_new_question(self):
        third = self._mci_deal(290000)
        split = self._refresh().with_user(self.sales_manager)
        split.action_is_apart("Two plants")
        (self.both + third).write({"expected_revenue": 299000})
        extra = self._mci_deal(299000)
        split = self._refresh().with_user(self.sales_manager)
        self.assertEqual(split.grade_id.code, "A")
        self.assertEqual(split.lead_ids, self.both + third + extra)

    def test_m1_who_decides(self):
        split = self._refresh()
        for user in (self.seller, self.engineer, self.accountant):
            with self.subTest(user.login), self.assertRaises(AccessError):
                split.with_user(user).action_is_one("Mine")
        self.first.user_id = self.sales_manager
        with self.assertRaises(AccessError):
            split.with_user(self.sales_manager).action_is_apart("Own deal")
        self.first.user_id = self.seller
        self.employees["sales_manager"].parent_id = self.employees["seller"]
        with self.assertRaises(AccessError):
            split.with_user(self.sales_manager).action_is_apart("His boss sells it")
        split.with_user(self.mci_manager).action_is_apart("Two plants")
        with self.assertRaisesRegex(UserError, "decided"):
            split.with_user(self.mci_manager).action_is_one("Second thought")

    def test_m1_a_decision_needs_a_reason(self):
        split = self._refresh().with_user(self.sales_manager)
        for step in (split.action_is_one, split.action_is_apart):
            with self.assertRaises(UserError):
                step(" ")

    def test_m1_readers(self):
        split = self._refresh()
        for user in (self.sales_manager, self.mci_manager):
            split.with_user(user).read()
        for user in (self.seller, self.plain_user, self.engineer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                split.with_user(user).read(["amount"])
        with self.assertRaises(AccessError):
            split.with_user(self.mci_manager).write({"state": "apart"})

    def test_m1_deals_that_go_while_it_waits(self):
        """Merged, deleted or won: the question goes with them."""
        split = self._refresh()
        self.second.action_set_won()
        self.assertFalse(self._refresh())
        self.assertEqual(split.state, "gone")
        third = self._mci_deal(150000)
        split = self._refresh()
        third.unlink()
        self.assertFalse(self._refresh())
        third = self._mci_deal(150000)
        split = self._refresh()
        (self.first + third).merge_opportunity()
        self.assertFalse(self._refresh())
        self.assertEqual(split.state, "gone")

    def test_m1_the_form_opens_the_question(self):
        action = self.first.with_user(self.sales_manager).action_mci_view_split()
        self.assertEqual(action["res_id"], self._open().id)
        with self.assertRaises(UserError):
            self.first.with_user(self.seller).action_mci_view_split()

    def test_m1_queries_do_not_grow(self):
        def look(count):
            partners = self.env["res.partner"].create(
                [{"name": f"C{number}"} for number in range(count)]
            )
            for partner in partners:
                self._mci_deal(200000, partner_id=partner.id)
                self._mci_deal(200000, partner_id=partner.id)
            return self._mci_count(self.env["crm.lead"]._mci_find_splits, partners)

        look(2)
        self.assertEqual(look(2), look(10))

    def _name_approver(self, **vals):
        return self.env["mci.approval.rule"].create(
            {
                "kind": "grade",
                "company_id": self.company.id,
                "approver_id": self.plain_user.id,
                **vals,
            }
        )

    def test_m1_whoever_the_rule_names_decides(self):
        """Without any group of ours he reads the question and its deals."""
        self._name_approver()
        split = self._refresh().with_user(self.plain_user)
        self.assertEqual(split.approver_ids, self.plain_user)
        self.assertTrue(split.can_decide)
        with Form(split) as form:
            self.assertEqual(form.lead_ids.ids, split.sudo().lead_ids.ids)
        split.lead_ids.read(["name", "mci_grading_amount", "user_id"])
        with self._mci_quiet(), self.assertRaises(AccessError):
            split.lead_ids.write({"name": "Renamed"})
        with self.assertRaises(AccessError):
            split.with_user(self.sales_manager).action_is_one("Not named")
        split.action_is_one("Two lots of one tender")
        self.assertGrade(self.first, "B", "delivery_center")
        split.read(["state", "reason"])

    def test_m1_names_follow_the_rules(self):
        split = self._refresh()
        self.assertFalse(split.approver_ids)
        rule = self._name_approver()
        self.assertEqual(split.approver_ids, self.plain_user)
        rule.deputy_id = self.engineer
        self.assertEqual(split.approver_ids, self.plain_user + self.engineer)
        split.with_user(self.engineer).read(["amount"])
        rule.unlink()
        self.assertFalse(split.approver_ids)
        with self._mci_quiet(), self.assertRaises(AccessError):
            split.with_user(self.plain_user).read(["amount"])
        other = self._mci_deal(10, partner_id=self.second.partner_id.id)
        with self._mci_quiet(), self.assertRaises(AccessError):
            other.with_user(self.plain_user).read(["name"])
