from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ChargeCommon

# 1:30 of 1 April in Shanghai, 31 March where the server is.
NIGHT = "2026-03-31 17:30:00"
# 1 April where the server is, 19:00 of 31 March in Los Angeles.
EVENING = "2026-04-01 02:00:00"


@tagged("post_install", "-at_install")
class TestCompanyDay(ChargeCommon):
    """The month end goes by the day of the company, whoever reads or runs it (C7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.company.resource_calendar_id
        cls.calendar.tz = "Asia/Shanghai"
        cls.period = cls.env["mci.period"].create(
            {
                "company_id": cls.company.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        )
        cls.readers = [
            cls.period.with_context(tz=zone)
            for zone in (False, "Asia/Shanghai", "America/Los_Angeles")
        ]

    def test_c7_a_month_is_over_where_the_company_works(self):
        with freeze_time(NIGHT):
            for period in self.readers:
                period._check_closable()
        self.calendar.tz = "America/Los_Angeles"
        with freeze_time(EVENING):
            for period in self.readers:
                with self.assertRaisesRegex(UserError, "is not over"):
                    period._check_closable()

    def test_c5_a_cut_off_is_due_for_everybody_at_once(self):
        self.company.mci_collect_day = 1
        with freeze_time(NIGHT):
            for period in self.readers:
                self.env.invalidate_all()
                self.assertTrue(period.is_due)
            self.readers[0]._do_cut_off_due()
        self.assertEqual(self.period.state, "cutoff")

    def test_c5_statements_are_sent_after_the_last_day(self):
        self._work(8.0)
        statement = self._generate()
        self.company.mci_auto_send = True
        self.calendar.tz = "America/Los_Angeles"
        with freeze_time(EVENING):
            self.assertFalse(statement.search(statement._get_auto_send_domain()))
        self.calendar.tz = "Asia/Shanghai"
        with freeze_time(NIGHT):
            self.assertEqual(
                statement.search(statement._get_auto_send_domain()), statement
            )
            statement._do_send_auto()
        self.assertEqual(statement.state, "sent")

    def test_c5_periods_of_the_month_that_began(self):
        with freeze_time(NIGHT):
            self.company._mci_make_periods()
        found = self.env["mci.period"].search([("company_id", "=", self.company.id)])
        self.assertIn(date(2026, 4, 1), found.mapped("date_from"))

    def test_c2_a_consultation_ends_with_the_day_of_the_company(self):
        card = self.env["mci.rate.card"].create(
            {
                "name": "2027",
                "company_id": self.company.id,
                "date_from": date(2027, 1, 1),
            }
        )
        card._mci_unlock().consultation_date = date(2026, 3, 31)
        with freeze_time(NIGHT):
            card.with_context(tz="America/Los_Angeles")._check_consulted()
        with freeze_time("2026-03-31 15:30:00"):
            with self.assertRaisesRegex(UserError, "consultation"):
                card.with_context(tz="Pacific/Auckland")._check_consulted()

    def test_each_company_has_its_day(self):
        other = self.env["res.company"].create({"name": "Branch abroad"})
        other.resource_calendar_id.tz = "America/Los_Angeles"
        theirs = self.period.copy({"company_id": other.id})
        both = self.period | theirs
        with freeze_time(NIGHT):
            over = self.env["res.company"]._mci_domain_over("date_to")
            self.assertEqual(both.filtered_domain(over), self.period)
            self.assertEqual(both.search([("id", "in", both.ids), *over]), self.period)

    def test_c7_a_reversal_is_of_today_where_the_unit_works(self):
        """By default; of an entry with a later date, its own."""
        charge = self._work(8.0)
        statement = self._settle("posted")
        self.calendar.tz = "America/Los_Angeles"
        statements = statement.with_context(tz="Asia/Shanghai")
        with freeze_time("2026-04-03 02:00:00"):
            wizard = self.env["mci.statement.reverse"].with_context(
                active_ids=statement.ids, tz="Asia/Shanghai"
            )
            self.assertEqual(wizard.new({}).date, date(2026, 4, 2))
            statements.action_reverse()
        self.assertEqual(statement.reversal_move_id.date, date(2026, 4, 2))
        self.assertEqual(charge.state, "reversed")
        statement = self._settle("accepted", 4)
        statement.accounting_date = date(2026, 4, 30)
        statement.action_post()
        with freeze_time("2026-04-15"):
            statement.action_reverse()
        self.assertEqual(statement.reversal_move_id.date, date(2026, 4, 30))

    def test_c7_without_an_entry_the_given_day_counts(self):
        """What was posted without an entry is taken back on the day of the reversal."""
        charge = self._work(0.0)
        statement = self._settle("posted")
        self.assertFalse(statement.move_id)
        self.period.action_close()
        with freeze_time("2026-06-10"):
            statement.action_reverse("2026-05-04")
        self.assertEqual(charge.reversal_date, date(2026, 5, 4))
