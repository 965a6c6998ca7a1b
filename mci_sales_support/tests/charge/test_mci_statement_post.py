from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from .common import PostCommon


@tagged("post_install", "-at_install")
class TestMciStatementPost(PostCommon):
    """One entry of a statement, and what stands in its way (C6, C7)."""

    def test_c6_one_line_for_each_deal(self):
        """Statement = Σ charges = net credited = net debited (invariant 4)."""
        statement = self._post_two_deals()
        move = statement.move_id
        self.assertEqual((move.state, move.date), ("posted", date(2026, 3, 31)))
        self.assertEqual(move.journal_id, self.company.mci_charge_journal_id)
        deals = (self.lead | self.lead_2).mci_analytic_account_id
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {"balance": -1800.0, "quantity": 14.0, "tax_ids": []},
                {"balance": 200.0, "quantity": 2.0, "tax_ids": []},
                {"balance": 1600.0, "quantity": 12.0, "tax_ids": []},
            ],
        )
        self.assertEqual(self._balance(deals[0]), (-1600.0, 12.0))
        self.assertEqual(self._balance(deals[1]), (-200.0, 2.0))
        cost = 8 * 60 + 4 * 110 + 2 * 60
        self.assertEqual(
            self._balance(self.center.analytic_account_id), (1800.0 - cost, 0.0)
        )
        for lead in self.lead | self.lead_2:
            charges = lead.mci_charge_ids
            self.assertEqual(set(charges.mapped("state")), {"posted"})
            self.assertEqual(
                sum(charges.mapped("amount")), charges.move_line_id.balance
            )
            self.assertEqual(charges.analytic_account_id, lead.mci_analytic_account_id)

    def test_c6_trial_balance_does_not_move(self):
        statement = self._post_two_deals()
        accounts = statement.move_id.line_ids.account_id
        self.assertEqual(accounts, self.company.mci_charge_account_id)
        self.assertEqual(sum(statement.move_id.line_ids.mapped("balance")), 0.0)

    def test_c6_hours_are_counted_once(self):
        self._post_two_deals()
        accounts = (
            self.lead | self.lead_2
        ).mci_analytic_account_id | self.center.analytic_account_id
        self.assertEqual(sum(self._balance(a)[1] for a in accounts), 14.0)

    def test_c6_exactly_once(self):
        self._work(8.0)
        statement = self._settle("posted")
        move = statement.move_id
        statement.action_post()
        self.assertEqual(statement.move_id, move, "a second click does nothing")
        moves = self.env["account.move"].search(
            [("mci_statement_id", "=", statement.id)]
        )
        self.assertEqual(moves, move)
        # Somebody else's transaction has taken the statement in the meantime.
        statement._do_post()
        self.assertEqual(
            self.env["account.move"].search_count(
                [("mci_statement_id", "=", statement.id)]
            ),
            1,
        )

    def test_c6_database_refuses_a_second_entry(self):
        self._work(8.0)
        statement = self._settle("posted")
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                statement.move_id._mci_unlock().copy({"mci_statement_id": statement.id})
                self.env.flush_all()

    def test_c6_entry_is_guarded(self):
        self._work(8.0)
        statement = self._settle("posted")
        move = statement.move_id
        for step in ("button_draft", "button_cancel", "unlink"):
            with self.assertRaises(UserError, msg=step):
                getattr(move.sudo(), step)()
        account = self.office.project_id.account_id
        for line in move.line_ids:
            with self.assertRaises(UserError):
                line.analytic_distribution = {str(account.id): 100}
        items = move.line_ids.analytic_line_ids
        for vals in ({"amount": 1.0}, {"unit_amount": 1.0}, {"account_id": account.id}):
            with self.assertRaises(UserError):
                items[0].sudo().write(vals)
        with self.assertRaises(UserError):
            items[0].sudo().unlink()
        with self.assertRaises(AccessError):
            move.mci_statement_id = False

    def test_c6_only_accountants_post(self):
        self._work(8.0)
        statement = self._settle("accepted")
        for user in (self.center_lead, self.sales_manager, self.mci_manager):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_post()
        statement.with_user(self.accountant).action_post()
        self.assertEqual(statement.posted_by_id, self.accountant)
        self.assertEqual(statement.with_user(self.accountant).move_id.state, "posted")

    def test_c6_not_before_acceptance(self):
        self._work(8.0)
        with self.assertRaises(UserError):
            self._settle("sent").action_post()

    def test_c7_lock_dates_refuse_by_name(self):
        self._work(8.0)
        statement = self._settle("accepted")
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        with self.assertRaisesRegex(UserError, "locked by"):
            statement.action_post()
        self.assertEqual(statement.state, "accepted")
        statement.accounting_date = date(2026, 4, 1)
        statement.action_post()
        self.assertEqual(statement.move_id.date, date(2026, 4, 1))

    def test_c7_closed_period_refuses_by_name(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        charge = self._work(8.0)
        statement = self._settle("accepted")
        period._do_set_state("closed")
        with self.assertRaisesRegex(UserError, period.name):
            statement.action_post()
        statement.accounting_date = date(2026, 4, 1)
        statement.action_post()
        with self.assertRaisesRegex(UserError, period.name):
            statement.action_reverse("2026-03-31")
        self.assertEqual(charge.state, "posted")

    def test_c6_cost_center_of_the_payer(self):
        plan, account = self._create_plan_account("Sales department")
        unit_plan_account = self._create_account_in(plan, "Centers")
        self._set_cost_center(account)
        column = plan._column_name()
        self.center.project_id[column] = unit_plan_account
        self._require_plan(plan)
        charge = self._work(8.0)
        self.assertEqual(charge.payer_distribution_key, str(account.id))
        statement = self._settle("accepted")
        self.team.mci_analytic_account_ids = [Command.clear()]
        statement.action_post()
        items = statement.move_id.line_ids.analytic_line_ids
        self.assertEqual(len(items), 2, "one line carries both plans")
        self.assertEqual(
            {item[column]: item.amount for item in items},
            {account: -800.0, unit_plan_account: 800.0},
        )

    def test_c6_mandatory_plan_is_enforced(self):
        plan, _account = self._create_plan_account("Departments")
        self._require_plan(plan)
        self._work(8.0)
        statement = self._settle("accepted")
        with self.assertRaisesRegex(UserError, f"{plan.name} of"):
            statement.action_post()

    def _create_account_in(self, plan, name):
        return self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id}
        )

    def test_c6_two_cost_centers_two_lines(self):
        """The cost center changed within the month: each charge keeps its own."""
        plan, account = self._create_plan_account("First")
        self._work(8.0)
        self._set_cost_center(account)
        self._work(2.0)
        statement = self._settle("posted")
        self.assertEqual(
            sorted(statement.move_id.line_ids.mapped("balance")),
            [-1000.0, 200.0, 800.0],
        )
        self.assertTrue(plan)

    def test_c6_two_accounts(self):
        recovery = self.company.mci_charge_account_id.copy({"name": "Recovered"})
        self.company.mci_recovery_account_id = recovery
        self._work(8.0)
        lines = self._settle("posted").move_id.line_ids
        self.assertEqual(
            lines.filtered(lambda line: line.balance < 0).account_id, recovery
        )

    def test_c6_analytic_only(self):
        account = self.env["account.account"].create(
            {"name": "Off", "code": "OFF001", "account_type": "off_balance"}
        )
        self.company.mci_charge_account_id = account
        self._work(8.0)
        statement = self._settle("posted")
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )
        statement.action_reverse("2026-04-01")
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))

    def test_c6_setup_is_named(self):
        self._work(8.0)
        statement = self._settle("accepted")
        self.company.mci_charge_journal_id = False
        with self.assertRaisesRegex(RedirectWarning, "Journal of presales charges"):
            statement.action_post()
        with self.assertRaisesRegex(UserError, "An administrator sets it up"):
            statement.with_user(self.accountant).action_post()

    def test_c6_across_companies(self):
        company_2 = self.env["res.company"].create({"name": "Second company"})
        team_2 = self.team.copy(
            {"name": "Abroad", "company_id": company_2.id, "user_id": False}
        )
        lead = self._create_lead(
            "Abroad", team_id=team_2.id, company_id=company_2.id, user_id=False
        )
        charge = self._work(8.0, lead=lead)
        self.assertEqual(charge.payer_company_id, company_2)
        statement = self._settle("accepted")
        with self.assertRaisesRegex(UserError, "Second company"):
            statement.action_post()

    def test_c6_free_hours_are_on_the_deal(self):
        charge = self._work(8.0)
        charge.with_user(self.sales_manager).action_zero_rate("Goodwill")
        self._work(2.0, lead=self.lead_2)
        statement = self._settle("posted")
        accounts = (self.lead | self.lead_2).mci_analytic_account_id
        accounts |= self.center.analytic_account_id
        balances = [self._balance(account) for account in accounts]
        self.assertEqual(balances, [(0.0, 8.0), (-200.0, 2.0), (-400.0, 0.0)])
        self.assertEqual(charge.move_line_id.quantity, 8.0)
        statement.action_reverse("2026-04-15")
        balances = [self._balance(account) for account in accounts]
        self.assertEqual(balances, [(0.0, 0.0), (0.0, 0.0), (-600.0, 10.0)])

    def test_c6_only_free_hours(self):
        """An entry without amounts: the hours are where they were worked for."""
        charge = self._work(8.0)
        charge.with_user(self.sales_manager).action_zero_rate("Goodwill")
        statement = self._settle("posted")
        move, account = statement.move_id, self.lead.mci_analytic_account_id
        self.assertEqual(sorted(move.line_ids.mapped("quantity")), [-8.0, 8.0])
        self.assertEqual((statement.state, charge.state), ("posted", "posted"))
        self.assertEqual(self._balance(account), (0.0, 8.0))
        draft = move._reverse_moves([{"date": date(2026, 4, 1)}])
        draft.line_ids[0].quantity = 7.0
        with self.assertRaisesRegex(UserError, "mirror"):
            draft.action_post()
        draft.line_ids[0].quantity = move.line_ids[0].quantity
        draft.action_post()
        self.assertEqual((statement.state, charge.state), ("reversed", "reversed"))
        self.assertEqual(self._balance(account), (0.0, 0.0))

    def test_c6_nothing_at_all_makes_no_entry(self):
        charge = self._work(8.0)
        charge.timesheet_id.unit_amount = 0.0
        statement = self._settle("posted")
        self.assertEqual((statement.state, charge.state), ("posted", "posted"))
        self.assertFalse(statement.move_id)
        statement.action_reverse()
        self.assertEqual((statement.state, charge.state), ("reversed", "reversed"))

    def test_c6_neutral_name_of_the_account(self):
        self._post_two_deals()
        account = self.lead.mci_analytic_account_id
        self.assertNotIn(self.lead.name, account.name)
        self.assertIn(str(self.lead.id), account.code)
        self.assertEqual(account.mci_kind, "deal")
        with self.assertRaises(AccessError):
            self.lead.sudo().write({"mci_analytic_account_id": False})

    def test_c6_setup_by_the_way_of_posting(self):
        for mode, types, accounts in (
            ("one", {"expense", "off_balance"}, 1),
            ("two", {"expense", "off_balance"}, 2),
            ("analytic", {"off_balance"}, 1),
        ):
            self.company.write(
                {"mci_charge_account_id": False, "mci_recovery_account_id": False}
            )
            self.company.with_user(self.accountant).action_mci_setup_charging(mode)
            made = (
                self.company.mci_charge_account_id
                | self.company.mci_recovery_account_id
            )
            self.assertEqual(len(made), accounts, mode)
            self.assertLessEqual(set(made.mapped("account_type")), types, mode)
            if self.company.chart_template:
                self.assertEqual(self.company.mci_posting_mode, mode)
        self.assertEqual(self.company.mci_posting_mode, "analytic")
        with self.assertRaises(UserError):
            self.company.action_mci_setup_charging("three")

    def test_setup_twice_makes_nothing_new(self):
        journal = self.company.mci_charge_journal_id
        account = self.company.mci_charge_account_id
        self.company.with_user(self.accountant).action_mci_setup_charging()
        self.assertEqual(self.company.mci_charge_journal_id, journal)
        self.assertEqual(self.company.mci_charge_account_id, account)
        with self.assertRaises(AccessError):
            self.company.with_user(self.seller).action_mci_setup_charging()

    def _count_posting(self, charges):
        """Queries of a month from the first open charge to the posted entry."""
        lead = self._create_lead(f"Deal of {charges}")
        self.env["account.analytic.line"].create(
            [
                self._prepare_work(1.0, date(2026, 3, 1 + day), lead)
                for day in range(charges)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._settle("posted")
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_c6_queries_do_not_grow_with_the_charges(self):
        self._count_posting(1)
        few = self._count_posting(2)
        self.assertLessEqual(self._count_posting(20), few + 2)
