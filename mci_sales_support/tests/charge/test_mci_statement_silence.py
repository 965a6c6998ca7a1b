from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ChargeCommon

SENT = "2026-04-03 08:00:00"  # a Friday
LATER = "2026-05-04 08:00:00"  # a Monday


@tagged("post_install", "-at_install")
class TestMciStatementSilence(ChargeCommon):
    """C5: silence counts from the day there is somebody who can answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mci_accept_days = 2
        cls.team.write({"user_id": False, "mci_deputy_id": False})
        cls._work(8.0)
        with freeze_time(SENT):
            cls.statement = cls._settle("sent")

    def _accept_by_silence(self):
        self._mci_run_cron("ir_cron_mci_statement_accept")
        return self.statement.state

    def test_c5_it_begins_with_the_leader(self):
        """He is asked, by activity and mail, and has the same days as others."""
        self.statement._do_mail()
        self.assertIn("no leader", self.statement.mail_error)
        with freeze_time(LATER):
            self.team.user_id = self.sales_manager
            self.assertEqual(self.statement.activity_ids.user_id, self.sales_manager)
            self.assertTrue(self.statement.mail_pending)
            deadline = self.statement.accept_deadline
            self.assertEqual(str(deadline.date()), "2026-05-06")
            self.assertEqual(self._accept_by_silence(), "sent")
        with freeze_time(deadline + timedelta(minutes=1)):
            self.assertEqual(self._accept_by_silence(), "accepted")
        self.assertEqual(self.statement.acceptance, "silence")

    def test_c5_it_begins_when_the_leader_has_an_account_again(self):
        """Nobody writes the team: the scheduled action sees that he is back."""
        self.plain_user.active = False
        self.team.mci_deputy_id = self.plain_user
        self.assertFalse(self.statement.accept_deadline)
        self.plain_user.active = True
        with freeze_time(LATER):
            self.assertEqual(self._accept_by_silence(), "sent")
            self.assertEqual(str(self.statement.accept_deadline.date()), "2026-05-06")
        self.assertEqual(self.statement.activity_ids.user_id, self.plain_user)

    def test_c5_it_ends_with_the_leader(self):
        """Nobody is left who could answer: it begins anew with the next one."""
        with freeze_time(SENT):
            self.team.user_id = self.sales_manager
            deadline = self.statement.accept_deadline
            self.team.user_id = False
        self.assertFalse(self.statement.activity_ids, "he is asked no more")
        with freeze_time(deadline + timedelta(days=1)):
            self.assertEqual(self._accept_by_silence(), "sent")
        self.assertFalse(self.statement.accept_deadline)
        with freeze_time(LATER):
            self.team.user_id = self.plain_user
        self.assertEqual(str(self.statement.accept_deadline.date()), "2026-05-06")

    def test_c5_a_new_leader_inherits_the_days(self):
        with freeze_time(SENT):
            self.team.user_id = self.sales_manager
            deadline = self.statement.accept_deadline
        with freeze_time(SENT[:8] + "06 08:00:00"):
            self.team.user_id = self.plain_user
        self.assertEqual(self.statement.accept_deadline, deadline)
        self.assertEqual(self.statement.activity_ids.user_id, self.plain_user)

    def test_c5_one_head_on_both_sides_later(self):
        self.team.user_id = self.center_lead
        self.assertEqual(
            (self.statement.state, self.statement.acceptance), ("accepted", "rule")
        )

    def test_c5_without_days_silence_never_begins(self):
        self.company.mci_accept_days = 0
        self.team.user_id = self.sales_manager
        self.assertEqual(self.statement.activity_ids.user_id, self.sales_manager)
        self.assertFalse(self.statement.accept_deadline)

    def test_c5_who_provided_cannot_be_silent(self):
        """Nobody of the unit accepts: its deputy's silence says nothing either."""
        self.center.deputy_id = self.plain_user
        self.team.user_id = self.plain_user
        self.assertFalse(self.statement.accept_deadline)
