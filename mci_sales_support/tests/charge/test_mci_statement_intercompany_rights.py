from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestMciStatementIntercompanyRights(CompanyCommon):
    """Who sends, accepts, posts and agrees between two companies (C5, C6)."""

    def test_c6_accountant_of_both_posts(self):
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        for user in (self.accountant, self.accountant_2):
            self.assertTrue(self._as(statement, user).read(["name", "amount_total"]))
            self.assertFalse(self._as(statement, user).can_post)
            with self.assertRaises(AccessError):
                self._as(statement, user).action_post()
        # the companies he may work in count, not those selected just now
        one = statement.with_user(self.controller).with_context(
            allowed_company_ids=self.company_2.ids
        )
        self.assertTrue(one.can_post)
        one.action_post()
        self.assertEqual(statement.posted_by_id, self.controller)

    def test_c6_accountant_of_the_unit_posts_where_agreed(self):
        self.pair.post_by = "provider"
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("accepted")
        with self.assertRaises(AccessError):
            self._as(statement, self.accountant_2).action_post()
        self._as(statement, self.accountant).action_post()
        self.assertEqual(statement.counterpart_move_id.state, "posted")
        # each reads the entry of his own company
        self.assertTrue(self._as(statement.move_id, self.accountant).read(["name"]))
        self.assertTrue(
            self._as(statement.counterpart_move_id, self.accountant_2).read(["name"])
        )
        for move, user in (
            (statement.move_id, self.accountant_2),
            (statement.counterpart_move_id, self.accountant),
        ):
            with self.assertRaises(AccessError), self._mci_quiet():
                self._as(move, user).read(["name"])
        action = self._as(statement, self.accountant_2).action_view_move()
        found = self._as(self.env["account.move"], self.accountant_2).search(
            action["domain"]
        )
        self.assertEqual(found, statement.counterpart_move_id)

    def test_c5_the_company_of_the_unit_sends(self):
        self._work(8.0, lead=self.lead_2)
        statement = self._settle("draft")
        with self.assertRaises(AccessError):
            self._as(statement, self.accountant_2).action_send()
        with self.assertRaises(AccessError):
            self._as(statement, self.accountant_2).accounting_date = date(2026, 4, 1)
        with self.assertRaises(AccessError):
            self._as(statement, self.accountant_2).unlink()
        self._as(statement, self.accountant).accounting_date = date(2026, 4, 1)
        self._as(statement, self.accountant).action_send()
        self._as(statement, self.manager_2).action_accept()

    def test_two_companies_selected_at_once(self):
        self._work(8.0)
        self._work(8.0, lead=self.lead_2)
        self._settle("draft")
        statements = self.env["mci.statement"]
        for user, count in (
            (self.accountant, 2),
            (self.accountant_2, 1),
            (self.controller, 2),
        ):
            mine = self._as(statements, user)
            self.assertEqual(
                mine.search_count([("date_from", "=", "2026-03-01")]), count
            )
        both = self._as(statements, self.controller)
        self.assertEqual(len(both.search([("is_crossing", "=", True)])), 1)
        charges = self._as(self.env["mci.charge"], self.accountant_2)
        self.assertEqual(charges.search([]).payer_company_id, self.company_2)

    def test_c6_who_makes_agreements(self):
        pairs = self.env["mci.company.pair"]
        vals = {
            "company_id": self.company_2.id,
            "payer_company_id": self.company.id,
        }
        for user in (self.accountant, self.accountant_2):
            self.assertTrue(self._as(self.pair, user).read(["mode", "post_by"]))
            with self.assertRaises(AccessError), self._mci_quiet():
                self._as(self.pair, user).post_by = "provider"
            with self.assertRaises(AccessError), self._mci_quiet():
                self._as(pairs, user).create(vals)
        for user in (self.seller, self.manager_2, self.engineer):
            with self.assertRaises(AccessError), self._mci_quiet():
                self._as(self.pair, user).read(["mode"])
        other = self._as(pairs, self.controller).create(vals)
        other.action_setup()
        self.assertEqual(other.receivable_account_id.company_ids, self.company_2)
