from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .plan_common import PlanCommon

ACTIVITY = "mci_sales_support.activity_type_spending"


@tagged("post_install", "-at_install")
class TestMciBudgetDecision(PlanCommon):
    def _ask(self):
        self._mci_run_cron("cron_ask_spending")
        return self._get_decisions()

    def _get_decisions(self, lead=None):
        decisions = self.env["mci.budget.decision"]
        return decisions.search([("lead_id", "=", (lead or self.lead).id)])

    def _activities(self):
        return self.lead.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY)
        )

    def test_c4_asked_once_at_eighty_percent(self):
        self._approve_plan(10.0)
        self._work(7.0)
        self.assertFalse(self._ask(), "70 %")
        self._work(1.0)
        decision = self._ask()
        self.assertRecordValues(
            decision,
            [
                {
                    "cause": "used",
                    "state": "asked",
                    "user_id": self.seller.id,
                    "budget_amount": 1000.0,
                    "used_amount": 800.0,
                }
            ],
        )
        self.assertEqual(self._activities().user_id, self.seller)
        self.assertEqual(self._ask(), decision, "the same run twice asks once")
        self.assertEqual(len(self._activities()), 1)

    def test_c4_stop_gives_back_what_is_not_confirmed(self):
        self._approve_plan(10.0)
        self._work(8.0)
        start = fields.Datetime.now() + timedelta(days=7)
        booking = self._draft_booking(1.0, start, start + timedelta(hours=8))
        decision = self._ask()
        self.lead.with_user(self.seller).mci_stop_presales("Not worth it")
        self.assertEqual(booking.state, "cancelled")
        self.assertRecordValues(
            decision,
            [
                {
                    "state": "stopped",
                    "reason": "Not worth it",
                    "released_count": 1,
                    "released_amount": 200.0,
                    "budget_after": 800.0,
                    "decided_by_id": self.seller.id,
                }
            ],
        )
        self.assertEqual(self.lead.mci_remaining_amount, 0.0)
        self.assertEqual(decision.change_id.kind, "release")
        self.assertFalse(self._activities())
        self._assert_ledger(self.lead)
        self.assertEqual(self._ask(), decision, "stopped: not asked again")

    def test_c4_stop_before_anything_was_spent_leaves_nothing(self):
        """A budget given back to zero is zero, not the policy's share again."""
        self._activate_policy("hard", "2020-01-01")
        self.lead._mci_regrade("policy")
        self.assertEqual(self.lead.mci_budget_amount, 1000.0)
        self.lead.with_user(self.seller).mci_stop_presales("No")
        self.assertEqual(self.lead.mci_budget_amount, 0.0)
        self.assertFalse(self.lead._mci_has_budget())

    def test_c4_transfer_of_everything_leaves_nothing(self):
        self._activate_policy("hard", "2020-01-01")
        other = self._create_lead("Taker")
        (self.lead | other)._mci_regrade("policy")
        change = self.env["mci.budget.change"].browse(
            other.with_user(self.seller).mci_request_budget(
                1000.0, "All of it", "transfer", self.lead.id
            )
        )
        change.with_user(self.sales_manager).action_approve()
        self.assertEqual(self.lead.mci_budget_amount, 0.0)
        self.assertEqual(other.mci_budget_amount, 2000.0)
        self._assert_ledger(self.lead, other)
        again = self.env["mci.budget.change"].browse(
            other.with_user(self.seller).mci_request_budget(
                1.0, "More", "transfer", self.lead.id
            )
        )
        with self.assertRaisesRegex(UserError, "less than that left"):
            again.with_user(self.sales_manager).action_approve()

    def test_c4_transfer_only_between_deals_that_belong_together(self):
        team = self.env["crm.team"].create(
            {"name": "Far", "company_id": self.company.id}
        )
        partner = self.env["res.partner"].create({"name": "Other"})
        far = self._create_lead("Far", team_id=team.id, partner_id=partner.id)
        ask = self.lead.with_user(self.sales_manager).mci_request_budget
        with self.assertRaisesRegex(UserError, "neither in common"):
            ask(1.0, "Please", "transfer", far.id)
        far.partner_id = self.customer
        ask(1.0, "One customer", "transfer", far.id)
        with self.assertRaisesRegex(UserError, "to itself"):
            ask(1.0, "Please", "transfer", self.lead.id)
        far.action_set_lost()
        with self.assertRaisesRegex(UserError, "is closed"):
            ask(1.0, "Please", "transfer", far.id)

    def test_c4_invest_asks_for_more(self):
        self._approve_plan(10.0)
        self._work(9.0)
        decision = self._ask()
        self.lead.with_user(self.seller).mci_invest_presales(500.0, "Last round")
        self.assertEqual(decision.state, "invested")
        self.assertEqual(
            (
                decision.change_id.kind,
                decision.change_id.state,
                decision.change_id.amount,
            ),
            ("increase", "requested", 500.0),
        )
        decision.change_id.with_user(self.sales_manager).action_approve()
        self._work(4.0)
        self.assertEqual(len(self._ask()), 2, "a new budget, a new question")

    def test_c4_asked_when_the_return_falls(self):
        self.company.mci_return_factor = 50.0
        self._approve_plan(100.0)
        self.lead.write({"expected_revenue": 100000.0, "probability": 50.0})
        self._work(8.0)
        self.assertFalse(self._ask(), "50,000 is more than 50 × 800")
        self.lead.probability = 30.0
        self.assertEqual(self._ask().cause, "return")

    def test_c4_asked_at_the_gate(self):
        self._activate_policy("none", "2020-01-01")
        self.lead._mci_regrade("policy")
        line = self.lead._mci_get_policy_line()
        self._approve_plan(100.0)
        self._work(1.0)
        self.lead._mci_write_plain({"mci_initiated_date": fields.Datetime.now()})
        self.assertFalse(self._ask(), "the grade passes no gate")
        self.env.cr.execute(
            "UPDATE mci_grade_policy_line SET requires_center = TRUE WHERE id = %s",
            [line.id],
        )
        line.invalidate_recordset()
        self.assertEqual(self._ask().cause, "gate")
        self.lead.with_user(self.seller).mci_invest_presales(1.0, "Yes")
        self.assertEqual(len(self._ask()), 1)

    def test_c4_asked_when_the_assessment_warns(self):
        """Once for each version; the form of the deal shows the open question."""
        self._approve_plan(100.0)
        self._work(1.0)
        self.assertFalse(self._ask())
        self.assertFalse(self.lead.mci_is_asked_spending)
        self.lead._mci_write_plain({"mci_assessment_event": "missing"})
        decision = self._ask()
        self.assertEqual(decision.cause, "event")
        self.lead.invalidate_recordset(["mci_is_asked_spending"])
        self.assertTrue(self.lead.with_user(self.seller).mci_is_asked_spending)
        self.lead.with_user(self.seller).mci_invest_presales(1.0, "We look for one")
        self.lead.invalidate_recordset(["mci_is_asked_spending"])
        self.assertFalse(self.lead.mci_is_asked_spending)
        self.assertEqual(self._ask(), decision)
        self.lead._mci_write_plain({"mci_assessment_veto": True})
        self.assertEqual((self._ask() - decision).cause, "veto")

    def test_c4_closed_deal_asks_nothing(self):
        self._approve_plan(10.0)
        self._work(9.0)
        decision = self._ask()
        self.lead.action_set_lost()
        self._ask()
        self.assertEqual(decision.state, "lapsed")
        with self.assertRaisesRegex(UserError, "is closed"):
            self.lead.mci_stop_presales("Late")

    def test_c4_who_decides(self):
        self._approve_plan(10.0)
        for user in (self.seller_2, self.engineer, self.accountant, self.center_lead):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.lead.with_user(user).mci_stop_presales("No")
        with self.assertRaisesRegex(UserError, "Give a reason"):
            self.lead.with_user(self.seller).mci_stop_presales(" ")
        with self.assertRaisesRegex(UserError, "amount above zero"):
            self.lead.with_user(self.seller).mci_invest_presales(0.0, "More")
        with self.assertRaisesRegex(UserError, "no valid value"):
            self.lead.with_user(self.seller).mci_invest_presales("much", "More")
        self.lead.with_user(self.sales_manager).mci_stop_presales("In his place")
        decision = self._get_decisions()
        self.assertEqual((decision.cause, decision.state), ("hand", "stopped"))
        with self.assertRaises(AccessError):
            decision.with_user(self.sales_manager).write({"state": "asked"})

    def test_c4_asking_queries_do_not_grow(self):
        leads = self.env["crm.lead"]
        for number in range(12):
            leads |= self._create_lead(f"Deal {number}")
        for lead in leads:
            lead._mci_write_plain(
                {"mci_budget_approved": 100.0, "mci_budget_set": True}
            )
            self._work(1.0, lead=lead)
        self.env.flush_all()

        def count(deals):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            deals._mci_ask_spending()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(leads[:1])
        few, many = count(leads[1:4]), count(leads[4:])
        self.assertLessEqual(many, few + 8, "but for the activities")
