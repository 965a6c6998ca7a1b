import json
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .actual_common import MARCH, ActualMonthCommon


@tagged("post_install", "-at_install")
class TestMciActualPrice(ActualMonthCommon):
    """I4: an actual price is drafted, confirmed, frozen and read."""

    # --- Draft, confirmed -----------------------------------------------------

    def test_i4_the_same_call_twice(self):
        first = self._compute()
        before = self._bytes(first)
        self.assertEqual(self._compute(), first)
        self.assertEqual(self._bytes(first), before)
        self._work(10.0)
        self._compute()
        self.assertEqual(self._of(self.center, first).income, 8000.0)

    def _bytes(self, prices):
        """What the documents and their lines say, but for ids and dates of writing."""
        self.env.invalidate_all()
        skipped = ("id", "write_date", "write_uid", "create_date", "line_ids")
        return json.dumps(
            [
                [
                    {
                        name: value
                        for name, value in row.items()
                        if name not in skipped and not name.startswith("message_")
                    }
                    for row in records.read(load=None)
                ]
                for records in (prices, prices.line_ids)
            ],
            default=str,
        )

    def test_invariant_7_confirmed_figures_stay(self):
        price = self._of(self.center)
        price.with_user(self.accountant).action_confirm()
        self.assertEqual(price.state, "confirmed")
        self.assertEqual(price.confirmed_by_id, self.accountant)
        before = self._bytes(price)
        self._work(10.0)
        self.company.mci_actual_source = "ledger"
        self.center.name = "Renamed"
        self._compute()
        self.assertEqual(self._bytes(price), before)
        with self.assertRaises(UserError):
            price._mci_unlock().write({"cost": 1.0})
        with self.assertRaises(UserError):
            price.line_ids._mci_unlock().write({"cost": 1.0})
        with self.assertRaises(UserError):
            price.line_ids._mci_unlock().unlink()
        with self.assertRaises(UserError):
            price.unlink()

    def test_i4_confirmed_with_the_figures_of_now(self):
        price = self._of(self.center)
        self._work(10.0)
        price.with_user(self.accountant).action_confirm()
        self.assertEqual((price.income, price.state), (8000.0, "confirmed"))

    def test_i4_not_before_the_period_is_over(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2190, 1, 1), "date_to": date(2190, 1, 31)}
        )
        future = self.prices.generate(period.id)
        self.assertFalse(future, "no hour of it is over")
        price = self._of(self.center)
        price._mci_unlock().write({"date_to": date(2190, 1, 31)})
        with self.assertRaisesRegex(UserError, "last day"):
            price.action_confirm()

    def test_i4_reversed_and_computed_again(self):
        price = self._of(self.center)
        price.with_user(self.accountant).action_confirm()
        self._work(10.0)
        price.with_user(self.accountant).action_reverse(reason="Late hours")
        self.assertEqual(
            (price.state, price.income, price.reverse_reason),
            ("reversed", 7000.0, "Late hours"),
        )
        fresh = self._of(self.center)
        self.assertNotEqual(fresh, price)
        self.assertEqual((fresh.income, fresh.state), (8000.0, "draft"))
        with self.assertRaises(UserError):
            price.action_reverse()

    def test_i4_frozen_with_the_close(self):
        self._settle("posted")
        self.period.with_user(self.accountant).action_close()
        price = self.prices.search(
            [("period_id", "=", self.period.id), ("center_id", "=", self.center.id)]
        )
        self.assertEqual((price.state, price.income), ("confirmed", 7000.0))
        with self.assertRaisesRegex(UserError, "reopen"):
            price.with_user(self.accountant).action_reverse()
        self.assertEqual(self.period.actual_price_count, 3)

    def test_i4_one_document_for_each_unit(self):
        """Two at once: the database refuses the second."""
        price = self._of(self.center)
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                price._mci_unlock().copy({"state": "draft"})
                self.env.flush_all()

    def test_i4_a_unit_without_facts_loses_its_draft(self):
        self.center.seat_ids.unlink()
        price = self._of(self.center)
        self.assertTrue(price)
        self.lead.mci_charge_ids.timesheet_id.unlink()
        self.env["account.analytic.line"].search(
            [("project_id", "=", self.center.project_id.id)]
        ).unlink()
        self._compute()
        self.assertFalse(price.exists())

    def test_i4_drafts_go_with_their_period(self):
        february = self.env["mci.period"].create(
            {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
        )
        drafts = self.prices.generate(february.id)
        self.assertTrue(drafts)
        february.unlink()
        self.assertFalse(drafts.exists())
        self._of(self.center).action_confirm()
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.period.unlink()

    # --- Rights ---------------------------------------------------------------

    def test_rights_read(self):
        prices = self._compute()
        center = self._of(self.center, prices)
        for user in (self.accountant, self.hr):
            self.assertEqual(self.prices.with_user(user).search([]), prices)
        self.assertEqual(self.prices.with_user(self.center_lead).search([]), center)
        read = center.with_user(self.center_lead).read()[0]
        self.assertEqual(read["cost"], 5300.0)
        self.assertNotIn("move_id", read)
        lines = self.env["mci.actual.price.line"]
        self.assertEqual(lines.with_user(self.center_lead).search([]), center.line_ids)
        for role in ("seller", "sales_manager", "engineer", "mci_manager"):
            user = getattr(self, role)
            for model in (self.prices, lines):
                with self.subTest(user=role, model=model._name):
                    with self.assertRaises(AccessError):
                        model.with_user(user).search([])

    def test_rights_to_compute_and_confirm(self):
        price = self._of(self.center)
        for role in ("seller", "engineer", "center_lead", "hr", "mci_manager"):
            user = getattr(self, role)
            with self.subTest(user=role):
                with self.assertRaises(AccessError):
                    self.prices.with_user(user).generate(self.period.id)
                with self.assertRaises(AccessError):
                    price.with_user(user).action_confirm()
        mine = price.with_user(self.accountant)
        for vals in ({"cost": 1.0}, {"state": "posted"}, {"center_id": 1}):
            with self.assertRaises(AccessError):
                mine.write(vals)
        mine.accounting_date = MARCH[1]
        with self.assertRaises(AccessError):
            self.prices.with_user(self.accountant).create({"name": "Mine"})
        mine.unlink()

    def test_rights_other_company(self):
        company_2 = self.env["res.company"].create({"name": "Second company"})
        period = self.env["mci.period"].create(
            {
                "company_id": company_2.id,
                "date_from": MARCH[0],
                "date_to": MARCH[1],
            }
        )
        with self.assertRaises(AccessError):
            self.prices.with_user(self.accountant).generate(period.id)

    def test_bad_input(self):
        prices = self.prices.with_user(self.accountant)
        for args in ((0,), (2**31 - 1,), ("x",), (self.period.id, "x")):
            with self.subTest(args=args), self.assertRaises(UserError):
                prices.generate(*args)

    # --- Speed ----------------------------------------------------------------

    def test_queries_depend_neither_on_units_nor_on_people(self):
        self._compute()
        few = self._count_compute()
        for number in range(4):
            unit = self._mci_create_unit(
                f"Unit {number}", f"U{number}", "local_office", self.office_lead
            )
            for place in range(3):
                role = f"p{number}{place}"
                self._add_person(role, "level_3", unit)
                self._work(2.0, role=role, project_id=unit.project_id.id)
        self._compute()
        self.assertLessEqual(self._count_compute(), few + 3)

    def _count_compute(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._compute()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # --- Screens --------------------------------------------------------------

    def test_i4_ratios_of_groups(self):
        """The price of a group is cost over hours, not an average of prices."""
        self._compute()
        lines = self.env["mci.actual.price.line"].with_user(self.accountant)
        row = lines._read_group(
            [("center_id", "in", (self.center | self.office).ids)],
            [],
            ["actual_price:avg", "recovery:avg", "planned_price:avg"],
        )[0]
        self.assertEqual(
            [round(value, 2) for value in row],
            [
                round(5940 / 68, 2),
                round(100 * 8200 / 5940, 2),
                round(8200 / 68, 2),
            ],
        )

    def test_month_end_and_period(self):
        self.period.with_user(self.accountant).action_compute_actual_prices()
        screen = (
            self.env["mci.month.end"]
            .with_user(self.accountant)
            .create({"date_from": MARCH[0], "date_to": MARCH[1]})
        )
        self.assertEqual(screen.actual_count, 3)
        self.assertEqual(screen.actual_draft_count, 3)
        self.assertEqual(screen.actual_post_count, 0)
        self.assertEqual(screen.outside_band_count, 2)
        action = screen.action_actual_prices()
        self.assertEqual(action["res_model"], "mci.actual.price")
        with self.assertRaises(AccessError):
            self.period.with_user(self.hr).action_compute_actual_prices()
