from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ChargeCommon

MONDAY = date(2026, 3, 9)


@tagged("post_install", "-at_install")
class TestReports(ChargeCommon):
    """What the figures say, and to whom: C8, C9, I4, M10."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._work(12.0)
        cls._work(8.0, day=date(2026, 3, 11), lead=cls.env["crm.lead"])
        with freeze_time("2026-03-16"):
            cls.env["mci.week"]._mci_refresh(2)

    def _weeks(self, user):
        return (
            self.env["mci.week.report"].with_user(user).search([("date", "=", MONDAY)])
        )

    def test_m10_deal_category_unexplained(self):
        week = self._weeks(self.hr).filtered(
            lambda week: week.resource_id == self.resources["engineer"]
        )
        self.assertRecordValues(
            week,
            [
                {
                    "capacity_hours": 40.0,
                    "deal_hours": 12.0,
                    "internal_hours": 8.0,
                    "project_hours": 0.0,
                    "unexplained_hours": 20.0,
                    "center_id": self.center.id,
                }
            ],
        )

    def test_m10_who_reads_the_hours_of_a_person(self):
        engineer, lead = self.resources["engineer"], self.resources["center_lead"]
        cases = (
            (self.engineer, engineer),
            (self.center_lead, engineer | lead),
            (self.mci_manager, engineer.browse()),
            (self.sales_manager, engineer.browse()),
            (self.accountant, engineer.browse()),
        )
        for user, people in cases:
            with self.subTest(user.login):
                self.assertEqual(self._weeks(user).resource_id, people)

    def test_m10_an_old_week_stays_as_it_was(self):
        week = self.env["mci.week"].search(
            [
                ("resource_id", "=", self.resources["engineer"].id),
                ("date_from", "=", MONDAY),
            ]
        )
        self.calendar.attendance_ids.filtered(lambda a: a.dayofweek == "0").unlink()
        with freeze_time("2026-03-17"):
            self.env["mci.week"]._mci_refresh(2)
        self.assertEqual(week.capacity_hours, 40.0)

    def test_m10_cron_runs_again(self):
        for _times in range(2):
            self._mci_run_cron("cron_refresh_weeks")
        weeks = self.env["mci.week"].search(
            [("resource_id", "=", self.resources["engineer"].id)]
        )
        self.assertEqual(len(set(weeks.mapped("date_from"))), len(weeks))

    def test_c9_charged_to_won_and_lost(self):
        lost = self._create_lead("Lost deal")
        self._work(4.0, lead=lost)
        lost.action_set_lost()
        self.lead.action_set_won()
        self.env.flush_all()
        report = self.env["mci.charge.report"].with_user(self.sales_manager)
        rows = report._read_group(
            [("lead_id", "in", (self.lead | lost).ids)],
            ["outcome"],
            ["amount:sum", "won_revenue:sum", "presales_return:avg"],
            order="outcome",
        )
        self.assertEqual(
            [(row[0], row[1], round(row[2]), round(row[3], 2)) for row in rows],
            [("lost", 400.0, 0, 0.0), ("won", 1200.0, 100000, 83.33)],
        )
        total = report._read_group(
            [("lead_id", "in", (self.lead | lost).ids)],
            [],
            ["presales_return:avg", "lost_amount:sum"],
        )[0]
        self.assertEqual((round(total[0], 2), total[1]), (62.5, 400.0))

    def test_c9_who_reads_charges(self):
        domain = [("lead_id", "=", self.lead.id)]
        report = self.env["mci.charge.report"]
        for user, count in (
            (self.seller, 1),
            (self.center_lead, 1),
            (self.accountant, 1),
            (self.mci_manager, 1),
            (self.seller_2, 0),
            (self.engineer, 0),
            (self.office_lead, 0),
        ):
            with self.subTest(user.login):
                self.assertEqual(report.with_user(user).search_count(domain), count)

    def _center_row(self, user, *names):
        report = self.env["mci.center.report"].with_user(user)
        rows = report._read_group(
            [("center_id", "=", self.center.id), ("date", "=", date(2026, 3, 1))],
            ["center_id"],
            names,
        )
        return rows[0][1:] if rows else None

    def test_i4_income_cost_utilisation(self):
        # Engineer and lead have 40 hours each in the week that is over.
        row = self._center_row(
            self.center_lead,
            "income:sum",
            "cost:sum",
            "margin:sum",
            "recovery:avg",
            "deal_hours:sum",
            "capacity_hours:sum",
            "utilisation:avg",
            "unassigned_hours:sum",
            "idle_cost:sum",
        )
        weeks = self.env["mci.week"].search_count(
            [
                ("date_from", ">=", date(2026, 3, 1)),
                ("resource_id", "=", self.resources["engineer"].id),
                ("date_from", "<", date(2026, 3, 31)),
            ]
        )
        capacity = 80.0 * weeks
        self.assertEqual(
            [round(value, 2) for value in row],
            [
                1200.0,
                1200.0,
                0.0,
                100.0,
                12.0,
                capacity,
                round(100 * 12.0 / capacity, 2),
                capacity - 20.0,
                (capacity - 20.0) * 60.0,
            ],
        )

    def test_c8_no_figure_of_fewer_than_three(self):
        self.assertIsNone(self._center_row(self.mci_manager, "income:sum"))
        self.assertIsNone(self._center_row(self.seller, "income:sum"))
        self.assertIsNone(self._center_row(self.office_lead, "income:sum"))
        self.center.seat_ids.create(
            {
                "center_id": self.center.id,
                "resource_id": self.resources["engineer_2"].id,
                "function_id": self.function_presales.id,
                "date_from": date(2020, 1, 1),
            }
        )
        self.assertEqual(self._center_row(self.mci_manager, "income:sum"), (1200.0,))

    def test_c8_cost_is_for_heads_accounting_and_hr(self):
        for user in (self.center_lead, self.accountant, self.hr):
            self.assertEqual(self._center_row(user, "cost:sum"), (1200.0,))
        for spec in ("cost:sum", "recovery:avg", "idle_cost:sum"):
            with self.assertRaises(AccessError):
                self._center_row(self.mci_manager, spec)

    def test_reports_open(self):
        for model, user in (
            ("mci.week.report", self.engineer),
            ("mci.center.report", self.center_lead),
        ):
            action = self.env[model].with_user(user)._mci_open()
            self.assertEqual(action["res_model"], model)
