from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestAccountMoveGuard(ChargeCommon):
    """C6: whatever an accountant does in Odoo's own screens, the statement stays true.

    He has none of our groups. Refused by name, or followed by statement and charges.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env,
            login="mci_keeper",
            groups="account.group_account_manager",
            company_id=cls.company.id,
        )
        cls.charge = cls._work(8.0)
        cls.statement = cls._settle("posted")
        cls.move = cls.statement.move_id.with_user(cls.keeper)

    def _check_true(self):
        """Statement, charges and ledger say the same as before."""
        self.assertEqual((self.statement.state, self.charge.state), ("posted",) * 2)
        self.assertEqual(self.move.state, "posted")
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )

    def _make_other(self):
        """An entry of his own, with items like those of the statement."""
        other = self.move._mci_unlock().copy({"date": date(2026, 3, 5)})
        return self.move.browse(other.id)

    def test_c6_refused_from_every_screen(self):
        line = self.move.line_ids[:1]
        other = self._make_other()
        item = line.analytic_line_ids
        ways = {
            "reset to draft": lambda: self.move.button_draft(),
            "cancel": lambda: self.move.button_cancel(),
            "delete": lambda: self.move.unlink(),
            "forced delete": lambda: self.move.with_context(force_delete=True).unlink(),
            "state over RPC": lambda: self.move.write({"state": "draft"}),
            "cancelled over RPC": lambda: self.move.write({"state": "cancel"}),
            "date": lambda: self.move.with_context(skip_readonly_check=True).write(
                {"date": "2026-04-01"}
            ),
            "journal": lambda: self.move.write(
                {"journal_id": other.journal_id.id, "name": "/"}
            ),
            "item's amount": lambda: line.write({"balance": 1.0}),
            "item's hours": lambda: line.write({"quantity": 1.0}),
            "item's account": lambda: line.write(
                {"account_id": other.line_ids[:1].account_id.id}
            ),
            "distribution in a list": lambda: self.move.line_ids.write(
                {"analytic_distribution": False}
            ),
            "item moved away": lambda: line.write({"move_id": other.id}),
            "item moved in": lambda: other.line_ids[:1].write(
                {"move_id": self.move.id}
            ),
            "item added": lambda: self.env["account.move.line"]
            .with_user(self.keeper)
            .create(
                {
                    "move_id": self.move.id,
                    "account_id": line.account_id.id,
                    "balance": 0,
                }
            ),
            "item deleted": lambda: line.with_context(force_delete=True).unlink(),
            "analytic item changed": lambda: item.write({"amount": -1.0}),
            "analytic item deleted": lambda: item.unlink(),
            "analytic item added": lambda: item.copy({"move_line_id": line.id}),
            "duplicated": lambda: self.move.copy(),
        }
        for name, way in ways.items():
            with self.subTest(name), self.assertRaises(UserError):
                with self.cr.savepoint():
                    way()
                    self.env.flush_all()
            self.env.invalidate_all()
            self._check_true()

    def _reverse(self, button, date=date(2026, 4, 2)):
        wizard = Form(
            self.env["account.move.reversal"]
            .with_user(self.keeper)
            .with_context(active_model="account.move", active_ids=self.move.ids)
        )
        wizard.date = date
        return getattr(wizard.save(), button)()

    def test_c6_reversed_in_accounting(self):
        self._reverse("refund_moves")
        self.assertEqual(
            (self.statement.state, self.charge.state), ("reversed", "reversed")
        )
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))
        fresh = self.env["mci.charge"].search(
            [("reversed_charge_id", "=", self.charge.id)]
        )
        self.assertEqual((fresh.state, fresh.amount), ("open", 800.0))

    def test_c6_reverse_and_create_would_charge_twice(self):
        with self.assertRaisesRegex(UserError, "not copied"):
            self._reverse("modify_moves")
        self._check_true()

    def test_c6_draft_mirror_deleted(self):
        draft = self.move._reverse_moves([{"date": date(2026, 4, 1)}])
        self.assertEqual(draft.state, "draft")
        self._check_true()
        draft.unlink()
        self._check_true()
        self.statement.action_reverse("2026-04-01")
        self.assertEqual(self.statement.state, "reversed")

    def test_c6_two_draft_mirrors_one_counts(self):
        first = self.move._reverse_moves([{"date": date(2026, 4, 1)}])
        second = self.move._reverse_moves(
            [{"date": date(2026, 4, 1), "auto_post": "at_date"}]
        )
        first.action_post()
        self.assertEqual(self.statement.state, "reversed")
        self.assertEqual(second.auto_post, "no", "the scheduler tries no more")
        with self.assertRaises(UserError):
            second.action_post()
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))

    def test_c6_a_mirror_is_posted_with_its_button(self):
        draft = self.move._reverse_moves([{"date": date(2026, 4, 1)}])
        with self.assertRaisesRegex(UserError, "with its button"):
            draft.write({"state": "posted"})
        forged = draft.with_context(mci_posting=True)
        with self.assertRaisesRegex(UserError, "with its button"):
            forged.write({"state": "posted"})
        self._check_true()
        draft.action_post()
        self.assertEqual(self.statement.state, "reversed")
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))

    def test_c6_mirror_stays(self):
        self._reverse("refund_moves")
        mirror = self.statement.reversal_move_id.with_user(self.keeper)
        for way in (
            lambda: mirror.button_draft(),
            lambda: mirror.write({"state": "draft"}),
            lambda: mirror.unlink(),
        ):
            with self.assertRaises(UserError):
                way()
        with self.assertRaisesRegex(UserError, "mirror"):
            mirror.button_cancel()
        self.assertEqual(self.statement.state, "reversed")

    # --- Mirrors --------------------------------------------------------------

    def test_c7_a_locked_date_is_refused_by_name(self):
        """Odoo's own button would post the mirror after the lock, without asking."""
        self.company.fiscalyear_lock_date = date(2026, 4, 30)
        with self.assertRaisesRegex(UserError, "locked"), self.cr.savepoint():
            self._reverse("refund_moves")
        self._check_true()

    def test_c7_nothing_is_taken_back_before_it_is_there(self):
        """Odoo's dialog takes any date: the books of March would be short of it."""
        for day in (date(2026, 3, 30), date(2026, 2, 1)):
            with self.assertRaisesRegex(UserError, "taken back"), self.cr.savepoint():
                self._reverse("refund_moves", date=day)
        draft = self.move._reverse_moves([{"date": date(2026, 4, 1)}])
        draft.date = date(2026, 3, 30)
        with self.assertRaisesRegex(UserError, "taken back"), self.cr.savepoint():
            draft.action_post()
        self._check_true()
        self._reverse("refund_moves", date=date(2026, 3, 31))
        self.assertEqual(self.statement.state, "reversed")

    def test_c7_locked_since_the_draft_was_made(self):
        """The draft of a mirror does not slip out of the lock when it is posted."""
        draft = self.move._reverse_moves([{"date": date(2026, 4, 1)}])
        self.company.fiscalyear_lock_date = date(2026, 4, 30)
        with self.assertRaisesRegex(UserError, "locked"), self.cr.savepoint():
            draft.action_post()
        self._check_true()

    def test_c6_no_item_comes_from_another_entry(self):
        other = self._make_other()
        with self.assertRaisesRegex(UserError, "reversed"), self.cr.savepoint():
            other.line_ids[:1].write({"move_id": self.move.id})
        self._check_true()

    def test_c7_a_mirror_written_over_rpc_is_guarded(self):
        mirror = self.move.create(
            {
                "move_type": "entry",
                "journal_id": self.move.journal_id.id,
                "date": "2026-04-01",
                "reversed_entry_id": self.move.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "balance": -line.balance,
                            "quantity": line.quantity,
                            "analytic_distribution": line.analytic_distribution,
                        }
                    )
                    for line in self.move.line_ids
                ],
            }
        )
        mirror.action_post()
        self.assertEqual(self.statement.state, "reversed")
        for call in (mirror.button_draft, mirror.button_cancel):
            with self.assertRaisesRegex(UserError, "stays posted"):
                call()
