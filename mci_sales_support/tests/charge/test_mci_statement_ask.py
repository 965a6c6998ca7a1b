from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatementAsk(ChargeCommon):
    """C5: who is asked for an answer, by which day, and what nobody is asked."""

    def test_c5_the_last_day_is_that_of_the_reader(self):
        """Five in the afternoon in Los Angeles is the next day in UTC."""
        self._work(8.0)
        self.company.resource_calendar_id.tz = "America/Los_Angeles"
        self.company.mci_accept_days = 2
        self.sales_manager.tz = "America/Los_Angeles"
        self.team.mci_deputy_id = self.plain_user
        self.plain_user.tz = "Asia/Shanghai"
        with freeze_time("2026-01-06 18:00:00"):  # a Tuesday
            statement = self._settle("sent")
        self.assertEqual(statement.accept_deadline.date(), date(2026, 1, 9))
        asked = {
            activity.user_id: activity.date_deadline
            for activity in statement.activity_ids
        }
        self.assertEqual(
            asked,
            {
                self.sales_manager: date(2026, 1, 8),
                self.plain_user: date(2026, 1, 9),
            },
        )

    def test_c5_a_team_without_head_is_never_silent(self):
        """Nobody was asked: a sales manager accepts, time does not."""
        self.team.user_id = False
        self._work(8.0)
        statement = self._settle("sent")
        self.assertFalse(statement.activity_ids)
        self.assertFalse(statement.accept_deadline)
        with freeze_time(statement.sent_date + timedelta(days=60)):
            self._mci_run_cron("ir_cron_mci_statement_accept")
        self.assertEqual(statement.state, "sent")
        statement.with_user(self.sales_manager).action_accept()
        self.assertEqual(statement.acceptance, "person")

    def test_c5_a_deputy_alone_is_asked(self):
        self.team.write({"user_id": False, "mci_deputy_id": self.plain_user.id})
        self._work(8.0)
        statement = self._settle("sent")
        self.assertEqual(statement.activity_ids.user_id, self.plain_user)
        self.assertTrue(statement.accept_deadline)
