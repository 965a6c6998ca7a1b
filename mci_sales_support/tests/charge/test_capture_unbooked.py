from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .capture_common import CaptureCommon

LATER = "2026-03-20"


@tagged("post_install", "-at_install")
class TestUnbookedHours(CaptureCommon):
    """C10: hours without a booking go to the owner first; nothing is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mci_unbooked_hours = "ask"

    def _ask(self, hours=2.0, day=10, user=None, **vals):
        """Hours the engineer types himself."""
        with freeze_time("2026-03-10"):
            line = (
                self.env["account.analytic.line"]
                .with_user(user or self.engineer)
                .create(
                    self._prepare_work(hours, date(2026, 3, day), self.lead, **vals)
                )
            )
        return line.sudo().mci_charge_ids

    def test_c10_they_wait(self):
        charge = self._ask()
        self.assertRecordValues(
            charge,
            [
                {
                    "state": "open",
                    "consent": "asked",
                    "consent_user_id": self.seller.id,
                    "amount": 200.0,
                }
            ],
        )
        self.assertEqual(str(charge.consent_until)[:10], "2026-03-13", "3 working days")
        self.assertEqual(self.lead.mci_charged_amount, 0.0)
        self.assertFalse(self._generate(), "no statement takes them")

    def test_c10_a_new_holiday_moves_the_days_to_answer(self):
        company = self.lead._mci_get_company()
        before = company._mci_get_unbooked_deadline()
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": company.resource_calendar_id.id,
                "company_id": company.id,
                "date_from": before.replace(hour=0),
                "date_to": before.replace(hour=23),
            }
        )
        after = company._mci_get_unbooked_deadline()
        self.assertGreater(after.date(), before.date())
        holiday.unlink()
        self.assertEqual(company._mci_get_unbooked_deadline(), before)

    def test_c10_accepted_by_the_owner(self):
        charge = self._ask()
        self.assertTrue(charge.with_user(self.seller).can_consent)
        charge.with_user(self.seller).action_consent()
        self.assertEqual(
            (charge.consent, charge.consent_by_id), ("accepted", self.seller)
        )
        self.assertEqual(charge.event_ids.kind, "consent")
        self.lead.invalidate_recordset()
        self.assertEqual(self.lead.mci_charged_amount, 200.0)
        self.assertEqual(self._settle("posted").amount_total, 200.0)
        with self.assertRaisesRegex(UserError, "already"):
            charge.with_user(self.seller).action_dissent("Too late")

    def test_c1_refused_costs_nothing_and_says_why(self):
        charge = self._ask()
        before = self.env["mail.message"].search([], limit=1, order="id desc").id
        with self.assertRaises(UserError):
            charge.with_user(self.seller).action_dissent(" ")
        charge.with_user(self.seller).action_dissent("I asked for nothing")
        self.assertRecordValues(
            charge,
            [
                {
                    "consent": "refused",
                    "amount": 0.0,
                    "hours": 2.0,
                    "zero_rate_reason": "Not consented: I asked for nothing",
                    "zero_rate_approver_id": self.seller.id,
                }
            ],
        )
        told = self.env["mail.message"].search([("id", ">", before)])
        self.assertLessEqual(
            (self.engineer | self.center_lead).partner_id, told.notified_partner_ids
        )
        statement = self._settle("posted")
        self.assertEqual((statement.amount_total, statement.hours_total), (0.0, 2.0))

    def test_c10_who_answers(self):
        charge = self._ask()
        for user in (
            self.engineer,
            self.center_lead,
            self.engineer_2,
            self.accountant,
            self.seller_2,
        ):
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.name):
                charge.with_user(user).action_consent()
        for user in (self.sales_manager, self.seller):
            self.assertTrue(charge.with_user(user)._mci_may_consent())

    def test_c10_the_owner_himself_consents_by_recording(self):
        charge = self._ask(user=self.env.user)
        self.assertEqual(charge.consent, "asked", "an administrator is not the deal")
        self.lead.user_id = self.engineer
        own = self._ask()
        self.assertEqual((own.consent, own.consent_by_id), ("accepted", self.engineer))

    def test_c10_booked_hours_or_the_setting_ask_nobody(self):
        booking = self._confirmed(8.0)
        with freeze_time("2026-03-11"):
            booking.with_user(self.engineer).action_done()
        self.assertFalse(any(booking.charge_ids.mapped("consent")))
        self.company.mci_unbooked_hours = "charge"
        self.assertFalse(self._ask().consent)

    def test_c10_more_hours_or_another_deal_ask_again(self):
        charge = self._ask()
        line = charge.timesheet_id
        charge.with_user(self.seller).action_consent()
        statement = self._generate()
        line.unit_amount = 1.5
        self.assertEqual((charge.consent, charge.amount), ("accepted", 150.0))
        line.unit_amount = 4.0
        self.assertEqual((charge.consent, charge.amount), ("asked", 400.0))
        self.assertFalse(charge.statement_id)
        self.assertEqual(statement.amount_total, 0.0)
        charge.with_user(self.seller).action_dissent("No")
        other = self._create_lead("Another deal", user_id=self.seller_2.id)
        line.mci_lead_id = other
        self.assertRecordValues(
            charge,
            [
                {
                    "consent": "asked",
                    "consent_user_id": self.seller_2.id,
                    "amount": 400.0,
                    "zero_rate_reason": False,
                }
            ],
        )

    def test_c10_silence_by_setting(self):
        accepted = self._ask()
        with freeze_time("2026-03-11"):
            self._mci_run_cron("cron_unbooked_hours")
        self.assertEqual((accepted.consent, accepted.consent_told), ("asked", True))
        with freeze_time(LATER):
            self._mci_run_cron("cron_unbooked_hours")
        self.assertEqual((accepted.consent, accepted.amount), ("accepted", 200.0))
        self.assertIn("3 working days", accepted.consent_reason)
        self.company.mci_unbooked_silence = "refuse"
        refused = self._ask(day=9)
        with freeze_time(LATER):
            self._mci_run_cron("cron_unbooked_hours")
        self.assertEqual((refused.consent, refused.amount), ("refused", 0.0))
        self.company.mci_unbooked_days = 0
        waiting = self._ask(day=6)
        with freeze_time("2027-03-20"):
            self._mci_run_cron("cron_unbooked_hours")
        self.assertEqual(waiting.consent, "asked", "silence is no answer")

    def test_c10_the_owner_is_told_once(self):
        self._ask()
        self._ask(day=9)
        before = self.env["mail.message"].search([], limit=1, order="id desc").id
        with freeze_time("2026-03-11"):
            self._mci_run_cron("cron_unbooked_hours")
            self._mci_run_cron("cron_unbooked_hours")
        told = self.env["mail.message"].search([("id", ">", before)])
        self.assertEqual(told.notified_partner_ids, self.seller.partner_id)
        self.assertEqual(len(told), 1)
        self.assertIn("2 entries, 4 hours", told.body)

    def test_c5_a_period_does_not_close_over_them(self):
        charge = self._ask()
        period = self.env["mci.period"].create(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        period.action_cut_off()
        screen = self.env["mci.month.end"].create(
            {"date_from": period.date_from, "date_to": period.date_to}
        )
        self.assertEqual(screen.consent_count, 1)
        action = screen.with_context(mci_item="consent").action_open()
        self.assertEqual(
            self.env["mci.charge"].search_count(action["domain"]), screen.consent_count
        )
        with self.assertRaisesRegex(UserError, "1 entries of hours"):
            period.action_close()
        charge.with_user(self.seller).action_dissent("No")
        self._settle("posted")
        period.action_close()

    def test_reports_count_what_was_consented(self):
        charge = self._ask()
        self.env.flush_all()
        report = self.env["mci.charge.report"]
        self.assertFalse(report.search([("lead_id", "=", self.lead.id)]))
        charge.with_user(self.seller).action_consent()
        self.env.flush_all()
        rows = report.search([("lead_id", "=", self.lead.id)])
        self.assertEqual(rows.mapped("amount"), [200.0])

    def test_nobody_writes_the_answer(self):
        charge = self._ask()
        with self.assertRaises(AccessError):
            charge.write({"consent": "accepted"})

    def test_the_form_refuses_several(self):
        charges = self._ask() | self._ask(day=9)
        form = Form(
            self.env["mci.charge.step"]
            .with_user(self.seller)
            .with_context(
                default_step="dissent",
                active_model="mci.charge",
                active_ids=charges.ids,
            )
        )
        form.text = "Not ours"
        form.save().action_apply()
        self.assertEqual(set(charges.mapped("consent")), {"refused"})

    def test_many_lines_in_constant_queries(self):
        """Asking costs no query a line, whatever the number of deals."""
        leads = [self._create_lead(f"Deal {number}") for number in range(6)]
        counts = []
        for size in (2, 6):
            vals_list = [
                self._prepare_work(1.0, date(2026, 3, 12), lead)
                for lead in leads[:size]
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines = self.env["account.analytic.line"].create(vals_list)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(lines.mci_charge_ids.mapped("consent")), {"asked"})
        self.assertLessEqual(counts[1] - counts[0], 4)
