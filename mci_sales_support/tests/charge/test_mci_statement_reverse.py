from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import PostCommon


@tagged("post_install", "-at_install")
class TestMciStatementReverse(PostCommon):
    """Money and hours come back, once, whatever button reverses (C6, C7)."""

    def test_c6_reversal_brings_money_and_hours_back(self):
        statement = self._post_two_deals()
        charges = statement.charge_ids
        statement.with_user(self.accountant).action_reverse("2026-04-15", "Wrong team")
        self.assertEqual(statement.state, "reversed")
        self.assertEqual(statement.reversal_move_id.state, "posted")
        self.assertEqual(statement.reversal_move_id.date, date(2026, 4, 15))
        for lead in self.lead | self.lead_2:
            self.assertEqual(self._balance(lead.mci_analytic_account_id), (0.0, 0.0))
        cost = 8 * 60 + 4 * 110 + 2 * 60
        self.assertEqual(self._balance(self.center.analytic_account_id), (-cost, 14.0))
        self.assertEqual(set(charges.mapped("state")), {"reversed"})
        fresh = self.env["mci.charge"].search(
            [("reversed_charge_id", "in", charges.ids)]
        )
        self.assertEqual(len(fresh), 3)
        self.assertEqual(set(fresh.mapped("state")), {"open"})
        self.assertEqual(sum(fresh.mapped("amount")), 1800.0)
        self.assertFalse(fresh.statement_id)
        self.assertFalse(fresh.analytic_account_id)

    def test_c7_delta_after_reversal(self):
        charge = self._work(8.0)
        statement = self._settle("posted")
        statement.action_reverse("2026-04-01")
        charge.timesheet_id.unit_amount = 6.0
        self.assertEqual(charge.amount, 800.0, "the reversed one stays")
        following = self._settle("posted", 4)
        self.assertEqual(following.amount_total, 600.0)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-600.0, 6.0)
        )

    def test_c3_hours_once_charged_are_set_to_zero_not_deleted(self):
        charge = self._work(8.0)
        self._settle("posted").action_reverse("2026-04-01")
        line = charge.timesheet_id
        with self.assertRaisesRegex(UserError, "Set them to 0"):
            line.unlink()
        line.unit_amount = 0.0
        fresh = line.mci_charge_ids.filtered(lambda c: c.state == "open")
        self.assertEqual((fresh.hours, fresh.amount), (0.0, 0.0))

    def test_c6_reversal_by_odoos_own_button(self):
        statement = self._post_two_deals()
        wizard = Form(
            self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=statement.move_id.ids
            )
        )
        wizard.date = date(2026, 4, 2)
        wizard.save().refund_moves()
        self.assertEqual(statement.state, "reversed")
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))
        self.assertEqual(
            self.lead.mci_charge_ids.filtered(lambda c: c.state == "open").mapped(
                "amount"
            ),
            self.lead.mci_charge_ids.filtered(lambda c: c.state == "reversed").mapped(
                "amount"
            ),
        )

    def test_c6_storno(self):
        self.company.account_storno = True
        self._work(8.0)
        statement = self._settle("posted")
        statement.action_reverse("2026-04-01")
        lines = statement.reversal_move_id.line_ids
        self.assertEqual(sorted(lines.mapped("debit")), [-800.0, 0.0])
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))

    def test_c6_reversed_once(self):
        self._work(8.0)
        statement = self._settle("posted")
        statement.action_reverse("2026-04-01")
        with self.assertRaises(UserError):
            statement.action_reverse("2026-04-01")
        for move in (statement.move_id, statement.reversal_move_id):
            with self.assertRaises(UserError):
                move._reverse_moves(cancel=True)

    def test_c7_edited_reversal_is_refused(self):
        self._work(8.0)
        statement = self._settle("posted")
        draft = statement.move_id._reverse_moves([{"date": date(2026, 4, 1)}])
        debit = draft.line_ids.filtered(lambda line: line.balance > 0)
        credit = draft.line_ids - debit
        draft.line_ids = [
            Command.update(debit.id, {"balance": 100.0}),
            Command.update(credit.id, {"balance": -100.0}),
        ]
        with self.assertRaisesRegex(UserError, "mirror"):
            draft.action_post()

    def test_c6_reversal_in_closed_period_by_odoos_button(self):
        self._work(8.0)
        statement = self._settle("posted")
        self.env["mci.period"].create(
            {"date_from": date(2026, 4, 1), "date_to": date(2026, 4, 30)}
        ).action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            statement.move_id._reverse_moves([{"date": date(2026, 4, 5)}], cancel=True)
