from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .company_common import CompanyInvoiceCommon


@tagged("post_install", "-at_install")
class TestMciCompanyInvoice(CompanyInvoiceCommon):
    """Invoice and bill replace the accrual once, with the same result (C6)."""

    # --- Documents ------------------------------------------------------------

    def test_c6_drafts_carry_the_accrual(self):
        statement = self._accrue()
        run = self._make()
        self.assertEqual(run.statement_ids, statement)
        self.assertEqual(run.amount_total, 1033.0)
        invoice, bill = run.invoice_id, run.bill_id
        self.assertEqual((invoice.state, bill.state), ("draft", "draft"))
        self.assertEqual(invoice.move_type, "out_invoice")
        self.assertEqual(bill.move_type, "in_invoice")
        self.assertEqual(invoice.company_id, self.company)
        self.assertEqual(bill.company_id, self.company_2)
        self.assertEqual(invoice.partner_id, self.company_2.partner_id)
        self.assertEqual(bill.partner_id, self.company.partner_id)
        self.assertEqual((invoice | bill).currency_id, self.currency)
        self.assertEqual((invoice | bill).mapped("amount_total"), [1033.0, 1033.0])
        self.assertEqual(invoice.invoice_line_ids.mapped("balance"), [-1033.0])
        # one line for each deal: 5600 + 234.3 and 200 × 7.1
        lines = bill.invoice_line_ids.sorted("balance")
        self.assertEqual(lines.mapped("balance"), [1420.0, 5834.3])
        self.assertEqual(lines.mapped("price_subtotal"), [200.0, 833.0])
        self.assertEqual(lines.mapped("mci_hours"), [2.0, 8.33])
        self.assertFalse(self._make(), "the same month again makes nothing new")

    def test_c6_each_document_replaces_its_accrual(self):
        statement = self._accrue()
        before = self._analytic()
        run = self._make()
        for move, entry, debt in (
            (run.invoice_id, statement.move_id, self.pair.receivable_account_id),
            (
                run.bill_id,
                statement.counterpart_move_id,
                self.pair.payable_account_id,
            ),
        ):
            move.action_post()
            mirror = entry.reversal_move_ids
            self.assertEqual((mirror.state, mirror.date), ("posted", move.date))
            self.assertEqual(mirror.mci_replaced_by_id, move)
            self.assertEqual(self._analytic(), before, "money and hours stay")
            items = self.env["account.move.line"].search(
                [("account_id", "=", debt.id), ("parent_state", "=", "posted")]
            )
            self.assertEqual(sum(items.mapped("balance")), 0.0)
        self.assertEqual(run.bill_id.ref, run.invoice_id.name)
        self.assertEqual(statement.state, "posted")
        self.assertEqual(set(statement.charge_ids.mapped("state")), {"posted"})

    def test_c6_free_hours_come_along(self):
        """On both documents without an amount; alone they are owed by nobody."""
        free = self._create_foreign_lead("A favour abroad")
        self._work(4.0, lead=free).sudo().action_zero_rate("Goodwill")
        self._settle("posted")
        self.assertFalse(self._make(), "nothing is owed")
        self._work(3.0, lead=free).sudo().action_zero_rate("Goodwill")
        self._accrue()
        before = self._analytic()
        run = self._make()
        self.assertEqual(len(run.bill_id.invoice_line_ids), 3)
        self.assertEqual(sum(run.bill_id.invoice_line_ids.mapped("mci_hours")), 13.33)
        for move in run.invoice_id | run.bill_id:
            move.action_post()
        self.assertEqual(self._analytic(), before)
        self.assertEqual(self._balance(free.mci_analytic_account_id), (0.0, 7.0))
        for move in run.invoice_id | run.bill_id:
            dates = {"date": move.date, "invoice_date": move.date}
            move._reverse_moves([dates], cancel=True)
        self.assertEqual(self._analytic(), before)

    def test_c6_the_accountant_of_one_company_posts_its_document(self):
        self._accrue()
        run = self._make()
        self._as(run.invoice_id, self.accountant).action_post()
        self._as(run.bill_id, self.accountant_2).action_post()
        self.assertEqual((run.invoice_state, run.bill_state), ("posted", "posted"))

    def test_c6_reset_to_draft_and_again(self):
        statement = self._accrue()
        before = self._analytic()
        run = self._make()
        invoice = run.invoice_id
        for _turn in range(2):
            invoice.action_post()
            self.assertEqual(self._analytic(), before)
            self.assertEqual(len(invoice._mci_get_replacements()), 1)
            invoice.button_draft()
            self.assertEqual(self._analytic(), before, "the accrual is back")
        self.assertEqual(statement.state, "posted")

    def test_c6_the_state_is_not_written_without_a_button(self):
        """Over RPC the document would go, and the accrual not come back."""
        self._accrue()
        before = self._analytic()
        run = self._make()
        for move, state in ((run.invoice_id, "cancel"), (run.bill_id, "draft")):
            move.action_post()
            with self.assertRaisesRegex(UserError, "place of an accrual"):
                move.write({"state": state})
            move.button_cancel()
            self.assertEqual(move.state, "cancel")
        self.assertEqual(self._analytic(), before)

    def test_c6_documents_are_posted_with_their_button(self):
        """A state written over RPC would leave the accrual beside the document."""
        self._accrue()
        before = self._analytic()
        run = self._make()
        for move in run.invoice_id | run.bill_id:
            with self.assertRaisesRegex(UserError, "with its button"):
                move.write({"state": "posted"})
            move.action_post()
            credit = move._reverse_moves([{"date": move.date}])
            with self.assertRaisesRegex(UserError, "with its button"):
                credit.write({"state": "posted"})
            self.assertEqual((move.state, credit.state), ("posted", "draft"))
        self.assertEqual(self._analytic(), before)

    def test_c6_credit_note_brings_the_accrual_back(self):
        statement = self._accrue()
        before = self._analytic()
        run = self._make()
        (run.invoice_id | run.bill_id).action_post()
        with self.assertRaisesRegex(UserError, "invoiced"), self.cr.savepoint():
            statement.action_reverse("2026-04-02")
        with self.assertRaisesRegex(UserError, "credit it first"):
            self._as(run, self.controller).action_cancel()
        for move in run.invoice_id | run.bill_id:
            credit = self._reverse_by_odoo(move, date(2026, 4, 2))
            credit.action_post()
            self.assertEqual(self._analytic(), before)
            with self.assertRaisesRegex(UserError, "stays posted"):
                credit.button_draft()
            with self.assertRaisesRegex(UserError, "stays posted"):
                credit.write({"state": "cancel"})
            with self.assertRaises(UserError):
                move.button_draft()
        self._as(run, self.controller).action_cancel()
        self.assertFalse(statement.company_invoice_id)
        again = self._make()
        self.assertEqual(again.statement_ids, statement)
        self._as(again, self.controller).action_cancel()
        statement.action_reverse("2026-04-03")
        self.assertEqual(statement.state, "reversed")
        self.assertEqual(self._balance(self.lead_2.mci_analytic_account_id), (0.0, 0.0))

    def test_c6_part_of_a_document_is_not_credited(self):
        self._accrue()
        run = self._make()
        run.bill_id.action_post()
        credit = run.bill_id._reverse_moves([{"invoice_date": date(2026, 4, 2)}])
        credit.invoice_line_ids[0].price_unit = 1.0
        with self.assertRaisesRegex(UserError, "as a whole"):
            credit.action_post()

    def test_c6_a_credit_note_left_behind_is_not_posted(self):
        """The document was reset meanwhile: its accrual would come back twice."""
        self._accrue()
        before = self._analytic()
        bill = self._make().bill_id
        bill.action_post()
        credit = bill._reverse_moves([{"invoice_date": date(2026, 4, 2)}])
        bill.button_draft()
        with self.assertRaisesRegex(UserError, "not posted any more"):
            credit.action_post()
        self.assertEqual(self._analytic(), before)
        bill.action_post()
        credit.action_post()
        self.assertEqual(self._analytic(), before)

    def test_c6_changed_draft_is_refused(self):
        self._accrue()
        run = self._make()
        for vals in ({"price_unit": 1.0}, {"mci_hours": 1.0}):
            with self.assertRaisesRegex(UserError, "not carry"), self.cr.savepoint():
                run.invoice_id.invoice_line_ids.write(vals)
                run.invoice_id.action_post()
        with self.assertRaisesRegex(UserError, "cancel that"):
            run.bill_id.unlink()

    def test_c7_closed_period_of_its_company(self):
        self._accrue()
        run = self._make()
        self.env["mci.period"].create(
            {
                "company_id": self.company.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        )._do_set_state("closed")
        with self.assertRaisesRegex(UserError, "closed"), self.cr.savepoint():
            run.invoice_id.action_post()
        run.bill_id.action_post()
        self.assertEqual(run.invoice_state, "draft")

    def test_c6_taxes_of_the_service(self):
        tax_group = self.env["account.tax.group"].create(
            {"name": "VAT", "company_id": self.company.id}
        )
        tax = self.env["account.tax"].create(
            {
                "name": "VAT 10 %",
                "amount": 10.0,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
                "tax_group_id": tax_group.id,
            }
        )
        self.pair.product_id = self.env["product.product"].create(
            {
                "name": "Presales service",
                "type": "service",
                "taxes_id": [Command.set(tax.ids)],
                "supplier_taxes_id": [Command.clear()],
            }
        )
        self._accrue()
        run = self._make()
        self.assertEqual(run.invoice_id.amount_tax, 103.3)
        self.company.tax_lock_date = date(2026, 3, 31)
        with self.assertRaisesRegex(UserError, "locked by"), self.cr.savepoint():
            run.invoice_id.action_post()
        self.company.tax_lock_date = False
        run.invoice_id.action_post()
        items = run.invoice_id.invoice_line_ids.analytic_line_ids
        self.assertEqual((items.amount, items.unit_amount), (1033.0, -10.33))

    def test_c6_negative_month_is_a_credit_note(self):
        """After a deal went away only its corrections are left."""
        self._accrue()
        self._make()
        lead = self._as(self.lead_2, self.controller)
        lead.mci_change_company(self.company.id, "Ours", team_id=self.team.id)
        self._settle("posted", 4)
        runs = self._as(self.env["mci.company.invoice"], self.controller)
        run = runs.generate("2026-04-01", "2026-04-30").sudo()
        self.assertEqual(run.amount_total, -833.0)
        self.assertEqual(run.invoice_id.move_type, "out_refund")
        self.assertEqual(run.bill_id.move_type, "in_refund")
        before = self._analytic()
        (run.invoice_id | run.bill_id).action_post()
        self.assertEqual(self._analytic(), before)

    # --- Rights ---------------------------------------------------------------

    def test_c6_who_makes_invoices(self):
        self._accrue()
        for user in (self.seller, self.manager_2, self.engineer):
            with self.assertRaises(AccessError):
                self._make(user)
        for user in (self.accountant, self.accountant_2):
            self.assertFalse(self._make(user))
        self.pair.post_by = "provider"
        run = self._make(self.accountant)
        self.assertTrue(run)
        for user in (self.accountant, self.accountant_2):
            self.assertTrue(self._as(run, user).read(["amount_total", "invoice_state"]))
        with self.assertRaises(AccessError):
            self._as(run, self.accountant_2).action_cancel()
        with self.assertRaises(AccessError), self._mci_quiet():
            self._as(run, self.manager_2).read(["amount_total"])
        with self.assertRaises(AccessError):
            self._as(run, self.controller).write({"date_to": "2026-04-30"})
        self._as(run, self.accountant).action_cancel()
        self.assertEqual(run.invoice_state, "cancel")

    def test_dialog(self):
        dialogs = self._as(self.env["mci.company.invoice.make"], self.controller)
        dialog = dialogs.create({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        with self.assertRaisesRegex(UserError, "Nothing to invoice"):
            dialog.action_apply()
        self._accrue()
        action = dialog.action_apply()
        self.assertEqual(action["res_model"], "mci.company.invoice")

    def test_off_balance_is_not_invoiced(self):
        for company, name in (
            (self.company, "receivable_account_id"),
            (self.company_2, "payable_account_id"),
        ):
            off = self._create_account(company, "Off", "MCI00", "off_balance")
            company.mci_charge_account_id = off
            self.pair[name] = off
        self._accrue()
        with self.assertRaisesRegex(UserError, "cannot be invoiced"):
            self._make()

    def test_bad_input(self):
        runs = self._as(self.env["mci.company.invoice"], self.controller)
        for arguments in (("2026-03-31", "2026-03-01"), ("soon", "2026-03-31")):
            with self.assertRaises(UserError):
                runs.generate(*arguments)
