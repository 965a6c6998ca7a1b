import json
from datetime import date

from odoo.tests import tagged

from .common import ChargeCommon

# What a report by period is read by, and what it adds up.
REPORTS = {
    "mci.charge.report": ("settle_date", ["hours:sum", "amount:sum", "__count"]),
    "mci.center.report": ("date", ["income:sum", "cost:sum", "deal_hours:sum"]),
    "mci.budget.burn": ("date", ["hours:sum", "amount:sum"]),
}
GROUPS = {
    "mci.charge.report": ["team_id", "grade_id", "center_id", "lead_name", "date:day"],
    "mci.center.report": ["center_id", "function_id"],
    "mci.budget.burn": ["lead_name", "owner_id"],
}


@tagged("post_install", "-at_install")
class TestChargeSettle(ChargeCommon):
    """Invariant 7: the report of a closed month gives the same bytes for ever."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge = cls._work(8.0)
        cls.disputed = cls._work(2.0, day=date(2026, 3, 11), role="engineer")
        cls.statement = cls._settle("sent")
        cls.disputed.with_user(cls.sales_manager).action_dispute("Not ours", "hours")
        cls.statement.action_accept()
        cls.statement.action_post()
        cls.period = cls.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        cls.period.action_close()

    def _read(self, month=3):
        """The bytes of the month's reports, grouped and row by row."""
        self.env.flush_all()
        self.env.invalidate_all()
        first = date(2026, month, 1)
        last = date(2026, month, {3: 31, 4: 30}[month])
        result = {}
        for name, (axis, aggregates) in REPORTS.items():
            model = self.env[name].with_user(self.accountant).sudo()
            domain = [(axis, ">=", first), (axis, "<=", last)]
            groups = [
                model.formatted_read_group(domain, groupby=[group], aggregates=sums)
                for group in (*GROUPS[name], f"{axis}:month")
                for sums in (aggregates,)
            ]
            names = [spec.split(":")[0] for spec in aggregates if ":" in spec]
            rows = model.search(domain, order="id").export_data(names)["datas"]
            result[name] = json.dumps([groups, rows], default=str, sort_keys=True)
        return result

    def _sum(self, month, name="mci.charge.report"):
        axis = REPORTS[name][0]
        domain = [
            (axis, ">=", date(2026, month, 1)),
            (axis, "<=", date(2026, month, {3: 31, 4: 30}[month])),
        ]
        self.env.flush_all()
        [[hours, amount]] = self.env[name]._read_group(
            domain, [], ["hours:sum", "amount:sum"]
        )
        return hours or 0.0, amount or 0.0

    def test_inv7_settlement_day(self):
        self.assertEqual(self.charge.settle_date, date(2026, 3, 10))
        self.assertEqual(
            self.disputed.settle_date, date(2026, 4, 1), "not posted when it closed"
        )
        late = self._work(3.0, day=date(2026, 3, 12))
        self.assertEqual((late.date.month, late.settle_date), (3, date(2026, 4, 1)))
        late.timesheet_id.date = date(2026, 4, 7)
        self.assertEqual(late.settle_date, date(2026, 4, 7), "open ones follow")
        late.timesheet_id.date = date(2026, 3, 5)
        self.assertEqual(late.settle_date, date(2026, 4, 1))

    def test_inv7_late_on_a_later_statement(self):
        """Before the close too: it counts in the month whose statement bears it."""
        self.period.action_reopen("Found something")
        late = self._work(3.0, day=date(2026, 3, 12))
        self.assertEqual(late.settle_date, date(2026, 3, 12))
        statement = self._generate(4)
        self.assertEqual((late.is_late, late.settle_date), (True, date(2026, 4, 1)))
        late.timesheet_id.unit_amount = 4.0
        self.assertEqual((late.hours, late.settle_date), (4.0, date(2026, 4, 1)))
        statement.unlink()
        self._generate(3)
        self.assertEqual(late.settle_date, date(2026, 3, 12))

    def test_inv7_correction_late_hours_dispute(self):
        before = self._read()
        self.assertEqual(self._sum(3), (8.0, 800.0))
        self.charge.with_user(self.accountant).action_correct("Holiday", hours=2.0)
        self._work(3.0, day=date(2026, 3, 12))
        self.disputed.with_user(self.accountant).action_decide("reduced", "Half", 1.0)
        self.assertEqual(self._read(), before)
        self.assertEqual(self._sum(4), (-8.0 + 2.0 + 3.0 + 1.0, -200.0))
        self._settle("posted", 4)
        self.assertEqual(self._read(), before)
        self.assertEqual(self._sum(3), (8.0, 800.0))
        self.assertEqual(self._sum(4), (-2.0, -200.0))
        self.assertEqual(
            self._sum(4, "mci.budget.burn"), (-2.0, -200.0), "the same in the burn-down"
        )

    def test_inv7_reversal(self):
        """Taken back in the open month; what comes of it counts there as well."""
        before = self._read()
        self.statement.action_reverse(date(2026, 4, 20), "Wrong team")
        self.assertEqual(self.charge.reversal_date, date(2026, 4, 20))
        fresh = self.env["mci.charge"].search(
            [("reversed_charge_id", "=", self.charge.id)]
        )
        self.assertEqual(fresh.settle_date, date(2026, 4, 1))
        self.assertEqual(self._read(), before)
        fresh.timesheet_id.unit_amount = 6.0
        self._settle("posted", 4)
        after = self._read()
        # hours and cost of a unit are those of its timesheets
        for name in ("mci.charge.report", "mci.budget.burn"):
            self.assertEqual(after[name], before[name])
        self.assertEqual(self._sum(4), (-8.0 + 6.0 + 2.0, 0.0))
        report = self.env["mci.charge.report"]
        back = report.search([("charge_id", "=", self.charge.id)], order="amount")
        self.assertEqual(back.mapped("amount"), [-800.0, 800.0])

    def test_inv7_reversed_in_an_open_month_is_gone(self):
        self._work(4.0, day=date(2026, 4, 7))
        statement = self._settle("posted", 4)
        statement.action_reverse(date(2026, 4, 30), "Wrong team")
        self.assertFalse(statement.charge_ids.filtered("reversal_date"))
        self.assertEqual(self._sum(4), (6.0, 600.0), "with the disputed one")

    def test_axis_is_the_settlement_month(self):
        """Filters and groups by month go by it; the day worked is the second axis."""
        view = self.env.ref("mci_sales_support.mci_charge_report_view_search").arch
        self.assertIn("'settle_date:month'", view)
        self.assertIn('date="settle_date"', view)
