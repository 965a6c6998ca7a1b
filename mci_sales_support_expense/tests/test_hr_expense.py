from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mci_sales_support.tests.charge.common import ChargeCommon


@tagged("post_install", "-at_install")
class TestHrExpense(ChargeCommon):
    """An expense made for a deal is charged to it, once and at cost (C1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead.mci_center_id = cls.center
        cls.product = cls.env["product.product"].create(
            {"name": "Flight", "type": "service", "can_be_expensed": True}
        )
        cls.employees["engineer"].expense_manager_id = cls.center_lead
        cls.accountant.group_ids += cls.env.ref("hr_expense.group_hr_expense_user")
        # The engineer works on the deal, so he may read it.
        cls.env["mci.booking"].create(
            {
                "lead_id": cls.lead.id,
                "center_id": cls.center.id,
                "function_id": cls.function_presales.id,
                "resource_id": cls.resources["engineer"].id,
                "date_start": "2026-03-09",
                "date_stop": "2026-03-10",
                "hours": 8.0,
            }
        )

    def _prepare(self, amount=310.0, **values):
        return {
            "name": "Flight to the port",
            "employee_id": self.employees["engineer"].id,
            "product_id": self.product.id,
            "total_amount_currency": amount,
            "tax_ids": [],
            "date": "2026-03-12",
            "mci_lead_id": self.lead.id,
            **values,
        }

    def _create(self, amount=310.0, **values):
        expenses = self.env["hr.expense"].with_user(self.engineer)
        return expenses.create(self._prepare(amount, **values)).sudo()

    def _post(self, expenses):
        expenses.with_user(self.engineer).action_submit()
        if expenses.with_user(self.center_lead).action_approve():
            # Asked about duplicates, and answered.
            expenses.with_user(self.center_lead)._do_approve(False)
        action = expenses.with_user(self.accountant).action_post()
        if action:
            wizard = self.env[action["res_model"]].with_user(self.accountant)
            wizard = wizard.with_context(**action["context"]).browse(action["res_id"])
            wizard.accounting_date = "2026-03-12"
            wizard.action_post_entry()
        return self._charges(expenses)

    def _charges(self, expenses):
        lines = self.env["account.move.line"].search(
            [("expense_id", "in", expenses.ids)]
        )
        return lines.mci_charge_ids

    def test_c1_paid_by_the_employee(self):
        expense = self._create()
        self.assertEqual(expense.mci_center_id, self.center)
        self.assertFalse(self._charges(expense), "nothing before the posting")
        charge = self._post(expense)
        self.assertRecordValues(
            charge,
            [
                {
                    "origin": "expense",
                    "state": "open",
                    "amount": 310.0,
                    "hours": 0.0,
                    "lead_id": self.lead.id,
                    "center_id": self.center.id,
                    "team_id": self.team.id,
                }
            ],
        )
        self.assertIn("Flight to the port", charge.explanation)
        name = self.employees["engineer"].name
        self.assertEqual(charge.explanation.count(name), 1, "said once")
        self.assertEqual(self.lead.mci_charged_amount, 310.0)
        unit = self.center.analytic_account_id
        self.assertEqual(self._balance(unit)[0], -310.0, "the unit has paid")
        statement = self._settle("posted")
        self.assertEqual(statement.amount_total, 310.0)
        self.assertEqual(self._balance(unit)[0], 0.0)
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id)[0], -310.0)

    def test_c1_paid_by_the_company_with_tax(self):
        tax = self.env["account.tax"].create(
            {"name": "Input 10 %", "amount": 10.0, "type_tax_use": "purchase"}
        )
        expense = self._create(110.0, payment_mode="company_account", tax_ids=tax.ids)
        charge = self._post(expense)
        self.assertEqual(expense.state, "paid")
        self.assertEqual(charge.mapped("amount"), [100.0], "without recoverable tax")

    def test_c1_once_whatever_is_split_and_posted(self):
        expense = self._create(300.0)
        split = expense._get_split_values()
        self.assertEqual(len(split), 2)
        wizard = self.env["hr.expense.split.wizard"].browse(
            expense.action_split_wizard()["res_id"]
        )
        wizard.action_split_expense()
        parts = self.env["hr.expense"].search(
            [("split_expense_origin_id", "=", expense.id)]
        )
        self.assertEqual(parts.mci_lead_id, self.lead)
        charges = self._post(parts)
        self.assertEqual(charges.mapped("amount"), [150.0, 150.0])
        with self.assertRaises(UserError):
            self._post(parts)
        self.assertEqual(self._charges(parts), charges)

    def test_c7_a_reversed_entry_takes_it_back(self):
        """Posted again it is charged again: the deal bears it once."""
        expense = self._create()
        self._post(expense)
        move = expense.account_move_id
        statement = self._settle("posted")
        dates = {"date": "2026-03-31", "invoice_date": "2026-03-31"}
        move._reverse_moves([dates], cancel=True)
        charges = self._charges(expense)
        self.assertEqual(
            sorted((charge.state, charge.amount) for charge in charges),
            [("open", -310.0), ("posted", 310.0)],
        )
        self.assertEqual(statement.state, "posted")
        self.assertEqual(self.lead.mci_charged_amount, 0.0)
        expense.with_user(self.accountant)._post_without_wizard()
        self._settle("posted", 4)
        self.assertEqual(self.lead.mci_charged_amount, 310.0)

    def test_without_deal_nothing_is_charged(self):
        expense = self._create(mci_lead_id=False)
        self.assertFalse(expense.mci_center_id)
        self.assertFalse(self._post(expense))

    def test_c1_what_cannot_be_charged(self):
        account = self.lead._mci_get_analytic_account()
        expense = self._create(analytic_distribution={str(account.id): 100})
        with self.assertRaisesRegex(UserError, "twice"):
            expense.with_user(self.engineer).action_submit()
        seats = self.resources["engineer"].mci_seat_ids
        seats.write({"date_from": "2020-01-01", "date_to": "2020-12-31"})
        self.lead.mci_center_id = False
        nowhere = self._create()
        self.assertFalse(nowhere.mci_center_id)
        with self.assertRaisesRegex(UserError, "name the unit"):
            nowhere.with_user(self.engineer).action_submit()
        nowhere.mci_center_id = self.office
        self.assertEqual(self._post(nowhere).center_id, self.office)

    def test_rights(self):
        hidden = self._create_lead("Nobody of ours works on it")
        expense = self._create()
        mine = expense.with_user(self.engineer)
        with self._mci_quiet(), self.assertRaises(AccessError):
            mine.mci_lead_id = hidden
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._create(mci_lead_id=hidden.id)
        mine.action_submit()
        with self.assertRaisesRegex(UserError, "no longer a draft"):
            mine.mci_lead_id = False
        lead = expense.with_user(self.center_lead)
        lead.mci_center_id = self.office
        lead.action_approve()
        self.assertEqual(expense.mci_center_id, self.office)

    def test_charges_open_from_the_expense(self):
        expense = self._create()
        self.assertEqual(expense.mci_charge_count, 0)
        charge = self._post(expense)
        expense.invalidate_recordset(["mci_charge_count"])
        seen = expense.with_user(self.accountant)
        self.assertEqual(seen.mci_charge_count, 1)
        self.assertEqual(
            seen.action_mci_view_charges()["domain"], [("id", "in", charge.ids)]
        )
        outsider = expense.with_user(self.seller_2).sudo(False)
        with self._mci_quiet(), self.assertRaises(AccessError):
            outsider.action_mci_view_charges()

    def test_merged_deals_keep_their_expenses(self):
        expense = self._create()
        charge = self._post(expense)
        head = self._create_lead("Head deal", expected_revenue=999999.0)
        (head | self.lead)._merge_opportunity(user_id=False, team_id=False)
        self.assertTrue(expense.mci_lead_id.exists())
        self.assertEqual(expense.mci_lead_id, charge.lead_id)

    def test_screen(self):
        expenses = self.env["hr.expense"].with_user(self.engineer)
        with Form(expenses) as form:
            form.name = "Hotel"
            form.product_id = self.product
            form.total_amount_currency = 90.0
            form.mci_lead_id = self.lead
            self.assertEqual(form.mci_center_id, self.center)
        self.assertEqual(form.record.mci_lead_id, self.lead)
