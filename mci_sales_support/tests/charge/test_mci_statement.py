from datetime import date, timedelta

import pytz
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatement(ChargeCommon):
    # --- Generate -------------------------------------------------------------

    def test_c5_generate(self):
        lead_2 = self._create_lead("Second deal")
        self._work(8.0)
        self._work(2.0, lead=lead_2, role="center_lead")
        self._work(4.0, day=date(2026, 4, 1))
        statement = self._generate()
        self.assertRecordValues(
            statement,
            [
                {
                    "center_id": self.center.id,
                    "team_id": self.team.id,
                    "amount_total": 1200.0,
                    "hours_total": 10.0,
                    "charge_count": 2,
                    "late_count": 0,
                    "state": "draft",
                    "accounting_date": date(2026, 3, 31),
                }
            ],
        )
        self.assertTrue(statement.name)

    def test_c5_same_call_twice_makes_nothing_new(self):
        self._work(8.0)
        statement = self._generate()
        self.assertEqual(self._generate(), statement)
        self._work(1.0)
        self.assertEqual(self._generate(), statement)
        self.assertEqual(statement.amount_total, 900.0)

    def test_c5_late_charges_come_along(self):
        self._work(8.0)
        self._settle("sent")
        late = self._work(2.0)
        self._work(1.0, day=date(2026, 4, 2))
        statement = self._generate(4)
        self.assertEqual(statement.amount_total, 300.0)
        self.assertEqual(statement.late_count, 1)
        self.assertTrue(late.is_late)

    def test_c5_one_statement_for_each_payer_and_unit(self):
        team_2 = self.team.copy({"name": "Second team"})
        lead_2 = self._create_lead("Other team", team_id=team_2.id)
        self._work(1.0)
        self._work(1.0, lead=lead_2)
        self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        statements = self._generate()
        self.assertEqual(len(statements), 3)
        self.assertEqual(sum(statements.mapped("amount_total")), 100.0 + 100.0 + 150.0)

    def test_c5_a_corrected_charge_leaves_a_foreign_draft(self):
        moved, kept = self._work(8.0), self._work(2.0)
        later = self._work(1.0)
        statement = self._generate()
        moved.timesheet_id.project_id = self.office.project_id
        later.timesheet_id.date = date(2026, 4, 2)
        self.assertFalse((moved | later).statement_id)
        self.assertEqual(statement.charge_ids, kept)
        self.assertEqual(statement.amount_total, kept.amount)
        self.assertEqual(self._generate().charge_ids, moved | kept)

    def test_c5_who_generates(self):
        self._work(1.0)
        for user in (self.seller, self.engineer, self.mci_manager, self.hr):
            with self.assertRaises(AccessError):
                self.env["mci.statement"].with_user(user).generate(
                    "2026-03-01", "2026-03-31"
                )
        own = self.env["mci.statement"].with_user(self.center_lead)
        self.assertEqual(len(own.generate("2026-03-01", "2026-03-31")), 1)
        with self.assertRaises(AccessError):
            own.generate("2026-03-01", "2026-03-31", self.office.ids)

    def test_delete_draft_gives_charges_back(self):
        charge = self._work(8.0)
        statement = self._generate()
        statement.with_user(self.accountant).unlink()
        self.assertEqual((charge.state, charge.statement_id.id), ("open", False))
        sent = self._settle("sent")
        with self.assertRaises(UserError):
            sent.unlink()

    def test_locked_fields(self):
        self._work(8.0)
        statement = self._generate()
        for vals in ({"state": "accepted"}, {"amount_total": 0}, {"charge_ids": []}):
            with self.assertRaises(AccessError):
                statement.with_user(self.accountant).write(vals)
        statement.with_user(self.accountant).accounting_date = date(2026, 4, 1)

    # --- Send -----------------------------------------------------------------

    def test_c5_who_sends(self):
        charge = self._work(8.0)
        statement = self._generate()
        for user in (self.seller, self.engineer, self.sales_manager, self.office_lead):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_send()
        statement.with_user(self.center_lead).action_send()
        self.assertEqual((statement.state, charge.state), ("sent", "sent"))
        self.assertEqual(statement.sent_by_id, self.center_lead)
        self.assertEqual(statement.activity_ids.user_id, self.sales_manager)
        with self.assertRaises(UserError):
            statement.action_send()

    # --- Accept ---------------------------------------------------------------

    def test_c5_who_accepts(self):
        charge = self._work(8.0)
        statement = self._settle("sent")
        for user in (self.seller, self.engineer, self.center_lead, self.accountant):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_accept()
        statement.with_user(self.sales_manager).action_accept()
        self.assertEqual((statement.state, charge.state), ("accepted", "accepted"))
        self.assertEqual(statement.acceptance, "person")
        self.assertFalse(statement.activity_ids)

    def test_c5_deputy_accepts(self):
        self._work(8.0)
        self.team.mci_deputy_id = self.plain_user
        statement = self._settle("sent")
        statement.with_user(self.plain_user).action_accept()
        self.assertEqual(statement.accepted_by_id, self.plain_user)

    def test_c5_provider_never_accepts(self):
        self._work(8.0)
        self.center.deputy_id = self.sales_manager
        statement = self._settle("sent")
        with self.assertRaises(AccessError):
            statement.with_user(self.sales_manager).action_accept()

    def test_c5_same_head_accepted_by_rule(self):
        self._work(8.0)
        self.team.user_id = self.center_lead
        statement = self._settle("sent")
        self.assertEqual((statement.state, statement.acceptance), ("accepted", "rule"))

    def test_c5_silence_accepts(self):
        charge = self._work(8.0)
        self.company.mci_accept_days = 2
        with freeze_time("2026-04-03 08:00:00"):  # a Friday
            statement = self._settle("sent")
        deadline = statement.accept_deadline
        # The end of the second working day after it, not its first break.
        zone = pytz.timezone(self.company.resource_calendar_id.tz)
        local = pytz.utc.localize(deadline).astimezone(zone)
        self.assertEqual(local.date(), date(2026, 4, 7))
        self.assertGreaterEqual(local.hour, 16)
        with freeze_time(deadline - timedelta(minutes=1)):
            statement._do_accept_silent()
            self.assertEqual(statement.state, "sent")
        with freeze_time(deadline + timedelta(minutes=1)):
            statement._do_accept_silent()
        self.assertEqual(
            (statement.state, statement.acceptance, charge.state),
            ("accepted", "silence", "accepted"),
        )
        self.assertFalse(statement.accepted_by_id)

    def test_c5_silence_cron(self):
        self._work(8.0)
        statement = self._settle("sent")
        cron = self.env.ref("mci_sales_support.ir_cron_mci_statement_accept")
        with (
            freeze_time(statement.accept_deadline + timedelta(minutes=1)),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertEqual(statement.state, "accepted")

    def test_c5_silence_never_accepts_without_days(self):
        self._work(8.0)
        self.company.mci_accept_days = 0
        self.assertFalse(self._settle("sent").accept_deadline)

    def test_c10_silence_does_not_accept_overruns(self):
        agreed, overrun = self._work(8.0), self._work(8.0, day=date(2026, 3, 11))
        overrun._mci_unlock().write({"is_overrun": True})
        statement = self._settle("sent")
        with freeze_time(statement.accept_deadline + timedelta(minutes=1)):
            statement._do_accept_silent()
        self.assertEqual((agreed.state, overrun.state), ("accepted", "disputed"))
        self.assertEqual(statement.amount_total, 800.0)

    # --- Dispute --------------------------------------------------------------

    def test_c5_dispute_and_decide(self):
        charge = self._work(8.0)
        other = self._work(2.0)
        statement = self._settle("sent")
        for user in (self.seller, self.center_lead, self.engineer, self.accountant):
            with self.assertRaises(AccessError):
                charge.with_user(user).action_dispute("Too many")
        charge.with_user(self.sales_manager).action_dispute("Too many", "hours")
        self.assertEqual((charge.state, other.state), ("disputed", "sent"))
        self.assertFalse(charge.statement_id)
        self.assertEqual(statement.amount_total, 200.0, "the rest goes on")
        self.assertEqual(statement.disputed_count, 1)
        with self.assertRaises(UserError, msg="still frozen"):
            charge.timesheet_id.unit_amount = 1.0
        for user in (self.sales_manager, self.center_lead, self.seller):
            with self.assertRaises(AccessError):
                charge.with_user(user).action_decide("stands", "It was so")
        with self.assertRaises(UserError):
            charge.with_user(self.accountant).action_decide("reduced", "Half", 9.0)
        charge.with_user(self.accountant).action_decide("reduced", "Half", 4.0)
        self.assertRecordValues(
            charge,
            [
                {
                    "state": "open",
                    "hours": 4.0,
                    "amount": 400.0,
                    "decided_by_id": self.accountant.id,
                }
            ],
        )
        with self.assertRaises(UserError, msg="a decided charge follows no more"):
            charge.timesheet_id.unit_amount = 1.0
        following = self._generate(4)
        self.assertEqual(charge.statement_id, following)
        self.assertTrue(charge.is_late)

    def test_c5_dropped(self):
        charge = self._work(8.0)
        self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Not ours", "deal")
        charge.with_user(self.mci_manager).action_decide("dropped", "Agreed")
        self.assertEqual((charge.amount, charge.zero_rate_reason), (0.0, "Agreed"))

    def test_c5_arbiter_belongs_to_neither_side(self):
        charge = self._work(8.0)
        self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Too many")
        self.team.mci_deputy_id = self.accountant
        with self.assertRaises(AccessError):
            charge.with_user(self.accountant).action_decide("stands", "So it was")

    def test_c5_only_sent_charges_are_disputed(self):
        charge = self._work(8.0)
        with self.assertRaises(UserError):
            charge.with_user(self.sales_manager).action_dispute("Too early")

    # --- Showback and batch ---------------------------------------------------

    def test_showback_is_never_posted(self):
        self._work(8.0)
        self.company.mci_showback_until = date(2026, 3, 31)
        statement = self._settle("accepted")
        self.assertTrue(statement.is_showback)
        with self.assertRaisesRegex(UserError, "showback"):
            statement.action_post()
        self._work(8.0, day=date(2026, 4, 3))
        self.assertFalse(self._generate(4).is_showback)

    def test_c7_period_cut_off_and_close(self):
        self._work(8.0)
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        with self.assertRaises(AccessError):
            period.with_user(self.seller).action_cut_off()
        period.with_user(self.accountant).action_cut_off()
        statement = self.env["mci.statement"].search([("date_to", "=", period.date_to)])
        self.assertEqual(statement.amount_total, 800.0)
        with self.assertRaisesRegex(UserError, statement.name):
            period.action_close()
        statement.action_send()
        statement.action_accept()
        statement.action_post()
        period.action_close()
        self.assertEqual(period.state, "closed")
        with self.assertRaises(AccessError):
            period.date_to = date(2026, 4, 30)
        with self.assertRaises(UserError):
            period.unlink()

    def test_c5_an_emptied_draft_blocks_nothing(self):
        charge = self._work(8.0)
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        draft = self._generate()
        kept = self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        charge.timesheet_id.unlink()
        self.assertEqual((draft.state, draft.charge_count), ("draft", 0))
        self.assertEqual(self._generate().charge_ids, kept, "the empty one goes")
        self.assertFalse(draft.exists())
        kept.timesheet_id.unlink()
        period.with_user(self.accountant).action_close()
        self.assertEqual(period.state, "closed")

    def test_c7_close_needs_every_charge_on_a_statement(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        self._work(8.0)
        no_team = self._create_lead("No team", team_id=False, user_id=False)
        orphan = self._work(1.0, lead=no_team)
        self._settle("posted")
        with self.assertRaisesRegex(UserError, "1 charges.*on no statement"):
            period.with_user(self.accountant).action_close()
        orphan.timesheet_id.mci_lead_id = self.lead
        self._settle("posted")
        period.with_user(self.accountant).action_close()
        self.assertEqual(period.state, "closed")
        late = self._work(2.0)
        self.assertFalse(late.statement_id)
        april = self._generate(4)
        self.assertEqual(april.charge_ids, late)
        self.assertTrue(late.is_late)

    def test_query_count_does_not_grow(self):
        def settle(count, month):
            self.env["account.analytic.line"].create(
                [
                    self._prepare_work(1.0, date(2026, month, 10), self.lead)
                    for _number in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            statements = self._settle("posted", month)
            self.env.flush_all()
            self.assertEqual(statements.charge_count, count)
            return self.cr.sql_log_count - before

        settle(2, 2)
        self.assertLessEqual(settle(50, 4), settle(5, 3) + 2)

    def test_time_zone_of_the_deadline(self):
        self._work(8.0)
        statement = self._settle("sent")
        self.assertGreater(statement.accept_deadline, fields.Datetime.now())

    def test_c7_no_draft_in_a_closed_period(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        period.action_close()
        late = self._work(2.0)
        with self.assertRaisesRegex(UserError, "closed"):
            self._generate(3)
        self.assertFalse(late.statement_id)
        following = self._generate(4)
        self.assertEqual(late.statement_id, following)
        self.assertTrue(late.is_late)
