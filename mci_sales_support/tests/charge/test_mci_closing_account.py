from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestMciClosingAccount(PlanCommon):
    def _close(self, won=True, lead=None):
        lead = lead or self.lead
        if won:
            lead.action_set_won()
        else:
            lead.action_set_lost()
        return self._get_accounts(lead)

    def _get_accounts(self, lead=None):
        accounts = self.env["mci.closing.account"]
        return accounts.search([("lead_id", "=", (lead or self.lead).id)])

    def test_c4_plan_against_actual(self):
        plan = self._create_plan(10.0)
        plan.write({"line_ids": [self._prepare_line(4.0, "level_3")]})
        plan.action_request()
        plan.with_user(self.sales_manager).action_approve()
        self._work(8.0)
        account = self._close()
        self.assertRecordValues(
            account,
            [
                {
                    "outcome": "won",
                    "planned_amount": 1600.0,
                    "actual_amount": 800.0,
                    "difference_amount": -800.0,
                    "planned_hours": 14.0,
                    "actual_hours": 8.0,
                    "open_reason_count": 1,
                }
            ],
        )
        level_2, level_3 = account.line_ids.sorted("planned_amount", reverse=True)
        self.assertEqual(
            (level_2.difference_percent, level_2.needs_reason), (-20, False)
        )
        self.assertEqual(
            (level_3.difference_amount, level_3.needs_reason), (-600, True)
        )
        self.assertEqual(account.activity_ids.user_id, self.seller)
        mine = account.with_user(self.seller)
        with self.assertRaisesRegex(UserError, "say why"):
            mine.action_close()
        mine.line_ids.filtered("needs_reason").reason = "The senior was not needed"
        mine.action_close()
        self.assertEqual(account.returned_amount, 800.0)
        self.assertEqual(account.closed_by_id, self.seller)
        self.assertFalse(account.activity_ids)

    def test_c4_all_that_wants_a_reason_at_once(self):
        plan = self._create_plan(10.0)
        plan.write({"line_ids": [self._prepare_line(4.0, "level_3")]})
        plan.action_request()
        plan.with_user(self.sales_manager).action_approve()
        account = self._close(won=False)
        with self.assertRaises(UserError) as caught:
            account.with_user(self.seller).action_close()
        refusals = caught.exception.args[0].splitlines()
        self.assertEqual(len(refusals), 2)
        for line, refusal in zip(account.line_ids, refusals, strict=True):
            self.assertIn(line.display_name, refusal)

    def test_c4_follows_the_charges_while_open(self):
        self._approve_plan(10.0)
        account = self._close(won=False)
        line = account.line_ids
        line.with_user(self.seller).reason = "Lost early"
        self._work(3.0)
        self._mci_run_cron("cron_refresh_closing")
        self.assertEqual((account.actual_amount, line.actual_hours), (300.0, 3.0))
        self.assertEqual(line.reason, "Lost early", "reasons stay")

    def test_c4_frozen_for_ever(self):
        """No later change of anything moves it, not even by our own methods."""
        self._approve_plan(10.0)
        self._work(10.0)
        account = self._close()
        account.action_close()
        names = [
            "stage_name", "function_name", "level_name", "planned_amount",
            "actual_amount", "actual_hours", "difference_percent", "reason",
        ]  # fmt: skip
        totals = ["lead_name", "planned_amount", "actual_amount", "returned_amount"]
        before = (account.line_ids.read(names), account.read(totals))
        self.stage.name = "Renamed"
        self.function_presales.name = "Renamed"
        self.lead.name = "Renamed"
        self._work(5.0)
        account.env.invalidate_all()
        for step in (
            account.action_refresh,
            account.action_close,
            lambda: account._mci_unlock().write({"actual_amount": 1.0}),
            lambda: account.line_ids._mci_unlock().write({"reason": "x"}),
            lambda: account._mci_unlock().unlink(),
            lambda: account.line_ids._mci_unlock().unlink(),
        ):
            with self.assertRaises(UserError):
                step()
        account.sudo()._do_refresh()
        self.assertEqual(before, (account.line_ids.read(names), account.read(totals)))

    def test_c4_the_rest_comes_back_to_the_envelope(self):
        envelope = self.env["mci.team.envelope"].create(
            {
                "team_id": self.team.id,
                "year": fields.Date.context_today(self.env.user).year,
                "amount": 5000.0,
            }
        )
        self._approve_plan(10.0)
        self._work(9.0)
        self.assertEqual(envelope.left_amount, 4000.0)
        self._close().action_close()
        envelope.invalidate_recordset()
        self.assertEqual(envelope.returned_amount, 100.0)
        self.assertEqual(envelope.left_amount, 4100.0)
        # The deal goes on, costs more than its budget, and is closed again.
        self.lead.write({"stage_id": self.stage.id, "probability": 10.0})
        self._work(3.0)
        second = self._close() - self.env["mci.closing.account"].search(
            [("state", "=", "closed")]
        )
        second.action_close()
        envelope.invalidate_recordset()
        self.assertEqual(second.returned_amount, -300.0)
        self.assertEqual(envelope.left_amount, 3800.0, "5,000 less what was charged")

    def test_c4_reopened_and_history(self):
        self._approve_plan(10.0)
        self.assertTrue(self._close(won=False))
        self.lead.action_unarchive()
        self.lead.write({"probability": 10.0})
        self.assertFalse(self._get_accounts(), "the deal goes on")
        plain = self._create_lead("No budget was approved")
        self._work(1.0, lead=plain)
        self.assertFalse(self._close(lead=plain))
        won_stage = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        history = self._create_lead("History", stage_id=won_stage.id)
        self.assertFalse(self._get_accounts(history))

    def test_c4_freezes_itself_on_its_date(self):
        self.company.mci_closing_days = 30
        self._approve_plan(10.0)
        self._work(3.0)
        account = self._close(won=False)
        account.line_ids.with_user(self.seller).reason = " "
        self.assertEqual(account.freeze_date, account.date + timedelta(days=30))
        with freeze_time(account.freeze_date - timedelta(days=1)):
            self._mci_run_cron("cron_refresh_closing")
        self.assertEqual(account.state, "open")
        self._work(1.0)
        self.company.mci_closing_days = 0
        with freeze_time(account.date + timedelta(days=900)):
            self._mci_run_cron("cron_refresh_closing")
        self.assertEqual(account.state, "open", "0 days: never")
        self.company.mci_closing_days = 30
        with freeze_time(account.date + timedelta(days=30)):
            self._mci_run_cron("cron_refresh_closing")
        self.assertRecordValues(
            account,
            [{"state": "closed", "actual_amount": 400.0, "returned_amount": 600.0}],
        )
        self.assertEqual(account.line_ids.reason, "No reason was given in time.")
        self.assertFalse(account.activity_ids)

    def test_c4_budget_without_plan_asks_no_reasons(self):
        self.lead._mci_set_budget(500.0)
        self._work(2.0)
        account = self._close()
        self.assertFalse(account.open_reason_count or account.activity_ids)
        account.with_user(self.seller).action_close()
        self.assertEqual(account.returned_amount, 300.0)

    def test_c4_merge_moves_the_account(self):
        tail = self._create_lead("Twin")
        self._approve_plan(1.0, lead=tail)
        self._work(1.0, lead=tail)
        account = self._close(lead=tail)
        account.action_close()
        tail.write({"stage_id": self.stage.id, "probability": 1.0})
        head = (self.lead | tail)._merge_opportunity(auto_unlink=True)
        self.assertEqual(account.lead_id, head)
        self.assertEqual(account.lead_name, "Twin")

    def test_c4_who_explains(self):
        self._approve_plan(10.0)
        account = self._close()
        for user in (self.engineer, self.seller_2):
            with self._mci_quiet(), self.assertRaises(AccessError):
                account.with_user(user).read(["actual_amount"])
        account.with_user(self.accountant).read(["actual_amount"])
        for user in (self.engineer, self.seller_2, self.accountant):
            with self._mci_quiet(), self.assertRaises(AccessError):
                account.line_ids.with_user(user).write({"reason": "x"})
            with self._mci_quiet(), self.assertRaises(AccessError):
                account.with_user(user).action_close()
        for vals in ({"actual_amount": 1.0}, {"state": "closed"}):
            with self.assertRaises(AccessError):
                account.with_user(self.seller).write(vals)
        with self.assertRaises(AccessError):
            account.with_user(self.seller).line_ids.write({"needs_reason": False})
        account.with_user(self.seller).note = "Ask for the drawings first"

    def test_c4_burn_down(self):
        self.lead.date_deadline = fields.Date.add(fields.Date.today(), days=28)
        self._approve_plan(40.0)
        self._work(8.0)
        burn = self.env["mci.budget.burn"].with_user(self.seller)
        rows = dict(
            burn._read_group([("lead_id", "=", self.lead.id)], ["kind"], ["amount:sum"])
        )
        self.assertEqual(rows, {"planned": 4000.0, "charged": 800.0})
        planned = burn.search([("kind", "=", "planned")])
        self.assertEqual(planned.mapped("amount"), [1000.0] * 4, "four weeks")
        total = burn._read_group([], [], ["left_amount:sum"])[0][0]
        self.assertEqual(total, 3200.0)
        self.assertFalse(burn.with_user(self.seller_2).search([]))

    def test_c4_household(self):
        self._activate_policy("hard", date(2020, 1, 1))
        self.lead._mci_regrade("policy")
        second = self._create_lead("Second", expected_revenue=0.0)
        self._approve_plan(10.0, lead=second)
        self._work(4.0, lead=second)
        self._create_lead("Somebody else's", user_id=self.seller_2.id)
        page = self.env["mci.household"].with_user(self.seller).create({})
        self.assertEqual(page.lead_ids, self.lead | second)
        self.assertRecordValues(
            page,
            [
                {
                    "income_amount": 2000.0,
                    "aside_amount": 0.0,
                    "spent_amount": 400.0,
                    "left_amount": 1600.0,
                    "used_percent": 20.0,
                    "leads_team": False,
                }
            ],
        )
        today = fields.Date.today()
        self._work(1.0, lead=second, day=today)
        waiting = self._work(2.0, lead=second, day=today)
        waiting._mci_unlock().write({"consent": "asked"})
        page.invalidate_recordset()
        # what the owner has not agreed to is spent neither way (C10)
        self.assertEqual((page.spent_amount, page.spent_year_amount % 400), (500, 100))
        rules = self.env["mci.approval.rule"]
        rules.search([("kind", "=", "budget")]).unlink()
        rules.create({"kind": "budget", "approver_id": self.sales_manager.id})
        self._create_plan(1.0).action_request()
        self._close(lead=second)
        boss = self.env["mci.household"].with_user(self.sales_manager).create({})
        self.assertEqual((boss.plan_count, boss.closing_count), (1, 0))
        self.assertEqual((boss.leads_team, boss.scope), (True, "team"))
        self.assertEqual(boss.deal_count, 3)
        action = boss.with_context(mci_item="plan").action_open_waiting()
        plans = self.env["mci.presales.plan"].search(action["domain"])
        self.assertEqual(plans.lead_id, self.lead)
        page.invalidate_recordset()
        self.assertEqual(page.closing_count, 1)
        with self.assertRaisesRegex(UserError, "no such figure"):
            page.with_context(mci_item="x").action_open_waiting()

    def test_c10_hours_that_wait_for_consent_do_not_count(self):
        """As in the budget and in the reports (C10)."""
        plan = self._create_plan(10.0)
        plan.action_request()
        plan.with_user(self.sales_manager).action_approve()
        self._work(8.0)
        waiting = self._work(3.0, day=date(2026, 3, 11))
        waiting._mci_unlock().write({"consent": "asked"})
        account = self._close()
        self.assertEqual((account.actual_hours, account.actual_amount), (8.0, 800.0))
