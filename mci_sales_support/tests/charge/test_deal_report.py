from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChargeCommon
from .company_common import CompanyCommon

FIGURES = (
    "deal_count:sum",
    "revenue:sum",
    "amount:sum",
    "hours:sum",
    "presales_return:avg",
    "cost_per_win:avg",
    "win_rate:avg",
    "lost_share:avg",
)
# Links to what is today: the name at the time is beside it, or they name no figure.
TODAY = ("lead_id", "charge_id", "stage_id")


@tagged("post_install", "-at_install")
class TestDealReport(ChargeCommon):
    """Deal P&L, cost per win, lost pursuits, budget discipline: C3, C4, C9."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env["crm.lost.reason"].create({"name": "Too dear"})
        cls.lost = cls._create_lead("Lost deal", expected_revenue=50000.0)
        cls.open = cls._create_lead("Open deal", expected_revenue=30000.0)
        # Several charges, two units: a deal's amount must count once all the same.
        for day, hours in ((9, 8.0), (10, 4.0), (11, 4.0)):
            cls._work(hours, date(2026, 3, day))
        cls._work(
            4.0,
            date(2026, 3, 12),
            role="office_lead",
            project_id=cls.office.project_id.id,
        )
        cls._work(10.0, date(2026, 3, 10), lead=cls.lost)
        cls._work(2.0, date(2026, 3, 10), lead=cls.open)
        cls.deals = cls.lead | cls.lost | cls.open
        cls.lead._mci_set_budget(1500.0)
        cls.lost._mci_set_budget(4000.0)
        with freeze_time("2026-04-15 10:00:00"):
            cls.lead.mci_signed_amount = 80000.0
            cls.lead.action_set_won()
            cls.lost.action_set_lost(lost_reason_id=cls.reason.id)
        cls.env.flush_all()

    def _group(self, groupby, *aggregates, model="mci.deal.report", user=None):
        report = self.env[model].with_user(user or self.accountant)
        domain = [("lead_id", "in", self.deals.ids)]
        return report._read_group(domain, groupby, aggregates)

    def _row(self, lead):
        return self.env["mci.deal.report"].search([("lead_id", "=", lead.id)])

    def test_c9_a_deal_counts_once(self):
        charged = sum(self.lead.mci_charge_ids.mapped("amount"))
        self.assertRecordValues(
            self._row(self.lead),
            [
                {
                    "outcome": "won",
                    "revenue": 80000.0,
                    "is_signed": True,
                    "amount": charged,
                    "net_amount": 80000.0 - charged,
                    "hours": 20.0,
                    "date": date(2026, 4, 15),
                    "center_id": self.center.id,
                    "cost_per_win": charged,
                }
            ],
        )
        [totals] = self._group([], *FIGURES)
        won = self.lead.mci_charge_ids.mapped("amount")
        lost, pending = 1000.0, 200.0
        total = sum(won) + lost + pending
        for name, found, expected in zip(
            FIGURES,
            totals,
            (
                3,
                110000.0,  # what is lost brings nothing
                total,
                32.0,
                80000.0 / total,
                sum(won) + lost,
                50.0,
                100 * lost / total,
            ),
            strict=True,
        ):
            self.assertAlmostEqual(found, expected, 6, name)

    def test_c9_lost_pursuits_by_reason(self):
        rows = self._group(["outcome", "lost_reason_id"], "lost_amount:sum")
        self.assertIn(("lost", self.reason, 1000.0), rows)
        self.assertFalse([row for row in rows if row[0] != "lost" and row[2]])
        charges = self._group(
            ["lost_reason_id"], "lost_amount:sum", model="mci.charge.report"
        )
        self.assertIn((self.reason, 1000.0), charges)

    def test_c4_budget_discipline(self):
        [row] = self._group(
            [],
            "budget_count:sum",
            "budget_amount:sum",
            "budget_charged:sum",
            "budget_percent:avg",
            "over_count:sum",
            "over_amount:sum",
        )
        charged = sum(self.lead.mci_charge_ids.mapped("amount"))
        self.assertGreater(charged, 1500.0)
        expected = (
            2,
            5500.0,
            charged + 1000.0,
            100 * (charged + 1000.0) / 5500.0,
            1,
            charged - 1500.0,
        )
        for found, value in zip(row, expected, strict=True):
            self.assertAlmostEqual(found, value, 6)

    def test_c9_both_reports_agree(self):
        """Split over charges, whole deals bring the same as deal by deal."""
        names = ("amount:sum", "hours:sum", "revenue:sum", "presales_return:avg")
        [deals] = self._group([], *names)
        [charges] = self._group([], *names, model="mci.charge.report")
        for left, right in zip(deals, charges, strict=True):
            self.assertAlmostEqual(left, right, 4)
        by_unit = self._group(
            ["center_id"], "won_revenue:sum", model="mci.charge.report"
        )
        self.assertEqual({unit for unit, _sum in by_unit}, {self.center, self.office})
        self.assertAlmostEqual(sum(row[1] for row in by_unit), 80000.0, 4)

    def test_c3_merged_teams_and_new_grades_move_nothing(self):
        """Last year's report, rerun, is the same to the byte (invariant 7)."""
        self.accountant.group_ids += self.env.ref("base.group_allow_export")
        self._settle("posted")
        before = self._export()
        other = self.env["crm.team"].create(
            {"name": "Merged team", "company_id": self.company.id}
        )
        grade = self.env["mci.grade"].search([("id", "!=", self.lead.mci_grade_id.id)])
        stage = self.lead.mci_charge_ids.stage_id
        self.deals.write({"team_id": other.id})
        self.deals._mci_write_plain({"mci_grade_id": grade[0].id})
        self.team.mci_office_id = self.office
        self.team.active = False
        stage.name = "Another name"
        self.deals.write({"name": "Renamed", "user_id": self.seller_2.id})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._export(), before)

    def _export(self):
        """What the pivots and lists of the reports say, as text."""
        self.env.flush_all()
        texts = []
        for model in ("mci.deal.report", "mci.charge.report"):
            report = self.env[model].with_user(self.accountant)
            domain = [("lead_id", "in", self.deals.ids)]
            for name in (
                "grade_id",
                "team_id",
                "office_id",
                "stage_name",
                "center_id",
                "user_id",
                "owner_id",
                "date:month",
                "outcome",
            ):
                texts.append(
                    report.formatted_read_group(
                        domain,
                        [name],
                        ["amount:sum", "hours:sum", "revenue:sum", "won_revenue:sum"],
                    )
                )
            names = sorted(set(report._fields) - {"id", *TODAY})
            texts.append(report.search(domain, order="id").export_data(names))
        return repr(texts)

    def test_c3_the_latest_day_worked_tells_who_it_was(self):
        """Not the latest entry: old hours that come late are of the past."""
        self.open.stage_id = self.env["crm.stage"].create({"name": "Later stage"})
        self._work(1.0, date(2026, 3, 20), lead=self.open)
        self.open.stage_id = self.env["crm.stage"].search([], limit=1)
        self._work(1.0, date(2026, 3, 2), lead=self.open)
        self.env.flush_all()
        row = self._row(self.open)
        self.assertEqual((row.stage_name, row.date), ("Later stage", date(2026, 3, 20)))

    def test_c10_hours_that_wait_and_reversed_ones_do_not_count(self):
        charge = self._work(5.0, date(2026, 3, 13), lead=self.open)
        charge.sudo()._mci_unlock().write({"consent": "asked"})
        statement = self._settle("posted")
        self.env.flush_all()
        self.assertEqual(self._row(self.open).amount, 200.0)
        statement.filtered(lambda s: s.center_id == self.center).action_reverse(
            date=date(2026, 4, 1), reason="Wrong"
        )
        self.env.flush_all()
        # Reversed and open again: once.
        self.assertEqual(self._row(self.open).amount, 200.0)

    # --- Who reads what -------------------------------------------------------

    def test_c9_who_reads_deals(self):
        domain = [("lead_id", "=", self.lead.id)]
        for user, count in (
            (self.seller, 1),
            (self.sales_manager, 1),
            (self.accountant, 1),
            (self.mci_manager, 1),
            (self.seller_2, 0),
            (self.engineer, 0),
            # lent people to the deal: reads the charges, not the deal
            (self.office_lead, 0),
            (self.hr, 0),
        ):
            with self.subTest(user.login):
                report = self.env["mci.deal.report"].with_user(user)
                self.assertEqual(report.search_count(domain), count)
        self.lead._mci_write_plain(
            {"mci_center_id": self.office.id, "mci_delivery_lead_id": self.engineer.id}
        )
        for user in (self.office_lead, self.engineer):
            report = self.env["mci.deal.report"].with_user(user)
            self.assertEqual(report.search_count(domain), 1, user.login)

    def test_drill_down(self):
        self._settle("posted")
        self.env.flush_all()
        row = self._row(self.lead).with_user(self.accountant)
        action = row.action_open_charges()
        charges = self.env["mci.charge"].search(action["domain"])
        self.assertEqual(charges, self.lead.mci_charge_ids)
        for action, expected in (
            (row.action_open_timesheets(), charges.timesheet_id),
            (row.action_open_journal_items(), charges.sudo().move_line_id),
        ):
            self.assertTrue(expected)
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, expected)
        action = row.action_open_deal()
        card = self.env.ref("mci_sales_support.mci_deal_card_view_form")
        self.assertEqual(action["views"], [(card.id, "form")])

    def test_drill_down_of_a_charge(self):
        self._settle("posted")
        charge = self.lead.mci_charge_ids[0]
        row = self.env["mci.charge.report"].browse(charge.id)
        for step, record in (
            ("action_open_charge", charge),
            ("action_open_timesheet", charge.timesheet_id),
            ("action_open_journal_item", charge.sudo().move_line_id),
        ):
            action = getattr(row.with_user(self.accountant), step)()
            self.assertEqual(
                (action["res_model"], action["res_id"]), (record._name, record.id)
            )
        self.env.invalidate_all()
        line = charge.timesheet_id.with_user(self.accountant)
        screen = Form(line, view="hr_timesheet.hr_timesheet_line_form")
        self.assertEqual(screen.unit_amount, charge.hours, "the screen opens")
        self.assertEqual(line.display_name, charge.center_id.project_id.name)
        for user in (self.seller, self.center_lead):
            with self.assertRaises(AccessError):
                row.with_user(user).action_open_journal_item()
            with self.assertRaises(AccessError):
                self._row(self.lead).with_user(user).action_open_journal_items()
        with self.assertRaises(AccessError):
            charge.with_user(self.seller_2).action_open_timesheet()
        fresh = self._work(1.0, lead=self.open)
        with self.assertRaisesRegex(UserError, "not posted"):
            fresh.with_user(self.accountant).action_open_journal_item()

    def test_i4_from_a_unit_to_its_charges(self):
        report = self.env["mci.center.report"].with_user(self.accountant)
        row = report.search(
            [("center_id", "=", self.office.id), ("date", "=", date(2026, 3, 1))]
        )
        charges = self.env["mci.charge"].search(row.action_open_charges()["domain"])
        self.assertEqual(charges.center_id, self.office)
        self.assertEqual(sum(charges.mapped("amount")), row.income)


