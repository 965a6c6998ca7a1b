from datetime import date

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.words import say
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestMciPresalesPlan(PlanCommon):
    def test_c4_plan_is_priced_and_becomes_the_budget(self):
        plan = self._create_plan(10.0, 2.5)
        plan.write({"line_ids": [self._prepare_line(4.0, "level_3")]})
        self.assertEqual(plan.line_ids.mapped("amount"), [1000.0, 250.0, 600.0])
        self.assertEqual((plan.amount_total, plan.hours_total), (1850.0, 16.5))
        self.assertEqual(self.lead.mci_budget_amount, 0.0, "a draft is no budget")
        plan.action_request()
        plan.with_user(self.sales_manager).action_approve("Fine")
        self.assertEqual(self.lead.mci_budget_amount, 1850.0)
        self.assertEqual(
            (plan.state, plan.approver_id.id, plan.decision_note),
            ("approved", self.sales_manager.id, "Fine"),
        )
        movement = self.env["mci.budget.change"].search([("plan_id", "=", plan.id)])
        self.assertEqual((movement.kind, movement.budget_delta), ("plan", 1850.0))
        with self.assertRaises(UserError):
            plan.with_user(self.sales_manager).action_approve()

    def test_c4_new_version_replaces_the_budget(self):
        first = self._approve_plan(10.0)
        second = self.env["mci.presales.plan"].browse(
            self.lead.with_user(self.seller).mci_make_plan()
        )
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertEqual(second.line_ids.hours, 10.0, "the lines before")
        second.with_user(self.seller).line_ids.hours = 6.0
        second.with_user(self.seller).action_request()
        second.with_user(self.sales_manager).action_approve()
        self.assertEqual((first.state, second.state), ("replaced", "approved"))
        self.assertEqual(self.lead.mci_budget_amount, 600.0)
        self._assert_ledger(self.lead)

    def test_c4_who_rewrites_a_plan_does_not_approve_it(self):
        """The manager asks for what he made of the seller's draft: somebody else."""
        plan = self._create_plan(1.0).with_user(self.sales_manager)
        plan.line_ids.hours = 30.0
        plan.action_request()
        self.assertEqual(plan.sudo().author_id, self.sales_manager)
        self.assertFalse(plan.can_decide)
        with self._mci_quiet(), self.assertRaises(AccessError):
            plan.action_approve()
        plan.with_user(self.mci_manager).action_approve()
        self.assertEqual(self.lead.mci_budget_amount, 3000.0)

    def test_c4_who_plans_and_who_approves(self):
        for user in (self.engineer, self.seller_2, self.accountant):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._create_plan(1.0, user=user)
        plan = self._create_plan(1.0)
        for user in (self.engineer, self.accountant):
            with self._mci_quiet(), self.assertRaises(AccessError):
                plan.with_user(user).line_ids.write({"hours": 2.0})
        with self._mci_quiet(), self.assertRaises(AccessError):
            plan.with_user(self.seller_2).read(["amount_total"])
        plan.action_request()
        for user in (self.seller, self.accountant, self.mci_manager):
            allowed = user == self.mci_manager
            with self.subTest(user.login), self._mci_quiet():
                if allowed:
                    plan.with_user(user)._check_can_decide()
                    continue
                with self.assertRaises(AccessError):
                    plan.with_user(user).action_approve()
        mine = self._create_plan(
            1.0, lead=self._create_lead("Mine"), user=self.sales_manager
        )
        mine.action_request()
        self.assertFalse(mine.can_decide)
        self.assertTrue(plan.with_user(self.mci_manager).can_decide)
        self.assertFalse(plan.with_user(self.seller).can_decide)
        with self.assertRaisesRegex(AccessError, "himself"):
            mine.action_approve()

    def test_c4_agreed_lines_and_figures_are_locked(self):
        plan = self._create_plan(1.0)
        for vals in (
            {"state": "approved"},
            {"version": 9},
            {"amount_total": 1.0},
            {"reviewed_amount": 1e9},
            {"lead_id": self._create_lead("Other").id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                plan.write(vals)
        with self.assertRaises(AccessError):
            plan.line_ids.write({"price_unit": 1.0})
        with self.assertRaises(AccessError):
            self._create_plan(line_ids=[self._prepare_line(1.0, price_unit=1.0)])
        plan.action_request()
        for vals in (
            {"line_ids": [self._prepare_line(1.0)]},
            {"date": "2026-01-01"},
            {"note": "x"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                plan.write(vals)
        for step in (
            lambda: plan.line_ids.write({"hours": 5.0}),
            lambda: plan.line_ids.unlink(),
            lambda: plan.unlink(),
        ):
            with self.assertRaises(UserError):
                step()
        plan.action_reset_draft()
        plan.line_ids.hours = 5.0
        self.assertEqual(plan.amount_total, 500.0)
        plan.unlink()

    def test_c4_price_stays_when_the_rate_changes(self):
        plan = self._create_plan(10.0)
        plan.action_request()
        self.rates["level_2"].date_to = fields.Date.today()
        dear = self._create_rate(
            "level_2", 140.0, date_from=fields.Date.add(fields.Date.today(), days=1)
        )
        dear.action_publish()
        plan.with_user(self.sales_manager).action_approve()
        self.assertEqual(plan.amount_total, 1000.0)
        later = plan.copy({"date": dear.date_from})
        self.assertEqual(later.amount_total, 1400.0, "a new version, new prices")

    def test_c4_price_in_the_currency_of_the_deals_company(self):
        """Rates in another currency are exchanged on the day of the plan."""
        currency = self.env["res.currency"].create(
            {
                "name": "QQQ",
                "symbol": "Q",
                "rounding": 0.01,
                "rate_ids": [
                    Command.create(
                        {
                            "name": "2020-01-01",
                            "rate": 4.0,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        rate = self._create_rate(
            "level_1", 90.0, currency_id=currency.id, function_id=self.function_test.id
        )
        rate.action_publish()
        plan = self._create_plan(
            line_ids=[
                self._prepare_line(3.0, "level_1", function_id=self.function_test.id)
            ]
        )
        self.assertEqual(plan.line_ids.price_unit, 22.5)
        self.assertEqual(plan.amount_total, 67.5)

    def test_c4_bad_input(self):
        with self.assertRaisesRegex(UserError, "no lines"):
            self._create_plan().action_request()
        unpriced = self._create_plan(
            line_ids=[self._prepare_line(1.0, "level_1")], lead=self._create_lead("U")
        )
        with self.assertRaisesRegex(UserError, "no internal rate is published"):
            unpriced.action_request()
        for hours in (0.0, -1.0):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                with self._mci_quiet():
                    self._create_plan(hours)
        for hours in (float("nan"), "many"):
            with self.assertRaisesRegex(UserError, "no valid value"):
                self._create_plan(hours)
        with self.assertRaisesRegex(UserError, "no source"):
            self.lead.mci_make_plan("thin air")
        with self.assertRaisesRegex(UserError, "no standard plan"):
            self.lead.mci_make_plan("standard")
        won = self._create_lead("Won")
        won.action_set_won()
        with self.assertRaisesRegex(UserError, "no open opportunity"):
            won.mci_make_plan("empty")

    def test_c4_above_the_share_needs_the_higher_approval(self):
        self._activate_policy("hard", date(2020, 1, 1))
        self.lead._mci_regrade("policy")
        rules = self.env["mci.approval.rule"]
        rules.search([("kind", "in", ("budget", "budget_over"))]).unlink()
        rules.create({"kind": "budget", "approver_id": self.sales_manager.id})
        rules.create(
            {
                "kind": "budget",
                "amount_min": 50000.0,
                "approver_id": self.mci_manager.id,
            }
        )
        within = self._create_plan(10.0)
        self.assertEqual(within.policy_amount, 1000.0)
        within.action_request()
        self.assertFalse(within.is_over)
        self.assertEqual(within.approver_ids, self.sales_manager)
        within.action_reset_draft()
        within.write({"line_ids": [self._prepare_line(0.5)]})
        within.action_request()
        self.assertTrue(within.is_over)
        self.assertEqual(within.approver_ids, self.mci_manager, "top of the table")
        with self._mci_quiet(), self.assertRaises(AccessError):
            within.with_user(self.sales_manager).action_approve()
        rules.create({"kind": "budget_over", "approver_id": self.accountant.id})
        with self._mci_quiet(), self.assertRaises(AccessError):
            within.with_user(self.mci_manager).action_approve()
        within.with_user(self.accountant).action_approve()
        more = self.lead.with_user(self.seller).mci_request_budget(1.0, "More")
        more = self.env["mci.budget.change"].browse(more)
        self.assertTrue(more.is_over)
        self.assertEqual(more.approver_ids, self.accountant)
        with self._mci_quiet(), self.assertRaises(AccessError):
            more.with_user(self.sales_manager).action_approve()

    def test_c4_more_hours_than_the_policy_names(self):
        """Cheap hours are hours: too many need the higher approval, too."""
        self._activate_policy("hard", date(2020, 1, 1))
        self.lead._mci_regrade("policy")
        line = self.lead._mci_get_policy_line()
        self.env.cr.execute(
            "UPDATE mci_grade_policy_line SET budget_hours = 8 WHERE id = %s", [line.id]
        )
        line.invalidate_recordset()
        rules = self.env["mci.approval.rule"]
        rules.search([("kind", "in", ("budget", "budget_over"))]).unlink()
        rules.create({"kind": "budget", "approver_id": self.sales_manager.id})
        rules.create({"kind": "budget_over", "approver_id": self.mci_manager.id})
        plan = self._create_plan(8.0)
        self.assertEqual((plan.policy_hours, plan.is_over), (8.0, False))
        plan.write({"line_ids": [self._prepare_line(0.5)]})
        self.assertEqual((plan.is_over, plan.is_over_hours), (True, True))
        self.assertLess(plan.amount_total, plan.policy_amount)
        plan.action_request()
        self.assertEqual(plan.approver_ids, self.mci_manager)
        with self._mci_quiet(), self.assertRaises(AccessError):
            plan.with_user(self.sales_manager).action_approve()
        self.env.cr.execute("UPDATE mci_grade_policy_line SET budget_hours = 100")
        line.invalidate_recordset()
        plan.with_user(self.mci_manager).action_approve()
        self.assertEqual(
            (plan.policy_hours, plan.is_over), (8.0, True), "as it was asked for"
        )
        with self.assertRaises(AccessError):
            plan.with_user(self.seller).write({"policy_hours": 100.0})

    def test_c4_gate_asks_for_the_plan_by_setting(self):
        def read_gaps():
            return say(self.env, self.lead._mci_gate_gaps())

        gap = "an approved presales plan"
        self.assertNotIn(gap, read_gaps())
        self.company.mci_plan_required = True
        self.assertIn(gap, read_gaps())
        self._approve_plan(10.0)
        self.assertNotIn(gap, read_gaps())

    def test_c4_proposed_from_the_standard(self):
        self._activate_policy("soft", date(2020, 1, 1))
        self.lead._mci_regrade("policy")
        standards = self.env["mci.presales.standard"].with_user(self.mci_manager)
        standards.create(
            [
                {
                    "grade_id": self.lead.mci_grade_id.id,
                    "phase": phase,
                    "function_id": self.function_presales.id,
                    "level_id": self.level_3.id,
                    "hours": hours,
                }
                for phase, hours in (("initiate", 8.0), ("bid", 20.0))
            ]
        )
        with self._mci_quiet(), self.assertRaises(AccessError):
            standards.with_user(self.seller).create(
                {
                    "grade_id": self.lead.mci_grade_id.id,
                    "phase": "bid",
                    "function_id": self.function_presales.id,
                    "level_id": self.level_3.id,
                    "hours": 1.0,
                }
            )
        plan = self.env["mci.presales.plan"].browse(
            self.lead.with_user(self.seller).mci_make_plan()
        )
        self.assertEqual(plan.line_ids.mapped("hours"), [8.0, 20.0])
        self.assertEqual(plan.line_ids[0].stage_id, self.stage)
        self.assertEqual(plan.amount_total, 28 * 150.0)

    def test_c4_copied_from_the_most_similar_deal(self):
        self._activate_policy("none", date(2020, 1, 1))
        solution = self.env["mci.solution"].create({"name": "Control"})
        like = self._create_lead("Like", mci_solution_ids=[Command.set(solution.ids)])
        agreed = self._approve_plan(7.0, lead=like)
        agreed.line_ids._mci_unlock().note = "The works council of Like insists"
        self._approve_plan(3.0, lead=self._create_lead("Unlike"))
        self.lead.mci_solution_ids = solution
        self.lead._mci_regrade("policy")
        plan = self.env["mci.presales.plan"].browse(
            self.lead.with_user(self.seller).mci_make_plan("similar")
        )
        self.assertEqual(plan.line_ids.hours, 7.0)
        told = f"{plan.note} {plan.line_ids.note}"
        self.assertNotIn("Like", told, "it may be somebody else's")

    def test_c4_copied_from_charged_hours(self):
        other = self._create_lead("Worked on")
        self._work(5.0, lead=other)
        plan = self.env["mci.presales.plan"].browse(
            self.lead.with_user(self.seller).mci_make_plan("similar")
        )
        self.assertEqual(plan.line_ids.mapped("hours"), [5.0])
        self.assertEqual(plan.amount_total, 500.0)

    def test_c4_merge_keeps_plans_and_ledger(self):
        tail = self._create_lead("Twin")
        self._approve_plan(10.0)
        self._approve_plan(4.0, lead=tail)
        draft = self._create_plan(1.0, lead=tail)
        head = (self.lead | tail)._merge_opportunity(auto_unlink=True)
        plans = self.env["mci.presales.plan"].search([("lead_id", "=", head.id)])
        self.assertEqual(sorted(plans.mapped("version")), [1, 2, 3])
        approved = plans.filtered(lambda plan: plan.state == "approved")
        self.assertEqual(approved.amount_total, 1400.0)
        self.assertEqual(head.mci_budget_amount, 1400.0)
        self.assertEqual(draft.lead_id, head)
        self._assert_ledger(head)

    def test_c4_plan_queries_do_not_grow(self):
        few, many = self._create_plan(1.0, 2.0), self._create_plan(*range(1, 21))

        def count(plan):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            plan.with_user(self.seller).action_request()
            plan.with_user(self.seller).action_reset_draft()
            return self.cr.sql_log_count - before

        count(few)
        self.assertEqual(count(few), count(many))
