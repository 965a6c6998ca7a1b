from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatementRemind(ChargeCommon):
    """C5: the month end by itself, reminders, and the ageing of what waits."""

    def _messages(self, statement, user):
        return self.env["mail.message"].search(
            [
                ("model", "=", "mci.statement"),
                ("res_id", "=", statement.id),
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("subject", "=like", "%waits for you"),
            ]
        )

    def test_c5_leader_and_deputy_are_asked(self):
        self.team.mci_deputy_id = self.plain_user
        self._work(8.0)
        statement = self._settle("sent")
        self.assertEqual(
            statement.activity_ids.user_id, self.sales_manager + self.plain_user
        )
        statement.with_user(self.plain_user).action_accept()
        self.assertFalse(statement.activity_ids)

    def test_c5_unanswered_statements_come_back(self):
        self._work(8.0)
        self.company.mci_remind_days = 3
        with freeze_time("2026-04-01 08:00:00"):
            statement = self._settle("sent")
        for moment, count in (
            ("2026-04-04 07:00:00", 0),
            ("2026-04-04 09:00:00", 1),
            ("2026-04-05 09:00:00", 1),
            ("2026-04-07 10:00:00", 2),
        ):
            with freeze_time(moment):
                statement._do_remind()
            self.assertEqual(statement.reminder_count, count, moment)
            self.assertEqual(len(self._messages(statement, self.sales_manager)), count)
        statement.action_accept()
        with freeze_time("2026-04-20 09:00:00"):
            statement._do_remind()
        self.assertEqual(statement.reminder_count, 2)

    def test_c5_reminders_by_cron(self):
        """Drafts remind the unit, disputes their arbiters; 0 days: nobody."""
        self.env["mci.approval.rule"].create(
            {"kind": "dispute", "approver_id": self.plain_user.id}
        )
        charge = self._work(8.0)
        statement = self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Why", "other")
        statement.with_user(self.sales_manager).action_accept()
        self._work(4.0)
        draft = self._generate()
        self.company.mci_remind_days = 0
        later = fields.Datetime.now() + timedelta(days=10)
        with freeze_time(later):
            self._mci_run_cron("ir_cron_mci_statement_remind")
        self.assertFalse(self._messages(statement, self.plain_user))
        self.company.mci_remind_days = 5
        with freeze_time(later):
            self._mci_run_cron("ir_cron_mci_statement_remind")
            self._mci_run_cron("ir_cron_mci_statement_remind")
        self.assertEqual(len(self._messages(statement, self.plain_user)), 1)
        self.assertEqual(len(self._messages(draft, self.center_lead)), 1)
        self.assertFalse(self._messages(draft, self.sales_manager))

    def test_migration_of_running_statements(self):
        """What 19.0.1.0.0 left: plain to-dos, disputes without a date."""
        charge = self._work(8.0)
        self._work(2.0)
        statement = self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Why", "other")
        statement.activity_ids.activity_type_id = self.env.ref(
            "mail.mail_activity_data_todo"
        )
        charge._mci_unlock().write({"disputed_date": False})
        self.env.flush_all()
        path = "mci_sales_support/migrations/19.0.1.1.0/post-month-end.py"
        spec = spec_from_file_location("post_month_end", file_path(path))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(charge.disputed_date, charge.event_ids[:1].date)
        statement.with_user(self.sales_manager).action_accept()
        self.assertFalse(statement.activity_ids)

    # --- By itself ------------------------------------------------------------

    def _own_periods(self):
        return self.env["mci.period"].search([("company_id", "=", self.company.id)])

    def test_c5_the_month_is_cut_off_by_itself(self):
        self._work(8.0)
        self.company.mci_collect_day = 2
        with freeze_time("2026-04-01 06:00:00"):
            self._mci_run_cron("ir_cron_mci_month_end")
            periods = self._own_periods()
            self.assertEqual(
                periods.mapped("date_from"), [date(2026, 4, 1), date(2026, 3, 1)]
            )
            self.assertEqual(set(periods.mapped("state")), {"open"})
        with freeze_time("2026-04-02 06:00:00"):
            self._mci_run_cron("ir_cron_mci_month_end")
            self._mci_run_cron("ir_cron_mci_month_end")
        self.assertEqual(self._own_periods(), periods)
        march = periods.filtered(lambda period: period.date_from.month == 3)
        self.assertEqual(march.state, "cutoff")
        statement = self.env["mci.statement"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual((len(statement), statement.state), (1, "draft"))
        self.assertEqual(statement.amount_total, 800.0)

    def test_c5_sent_by_itself(self):
        """Only what lacks nothing; by hand when the company wants it so."""
        self._work(8.0)
        self.resources["engineer_2"].mci_level_id = False
        self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        self.company.mci_auto_send = True
        with freeze_time("2026-04-02 06:00:00"):
            self._mci_run_cron("ir_cron_mci_month_end")
        statements = self.env["mci.statement"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            {statement.center_id: statement.state for statement in statements},
            {self.center: "sent", self.office: "draft"},
        )

    def test_c5_by_hand(self):
        self._work(8.0)
        self.company.mci_collect_day = 0
        with freeze_time("2026-04-02 06:00:00"):
            self._mci_run_cron("ir_cron_mci_month_end")
        self.assertFalse(self._own_periods())

    def test_close_deadline_is_the_fifth_working_day(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        self.assertEqual(period.close_deadline, date(2026, 4, 7))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-04-02 00:00:00",
                "date_to": "2026-04-02 23:00:00",
            }
        )
        period.invalidate_recordset()
        self.assertEqual(period.close_deadline, date(2026, 4, 8))

    def test_c7_reopened_by_name(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        period.action_close()
        period.with_user(self.accountant).action_cut_off()
        self.assertEqual(period.state, "closed", "a cut-off opens nothing")
        wizard = self.env["mci.period.reopen"].with_user(self.accountant)
        wizard.with_context(active_ids=period.ids).create(
            {"reason": "An invoice of March came late"}
        ).action_apply()
        self.assertEqual(period.state, "open")
        message = period.message_ids[:1]
        self.assertIn("came late", message.body)
        self.assertEqual(message.author_id, self.accountant.partner_id)

    # --- Ageing ---------------------------------------------------------------

    def test_c5_ageing(self):
        today = fields.Date.context_today(self.company)
        disputed, sent = self._work(8.0), self._work(2.0)
        self._settle("sent")
        disputed.with_user(self.sales_manager).action_dispute("Why", "hours")
        waiting = self._work(1.0, day=today - timedelta(days=40))
        self._work(3.0, day=today - timedelta(days=2))
        self.env.flush_all()
        rows = self.env["mci.settlement.ageing"].with_user(self.accountant)
        found = {row.charge_id.id: row for row in rows.search([])}
        self.assertEqual(len(found), 4)
        self.assertEqual(found[disputed.id].status, "disputed")
        self.assertEqual(found[disputed.id].dispute_class, "hours")
        self.assertEqual(found[sent.id].status, "sent")
        self.assertEqual(found[sent.id].bucket, "1")
        self.assertEqual(found[waiting.id].status, "open")
        self.assertEqual(found[waiting.id].bucket, "3")
        for user, count in (
            (self.center_lead, 4),
            (self.sales_manager, 4),
            (self.mci_manager, 4),
            (self.engineer, 0),
            (self.seller, 0),
            (self.office_lead, 0),
            (self.hr, 0),
        ):
            self.assertEqual(
                rows.with_user(user).search_count([]), count, user.display_name
            )
