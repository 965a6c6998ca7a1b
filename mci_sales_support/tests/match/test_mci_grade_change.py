from odoo.exceptions import AccessError, UserError

from .grade_common import GradeCommon


class TestMciGradeChange(GradeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._mci_deal(60000)

    def _ask(self, code="A", user=None, lead=None):
        lead = (lead or self.lead).with_user(user or self.seller)
        change_id = lead.mci_request_grade(code, "showcase", "First of its kind")
        return self.env["mci.grade.change"].browse(change_id)

    def test_m1_moved_by_hand_with_approver(self):
        change = self._ask()
        self.assertEqual(
            (change.state, self.lead.mci_grade_id.code), ("requested", "C")
        )
        change.with_user(self.sales_manager).action_approve()
        self.assertGrade(self.lead, "A", "delivery_center")
        self.assertEqual(self.lead.mci_computed_grade_id.code, "C")
        self.assertTrue(self.lead.mci_grade_manual)
        self.assertEqual(change.approver_id, self.sales_manager)

    def test_m1_request_needs_reason_and_right(self):
        lead = self.lead.with_user(self.seller)
        for args in (
            ("A", "amount", "x"),
            ("A", "showcase", " "),
            ("C", "showcase", "x"),
            ("Z", "showcase", "x"),
        ):
            with self.subTest(args), self.assertRaises(UserError):
                lead.mci_request_grade(*args)
        with self.assertRaises(AccessError):
            self._ask(user=self.seller_2)
        self._ask()
        with self.assertRaises(UserError):
            self._ask("B")

    def test_m1_who_may_decide(self):
        change = self._ask(user=self.sales_manager)
        for user in (
            self.sales_manager,
            self.seller,
            self.center_lead,
            self.accountant,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                change.with_user(user).action_approve()
        change.with_user(self.mci_manager).action_approve()
        with self.assertRaises(UserError):
            change.with_user(self.mci_manager).action_approve()

    def test_m1_rule_names_the_approver_by_grade_and_role(self):
        rules = self.env["mci.approval.rule"]
        rules.create({"kind": "grade", "approver_type": "team_leader"})
        rules.create(
            {
                "kind": "grade",
                "grade_id": self.grades["A"].id,
                "approver_type": "user",
                "approver_id": self.plain_user.id,
            }
        )
        change = self._ask("B")
        self.assertEqual(change.approver_ids, self.sales_manager)
        change.with_user(self.sales_manager).action_refuse("Not now")
        change = self._ask("A")
        self.assertEqual(change.approver_ids, self.plain_user)
        with self.assertRaises(AccessError):
            change.with_user(self.sales_manager).action_approve()
        self.assertTrue(change.with_user(self.plain_user).can_decide)
        change.with_user(self.plain_user).action_approve()
        self.assertGrade(self.lead, "A")

    def test_m1_rule_by_unit_and_delivery_lead(self):
        rule = self.env["mci.approval.rule"].create(
            {"kind": "grade", "approver_type": "unit_lead"}
        )
        self.lead.mci_center_id = self.center
        self.assertEqual(self._ask().approver_ids, self.center_lead)
        rule.approver_type = "delivery_lead"
        other = self._mci_deal(60000)
        other._mci_write_plain({"mci_delivery_lead_id": self.engineer.id})
        self.assertEqual(self._ask(lead=other).approver_ids, self.engineer)

    def test_m1_a_superior_is_not_approved_from_below(self):
        self.employees["sales_manager"].parent_id = self.employees["seller"]
        with self.assertRaises(AccessError):
            self._ask().with_user(self.sales_manager).action_approve()

    def test_m1_refusal_needs_a_reason(self):
        change = self._ask().with_user(self.sales_manager)
        with self.assertRaises(UserError):
            change.action_refuse(" ")
        change.action_refuse("Too small")
        self.assertEqual((change.state, self.lead.mci_grade_id.code), ("refused", "C"))

    def test_m1_a_manual_grade_stays_until_cleared(self):
        self._ask("B").with_user(self.sales_manager).action_approve()
        self.lead.expected_revenue = 2000000
        self.assertGrade(self.lead, "B")
        self.assertTrue(self.lead.mci_grade_overtaken)
        self.lead.with_user(self.seller).mci_clear_manual_grade()
        self.assertGrade(self.lead, "A")
        self.assertFalse(self.lead.mci_grade_manual)

    def test_m1_locked_from_initiation_a_new_amount_proposes(self):
        self._mci_mark_stages()
        self.lead.stage_id = self.stage_initiate
        self.lead.with_user(self.seller).expected_revenue = 2000000
        self.assertGrade(self.lead, "C", "local_office")
        self.assertEqual(self.lead.mci_computed_grade_id.code, "A")
        proposal = self.lead.mci_grade_change_ids
        self.assertEqual((proposal.kind, proposal.state), ("proposal", "requested"))
        self.assertTrue(self.lead.mci_grade_proposed)
        proposal.with_user(self.sales_manager).action_approve()
        self.assertGrade(self.lead, "A", "delivery_center")
        self.assertFalse(self.lead.mci_grade_manual)

    def test_m1_a_later_amount_replaces_the_proposal(self):
        self._mci_mark_stages()
        self.lead.stage_id = self.stage_initiate
        self.lead.expected_revenue = 2000000
        first = self.lead.mci_grade_change_ids
        self.lead.expected_revenue = 400000
        second = self.lead.mci_grade_change_ids - first
        self.assertEqual((first.state, second.to_grade_id.code), ("refused", "B"))
        self.lead.expected_revenue = 60000
        self.assertEqual(second.state, "refused")
        self.assertFalse(self.lead.mci_grade_proposed)

    def test_m1_asking_by_hand_leaves_the_proposal_to_the_approver(self):
        self._mci_mark_stages()
        self.lead.stage_id = self.stage_initiate
        self.lead.expected_revenue = 10
        proposal = self.lead.mci_grade_change_ids
        change = self._ask("B")
        self.assertEqual(proposal.state, "requested")
        change.with_user(self.sales_manager).action_approve()
        self.assertEqual(proposal.state, "refused")

    def test_m1_clearing_a_locked_grade_is_decided(self):
        self._ask("B").with_user(self.sales_manager).action_approve()
        self._mci_mark_stages()
        self.lead.stage_id = self.stage_initiate
        for _twice in range(2):
            self.lead.with_user(self.seller).mci_clear_manual_grade()
        self.assertGrade(self.lead, "B")
        waiting = self.lead.mci_grade_change_ids.filtered(lambda c: c.kind == "clear")
        self.assertEqual(waiting.mapped("state"), ["requested"])
        waiting.with_user(self.sales_manager).action_approve()
        self.assertGrade(self.lead, "C")

    def test_m1_history_is_written_by_the_system_only(self):
        change = self._ask()
        for name, value in (("state", "approved"), ("reason", "x"), ("date", False)):
            with self.assertRaises(AccessError):
                change.sudo().write({name: value})

    def test_ask_window_names_who_decides(self):
        ask = self.env["mci.grade.ask"].with_user(self.seller)
        ask = ask.create(
            {
                "lead_id": self.lead.id,
                "grade_id": self.grades["A"].id,
                "reason_code": "showcase",
                "reason": "First port",
            }
        )
        self.assertTrue(ask.approver_names)
        ask.action_apply()
        change = self.lead.mci_grade_change_ids
        refuse = self.env["mci.grade.ask"].with_user(self.sales_manager)
        refuse.create({"change_id": change.id, "reason": "No"}).action_apply()
        self.assertEqual((change.state, change.refuse_reason), ("refused", "No"))
