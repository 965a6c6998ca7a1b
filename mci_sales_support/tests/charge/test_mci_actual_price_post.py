from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .actual_common import ActualCommon

APRIL = date(2026, 4, 1)


@tagged("post_install", "-at_install")
class TestMciActualPricePost(ActualCommon):
    """I4: the difference leaves the unit's account, once, and hours stay (C6, C7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._month()
        cls._settle("posted")
        cls.target = cls.env["account.analytic.account"].create(
            {
                "name": "Under- and over-absorption",
                "plan_id": cls.company._mci_get_plan("unit").id,
                "company_id": cls.company.id,
            }
        )
        cls.company.write(
            {
                "mci_actual_posting": "post",
                "mci_absorption_account_ids": [Command.set(cls.target.ids)],
            }
        )
        cls.own = cls.center.analytic_account_id

    def _post(self):
        price = self._of(self.center)
        price.with_user(self.accountant).action_confirm()
        price.with_user(self.accountant).action_post()
        return price

    def test_i4_over_absorption_is_settled(self):
        hours = self._balance(self.own)[1]
        self.assertEqual(self._balance(self.own), (1700.0, hours))
        price = self._post()
        move = price.move_id
        self.assertEqual((price.state, price.posted_by_id), ("posted", self.accountant))
        self.assertEqual((move.state, move.date), ("posted", date(2026, 3, 31)))
        self.assertEqual(move.journal_id, self.company.mci_charge_journal_id)
        self.assertEqual(move.line_ids.account_id, self.company.mci_charge_account_id)
        self.assertEqual(sorted(move.line_ids.mapped("balance")), [-1700.0, 1700.0])
        self.assertEqual(set(move.line_ids.mapped("quantity")), {0.0})
        self.assertEqual(self._balance(self.own), (0.0, hours))
        self.assertEqual(self._balance(self.target), (1700.0, 0.0))

    def test_i4_under_absorption_is_settled(self):
        """The office gives 8 hours away: 640 of cost stay uncovered."""
        statements = self.env["mci.statement"]
        statements.search([("center_id", "=", self.office.id)]).action_reverse(
            "2026-03-31"
        )
        self.env["mci.charge"].search(
            [("center_id", "=", self.office.id), ("state", "=", "open")]
        ).with_user(self.sales_manager).action_zero_rate("Goodwill")
        self._settle("posted")
        price = self._of(self.office)
        self.assertEqual(price.absorption, -640.0)
        price.action_confirm()
        price.action_post()
        self.assertEqual(self._balance(self.office.analytic_account_id)[0], 0.0)
        self.assertEqual(self._balance(self.target), (-640.0, 0.0))

    def test_i4_panel_of_the_unit_agrees_with_the_account(self):
        self._post()
        project = self.center.project_id
        self.assertEqual(project._mci_get_charged_amount(), 7000.0 - 1700.0)

    def test_c6_exactly_once(self):
        price = self._post()
        price.with_user(self.accountant).action_post()
        price._do_post()
        moves = self.env["account.move"].search(
            [("mci_actual_price_id", "=", price.id)]
        )
        self.assertEqual(moves, price.move_id)
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                moves._mci_unlock().copy({"mci_actual_price_id": price.id})
                self.env.flush_all()

    def test_c6_entry_is_guarded(self):
        move = self._post().move_id.sudo()
        for step in ("button_draft", "button_cancel", "unlink"):
            with self.assertRaises(UserError, msg=step):
                getattr(move, step)()
        with self.assertRaises(UserError):
            move.write({"date": APRIL})
        with self.assertRaises(UserError):
            move.line_ids[0].analytic_distribution = {str(self.own.id): 100}
        items = move.line_ids.analytic_line_ids
        with self.assertRaises(UserError):
            items[0].write({"amount": 1.0})
        with self.assertRaises(UserError):
            items[0].unlink()
        with self.assertRaises(UserError):
            items[0].copy()
        with self.assertRaises(AccessError):
            move.mci_actual_price_id = False

    def test_c7_reversal_and_a_new_document(self):
        price = self._post()
        price.with_user(self.accountant).action_reverse("2026-04-02", "Wrong band")
        mirror = price.reversal_move_id
        self.assertEqual(price.state, "reversed")
        self.assertEqual((mirror.state, mirror.date), ("posted", date(2026, 4, 2)))
        self.assertEqual(self._balance(self.own)[0], 1700.0)
        self.assertEqual(self._balance(self.target), (0.0, 0.0))
        with self.assertRaises(UserError):
            price.move_id._reverse_moves(cancel=True)
        self.assertNotEqual(self._post(), price)
        self.assertEqual(self._balance(self.own)[0], 0.0)

    def test_c7_reversal_by_odoos_own_button(self):
        price = self._post()
        wizard = Form(
            self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=price.move_id.ids
            )
        )
        wizard.date = APRIL
        wizard.save().refund_moves()
        self.assertEqual(price.state, "reversed")
        self.assertEqual(self._balance(self.target), (0.0, 0.0))

    def test_c6_a_reversal_is_posted_with_its_button(self):
        price = self._post()
        draft = price.move_id._reverse_moves([{"date": APRIL}])
        with self.assertRaisesRegex(UserError, "with its button"):
            draft.write({"state": "posted"})
        self.assertEqual((draft.state, price.state), ("draft", "posted"))

    def test_c7_edited_reversal_is_refused(self):
        price = self._post()
        draft = price.move_id._reverse_moves([{"date": APRIL}])
        debit = draft.line_ids.filtered(lambda line: line.balance > 0)
        draft.line_ids = [
            Command.update(debit.id, {"balance": 100.0}),
            Command.update((draft.line_ids - debit).id, {"balance": -100.0}),
        ]
        with self.assertRaisesRegex(UserError, "mirror"):
            draft.action_post()

    def test_c7_lock_dates_and_closed_periods_refuse_by_name(self):
        price = self._of(self.center)
        price.action_confirm()
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        with self.assertRaisesRegex(UserError, "locked by"):
            price.action_post()
        self.assertEqual(price.state, "confirmed")
        april = self.env["mci.period"].create(
            {"date_from": APRIL, "date_to": date(2026, 4, 30)}
        )
        april._do_set_state("closed")
        price.accounting_date = APRIL
        with self.assertRaisesRegex(UserError, april.name):
            price.action_post()
        price.accounting_date = date(2026, 5, 4)
        price.action_post()
        self.assertEqual(price.move_id.date, date(2026, 5, 4))

    def test_i4_not_before_the_charges_are_posted(self):
        self._work(2.0)
        price = self._of(self.center)
        price.action_confirm()
        with self.assertRaisesRegex(UserError, "1 charges"):
            price.action_post()

    def test_i4_setup_is_named(self):
        self.company.mci_absorption_account_ids = [Command.clear()]
        price = self._of(self.center)
        price.action_confirm()
        with self.assertRaisesRegex(UserError, "absorption"):
            price.action_post()

    def test_i4_only_shown_and_showback(self):
        price = self._of(self.center)
        price.action_confirm()
        self.company.mci_showback_until = date(2026, 3, 31)
        with self.assertRaisesRegex(UserError, "only shown"):
            price.action_post()
        self.company.write({"mci_showback_until": False, "mci_actual_posting": "show"})
        with self.assertRaisesRegex(UserError, "only shown"):
            price.action_post()

    def test_i4_close_posts(self):
        self.period.with_user(self.accountant).action_close()
        price = self.prices.search([("center_id", "=", self.center.id)])
        self.assertEqual((price.state, price.move_id.state), ("posted", "posted"))
        self.assertEqual(self._balance(self.own)[0], 0.0)
        # Nobody worked on the hotline: nothing to post.
        hotline = self.prices.search([("center_id", "=", self.hotline.id)])
        self.assertEqual((hotline.state, hotline.move_id.id), ("posted", False))
        with self.assertRaisesRegex(UserError, "reopen"):
            price.move_id._reverse_moves([{"date": APRIL}], cancel=True)

    def test_i4_close_refused_by_a_lock_date(self):
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        with self.assertRaisesRegex(UserError, "locked by"):
            self.period.action_close()
        self.assertEqual(self.period.state, "open")

    def test_rights_to_post(self):
        price = self._of(self.center)
        price.action_confirm()
        for role in ("center_lead", "hr", "mci_manager", "sales_manager"):
            user = getattr(self, role)
            for step in ("action_post", "action_reverse"):
                with self.subTest(user=role, step=step):
                    with self.assertRaises(AccessError):
                        getattr(price.with_user(user), step)()

    def test_month_end_lists_what_is_to_post(self):
        values = {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        screen = self.env["mci.month.end"].with_user(self.accountant).create(values)
        price = self._of(self.center)
        price.action_confirm()
        self.assertEqual(screen.actual_post_count, 1)
        price.action_post()
        screen.invalidate_recordset()
        self.assertEqual((screen.actual_post_count, screen.foreign_count), (0, 0))

    def test_settings_refuse_accounts_that_do_not_fit(self):
        plan, account = self._create_plan_account("Departments")
        for accounts in (account, self.target | self.target.copy(), self.own):
            with self.assertRaises(ValidationError):
                self.company.mci_absorption_account_ids = [Command.set(accounts.ids)]
        both = self.target | account
        self.company.mci_absorption_account_ids = [Command.set(both.ids)]
        self._require_plan(plan)
        self.center.project_id[plan._column_name()] = account
        items = self._post().move_id.line_ids.analytic_line_ids
        self.assertEqual(items.mapped(plan._column_name()), account)


@tagged("post_install", "-at_install")
class TestMciActualPriceLedger(ActualCommon):
    """I4: the cost of a unit as it is booked, and nothing twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._month()
        cls._settle("posted")
        cls.company.mci_actual_source = "ledger"
        cls.own = cls.center.analytic_account_id
        cls.expense, cls.revenue, cls.asset = cls.env["account.account"].create(
            [
                {"name": name, "code": f"MCI{number}", "account_type": kind}
                for number, (name, kind) in enumerate(
                    (
                        ("Pay", "expense"),
                        ("Sales", "income"),
                        ("Machines", "asset_fixed"),
                    )
                )
            ]
        )
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Pay",
                "code": "PAYX",
                "type": "general",
                "company_id": cls.company.id,
            }
        )

    def _book(self, amount, distribution, account=None, day=date(2026, 3, 31), post=1):
        account = account or self.expense
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.journal.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "name": "Pay",
                            "account_id": account.id,
                            "balance": amount,
                            "analytic_distribution": distribution,
                        }
                    ),
                    Command.create({"account_id": self.asset.id, "balance": -amount}),
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def test_i4_ledger_counts_what_it_says(self):
        own = {str(self.own.id): 100}
        self._book(8000.0, own)
        self._book(1000.0, {str(self.own.id): 30, **self._other(70)})
        self._book(500.0, own, account=self.revenue)
        self._book(700.0, own, account=self.asset)
        self._book(900.0, own, day=date(2026, 4, 1))
        self._book(900.0, own, post=0)
        refund = self._book(200.0, own)
        refund._reverse_moves([{"date": date(2026, 3, 31)}], cancel=True)
        price = self._of(self.center)
        self.assertRecordValues(
            price,
            [
                {
                    "source": "ledger",
                    # 8000 + 30 % of 1000; neither the timesheets nor the statements
                    "cost": 8300.0,
                    "income": 7000.0,
                    "absorption": -1300.0,
                    "actual_price": 138.33,
                    "recovery_state": "below",
                }
            ],
        )
        self.assertEqual(sum(price.line_ids.mapped("cost")), 8300.0)

    def _other(self, percent):
        return {str(self.office.analytic_account_id.id): percent}

    def test_i4_further_cost_accounts_count_once(self):
        plan, account = self._create_plan_account("Cost centers")
        self.center.cost_account_ids = account
        self._book(4000.0, {str(account.id): 100})
        # On both accounts of the unit, in one line and in two: the same money.
        self._book(1000.0, {f"{self.own.id},{account.id}": 100})
        self._book(2000.0, {str(self.own.id): 100, str(account.id): 100})
        self.assertEqual(self._of(self.center).cost, 7000.0)
        self.assertTrue(plan)
        with self.assertRaises(ValidationError):
            self.office.cost_account_ids = account
        with self.assertRaises(ValidationError):
            self.office.cost_account_ids = self.own

    def test_i4_our_own_entries_do_not_count(self):
        self._book(8000.0, {str(self.own.id): 100})
        target = self.env["account.analytic.account"].create(
            {"name": "Absorption", "plan_id": self.own.plan_id.id}
        )
        self.company.write(
            {
                "mci_actual_posting": "post",
                "mci_absorption_account_ids": [Command.set(target.ids)],
            }
        )
        price = self._of(self.center)
        price.action_confirm()
        price.action_post()
        self.assertEqual(price.absorption, -1000.0)
        price.action_reverse("2026-03-31")
        self.assertEqual(self._of(self.center).cost, 8000.0)

    def test_i4_ledger_cost_by_standard_cost_of_the_functions(self):
        for number in range(3):
            role = f"tester_{number}"
            self._add_person(role, "level_2", self.center, self.function_test)
        rate = self._create_rate(
            "level_2", 90.0, function_id=self.function_test.id, cost_unit=53.0
        )
        rate.action_publish()
        for number in range(2):
            self._work(25.0, role=f"tester_{number}")
        self._book(10000.0, {str(self.own.id): 100})
        price = self._of(self.center)
        # 5300 of the presales people, 50 h × 53 = 2650 of the testers: 2 to 1.
        self.assertEqual(
            {line.function_id: line.cost for line in price.line_ids},
            {self.function_presales: 6666.67, self.function_test: 3333.33},
        )

    def test_i4_a_unit_with_cost_only(self):
        self.hotline.seat_ids.unlink()
        account = self.hotline.analytic_account_id
        self._book(300.0, {str(account.id): 100})
        price = self._of(self.hotline)
        self.assertEqual((price.cost, price.absorption), (300.0, -300.0))
        self.assertEqual(price.actual_price, 0.0)
