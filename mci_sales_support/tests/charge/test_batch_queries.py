from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestBatchQueries(ChargeCommon):
    """Many at once cost as many queries as few."""

    def _count(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        step()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _check_constant(self, count, few=3, many=15):
        count(1)  # warms the caches
        self.assertLessEqual(count(many), count(few) + 3)

    def _charges(self, number):
        lines = self.env["account.analytic.line"].create(
            [self._prepare_work(1.0, date(2026, 3, 3), self.lead)] * number
        )
        return lines.mci_charge_ids.browse(lines.mci_charge_ids.ids)

    def test_c5_deciding_disputes(self):
        def count(number):
            charges = self._charges(number)
            self._settle("sent")
            charges.action_dispute("Why", "hours")
            return self._count(lambda: charges.action_decide("reduced", "Half", 0.5))

        self._check_constant(count)

    def test_c7_applying_new_prices(self):
        def count(number, until=None):
            charges = self._charges(number)
            charges._mci_unlock().write({"price_unit": 90.0, "amount": 90.0})
            if until:
                self._settle(until)
            record = self.env["mci.reprice"].create(
                {
                    "name": "Too late",
                    "date_from": "2026-03-01",
                    "date_to": "2026-03-31",
                    "include_posted": bool(until),
                }
            )
            record.action_compute()
            result = self._count(record.action_apply)
            if until:
                self.assertEqual(len(charges.correction_ids), 2 * number)
            else:
                self.assertEqual(set(charges.mapped("amount")), {100.0})
            return result

        with self.subTest("open"):
            self._check_constant(count)
        with self.subTest("posted"):
            self._check_constant(lambda number: count(number, "posted"))

    def test_c2_taking_proposals(self):
        functions = self.env["mci.function"].search([], limit=4)
        levels = self.env["mci.level"].search([], limit=4)
        keys = [(function, level) for function in functions for level in levels]

        def count(number):
            card = self.env["mci.rate.card"].create(
                {
                    "name": f"Prices of {number}",
                    "date_from": date(2031, 1, 1),
                    "line_ids": [
                        Command.create(
                            {
                                "function_id": function.id,
                                "level_id": level.id,
                                "price_unit": 10.0,
                            }
                        )
                        for function, level in keys[:number]
                    ],
                }
            )
            for place, line in enumerate(card.line_ids):
                line._mci_unlock().price_proposed = 20.0 + place
            return self._count(card.action_take_proposals)

        self._check_constant(count)

    def test_c3_fixing_the_price_of_days(self):
        def count(number):
            stop = datetime(2026, 3, 9 + number, 10)
            booking = self._draft_booking(4.0 * number, stop=stop)
            return self._count(booking.day_ids._mci_fix_price)

        self._check_constant(count)
