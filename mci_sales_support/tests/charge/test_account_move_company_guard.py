from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .company_common import CompanyInvoiceCommon

APRIL = date(2026, 4, 2)


@tagged("post_install", "-at_install")
class TestAccountMoveCompanyGuard(CompanyInvoiceCommon):
    """C6: documents between companies, in the hands of accountants without our groups.

    Refused by name, or the accrual follows: money and hours stay on every account.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            login="mci_keeper",
            groups="account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.company_2).ids)],
        )

    def setUp(self):
        super().setUp()
        self.statement = self._accrue()
        self.run = self._make()
        self.before = self._analytic()

    def _check_true(self):
        self.assertEqual(self._analytic(), self.before)
        self.assertEqual(self.statement.state, "posted")

    def _post_documents(self):
        """Invoice and bill, each in its company."""
        for move in self.run.invoice_id | self.run.bill_id:
            mine = move.with_user(self.keeper).with_company(move.company_id)
            mine.action_post()
            yield mine

    def _dialog(self, move, day=APRIL):
        wizard = Form(
            self.env["account.move.reversal"]
            .with_user(self.keeper)
            .with_company(move.company_id)
            .with_context(active_model="account.move", active_ids=move.ids)
        )
        wizard.date = day
        return wizard.save()

    def _credit(self, move, day=APRIL):
        return move.browse(self._dialog(move, day).refund_moves()["res_id"])

    def _refused(self, name, way, text=""):
        with self.subTest(name):
            with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
                way()
                self.env.flush_all()
        self.env.invalidate_all()
        self._check_true()

    def test_c6_what_a_posted_document_carries_stays(self):
        """Odoo lets accounting edit the distribution of posted items."""
        for move in self._post_documents():
            line = move.invoice_line_ids[:1]
            item = line.analytic_line_ids[:1]
            half = {next(iter(line.analytic_distribution)): 50}
            for name, vals in (
                ("no account", {"analytic_distribution": False}),
                ("half of it", {"analytic_distribution": half}),
                ("hours", {"mci_hours": 1.0}),
            ):
                self._refused(name, lambda line=line, vals=vals: line.write(vals))
            for vals in ({"amount": 1.0}, {"unit_amount": 1.0}):
                self._refused(
                    "item", lambda item=item, vals=vals: item.write(vals), "carries"
                )
            self._refused("item deleted", item.unlink, "carries")
            self._refused("item added", item.copy, "carries")
        self.run.bill_id.with_user(self.keeper).with_company(
            self.company_2
        ).button_draft()
        self._check_true()

    def test_c6_who_owes_what_to_whom_stays(self):
        bill = self.run.bill_id.with_user(self.keeper).with_company(self.company_2)
        account = bill.invoice_line_ids[:1].account_id
        fee = {"name": "Fee", "price_unit": 5.0, "account_id": account.id}
        for name, vals in (
            ("partner", {"partner_id": self.customer.id}),
            ("one more line", {"invoice_line_ids": [Command.create(fee)]}),
        ):

            def change(vals=vals):
                bill.write(vals)
                bill.action_post()

            self._refused(name, change, "settles what is owed")
        bill.action_post()
        self._check_true()

    def test_c6_no_copy_charges_a_second_time(self):
        for move in self._post_documents():
            self._refused("duplicated", move.copy, "copy would")
            modify = self._dialog(move).modify_moves
            self._refused("reversed and copied", modify, "copy would")

    def test_c6_a_credit_note_is_not_credited(self):
        """The accrual is back: crediting the credit note would charge beside it."""
        for move in self._post_documents():
            credit = self._credit(move)
            credit.action_post()
            self._check_true()
            self._refused(
                "credited", lambda credit=credit: self._credit(credit), "not credited"
            )

    def test_c6_mirrors_of_accruals_name_their_document(self):
        for move in self._post_documents():
            mirror = move.sudo()._mci_get_replacements()
            self._refused(
                "mirror", lambda mirror=mirror: self._credit(mirror), "belongs to"
            )
            move.button_draft()
            back = mirror.reversal_move_ids
            self._refused("back", lambda back=back: self._credit(back), "belongs to")
            move.action_post()

    def test_c7_nothing_is_taken_back_before_it_is_there(self):
        for move in self._post_documents():
            credit = self._credit(move, date(2026, 3, 30))
            self._refused("credit note", credit.action_post, "taken back")
            credit.unlink()
            move.button_draft()
            move.invoice_date = move.date = date(2026, 3, 30)
            self._refused("document", move.action_post, "taken back")

    def test_c7_lock_dates_are_refused_by_name(self):
        """Odoo would move a document to the next open day, and its tax with it."""
        for company, move in (
            (self.company, self.run.invoice_id),
            (self.company_2, self.run.bill_id),
        ):
            company.fiscalyear_lock_date = date(2026, 3, 31)
            mine = move.with_user(self.keeper).with_company(company)
            self._refused("posted", mine.action_post, "locked")
            company.fiscalyear_lock_date = False
            mine.action_post()
            credit = self._credit(mine)
            company.fiscalyear_lock_date = date(2026, 4, 30)
            self._refused("credited", credit.action_post, "locked")
