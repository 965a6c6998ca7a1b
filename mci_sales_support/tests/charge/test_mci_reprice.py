from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciReprice(ChargeCommon):
    """C7: many charges priced again, with before and after, once, in open periods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.posted = cls._work(8.0, day=date(2026, 2, 10))
        cls._settle("posted", 2)
        cls.closed = cls._work(1.0, day=date(2026, 1, 12))
        cls.sent = cls._work(2.0)
        cls._settle("sent")
        cls.closed_late = cls._work(3.0, day=date(2026, 1, 14))
        cls.opened = cls._work(4.0)
        cls.free = cls._work(5.0)
        cls.free.with_user(cls.sales_manager).action_zero_rate("Goodwill")
        cls.other = cls._work(1.0, role="center_lead")
        cls.rates["level_2"].with_user(cls.accountant).date_to = date(2026, 1, 9)
        cls.env.flush_all()
        cls.rate = cls._create_rate("level_2", 120.0, date_from=date(2026, 1, 10))
        cls.rate.action_publish()
        cls.env["mci.period"].create(
            {"date_from": date(2026, 1, 1), "date_to": date(2026, 1, 31)}
        )._do_set_state("closed")

    def _prepare(self, user=None, **values):
        record = (
            self.env["mci.reprice"]
            .with_user(user or self.accountant)
            .create(
                {
                    "name": "The rate was published too late",
                    "date_from": "2026-01-01",
                    "date_to": "2026-03-31",
                    **values,
                }
            )
        )
        record.action_compute()
        return record

    def _lines(self, record):
        return {line.charge_id: line for line in record.sudo().line_ids}

    def test_c7_before_and_after(self):
        record = self._prepare(include_posted=True)
        lines = self._lines(record)
        self.assertEqual(
            {charge: line.kind for charge, line in lines.items()},
            {
                self.opened: "reprice",
                self.posted: "delta",
                self.sent: "skip",
                self.closed: "skip",
                self.closed_late: "skip",
                self.free: "skip",
            },
        )
        self.assertRecordValues(
            record,
            [
                {
                    "amount_before": 1200.0,
                    "amount_after": 1440.0,
                    "difference": 240.0,
                    "change_count": 2,
                    "skip_count": 4,
                }
            ],
        )
        self.assertIn("2026-01 is closed", lines[self.closed_late].note)
        self.assertEqual(self.opened.amount, 400.0, "only listed")

    def test_c7_posted_in_a_closed_period_is_left_alone(self):
        self.env["mci.period"].create(
            {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
        )._do_set_state("closed")
        record = self._prepare(include_posted=True)
        line = self._lines(record)[self.posted]
        self.assertEqual(line.kind, "skip")
        self.assertIn("2026-02 is closed", line.note)
        record.action_apply()
        self.assertFalse(self.posted.correction_ids)

    def test_c7_a_decision_outlives_the_posting(self):
        """What an arbiter decided is not undone by a new rate (C5)."""
        self.sent.with_user(self.sales_manager).action_dispute("Too dear", "price")
        self.sent.with_user(self.accountant).action_decide(
            "repriced", "Half of it", price_unit=50.0
        )
        self._settle("posted", 4)
        line = self._lines(self._prepare(include_posted=True))[self.sent]
        self.assertEqual((line.kind, line.amount_before), ("skip", 100.0))
        self.assertIn("Decided", line.note)

    def _book_and_report(self, is_ticket):
        """Two hours, confirmed at 120; afterwards the price rises to 200."""
        booking = self._draft_booking(2.0, stop=datetime(2026, 3, 9, 10))
        booking._mci_unlock().is_ticket = is_ticket
        with freeze_time("2026-03-06"):
            booking.action_confirm()
        with freeze_time("2026-03-11"):
            booking.with_user(self.engineer).action_done()
        self.rate.with_user(self.accountant).date_to = date(2026, 3, 5)
        self.env.flush_all()
        rate = self._create_rate("level_2", 200.0, date_from=date(2026, 3, 6))
        rate.action_publish()
        return booking.charge_ids

    def test_m9_a_ticket_keeps_its_fixed_price(self):
        self._activate_policy("none", date(2026, 1, 1))
        self.lead.mci_center_id = self.center
        ticket = self._book_and_report(is_ticket=True)
        self.assertEqual(ticket.amount, 240.0)
        self.assertEqual(ticket.with_user(self.accountant).action_reprice(), 0)
        record = self._prepare()
        line = self._lines(record)[ticket]
        self.assertEqual((line.kind, line.price_before), ("skip", 120.0))
        self.assertIn("hotline ticket", line.note)
        record.action_apply()
        self.assertEqual(ticket.amount, 240.0)

    def test_c3_the_price_of_a_booking_is_not_priced_again_by_the_unit(self):
        """Fixed with the confirmation: only the accountant's list changes it."""
        self._activate_policy("none", date(2026, 1, 1))
        self.lead.mci_center_id = self.center
        charge = self._book_and_report(is_ticket=False)
        self.assertEqual(charge.with_user(self.center_lead).action_reprice(), 0)
        self.assertEqual(charge.amount, 240.0)
        record = self._prepare()
        self.assertEqual(self._lines(record)[charge].kind, "reprice")
        record.action_apply()
        self.assertEqual(charge.amount, 400.0)

    def test_c7_applied_once(self):
        record = self._prepare(include_posted=True)
        record.action_apply()
        self.assertEqual((self.opened.amount, self.opened.price_unit), (480.0, 120.0))
        self.assertEqual(self.opened.rate_id, self.rate)
        event = self.opened.event_ids[:1]
        self.assertEqual(
            (event.kind, event.note, event.user_id, event.amount_before),
            ("reprice", record.name, self.accountant, 400.0),
        )
        pair = self.posted.correction_ids
        self.assertEqual(sorted(pair.mapped("amount")), [-800.0, 960.0])
        for charge, amount in (
            (self.posted, 800.0),
            (self.sent, 200.0),
            (self.closed_late, 300.0),
            (self.free, 0.0),
        ):
            self.assertEqual(charge.amount, amount)
        self.assertEqual(record.applied_by_id, self.accountant)
        for step in ("action_apply", "action_compute"):
            with self.assertRaisesRegex(UserError, "once"):
                getattr(record, step)()
        record.sudo()._do_apply()
        self.assertEqual(len(self.posted.correction_ids), 2)
        with self.assertRaises(UserError):
            record.unlink()
        with self.assertRaises(AccessError):
            record.name = "Another reason"
        again = self._prepare(include_posted=True)
        self.assertEqual(again.change_count, 0)
        with self.assertRaises(UserError):
            again.action_apply()

    def test_c7_what_changed_since_is_left_alone(self):
        record = self._prepare()
        self.opened.timesheet_id.unit_amount = 6.0
        record.action_apply()
        line = self._lines(record)[self.opened]
        self.assertEqual((line.kind, bool(line.note)), ("skip", True))
        self.assertEqual(record.change_count, 0)

    def test_c7_selection(self):
        self.assertFalse(self._prepare(center_ids=[(6, 0, self.office.ids)]).line_ids)
        self.assertFalse(
            self._prepare(date_from="2026-02-15", date_to="2026-02-20").line_ids
        )
        card = self.env["mci.rate.card"].create(
            {"name": "Other card", "date_from": "2026-01-01"}
        )
        self.assertFalse(self._prepare(card_id=card.id).line_ids)

    def test_c7_another_selection_needs_another_list(self):
        record = self._prepare(include_posted=True)
        record.name = "Another reason"
        self.assertTrue(record.change_count)
        record.include_posted = False
        self.assertFalse(record.sudo().line_ids)
        with self.assertRaisesRegex(UserError, "list the charges first"):
            record.action_apply()
        self.assertEqual(self.opened.amount, 400.0)
        record.action_compute()
        record.action_apply()
        self.assertFalse(self.posted.correction_ids)
        with self.assertRaises(AccessError):
            record.include_posted = True
        self.assertTrue(record.sudo().line_ids)

    def test_c7_rights(self):
        record = self._prepare()
        for user in (self.seller, self.center_lead, self.mci_manager, self.hr):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._prepare(user)
            with self._mci_quiet(), self.assertRaises(AccessError):
                record.with_user(user).action_apply()
        with self.assertRaises(AccessError):
            record.write({"state": "applied"})
        with self._mci_quiet(), self.assertRaises(AccessError):
            record.line_ids.write({"amount_after": 0.0})

    def test_c7_listing_in_constant_queries(self):
        def count(number):
            self.env["account.analytic.line"].create(
                [self._prepare_work(1.0, date(2026, 3, 3), self.lead)] * number
            )
            self.rate.invalidate_recordset()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._prepare()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.opened._mci_unlock().write({"price_unit": 90.0, "amount": 360.0})
        count(1)
        self.assertLessEqual(count(40), count(5) + 2)

    # --- Currencies -----------------------------------------------------------

    def _price_in_another_currency(self, units):
        """From 5 February on an hour costs 20 of a currency worth ``units`` each."""
        currency = self.env["res.currency"].create({"name": "MC3", "symbol": "M3"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "inverse_company_rate": units,
            }
        )
        self.rate.with_user(self.accountant).date_to = date(2026, 2, 4)
        self.env.flush_all()
        rate = self._create_rate(
            "level_2", 20.0, currency_id=currency.id, date_from=date(2026, 2, 5)
        )
        rate.action_publish()
        return rate

    def test_c7_a_rate_in_another_currency(self):
        """What is listed is what is charged."""
        rate = self._price_in_another_currency(10.0)
        record = self._prepare(include_posted=True, date_from="2026-02-01")
        line = self._lines(record)[self.posted]
        self.assertEqual((line.kind, line.amount_after), ("delta", 1600.0))
        record.action_apply()
        delta = self.posted.correction_ids.filtered(
            lambda charge: charge.correction_kind == "delta"
        )
        self.assertRecordValues(
            delta,
            [
                {
                    "amount": 1600.0,
                    "payer_amount": 1600.0,
                    "price_unit": 20.0,
                    "currency_id": rate.currency_id.id,
                    "exchange_rate": 10.0,
                    "rate_id": rate.id,
                }
            ],
        )
        self.assertIn("Sets right", delta.explanation)

    def test_c7_the_rate_of_exchange_of_what_was_sent_stays(self):
        rate = self._price_in_another_currency(10.0)
        charge = self._work(1.0, day=date(2026, 2, 11))
        self._settle("posted", 2)
        rate.currency_id.rate_ids.inverse_company_rate = 11.0
        record = self._prepare(include_posted=True, date_from="2026-02-11")
        self.assertNotIn(charge, self._lines(record), "nothing but the exchange moved")