@tagged("post_install", "-at_install")
class TestReportCurrencies(CompanyCommon):
    """Amounts of several companies: frozen rates, no sum over currencies (C3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._work(8.0, date(2026, 3, 10))
        cls._work(8.0, date(2026, 3, 10), lead=cls.lead_2)
        cls._work(8.0, date(2026, 3, 16), lead=cls.lead_2)
        cls.deals = cls.lead | cls.lead_2
        for lead in cls.deals:
            lead.action_set_won()
        cls.env.flush_all()

    def _groups(self, model, groupby, *aggregates):
        report = self._as(self.env[model], self.controller)
        domain = [("lead_id", "in", self.deals.ids)]
        return report._read_group(domain, groupby, aggregates)

    def test_c3_each_in_the_currency_of_the_company_charged(self):
        for model in ("mci.deal.report", "mci.charge.report"):
            with self.subTest(model):
                rows = dict(self._groups(model, ["currency_id"], "amount:sum"))
                self.assertEqual(
                    rows, {self.currency: 800.0, self.currency_2: 5600.0 + 5680.0}
                )
                returns = self._groups(
                    model, ["currency_id"], "won_revenue:sum", "presales_return:avg"
                )
                for currency, revenue, ratio in returns:
                    self.assertAlmostEqual(revenue, 100000.0, 4)
                    self.assertAlmostEqual(ratio, revenue / rows[currency], 6)
                # 100000 + 100000 of different money is no revenue
                [total] = self._groups(model, [], "presales_return:avg", "hours:sum")
                self.assertEqual(total, (False, 24.0))

    def test_c3_of_the_units_company_too(self):
        rows = self._groups(
            "mci.charge.report", ["provider_currency_id"], "provider_amount:sum"
        )
        self.assertEqual(rows, [(self.currency, 2400.0)])

    def test_c9_credits_beside_charges(self):
        rows = self._groups("mci.credit.report", ["currency_id"], "charged_amount:sum")
        self.assertEqual(
            dict(rows), {self.currency: 800.0, self.currency_2: 5600.0 + 5680.0}
        )

    def test_pivots_tell_currencies_apart(self):
        for model, currency in (
            ("mci.deal.report", "currency_id"),
            ("mci.charge.report", "currency_id"),
            ("mci.credit.report", "currency_id"),
            ("mci.center.report", "currency_id"),
            ("mci.settlement.ageing", "currency_id"),
            ("mci.budget.burn", "currency_id"),
            ("mci.charge", "company_currency_id"),
        ):
            with self.subTest(model):
                arch = self.env[model].get_view(view_type="pivot")["arch"]
                first = arch[arch.index("<field ") :]
                self.assertTrue(first.startswith(f'<field name="{currency}"'), first)

    def test_c3_only_companies_one_may_read(self):
        report = self.env["mci.deal.report"]
        domain = [("lead_id", "in", self.deals.ids)]
        for user, lead in (
            (self.accountant, self.lead),
            (self.accountant_2, self.lead_2),
        ):
            self.assertEqual(self._as(report, user).search(domain).lead_id, lead)
