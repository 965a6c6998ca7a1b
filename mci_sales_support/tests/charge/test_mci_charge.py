from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChargeCommon

SNAPSHOT = (
    "lead_name partner_id team_id payer_company_id company_id grade_id tier stage_id"
    " stage_name owner_id user_id function_id level_id center_id resource_id date hours"
    " price_unit amount rate_id currency_id exchange_rate explanation"
    " payer_distribution_key"
).split()


@tagged("post_install", "-at_install")
class TestMciCharge(ChargeCommon):
    def test_c1_every_hour_is_charged(self):
        charge = self._work(8.0)
        self.assertRecordValues(
            charge,
            [
                {
                    "hours": 8.0,
                    "price_unit": 100.0,
                    "amount": 800.0,
                    "state": "open",
                    "origin": "timesheet",
                    "lead_id": self.lead.id,
                    "team_id": self.team.id,
                    "owner_id": self.seller.id,
                    "function_id": self.function_presales.id,
                    "rate_id": self.rates["level_2"].id,
                    "is_unpriced": False,
                }
            ],
        )
        self.assertIn("100", charge.explanation)

    def test_c1_lost_deals_are_charged(self):
        self.lead.action_set_lost()
        self.assertEqual(self._work(2.0).amount, 200.0)
        self.assertEqual(self._settle("draft").amount_total, 200.0)

    def test_c1_own_time_of_the_unit_costs_nobody(self):
        empty = self.env["crm.lead"]
        self.assertFalse(self._work(8.0, lead=empty))

    def test_c2_better_people_cost_more(self):
        self.assertEqual(self._work(2.0, role="center_lead").amount, 400.0)

    def test_c3_open_charge_follows(self):
        charge = self._work(80.0)
        line = charge.timesheet_id
        line.unit_amount = 8.0
        self.assertEqual((charge.hours, charge.amount), (8.0, 800.0))
        line.employee_id = self.employees["center_lead"]
        self.assertEqual((charge.amount, charge.level_id.code), (1600.0, "L4"))
        self.assertEqual(
            charge.event_ids.sorted("id").mapped("amount_before"), [8000.0, 800.0]
        )
        line.mci_lead_id = False
        self.assertFalse(charge.exists())
        line.mci_lead_id = self.lead
        self.assertEqual(line.mci_charge_ids.amount, 1600.0)
        charge = line.mci_charge_ids
        line.unlink()
        self.assertFalse(charge.exists())

    def test_c3_statement_total_follows(self):
        charge = self._work(8.0)
        statement = self._settle("draft")
        charge.timesheet_id.unit_amount = 2.0
        self.assertEqual(statement.amount_total, 200.0)
        self.assertEqual(statement.hours_total, 2.0)

    def test_c3_frozen_from_sent(self):
        """Nobody changes it, the superuser's ordinary writes included (invariant 5)."""
        charge = self._work(8.0)
        line = charge.timesheet_id
        self._settle("sent")
        account = self.office.project_id.account_id
        for vals in (
            {"unit_amount": 1.0},
            {"date": date(2026, 3, 11)},
            {"employee_id": self.employees["engineer_2"].id},
            {"project_id": self.office.project_id.id},
            {"account_id": account.id},
            {"amount": 0.0},
            {"mci_lead_id": False},
        ):
            for user in (self.env.user, self.accountant, self.center_lead):
                with self.assertRaises(UserError, msg=str(vals)):
                    line.with_user(user).sudo().write(vals)
        with self.assertRaises(UserError):
            line.sudo().unlink()
        self.assertTrue(line.readonly_timesheet)
        line.name = "A better text"

    def test_c3_nobody_writes_a_charge(self):
        charge = self._work(8.0)
        for values in ({"amount": 1.0}, {"state": "posted"}, {"hours": 0.0}):
            with self.assertRaises(AccessError):
                charge.sudo().write(values)
        with self.assertRaises(AccessError):
            charge.sudo().copy()
        with self.assertRaises(UserError):
            charge.sudo().unlink()

    def test_c3_frozen_even_for_our_own_methods(self):
        charge = self._work(8.0)
        self._settle("sent")
        with self.assertRaises(UserError):
            charge._mci_unlock().write({"amount": 1.0})

    def test_c3_snapshot_never_changes(self):
        charge = self._work(8.0)
        statement = self._settle("posted")
        before = charge.read(SNAPSHOT)
        total = statement.amount_total
        team = self.team.copy({"name": "Another team"})
        self.lead.write(
            {
                "name": "Renamed",
                "team_id": team.id,
                "user_id": self.seller_2.id,
                "expected_revenue": 5000000.0,
            }
        )
        self.resources["engineer"].mci_level_id = self.env.ref(
            "mci_sales_support.level_4"
        )
        self.rates["level_2"].date_to = date(2026, 1, 1)
        self._create_rate("level_2", 999.0, date_from=date(2026, 1, 2)).action_publish()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(charge.read(SNAPSHOT), before)
        self.assertEqual(statement.amount_total, total)

    def test_c3_one_live_charge_per_line(self):
        charge = self._work(8.0)
        with (
            self._mci_quiet(),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.env["mci.charge"]._mci_make(charge.timesheet_id)
            self.env.flush_all()

    def test_c7_recording_is_never_refused(self):
        """No rate, no team, a closed period: the hours are recorded all the same."""
        self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        ).action_close()
        self.resources["engineer"].mci_level_id = False
        lead = self._create_lead("No team", team_id=False, user_id=False)
        charge = self._work(3.0, lead=lead)
        self.assertTrue(charge.is_unpriced)
        self.assertEqual((charge.hours, charge.amount), (3.0, 0.0))
        self.assertFalse(self._generate(4), "a charge without payer waits")

    def test_c1_unpriced_is_priced_again(self):
        self.resources["engineer"].mci_level_id = False
        charge = self._work(3.0)
        self.assertTrue(charge.is_unpriced)
        statement = self._generate()
        with self.assertRaisesRegex(UserError, "without a price"):
            statement.action_send()
        self.resources["engineer"].mci_level_id = self.env.ref(
            "mci_sales_support.level_2"
        )
        self.assertEqual(charge.with_user(self.accountant).action_reprice(), 1)
        self.assertEqual((charge.amount, charge.is_unpriced), (300.0, False))
        self.assertEqual(charge.event_ids[0].kind, "reprice")
        with self.assertRaises(AccessError):
            charge.with_user(self.seller).action_reprice()

    def test_c7_mass_reprice_in_open_periods_only(self):
        self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        ).action_close()
        charge = self._work(3.0)
        with self.assertRaisesRegex(UserError, "closed"):
            charge.action_reprice()

    def test_c1_zero_rate(self):
        charge = self._work(8.0)
        for user in (self.seller, self.engineer, self.center_lead):
            with self.assertRaises(AccessError):
                charge.with_user(user).action_zero_rate("Goodwill")
        with self.assertRaises(UserError):
            charge.with_user(self.sales_manager).action_zero_rate(" ")
        charge.with_user(self.sales_manager).action_zero_rate("Goodwill")
        self.assertRecordValues(
            charge,
            [
                {
                    "amount": 0.0,
                    "zero_rate_reason": "Goodwill",
                    "zero_rate_approver_id": self.sales_manager.id,
                    "hours": 8.0,
                }
            ],
        )
        charge.timesheet_id.unit_amount = 4.0
        self.assertEqual((charge.hours, charge.amount), (4.0, 0.0))

    def test_c8_standard_cost_not_pay(self):
        self.employees["engineer"].hourly_cost = 777.0
        line = self._work(8.0).timesheet_id
        self.assertEqual(line.amount, -480.0)
        line.unit_amount = 4.0
        self.assertEqual(line.amount, -240.0)
        self.resources["engineer"].mci_level_id = False
        self.assertEqual(self._work(8.0).timesheet_id.amount, 0.0, "never the pay")

    def test_c8_cost_is_not_forged_by_context(self):
        lines = self.env["account.analytic.line"].with_context(mci_standard_costs={})
        line = lines.create(self._prepare_work(8.0, date(2026, 3, 10), self.lead))
        self.assertEqual(line.amount, -480.0)

    def test_ordinary_projects_keep_the_hourly_cost(self):
        self.employees["engineer"].hourly_cost = 20.0
        project = self.env["project.project"].create({"name": "Ordinary"})
        line = self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": project.id,
                "employee_id": self.employees["engineer"].id,
                "unit_amount": 2.0,
            }
        )
        self.assertEqual(line.amount, -40.0)
        self.assertFalse(line.mci_charge_ids)

    def test_c3_foreign_currency(self):
        other = self.env.ref("base.EUR")
        if other == self.currency:
            other = self.env.ref("base.USD")
        other.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", other.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"name": date(2026, 1, 1), "rate": 0.5, "currency_id": other.id}
        )
        self._create_rate(
            "level_2", 50.0, currency_id=other.id, center_id=self.center.id
        ).action_publish()
        charge = self._work(3.0)
        self.assertEqual(charge.currency_id, other)
        self.assertAlmostEqual(charge.exchange_rate, 2.0)
        self.assertEqual(charge.amount, 300.0)
        self.assertEqual(charge.rate_date, date(2026, 3, 10))

    def test_question(self):
        charge = self._work(8.0)
        with self.assertRaises(AccessError):
            charge.with_user(self.plain_user).action_question("Why?")
        charge.with_user(self.seller).action_question("Why <8> hours?")
        self.assertEqual(charge.event_ids.note, "Why <8> hours?")
        self.assertEqual(charge.state, "open")
        message = self.env["mail.message"].search(
            [("model", "=", "mci.charge"), ("res_id", "=", charge.id)]
        )
        self.assertEqual(
            message.notified_partner_ids, self.center_lead.partner_id, "the provider"
        )

    def test_query_count_does_not_grow(self):
        def make(count):
            lines = [
                self._prepare_work(1.0, date(2026, 3, 10), self.lead)
                for _number in range(count)
            ]
            lines = self.env["account.analytic.line"].create(lines)
            lines.mci_charge_ids._mci_unlock().unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["mci.charge"]._mci_make(lines)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        make(1)
        self.assertEqual(make(5), make(50))

    def test_timesheet_form_shows_no_error(self):
        action = self.env.ref("mci_sales_support.mci_rate_action")
        self.assertTrue(action)
        with Form(self.env["mci.period"]) as form:
            form.date_from = date(2026, 5, 1)
            form.date_to = date(2026, 5, 31)
        self.assertEqual(form.record.name, "2026-05")
