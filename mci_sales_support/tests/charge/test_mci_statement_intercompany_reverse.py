from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestMciStatementIntercompanyReverse(CompanyCommon):
    """Both sides are taken back, or none (C7, invariant 4)."""

    def _check_reversed(self, statement, day):
        self.assertEqual(statement.state, "reversed")
        for move in statement.reversal_move_id | statement.counterpart_reversal_move_id:
            self.assertEqual((move.state, move.date), ("posted", day))
        self.assertEqual(statement.reversal_move_id.company_id, self.company)
        self.assertEqual(
            statement.counterpart_reversal_move_id.company_id, self.company_2
        )
        self.assertEqual(self._balance(self.lead_2.mci_analytic_account_id), (0.0, 0.0))
        cost = 8 * 60 + 0.33 * 60
        self.assertEqual(self._balance(self.center.analytic_account_id), (-cost, 8.33))
        fresh = self.lead_2.mci_charge_ids.filtered(lambda c: c.state == "open")
        self.assertEqual(len(fresh), 2, "once, not once for each side")
        self.assertEqual(sum(fresh.mapped("payer_amount")), 5834.3)

    def test_c7_our_reversal_takes_both(self):
        statement = self._post()
        for user in (self.accountant, self.accountant_2):
            with self.assertRaises(AccessError):
                self._as(statement, user).action_reverse("2026-04-02", "No")
        self._as(statement, self.controller).action_reverse("2026-04-02", "Wrong")
        self._check_reversed(statement, date(2026, 4, 2))

    def test_c7_odoos_reversal_of_either_side_takes_the_other(self):
        for name in ("move_id", "counterpart_move_id"):
            with self.subTest(name):
                with self.cr.savepoint() as savepoint:
                    statement = self._post()
                    self._reverse_by_odoo(statement[name], date(2026, 4, 2))
                    self._check_reversed(statement, date(2026, 4, 2))
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_c7_one_company_alone_reverses_nothing(self):
        statement = self._post()
        move = self._as(statement.counterpart_move_id, self.accountant_2)
        mirror = move._reverse_moves([{"date": date(2026, 4, 2)}])
        with self.assertRaises(AccessError):
            mirror._post()
        self.assertEqual(statement.state, "posted")

    def test_c7_nor_does_the_scheduler_for_one_company_alone(self):
        """It posts drafts of a later day with every right there is."""
        statement = self._post()
        later = {"date": date(2026, 4, 2), "auto_post": "at_date"}
        drafts = self.env["account.move"]
        for user in (self.accountant_2, self.controller):
            move = self._as(statement.counterpart_move_id, user)
            drafts |= move._reverse_moves([dict(later)]).sudo(False)
        self.env.flush_all()
        mirrors = self.env["account.move"].browse(drafts.ids)
        with self.assertRaisesRegex(AccessError, "accountants of"):
            mirrors[0]._post()
        self.assertEqual(statement.state, "posted")
        mirrors[1]._post()
        self._check_reversed(statement, date(2026, 4, 2))

    def test_c7_both_drafts_posted_at_once(self):
        statement = self._post()
        moves = statement.move_id | statement.counterpart_move_id
        mirrors = moves._reverse_moves([{"date": date(2026, 4, 2)} for _move in moves])
        mirrors._post()
        self._check_reversed(statement, date(2026, 4, 2))

    def test_c7_leftover_draft_is_refused(self):
        statement = self._post()
        draft = statement.counterpart_move_id._reverse_moves(
            [{"date": date(2026, 4, 2)}]
        )
        statement.action_reverse("2026-04-02")
        with self.assertRaises(UserError):
            draft._post()

    def test_c6_other_screens_are_refused(self):
        statement = self._post()
        for move in statement.move_id | statement.counterpart_move_id:
            for step in ("button_draft", "button_cancel"):
                with (
                    self.assertRaisesRegex(UserError, statement.name),
                    self.cr.savepoint(),
                ):
                    getattr(move.sudo(), step)()
            with self.assertRaises(UserError):
                move.sudo().unlink()
