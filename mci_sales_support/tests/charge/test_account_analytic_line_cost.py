from datetime import date, datetime, time, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ChargeCommon

DAY = date(2026, 3, 10)


@tagged("post_install", "-at_install")
class TestAccountAnalyticLineCost(ChargeCommon):
    """Hours are written once: their currency, their cost and their charge with them."""

    def _count(self, lines=2, **vals):
        """Queries of the last hour line of a transaction, written to the end."""
        for _number in range(lines):
            vals = {**self._prepare_work(1.0, DAY, self.env["crm.lead"]), **vals}
            before = self.cr.sql_log_count
            line = self.env["account.analytic.line"].create(vals)
            self.env.flush_all()
            count = self.cr.sql_log_count - before
        return count, line

    def _read(self, line):
        self.cr.execute(
            "SELECT amount, currency_id FROM account_analytic_line WHERE id = %s",
            [line.id],
        )
        return self.cr.fetchone()

    def test_a_charge_is_one_query_more(self):
        """Two where somebody may close the day meanwhile (C7)."""
        own, _line = self._count()
        past, _line = self._count(mci_lead_id=self.lead.id)
        self.assertEqual(past, own + 1)
        self.env["mci.period"].create(
            {"company_id": self.company.id, "date_from": DAY, "date_to": DAY}
        )
        closable, _line = self._count(mci_lead_id=self.lead.id)
        self.assertEqual(closable, own + 2)
        with freeze_time(datetime.combine(DAY, time(1))):
            self._check_queries_of_today()

    def _check_queries_of_today(self):
        own, line = self._count()
        self.assertEqual(self._read(line), (-60.0, self.currency.id))
        charged, line = self._count(mci_lead_id=self.lead.id)
        self.assertEqual(self._read(line), (-60.0, self.currency.id))
        self.assertEqual(line.mci_charge_ids.amount, 100.0)
        self.assertEqual(charged, own + 1)

    def test_first_hour_of_a_transaction(self):
        """Who logs one hour waits for what its charge looks up."""
        own = self._count_first()
        self.assertLessEqual(self._count_first(mci_lead_id=self.lead.id), own + 8)

    def _count_first(self, **vals):
        self._count(**vals)  # warms what outlives a transaction
        with self.cr.savepoint() as savepoint:
            self.env.invalidate_all()
            count, _line = self._count(1, **vals)
            savepoint.rollback()
        return count

    def test_what_is_known_is_forgotten(self):
        """C2, C7: changes of the same transaction count, also those taken back."""
        seat = self.employees["engineer"].resource_id.mci_seat_ids
        with self.cr.savepoint() as savepoint:
            told = self._tell_work()
            seat.function_id = self.env["mci.function"].create(
                {"name": "Another", "code": "ANOTHER"}
            )
            self.env["mci.period"].create(
                {"company_id": self.company.id, "date_from": DAY, "date_to": DAY}
            )._do_set_state("closed")
            self.assertEqual(
                self._tell_work(), (seat.function_id, DAY + timedelta(days=1), True)
            )
            savepoint.rollback()
        self.assertEqual(told, (self.function_presales, DAY, False))
        self.assertEqual(self._tell_work(), told)

    def _tell_work(self):
        charge = self._work(1.0, day=DAY)
        return charge.function_id, charge.settle_date, charge.is_unpriced

    def test_costs_of_a_batch(self):
        """Each line has the cost of its own person, unit, booking and day."""
        self._create_rate(
            "level_2", 130.0, cost_unit=70.0, center_id=self.office.id
        ).action_publish()
        project = self.env["project.project"].create({"name": "Ordinary"})
        self.employees["engineer"].hourly_cost = 20.0
        none = self.env["crm.lead"]
        lines = self.env["account.analytic.line"].create(
            [
                self._prepare_work(2.0, DAY, none),
                self._prepare_work(2.0, DAY, self.lead, "center_lead"),
                self._prepare_work(2.0, date(2023, 3, 10), none),
                {**self._prepare_work(2.0, DAY, none), "project_id": project.id},
                self._prepare_work(0.0, DAY, none),
            ]
        )
        self.env.flush_all()
        self.assertEqual(
            [float(self._read(line)[0]) for line in lines],
            [-120.0, -220.0, 0.0, -40.0, 0.0],
        )

    def test_day_and_company_by_default(self):
        vals = self._prepare_work(3.0, DAY, self.lead)
        del vals["date"]
        line = self.env["account.analytic.line"].create(vals)
        self.env.flush_all()
        self.assertEqual(self._read(line), (-180.0, self.currency.id))

    def test_item_of_another_company(self):
        other = self.env["res.currency"].create(
            {"name": "MC3", "symbol": "M3", "rounding": 0.01}
        )
        company = self.env["res.company"].create(
            {"name": "Third company", "currency_id": other.id}
        )
        self.env.user.company_ids += company
        plan, account = self._create_plan_account("Abroad")
        line = self.env["account.analytic.line"].create(
            {
                "name": "Plain item",
                plan._column_name(): account.id,
                "company_id": company.id,
                "currency_id": self.currency.id,
                "amount": 12.0,
            }
        )
        self.env.flush_all()
        self.assertEqual(self._read(line), (12.0, other.id))

    def test_price_in_words_of_each_language(self):
        """C3: kept words of one language are not another's, nor of an old currency."""
        rate = self.rates["level_2"]
        self.env["res.lang"]._activate_lang("zh_CN")
        english = rate.with_context(lang="en_US")._mci_explain(100.0)
        chinese = rate.with_context(lang="zh_CN")._mci_explain(100.0)
        self.assertIn("an hour", english)
        self.assertNotIn("an hour", chinese)
        self.assertNotEqual(english, rate.with_context(lang="en_US")._mci_explain(90.0))
        self.currency.symbol = "¤"
        self.assertIn("¤", rate.with_context(lang="en_US")._mci_explain(100.0))
