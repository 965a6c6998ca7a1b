from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ...models.match import mci_grade_simulation
from .grade_common import GradeCommon


class TestMciGradeSimulation(GradeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        leads = cls.env["crm.lead"]
        cls.env.flush_all()
        # Deals of other tests' data are not in question.
        leads.search([("type", "=", "opportunity")]).write({"type": "lead"})
        cls.won, cls.lost, cls.still, cls.small = leads.create(
            [cls._mci_deal_vals(x) for x in (320000, 340000, 330000, 10000)]
        )
        cls.partner_led = cls._mci_deal(900000, mci_partner_led=True)
        cls.won.action_set_won()
        cls.lost.action_set_lost()
        # In force today, whatever the day is in the manager's zone.
        today = {"date_from": fields.Date.today()}
        cls.draft = cls.policy.with_user(cls.mci_manager).copy(today)
        cls.draft.line_ids.filtered(
            lambda line: line.grade_id.code == "B"
        ).amount_min = 335000

    def _simulate(self, **vals):
        return (
            self.env["mci.grade.simulation"]
            .with_user(self.mci_manager)
            .create({"name": "B later", "policy_id": self.draft.id, **vals})
        )

    def _run(self, **vals):
        record = self._simulate(**vals)
        record.action_run()
        return record

    def _line(self, record, code):
        return record.line_ids.filtered(lambda line: line.grade_id.code == code)

    def test_m1_compares_today_with_the_draft(self):
        record = self._run()
        self.assertEqual((record.state, record.deal_total), ("done", 5))
        self.assertEqual(record.base_policy_id, self.policy)
        self.assertEqual(
            (record.changed_count, record.up_count, record.down_count), (2, 0, 2)
        )
        grade_b = self._line(record, "B")
        self.assertEqual((grade_b.old_deals, grade_b.deals), (3, 1))
        self.assertEqual((grade_b.old_amount, grade_b.amount), (990000, 340000))
        self.assertEqual((grade_b.old_win_rate, grade_b.win_rate), (50, 0))
        self.assertEqual((grade_b.old_budget_hours, grade_b.budget_hours), (160, 0))
        grade_c = self._line(record, "C")
        self.assertEqual((grade_c.old_deals, grade_c.deals), (0, 2))
        self.assertEqual((grade_c.win_rate, grade_c.budget_hours), (100, 40))
        self.assertEqual(self._line(record, "E").deals, 1)
        center = record.line_ids.filtered(lambda x: x.tier == "delivery_center")
        self.assertEqual((center.old_deals, center.deals), (3, 1))

    def test_m1_which_deals_change_and_why(self):
        record = self._run()
        changes = self.env["mci.grade.simulation.deal"].search(
            record.action_view_changes()["domain"]
        )
        self.assertEqual(changes.lead_id, self.won + self.still)
        effects = {deal.lead_id: deal.effect for deal in changes}
        self.assertEqual(effects, {self.won: "closed", self.still: "moves"})
        self.assertRegex(changes[0].why, r"B from .*300,000 today, from .*335,000 by")
        for line in record.line_ids:
            for action, count in (
                (line.action_view_today(), line.old_deals),
                (line.action_view_draft(), line.deals),
            ):
                self.assertEqual(
                    self.env["mci.grade.simulation.deal"].search_count(
                        action["domain"]
                    ),
                    count,
                )

    def test_m1_what_a_simulation_says_comes_true(self):
        """The activation moves the deals that it says it moves, and no other."""
        self._mci_mark_stages()
        locked = self._mci_deal(325000, stage_id=self.stage_initiate.id)
        manual = self._mci_deal(325000)
        manual._mci_write_plain({"mci_grade_manual": True})
        wobbling = self._mci_deal(305000)
        wobbling.expected_revenue = 290000
        record = self._run()
        effects = {deal.lead_id: deal for deal in record.deal_ids}
        self.assertEqual(effects[locked].effect, "locked")
        self.assertEqual(effects[manual].effect, "manual")
        self.assertEqual(effects[wobbling].old_grade_id.code, "B")
        before = {lead: lead.mci_grade_id for lead in effects}
        self.draft.action_activate()
        for lead, deal in effects.items():
            with self.subTest(lead.name):
                moved = lead.mci_grade_id != before[lead]
                self.assertEqual(moved, deal.effect == "moves")
                if moved:
                    self.assertEqual(lead.mci_grade_id, deal.grade_id)
        self.assertEqual(locked.mci_grade_change_ids.state, "requested")

    def test_m1_nothing_on_the_deals_is_touched(self):
        leads = self.won + self.lost + self.still + self.small + self.partner_led
        names = ("mci_grade_id", "mci_computed_grade_id", "mci_tier", "write_date")
        self.env.flush_all()
        before = leads.read(names)
        self._run()
        leads.invalidate_recordset()
        self.assertEqual(leads.read(names), before)
        self.assertFalse(leads.mci_grade_change_ids)

    def test_m1_period_and_open_deals(self):
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_lead SET date_closed = '2021-03-31 22:00' WHERE id = %s",
            [self.won.id],
        )
        record = self._run(
            date_from="2021-03-01", date_to="2021-03-31", with_open=False
        )
        self.assertEqual(record.deal_ids.lead_id, self.won)
        record = self._run(
            date_from="2021-04-01", date_to="2021-04-30", with_open=False
        )
        self.assertEqual((record.state, record.deal_total), ("done", 0))

    def test_m1_stale_when_the_draft_changes(self):
        record = self._run()
        self.assertFalse(record.is_stale)
        band = self.draft.line_ids.filtered(lambda line: line.grade_id.code == "A")
        band.amount_min = 900000
        record.invalidate_recordset()
        self.assertTrue(record.is_stale)
        self.draft.simulation_id = record
        with self.assertRaisesRegex(UserError, "out of date"):
            self.draft.action_activate()
        record.action_run()
        self.assertFalse(record.is_stale)
        self.draft.action_activate()
        self.assertEqual(self.draft.simulation_id, record)
        self.assertEqual(self.draft.activated_by_id, self.mci_manager)
        record.invalidate_recordset()
        self.assertFalse(record.is_stale)
        with self.assertRaises(UserError):
            record.action_reset()
        with self.assertRaises(UserError):
            record.unlink()

    def test_m1_the_latest_fresh_one_is_named(self):
        self._run()
        latest = self._run()
        self.draft.action_activate()
        self.assertEqual(self.draft.simulation_id, latest)

    def test_m1_hours_and_charges_count(self):
        record = self._run()
        self.assertEqual(sum(record.deal_ids.mapped("hours")), 0)
        query = record._get_work_query().code
        self.assertIn("mci_charge", query)
        self.assertIn("consent", query, "hours that wait for the owner do not")

    def test_m1_many_deals_in_batches_by_the_scheduler(self):
        for name, size in (("BATCH", 2), ("AT_ONCE", 3)):
            self.patch(mci_grade_simulation, name, size)
        record = self._simulate()
        self.assertFalse(record.action_run())
        self.assertEqual((record.state, record.progress), ("running", 0))
        record.sudo()._do_batch()
        self.assertEqual((record.deal_done, record.progress), (2, 40))
        self._mci_run_cron("mci_grade_simulation_cron")
        self.assertEqual((record.state, record.deal_done), ("done", 5))
        self.assertEqual(len(record.deal_ids), 5)
        self.assertEqual(record.changed_count, 2)
        record.action_reset()
        self.assertEqual((record.state, len(record.deal_ids)), ("draft", 0))

    def test_m1_queries_do_not_grow(self):
        def run(count):
            self.env["crm.lead"].create(
                [self._mci_deal_vals(1000.0 * number) for number in range(count)]
            )
            record = self._simulate()
            return self._mci_count(record.action_run)

        run(2)
        # One more where a cache was emptied in between.
        self.assertLessEqual(run(40), run(2) + 1)

    def test_m1_win_rate_of_a_group(self):
        record = self._run()
        [[rate]] = self.env["mci.grade.simulation.deal"]._read_group(
            [("simulation_id", "=", record.id)], aggregates=["win_rate:avg"]
        )
        self.assertEqual(rate, 50)

    def test_m1_rights(self):
        record = self._run()
        record.with_user(self.sales_manager).read()
        record.deal_ids.with_user(self.sales_manager).read()
        for user in (self.seller, self.center_lead, self.accountant, self.engineer):
            for records in (record, record.deal_ids, record.line_ids):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])
            with self.assertRaises(AccessError):
                record.with_user(user).action_run()
        for name, value in (("state", "draft"), ("changed_count", 1)):
            with self.assertRaises(AccessError):
                record.write({name: value})
        with self.assertRaises(AccessError):
            record.deal_ids[0].sudo().write({"effect": "none"})
        with self.assertRaises(AccessError):
            record.date_from = "2020-01-01"

    def test_m1_bad_input(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._simulate(date_from="2026-02-01", date_to="2026-01-01")
            self.env.flush_all()
        record = self._simulate()
        self.draft.line_ids.filtered("is_partner_led").unlink()
        with self.assertRaisesRegex(UserError, "partner-led"):
            record.action_run()
        self.policy._mci_unlock().state = "retired"
        with self.assertRaisesRegex(UserError, "in force"):
            record.action_run()

    def test_m1_a_deleted_deal_stays_in_the_comparison(self):
        record = self._run()
        name = self.small.name
        self.small.unlink()
        record.invalidate_recordset()
        gone = record.deal_ids.filtered(lambda deal: not deal.lead_id)
        self.assertEqual(gone.lead_name, name)


class TestMciGradeReport(GradeCommon):
    def _won(self, graded, signed, **vals):
        lead = self._mci_deal(graded, **vals)
        lead.write(
            {"mci_signed_amount": signed, "mci_signed_date": fields.Date.today()}
        )
        lead.action_set_won()
        return lead

    def _rows(self, user=None):
        rows = self.env["mci.grade.report"].with_user(user or self.sales_manager)
        return rows.search([("partner_id", "=", self.customer.id)])

    def test_m1_signed_over_graded_per_seller(self):
        self._won(1000000, 100000)
        self._won(100000, 120000)
        honest = self._won(400000, 400000, user_id=self.seller_2.id)
        honest.expected_revenue = 10
        self._mci_deal(5000)
        self.env.flush_all()
        groups = dict(
            self.env["mci.grade.report"]
            .with_user(self.sales_manager)
            ._read_group(
                [("partner_id", "=", self.customer.id)], ["user_id"], ["ratio:avg"]
            )
        )
        self.assertEqual(groups, {self.seller: 20.0, self.seller_2: 100.0})
        row = self._rows().filtered(lambda row: row.lead_id == honest)
        self.assertEqual((row.graded_amount, row.gap), (400000, 0))
        self.assertEqual(row.action_open_deal()["res_id"], honest.id)

    def test_m1_amounts_in_the_currency_of_the_reader(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        yen = currencies.search([("name", "=", "JPY")])
        yen.active = True
        other = self.env["res.company"].create({"name": "KK", "currency_id": yen.id})
        yen.rate_ids.unlink()
        yen.write({"rate_ids": [(0, 0, {"name": "2020-01-01", "rate": 150})]})
        self.currency.rate_ids.unlink()
        self.env["mci.grade.policy"]._mci_create_standard(other).action_activate()
        team = self.env["crm.team"].create({"name": "KK", "company_id": other.id})
        lead = self._won(
            1500000, 750000, team_id=team.id, user_id=False, company_id=other.id
        )
        self.env.flush_all()
        row = self.env["mci.grade.report"].sudo().browse(lead.id)
        self.assertAlmostEqual(row.graded_amount, 10000)
        self.assertEqual((row.ratio, row.currency_id), (50, self.currency))

    def test_m1_readers(self):
        mine, other = self._won(10, 5), self._won(10, 5, user_id=self.seller_2.id)
        self.env.flush_all()
        self.assertEqual(self._rows(self.seller).lead_id, mine)
        self.assertEqual(set(self._rows().lead_id), set(mine + other))
        self.assertEqual(len(self._rows(self.mci_manager)), 2)
        for user in (self.engineer, self.plain_user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._rows(user)
