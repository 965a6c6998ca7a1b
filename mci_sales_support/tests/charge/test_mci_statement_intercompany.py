from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestMciStatementIntercompany(CompanyCommon):
    """Both sides or none, hours and money to the cent (C6, invariant 4)."""

    # --- Amounts --------------------------------------------------------------

    def test_c6_printed_by_who_pays(self):
        """People of the unit's company are strangers to him, their names are not."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.function_presales.with_context(lang="zh_CN").name = "售前"
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("sent")
        manager = self.manager_2
        report = self.env["ir.actions.report"].with_user(manager)
        page = {}
        for lang in ("en_US", "zh_CN"):
            content, _kind = report.with_context(
                lang=lang, allowed_company_ids=self.company_2.ids
            )._render_qweb_html("mci_sales_support.mci_statement_report", statement.ids)
            page[lang] = content.decode()
            self.assertIn(self.resources["engineer"].name, page[lang])
            self.assertIn("7.0000", page[lang], "the rate of exchange of the day")
        self.assertIn("an hour", page["en_US"])
        self.assertNotIn("an hour", page["zh_CN"], "in the language of the reader")
        self.assertIn("售前 / ", page["zh_CN"])

    def test_c6_two_entries(self):
        deal_3 = self._create_foreign_lead("Another deal abroad")
        self._work(2.0, lead=deal_3)
        statement = self._post()
        provider, payer = statement.move_id, statement.counterpart_move_id
        for move, company in ((provider, self.company), (payer, self.company_2)):
            self.assertEqual((move.state, move.company_id), ("posted", company))
            self.assertEqual(move.date, date(2026, 3, 31))
            self.assertEqual(move.journal_id, company.mci_charge_journal_id)
        unit = str(self.center.analytic_account_id.id)
        self.assertRecordValues(
            provider.line_ids.sorted("balance"),
            [
                {
                    "balance": -1033.0,
                    "quantity": 10.33,
                    "account_id": self.company.mci_charge_account_id.id,
                    "partner_id": False,
                    "analytic_distribution": {unit: 100},
                },
                {
                    "balance": 1033.0,
                    "quantity": 0.0,
                    "account_id": self.pair.receivable_account_id.id,
                    "partner_id": self.company_2.partner_id.id,
                    "analytic_distribution": False,
                },
            ],
        )
        # 800 × 7 and 33 × 7.1, the rates of the days worked
        self.assertRecordValues(
            payer.line_ids.sorted("balance"),
            [
                {"balance": -7234.3, "amount_currency": -1033.0, "quantity": 0.0},
                {"balance": 1400.0, "amount_currency": 200.0, "quantity": 2.0},
                {"balance": 5834.3, "amount_currency": 833.0, "quantity": 8.33},
            ],
        )
        self.assertEqual(payer.line_ids.currency_id, self.currency)
        debt = payer.line_ids.filtered(lambda line: line.balance < 0)
        self.assertEqual(debt.account_id, self.pair.payable_account_id)
        self.assertEqual(debt.partner_id, self.company.partner_id)
        self.assertFalse(debt.analytic_line_ids)

    def test_c6_sums_in_both_currencies(self):
        """Statement = Σ charges = provider = deals; hours are those worked."""
        statement = self._post()
        charges = statement.charge_ids
        self.assertEqual(statement.amount_total, sum(charges.mapped("amount")))
        self.assertEqual(statement.payer_amount_total, 5834.3)
        line = charges.move_line_id
        self.assertEqual(line.company_id, self.company_2)
        self.assertAlmostEqual(sum(charges.mapped("payer_amount")), line.balance)
        self.assertEqual(self._balance(self.lead_2.mci_analytic_account_id)[0], -5834.3)
        unit = self._balance(self.center.analytic_account_id)
        self.assertEqual(unit, (833.0 - 8 * 60 - 0.33 * 60, 0.0))
        self.assertEqual(self._balance(self.lead_2.mci_analytic_account_id)[1], 8.33)

    def test_c6_rounding(self):
        """Each charge is rounded once in each currency, totals are their sums."""
        rates = self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        )
        rates.inverse_company_rate = 7.12345
        charges = self.env["mci.charge"]
        for day in range(2, 9):
            charges |= self._work(0.37, date(2026, 3, day), self.lead_2)
        self.assertEqual(set(charges.mapped("payer_amount")), {263.57})
        statement = self._settle("posted")
        # at once it would be 259 × 7.12345 = 1844.97
        self.assertEqual(statement.payer_amount_total, 1844.99)
        self.assertEqual(
            statement.counterpart_move_id.line_ids.sorted("balance").mapped("balance"),
            [-1844.99, 1844.99],
        )

    def test_c3_rate_of_exchange_is_frozen(self):
        charge = self._work(8.0, lead=self.lead_2)
        self.assertEqual(charge.payer_exchange_rate, 7.0)
        self.assertEqual(charge.rate_date, date(2026, 3, 10))
        self._settle("sent")
        rates = self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        )
        rates.inverse_company_rate = 9.0
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((charge.payer_exchange_rate, charge.payer_amount), (7.0, 5600))

    def test_c3_open_charge_follows_its_hours(self):
        charge = self._work(8.0, lead=self.lead_2)
        charge.timesheet_id.unit_amount = 4.0
        self.assertEqual(charge.payer_amount, 2800.0)
        charge.timesheet_id.date = date(2026, 3, 16)
        self.assertEqual((charge.payer_exchange_rate, charge.payer_amount), (7.1, 2840))

    def test_c4_the_deal_bears_the_frozen_amount(self):
        """Charged against the budget is what the ledger of the deal's company says."""
        self._work(8.0, lead=self.lead_2)
        self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        ).inverse_company_rate = 9.0
        self.assertEqual(self.lead_2.mci_charged_amount, 5600.0)

    def test_same_company_has_its_own_amount(self):
        charge = self._work(8.0)
        self.assertEqual(charge.payer_currency_id, self.currency)
        self.assertEqual((charge.payer_exchange_rate, charge.payer_amount), (1.0, 800))
        self.assertFalse(self._settle("posted").is_crossing)

    def test_payer_amounts_in_constant_queries(self):
        def count(lines):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["account.analytic.line"].create(
                [
                    self._prepare_work(1.0, date(2026, 3, 5), self.lead_2)
                    for _line in range(lines)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(2), count(20))

    # --- Both or none ---------------------------------------------------------

    def test_c6_set_up_by_an_accountant_of_the_company(self):
        other = self.env["res.company"].create({"name": "Third company"})
        for user in (self.accountant, self.controller):
            with self.assertRaisesRegex(AccessError, "Third company"):
                other.with_user(user).action_mci_setup_charging()
        self.assertFalse(other.mci_charge_journal_id)

    def test_c6_without_agreement(self):
        self.pair.active = False
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        with (
            self.assertRaisesRegex(UserError, "Second company.*agreement"),
            self.cr.savepoint(),
        ):
            statement.action_post()
        self.assertEqual(statement.state, "accepted")

    def test_c6_missing_settings_are_named(self):
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        self.company_2.mci_charge_journal_id = False
        with (
            self.assertRaisesRegex(UserError, "Second company has no Journal"),
            self.cr.savepoint(),
        ):
            statement.action_post()

    def test_c7_lock_dates_and_periods_of_both(self):
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        self.company_2.fiscalyear_lock_date = date(2026, 3, 31)
        with (
            self.assertRaisesRegex(UserError, "locked by .*Second company"),
            self.cr.savepoint(),
        ):
            statement.action_post()
        statement.accounting_date = date(2026, 4, 1)
        period = self.env["mci.period"].create(
            {
                "company_id": self.company_2.id,
                "date_from": date(2026, 4, 1),
                "date_to": date(2026, 4, 30),
            }
        )
        period._do_set_state("closed")
        with self.assertRaisesRegex(UserError, "Second company"), self.cr.savepoint():
            statement.action_post()
        period._do_set_state("open")
        statement.action_post()
        self.assertEqual(statement.counterpart_move_id.date, date(2026, 4, 1))
        period._do_set_state("closed")
        with self.assertRaisesRegex(UserError, "Second company"), self.cr.savepoint():
            statement.action_reverse("2026-04-15")

    def _create_department(self):
        """A plan that is mandatory in both companies, with one account for both."""
        plan, account = self._create_plan_account("Departments")
        account.company_id = False
        self._require_plan(plan)
        plan.applicability_ids.company_id = False
        return plan, account

    def test_c7_the_payer_closes_after_what_it_accepted(self):
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        period = self.env["mci.period"].create(
            {
                "company_id": self.company_2.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        )
        with self.assertRaisesRegex(UserError, statement.name), self.cr.savepoint():
            self._as(period, self.accountant_2).action_close()
        statement.action_post()
        self._as(period, self.accountant_2).action_close()
        self.assertEqual(period.state, "closed")

    def test_c6_mandatory_plan_of_the_payer(self):
        """Neither side stays; what companies owe each other needs no plan."""
        plan, account = self._create_department()
        self.center.project_id[plan._column_name()] = account
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        with (
            self.assertRaisesRegex(UserError, "Departments plan of Sales abroad"),
            self.cr.savepoint(),
        ):
            statement.action_post()
        self.assertEqual(statement.state, "accepted")
        self.assertFalse(
            self.env["account.move"].search([("mci_statement_id", "=", statement.id)])
        )

    def test_c6_mandatory_plan_fulfilled(self):
        plan, account = self._create_department()
        self.center.project_id[plan._column_name()] = account
        self.team_2.mci_analytic_account_ids = [Command.set(account.ids)]
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("posted")
        items = statement.counterpart_move_id.line_ids.analytic_line_ids
        self.assertEqual(len(items), 1)
        self.assertEqual(items[plan._column_name()], account)

    def test_c6_exactly_once(self):
        statement = self._post()
        moves = statement.move_id | statement.counterpart_move_id
        self._as(statement, self.controller).action_post()
        statement._do_post()
        self.assertEqual(
            self.env["account.move"].search([("mci_statement_id", "=", statement.id)]),
            moves,
        )

    def test_off_balance_on_both_lines(self):
        off = self.env["account.account"].create(
            {"name": "Off", "code": "OFF001", "account_type": "off_balance"}
        )
        self.company.mci_charge_account_id = off
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        with (
            self.assertRaisesRegex(ValidationError, "both on the balance"),
            self.cr.savepoint(),
        ):
            statement.action_post()
        self.pair.receivable_account_id = off
        statement.action_post()
        self.assertEqual(statement.move_id.line_ids.account_id, off)

    def test_accounts_of_the_right_company(self):
        with self.assertRaises(ValidationError):
            self.pair.payable_account_id = self.company.mci_charge_account_id
        with self.assertRaises(ValidationError):
            self.pair.receivable_account_id = self.company.mci_charge_account_id

    def test_c6_both_sides_open_what_was_posted(self):
        """The deal's account is of one company: others see its name, as of the deal."""
        charge = self._post().charge_ids[0]
        asked = {"analytic_account_id": {"fields": {"display_name": {}}}}
        self.env.invalidate_all()
        for user in (self.accountant, self.accountant_2, self.center_lead):
            with self.subTest(user.login):
                [shown] = charge.with_user(user).web_read(asked)
                self.assertTrue(shown["analytic_account_id"]["display_name"])
                self.env.invalidate_all()

    def test_c6_free_hours_cross(self):
        charge = self._work(8.0, lead=self.lead_2)
        charge.with_user(self.manager_2).sudo().action_zero_rate("Goodwill")
        statement = self._settle("posted")
        account = self.lead_2.mci_analytic_account_id
        entries = statement.move_id | statement.counterpart_move_id
        self.assertEqual(len(entries), 2)
        self.assertFalse(any(entries.line_ids.mapped("balance")))
        self.assertEqual(self._balance(account), (0.0, 8.0))
        statement.action_reverse()
        self.assertEqual(statement.state, "reversed")
        self.assertEqual(self._balance(account), (0.0, 0.0))
