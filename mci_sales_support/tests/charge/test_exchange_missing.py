from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestExchangeMissing(CompanyCommon):
    """Without a rate of exchange nothing is taken 1:1 (C3, C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.env["res.currency"].create({"name": "MC9", "symbol": "M9"})
        cls.foreign_rate = cls._create_rate(
            "level_2", 50.0, currency_id=cls.foreign.id, center_id=cls.center.id
        )
        cls.foreign_rate.action_publish()

    @classmethod
    def _enter_rate(cls, day, company=None, currency=None, rate=2.0):
        return cls.env["res.currency.rate"].create(
            {
                "currency_id": (currency or cls.foreign).id,
                "company_id": (company or cls.company).id,
                "name": day,
                "inverse_company_rate": rate,
            }
        )

    def test_c3_charge_is_unpriced_by_name(self):
        charge = self._work(1.0)
        self.assertTrue(charge.is_unpriced)
        self.assertEqual(charge.amount, 0.0, "never 50.00 for 50 of another currency")
        self.assertIn("MC9", charge.explanation)
        self.assertIn(self.company.name, charge.explanation)
        with self.assertRaisesRegex(UserError, "without a price"):
            self._generate().action_send()
        # A later rate does not help the day worked, an earlier one does.
        self._enter_rate(date(2026, 3, 11))
        charge.action_reprice()
        self.assertTrue(charge.is_unpriced)
        self._enter_rate(date(2026, 3, 1))
        charge.action_reprice()
        self.assertRecordValues(
            charge,
            [{"is_unpriced": False, "amount": 100.0, "rate_id": self.foreign_rate.id}],
        )

    def test_c3_rates_of_another_company_do_not_count(self):
        self._enter_rate(date(2026, 1, 1), company=self.company_2)
        self.assertTrue(self._work(1.0).is_unpriced)

    def test_c2_booking_is_refused_by_name(self):
        self._activate_policy("none", date(2026, 1, 1))
        self.lead.mci_center_id = self.center
        booking = self._draft_booking()
        [price] = booking.explain_price()
        self.assertIn("MC9", price["explanation"])
        with freeze_time("2026-03-06"):
            for step in ("action_request", "action_confirm"):
                with self.assertRaisesRegex(UserError, "MC9"), self.cr.savepoint():
                    getattr(booking, step)()
            self._enter_rate(date(2026, 1, 1))
            booking.action_confirm()
        self.assertEqual(booking.price_unit, 100.0)

    def test_c6_statement_between_companies(self):
        self._enter_rate(date(2026, 1, 1))
        rates = self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        )
        rates.unlink()
        charge = self._work(2.0, lead=self.lead_2)
        self.assertEqual(charge.amount, 200.0)
        self.assertEqual(charge.payer_amount, 0.0, "not known, never 1:1")
        statement = self._generate()
        for record in charge, statement:
            self.assertIn(self.currency.name, record.payer_rate_refusal)
            self.assertIn(self.company_2.name, record.payer_rate_refusal)
        with self.assertRaisesRegex(UserError, self.currency.name):
            statement.action_send()
        self._create_exchange_rates()
        statement.action_send()
        for record in charge, statement:
            record.invalidate_recordset(["payer_rate_refusal"])
            self.assertFalse(record.payer_rate_refusal)
        self.assertEqual((charge.payer_exchange_rate, charge.payer_amount), (7, 1400.0))

    def test_c6_posting_is_refused(self):
        """Sent before the rates were asked for: they are asked for now."""
        self._enter_rate(date(2026, 1, 1))
        charge = self._work(2.0, lead=self.lead_2)
        statement = self._settle("accepted")
        rates = self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        )
        rates.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_charge SET payer_exchange_rate = 0, payer_amount = 0"
            " WHERE id = %s",
            [charge.id],
        )
        charge.invalidate_recordset()
        with self.assertRaisesRegex(UserError, self.currency.name):
            statement.action_post()
        self._create_exchange_rates()
        statement.action_post()
        self.assertEqual(charge.payer_amount, 1400.0)

    def test_c3_mass_reprice_tells_why(self):
        charge = self._work(1.0, role="center_lead")
        self.assertEqual(charge.currency_id, self.currency)
        level = charge.level_id
        foreign = self._create_rate(
            "level_2",
            70.0,
            level_id=level.id,
            currency_id=self.foreign.id,
            center_id=self.center.id,
        )
        foreign.action_publish()
        record = self.env["mci.reprice"].create(
            {
                "name": "Another currency",
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        record.action_compute()
        line = record.line_ids.filtered(lambda line: line.charge_id == charge)
        self.assertEqual((line.kind, line.amount_after), ("skip", charge.amount))
        self.assertIn("MC9", line.note)
        self.assertEqual(line.currency_id, self.currency)
        self.assertEqual(line.rate_currency_id, self.foreign)

    def test_no_query_for_each_record(self):
        self._enter_rate(date(2026, 1, 1))

        def count(number):
            vals_list = [
                self._prepare_work(1.0, date(2026, 3, 10), self.lead)
                for _index in range(number)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["account.analytic.line"].create(vals_list)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(20), count(4) + 2)
