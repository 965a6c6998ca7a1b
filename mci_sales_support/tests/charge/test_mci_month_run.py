from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...models.charge import mci_period_collect
from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciMonthRun(ChargeCommon):
    """C5, C6: the month end for many, step by step, each a transaction of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_2 = cls.team.copy({"name": "Second team"})
        cls.lead_2 = cls._create_lead("Other team", team_id=cls.team_2.id)
        cls._work(8.0)
        cls._work(2.0, lead=cls.lead_2)
        cls._work(4.0, role="engineer_2", project_id=cls.office.project_id.id)

    def _start(self, kind, user=None):
        runs = self.env["mci.month.run"].with_user(user or self.accountant)
        return runs.browse(runs.start(kind, "2026-03-01", "2026-03-31"))

    def _drive(self, run):
        steps = 0
        while run.action_step()["state"] == "running":
            steps += 1
        return steps

    def _statements(self):
        return self.env["mci.statement"].search([("company_id", "=", self.company.id)])

    def test_from_collecting_to_posting(self):
        run = self._start("collect")
        self.assertEqual(run.total_count, 2, "two units earned something")
        self.assertEqual(run.action_step()["done"], 1)
        self.assertEqual(len(self._statements().center_id), 1, "one unit at a time")
        self._drive(run)
        statements = self._statements()
        self.assertEqual(len(statements), 3)
        self._drive(self._start("send"))
        self.assertEqual(set(statements.mapped("state")), {"sent"})
        self.assertEqual(statements.sent_by_id, self.accountant)
        statements.action_accept()
        run = self._start("post")
        self.assertEqual(self._drive(run), 3)
        self.assertEqual((run.state, run.done_count, run.failed_count), ("done", 3, 0))
        self.assertEqual(set(statements.mapped("state")), {"posted"})
        self.assertEqual(statements.posted_by_id, self.accountant)
        self.assertEqual(self._start("post").state, "done", "nothing is left to do")

    def test_c5_cut_off_of_many_charges_is_a_run(self):
        """The period is cut off at once, its statements come unit by unit."""
        screen = self.env["mci.month.end"].with_user(self.accountant)
        screen = screen.create({"date_from": "2026-03-01", "date_to": "2026-03-31"})
        self.patch(mci_period_collect, "COLLECT_AT_ONCE", 2)
        screen.action_cut_off()
        self.assertEqual(screen.period_state, "cutoff")
        self.assertFalse(self._statements())
        self.assertEqual(
            (screen.run_id.state, screen.run_id.total_count), ("running", 2)
        )
        self._drive(screen.run_id)
        self.assertEqual(len(self._statements()), 3)
        screen.period_id.action_reopen("Few are left")
        self._work(1.0)
        screen.period_id.sudo().action_cut_off()
        self.assertEqual(self._statements().charge_ids.mapped("state"), ["open"] * 4)
        self.assertFalse(screen.run_id._mci_get_running("collect", self.company))

    def test_a_refusal_is_kept_and_the_others_go_on(self):
        """Whoever reads the run reads it in his language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        statements = self._settle("accepted")
        statements[0].accounting_date = date(2026, 2, 15)
        self.company.fiscalyear_lock_date = date(2026, 2, 28)
        run = self._start("post")
        self._drive(run)
        self.assertEqual((run.done_count, run.failed_count), (2, 1))
        self.assertIn(statements[0].name, run.problems)
        self.assertIn("locked by", run.problems)
        failed = run.line_ids.filtered(lambda line: line.state == "failed")
        self.assertNotIn("locked by", run.with_context(lang="zh_CN").problems)
        self.assertIn("锁定", failed.with_context(lang="zh_CN").message_words)
        statements[0].accounting_date = date(2026, 3, 31)
        again = self._start("post")
        self.assertNotEqual(again, run)
        self._drive(again)
        self.assertEqual(set(statements.mapped("state")), {"posted"})

    def test_a_second_click_shows_the_first_run(self):
        self._settle("accepted")
        run = self._start("post")
        self.assertEqual(self._start("post"), run)
        run.action_stop()
        self.assertEqual(run.state, "stopped")
        self.assertEqual(run.action_step()["state"], "stopped")
        self.assertNotEqual(self._start("post"), run)

    def test_nobody_looks_and_it_goes_on(self):
        """The scheduled action finishes what a closed browser left behind."""
        statements = self._settle("accepted")
        run = self._start("post")
        run.action_step()
        self._mci_run_cron("ir_cron_mci_month_run")
        self.assertEqual((run.state, run.done_count), ("done", 3))
        self.assertEqual(set(statements.mapped("state")), {"posted"})

    def test_rights(self):
        self._settle("accepted")
        run = self._start("post")
        for user in (self.seller, self.center_lead, self.mci_manager, self.hr):
            with self.assertRaises(AccessError):
                self._start("post", user)
            with self.assertRaises(AccessError):
                run.with_user(user).action_step()
        with self.assertRaises(UserError):
            self._start("everything")
        with self.assertRaises(AccessError):
            run.write({"state": "done"})
        with self.assertRaises(AccessError):
            run.line_ids.write({"state": "done"})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            self.env["mci.month.run"].with_user(self.accountant).start(
                "post", "2026-03-01", "2026-03-31", other.id
            )

    # --- Provider = payer = ledger ----------------------------------------------

    def _screen(self):
        form = Form(self.env["mci.month.end"].with_user(self.accountant))
        form.date_from = date(2026, 3, 1)
        form.date_to = date(2026, 3, 31)
        return form.save()

    def test_invariant_4_on_one_screen(self):
        self._settle("posted")
        screen = self._screen()
        rows = {row["name"]: row for row in screen._get_totals()}
        self.assertEqual(rows[self.center.name]["count"], 2)
        for name, amount in ((self.center.name, 1000.0), (self.office.name, 600.0)):
            for column in (
                "charged",
                "borne",
                "debited",
                "credited",
                "deal_items",
                "unit_items",
            ):
                self.assertEqual(rows[name][column], amount, column)
        self.assertEqual(screen.difference, 0.0)
        self.assertIn("1,600.00", screen.totals)

    def test_a_difference_is_shown(self):
        """Somebody with the database in his hands changed an analytic item."""
        statement = self._settle("posted")[:1]
        item = statement.move_id.line_ids.analytic_line_ids[:1]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_analytic_line SET amount = amount + 7 WHERE id = %s",
            [item.id],
        )
        self.env.invalidate_all()
        screen = self._screen()
        self.assertEqual(screen.difference, 7.0)
        self.assertIn("text-danger", screen.totals)

    def test_totals_in_constant_queries(self):
        self._settle("posted")
        screen = self._screen()
        screen._get_totals()
        self.env.invalidate_all()
        # The query, the units, what the screen itself is.
        with self.assertQueryCount(8):
            screen._get_totals()

    def test_amounts_of_the_screen(self):
        self._settle("accepted")
        self.team_2.user_id = False
        self._work(1.0, lead=self.lead_2)
        self._generate()
        screen = self._screen()
        self.assertEqual(screen.accepted_amount, 1600.0)
        self.assertEqual(screen.draft_amount, 100.0)
        self.assertEqual(screen.leaderless_count, 1)
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company.mci_charge_journal_id.id,
                "date": date(2026, 3, 15),
            }
        )
        screen.invalidate_recordset()
        self.assertEqual(screen.foreign_count, 1)
        action = screen.with_context(mci_item="foreign").action_open()
        self.assertEqual(self.env["account.move"].search(action["domain"]), move)
