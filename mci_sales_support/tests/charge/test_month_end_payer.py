from datetime import date

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .company_common import CompanyInvoiceCommon


@tagged("post_install", "-at_install")
class TestMonthEndPayer(CompanyInvoiceCommon):
    """Month end of the company that is charged by another one (C6, invariant 4)."""

    def _screen(self, user, company=None, month=3):
        company = company or user.company_id
        screens = self.env["mci.month.end"].with_user(user)
        form = Form(screens.with_context(allowed_company_ids=company.ids))
        form.date_from = date(2026, month, 1)
        form.date_to = date(2026, month, 31 if month == 3 else 30)
        return form.save()

    def _figures(self, screen, *names):
        screen.invalidate_recordset()
        return [screen[f"{name}_count"] for name in names]

    def _check_lists(self, screen):
        for name in screen._get_payer_items():
            action = screen.with_context(mci_item=name).action_open()
            found = screen.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(found, screen[f"{name}_count"], name)

    def test_c6_from_sent_to_the_bill(self):
        names = ("payer_sent", "payer_accepted", "payer_posted", "bill")
        charge = self._work(8.0, lead=self.lead_2)
        self._work(4.0)
        statements = self._settle("sent")
        statement = statements.filtered("is_crossing")
        screen = self._screen(self.accountant_2)
        self.assertTrue(screen.is_between_companies)
        self.assertEqual(self._figures(screen, *names), [1, 0, 0, 0])
        self.assertEqual(screen.currency_id, self.currency_2)
        self.assertEqual(screen.payer_sent_amount, charge.payer_amount)
        self._check_lists(screen)
        statement.with_user(self.manager_2).action_accept()
        self.assertEqual(self._figures(screen, *names), [0, 1, 0, 0])
        self.assertEqual(screen.payer_accepted_amount, 5600.0)
        self._as(statement, self.controller).action_post()
        self.assertEqual(self._figures(screen, *names), [0, 0, 1, 1])
        self.assertEqual((screen.payer_posted_amount, screen.bill_amount), (5600, 5600))
        self._check_lists(screen)
        home = self._screen(self.accountant)
        self.assertEqual(self._figures(home, "invoice", "bill"), [1, 0])
        self.assertEqual(home.invoice_amount, 800.0)
        self._check_lists(home)
        run = self._make()
        self.assertEqual(self._figures(screen, *names), [0, 0, 1, 1], "a draft")
        run.bill_id.action_post()
        self.assertEqual(self._figures(screen, *names), [0, 0, 1, 0])
        self.assertEqual(self._figures(home, "invoice"), [1])
        run.invoice_id.action_post()
        self.assertEqual(self._figures(home, "invoice"), [0])
        self.assertEqual(
            self._figures(self._screen(self.accountant_2, month=4), *names)[2:], [0, 0]
        )

    def test_c6_disputed_in_the_payers_list(self):
        charge = self._work(8.0, lead=self.lead_2)
        self._settle("sent")
        charge.with_user(self.manager_2).action_dispute("Not here", "hours")
        screen = self._screen(self.accountant_2)
        self.assertEqual(self._figures(screen, "payer_disputed"), [1])
        self._check_lists(screen)

    def test_c6_totals_of_a_pair_at_every_step(self):
        """Provider = payer = ledger, in both currencies, whatever was replaced."""
        statement = self._accrue()
        total = sum(statement.charge_ids.mapped("payer_amount"))
        screen = self._screen(self.accountant_2)

        def check():
            screen.invalidate_recordset()
            own, paid = screen._get_pair_totals()
            self.assertEqual(
                [own[name] for name in ("statements", "charges", "provider", "payer")],
                [1033.0] * 4,
            )
            self.assertEqual(own["analytic"], 1033.0)
            self.assertEqual(
                [paid[name] for name in ("charges", "payer", "analytic")], [total] * 3
            )
            self.assertEqual((paid["statements"], paid["provider"]), (None, None))
            self.assertEqual((own["currency"], paid["currency"]), tuple(currencies))
            self.assertEqual(screen.pair_difference, 0.0)
            self.assertIn("Second company", screen.pair_totals)

        currencies = (self.currency, self.currency_2)
        check()
        run = self._make()
        check()
        run.invoice_id.action_post()
        check()
        run.bill_id.action_post()
        check()
        credit = run.bill_id._reverse_moves([{"invoice_date": date(2026, 4, 2)}])
        credit.action_post()
        check()
        # Somebody goes round every guard: the page says so.
        self.env.flush_all()
        self.cr.execute(
            "UPDATE account_analytic_line SET amount = amount + 0.01 WHERE id = %s",
            statement.move_id.line_ids.analytic_line_ids[:1].ids,
        )
        screen.invalidate_recordset()
        self.assertEqual(screen.pair_difference, 0.01)

    def test_one_company_sees_none_of_it(self):
        self.pair.active = False
        self._work(8.0)
        self._settle("posted")
        screen = self._screen(self.accountant)
        self.assertFalse(screen.is_between_companies)
        self.assertFalse(screen.pair_totals)

    def test_not_for_another_company(self):
        """The figures are read by SQL: the page itself belongs to its company."""
        screens = self.env["mci.month.end"].with_user(self.accountant_2)
        with self.assertRaises(AccessError), self._mci_quiet():
            screens.create({"company_id": self.company.id})
        screen = self._screen(self.accountant_2)
        with self.assertRaises(AccessError), self._mci_quiet():
            screen.company_id = self.company

    def test_lists_show_the_payers_currency(self):
        """Whose company is charged by others sees the column, nobody else."""
        for model, name in (
            ("mci.charge", "payer_amount"),
            ("mci.statement", "payer_amount_total"),
        ):
            for user, optional in (
                (self.accountant, "hide"),
                (self.accountant_2, "show"),
            ):
                arch = self._as(self.env[model], user).get_view(view_type="list")[
                    "arch"
                ]
                [node] = etree.fromstring(arch).xpath(f"//field[@name='{name}']")
                self.assertEqual(node.get("optional"), optional, user.login)
