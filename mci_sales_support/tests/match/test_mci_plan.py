from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import FRI, MON, WED
from .plan_common import NEXT_FRI, PlanCommon


@tagged("post_install", "-at_install")
class TestMciPlan(PlanCommon):
    """All open requests of a unit at once: a proposal that is booked when accepted."""

    def _used(self, role):
        resource = self.resources[role]
        return sum(resource._mci_get_used(MON, NEXT_FRI)[resource].values())

    # --- Computing ----------------------------------------------------------------

    def test_dry_run_books_nothing(self):
        before = self.env["mci.booking"].search_count([])
        plan = self._plan()
        self.assertEqual(plan.state, "computed")
        self.assertEqual(self.env["mci.booking"].search_count([]), before)
        lines = plan.line_ids
        self.assertEqual(lines.mapped("state"), ["planned", "planned"])
        self.assertEqual(plan.count_placed, 2)
        self.assertEqual(plan.hours_placed, 40)
        self.assertGreater(plan.value_total, 0)
        for line in lines:
            self.assertEqual(sum(line.days.values()), line.hours)
            self.assertIn("Grade", line.reason)
            self.assertTrue(line.days_text)
        self.assertRecordValues(
            plan.grade_ids,
            [
                {
                    "grade_id": self.deal.mci_grade_id.id,
                    "count": 2,
                    "count_placed": 2,
                    "hours": 40,
                    "hours_today": 0,
                    "hours_placed": 40,
                }
            ],
        )

    def test_confirmed_and_held_bookings_take_their_hours_and_stay(self):
        busy = self._mci_confirm(
            self._mci_create_booking(hours=40, date_stop=datetime(2030, 1, 11, 12))
        )
        held = self._mci_create_booking(
            hours=8, resource_id=self.resources["office_lead"].id
        )
        held.action_request()
        held.with_user(self.office_lead).action_hold("2030-01-20 00:00:00")
        days = [self._mci_hours(booking) for booking in (busy, held)]
        plan = self._plan()
        placed = plan.line_ids.filtered(lambda line: line.state == "planned")
        # 32 hours are left in the week: 24 go first in worth or 16, not both.
        self.assertEqual(len(placed), 1)
        self.assertEqual(placed.resource_id, self.resources["office_lead"])
        left = plan.line_ids - placed
        self.assertIn("worth more", left.reason)
        plan.accept_lines()
        self.assertEqual(days, [self._mci_hours(booking) for booking in (busy, held)])

    def test_better_grade_goes_first(self):
        self.requests.with_user(self.seller).action_withdraw()
        self.engineer_only = self.resources["office_lead"]
        self.office.seat_ids.filtered(
            lambda seat: seat.resource_id == self.engineer_only
        ).unlink()
        late = self._ask(self.deal, 40, FRI)
        self.deal._mci_write_plain(
            {"mci_grade_id": self.env.ref("mci_sales_support.grade_d").id}
        )
        poor = self._ask(self.deal, 40, FRI)
        plan = self._plan()
        by_request = {line.request_id: line.state for line in plan.line_ids}
        self.assertEqual(by_request, {late: "planned", poor: "unplaced"})

    def test_weeks_in_a_row(self):
        line = self._ask(self.deal, 40, NEXT_FRI).line_ids
        line.with_user(self.seller).weeks = 2
        plan = self._plan()
        planned = plan.line_ids.filtered(lambda row: row.request_line_id == line)
        self.assertEqual(planned.hours, 40)
        weeks = {}
        for day, hours in planned.days.items():
            week = date.fromisoformat(day).isocalendar().week
            weeks[week] = weeks.get(week, 0) + hours
        self.assertEqual(weeks, {2: 20, 3: 20})

    def test_reason_when_nobody_can(self):
        request = self._ask(self.deal, 8, WED, function_id=self.function_test.id)
        plan = self._plan()
        line = plan.line_ids.filtered(lambda row: row.request_id == request)
        self.assertEqual(line.state, "unplaced")
        self.assertIn("No position as Test", line.reason)
        self.assertFalse(line.resource_id)

    def test_queries_do_not_grow_with_requests(self):
        plan = self._plan()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(1000):
                start = self.cr.sql_log_count
                plan.sudo()._mci_build_problem()
                return self.cr.sql_log_count - start

        few = count()
        for _turn in range(8):
            self._ask(self.deal, 2, FRI)
        self.assertEqual(len(plan.sudo()._mci_get_request_lines()), 10)
        self.assertLessEqual(count(), few + 2)

    def test_bad_input(self):
        with self.assertRefused("period of .* is over"):
            self._plan(date_from=date(2029, 1, 1), date_to=date(2029, 2, 1))
        with self.assertRefused("longer than a year"):
            self._plan(date_to=date(2033, 1, 1))
        with (
            self._mci_quiet(),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._plan(date_from=FRI, date_to=MON)
        plan = self._plan()
        for ids in ([0], ["x"], [{}], 7):
            with self.assertRaises(UserError):
                plan.accept_lines(ids)
        plan.action_discard()
        with self.assertRefused("needs the status"):
            plan.accept_lines()

    # --- Accepting ------------------------------------------------------------------

    def test_accept_all(self):
        plan = self._plan()
        report = plan.accept_lines()
        self.assertEqual(set(report["accepted"]), set(plan.line_ids.ids))
        self.assertEqual(plan.state, "accepted")
        self.assertEqual(set(self.requests.mapped("state")), {"filled"})
        for line in plan.line_ids:
            booking = line.booking_id
            self.assertEqual(booking.state, "confirmed")
            self.assertEqual(booking.resource_id, line.resource_id)
            self.assertEqual(
                {str(day): hours for day, hours in self._mci_hours(booking).items()},
                line.days,
            )
            self.assertEqual(booking.decided_by_id, self.office_lead)

    def test_accept_some_then_the_rest(self):
        plan = self._plan()
        first, last = plan.line_ids
        plan.accept_lines(first.ids, hold=True)
        self.assertEqual(first.booking_id.state, "held")
        self.assertEqual((plan.state, last.state), ("computed", "planned"))
        with self.assertRefused("booked already"):
            plan.accept_lines(first.ids)
        last.action_accept()
        self.assertEqual((plan.state, last.state), ("accepted", "accepted"))

    def test_what_no_longer_fits_is_named_and_nothing_is_half_done(self):
        plan = self._plan()
        line = max(plan.line_ids, key=lambda row: row.hours)
        other = plan.line_ids - line
        self._mci_confirm(
            self._mci_create_booking(
                hours=40
                - (other.hours if other.resource_id == line.resource_id else 0),
                resource_id=line.resource_id.id,
                date_stop=datetime(2030, 1, 11, 12),
            )
        )
        count = self.env["mci.booking"].search_count([])
        report = plan.accept_lines()
        [failed] = report["failed"]
        self.assertEqual(failed["id"], line.id)
        self.assertIn(line.resource_id.name, failed["message"])
        self.assertIn("M7", failed["message"])
        self.assertEqual(report["accepted"], other.ids)
        self.assertEqual(self.env["mci.booking"].search_count([]), count + 1)
        self.assertFalse(line.booking_id)

    def test_days_move_inside_the_week_when_other_work_comes(self):
        plan = self._plan()
        line = min(plan.line_ids, key=lambda row: row.hours)
        first = date.fromisoformat(min(line.days))
        self._mci_confirm(
            self._mci_create_booking(
                hours=8,
                resource_id=line.resource_id.id,
                date_start=datetime.combine(first, datetime.min.time()),
                date_stop=datetime.combine(first, datetime.min.time())
                + timedelta(hours=10),
            )
        )
        plan.accept_lines(line.ids)
        self.assertEqual(line.state, "accepted", line.message)
        hours = self._mci_hours(line.booking_id)
        self.assertEqual(sum(hours.values()), line.hours)
        self.assertNotIn(first, hours)

    def test_filled_in_the_meantime(self):
        plan = self._plan()
        line = plan.line_ids[0]
        booking = self._mci_create_booking(
            request_line_id=line.request_line_id.id,
            hours=line.hours,
            date_stop=datetime(2030, 1, 11, 12),
        )
        self._mci_confirm(booking)
        report = plan.accept_lines(line.ids)
        self.assertIn("in the meantime", report["failed"][0]["message"])

    def test_withdrawn_in_the_meantime(self):
        plan = self._plan()
        self.requests[0].with_user(self.seller).action_withdraw()
        report = plan.accept_lines()
        self.assertEqual(len(report["accepted"]), 1)
        self.assertIn("closed already", report["failed"][0]["message"])

    def test_draft_of_the_request_is_filled(self):
        self.requests[0].with_user(self.office_lead).action_plan()
        draft = self.requests[0].sudo().booking_ids
        plan = self._plan()
        plan.accept_lines()
        self.assertEqual(self.requests[0].sudo().booking_ids, draft)
        self.assertEqual(draft.state, "confirmed")

    def test_compute_again_keeps_what_is_booked(self):
        plan = self._plan()
        first = plan.line_ids[0]
        plan.accept_lines(first.ids)
        self._ask(self.deal, 8, FRI)
        plan.action_compute()
        self.assertIn(first, plan.line_ids)
        self.assertEqual(len(plan.line_ids), 3)
        self.assertEqual(plan.count_placed, 2)

    def test_compared_with_another_plan(self):
        plan = self._plan()
        other = self.env["mci.plan"].browse(plan.action_compare()["res_id"])
        other = other.with_user(self.office_lead)
        other.action_compute()
        self.assertEqual(other.base_value, plan.value_total)
        self.assertEqual(other.value_gain, 0)
        self.assertFalse(any(other.line_ids.mapped("is_different")))

    # --- The scheduled action ---------------------------------------------------------

    def test_many_requests_are_computed_by_the_scheduled_action(self):
        self.patch(self.registry["mci.plan"], "_mci_is_long", lambda _self: True)
        plan = self._plan()
        self.assertEqual(plan.state, "queued")
        self._mci_run_cron("cron_work_plans")
        self.assertEqual(plan.state, "computed")
        self.assertEqual(plan.count_placed, 2)

    def test_stopped_before_it_begins(self):
        self.patch(self.registry["mci.plan"], "_mci_is_long", lambda _self: True)
        plan = self._plan()
        plan.action_stop()
        self._mci_run_cron("cron_work_plans")
        self.assertEqual(plan.state, "draft")
        self.assertFalse(plan.line_ids)

    def test_many_lines_are_booked_by_the_scheduled_action(self):
        self.requests.with_user(self.seller).action_withdraw()
        for _turn in range(21):
            self._ask(self.deal, 2, FRI)
        plan = self._plan()
        self.assertEqual(plan.accept_lines()["queued"], 21)
        self.assertEqual(plan.state, "accepting")
        self._mci_run_cron("cron_work_plans")
        self.assertEqual(plan.state, "accepted")
        bookings = plan.line_ids.booking_id
        self.assertEqual(set(bookings.mapped("state")), {"confirmed"})
        self.assertEqual(bookings.decided_by_id, self.office_lead)

    # --- Rights -----------------------------------------------------------------------

    def test_who_plans(self):
        for user in (self.center_lead, self.seller, self.engineer, self.plain_user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._plan(user)
        self.assertEqual(self._plan(self.mci_manager).state, "computed")

    def test_who_reads(self):
        plan = self._plan()
        for user in (self.center_lead, self.seller, self.engineer, self.plain_user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                plan.with_user(user).read(["state"])
            self.assertFalse(self.env["mci.plan.line"].with_user(user).search_count([]))
        plan.with_user(self.mci_manager).read()
        plan.line_ids.with_user(self.office_lead).read()

    def test_m3_only_who_decides_books(self):
        """On A and B the delivery lead decides; the unit's lead plans only."""
        self.big_deal.sudo()._mci_unlock().write(
            {
                "mci_center_id": self.center.id,
                "mci_delivery_lead_id": self.center_lead.id,
            }
        )
        request = self._ask(self.big_deal, 8, FRI)
        request.sudo().center_id = self.office
        plan = self._plan()
        line = plan.line_ids.filtered(lambda row: row.request_id == request)
        self.assertEqual(line.approver_id, self.center_lead)
        report = plan.accept_lines(line.ids)
        self.assertIn("M3", report["failed"][0]["message"])
        mine = plan.with_user(self.center_lead)
        report = mine.accept_lines()
        self.assertEqual(report["accepted"], line.ids, report)
        self.assertEqual(line.booking_id.decided_by_id, self.center_lead)

    def test_compared_only_with_what_he_may_read(self):
        plan = self._plan()
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.env["mci.plan"].with_user(self.center_lead).create(
                {"center_ids": [Command.set(self.center.ids)], "base_id": plan.id}
            )

    def test_results_are_locked(self):
        plan = self._plan()
        with self.assertRaises(AccessError):
            plan.write({"state": "accepted"})
        with self.assertRaises(AccessError):
            plan.write({"value_total": 1})
        with self._mci_quiet(), self.assertRaises(AccessError):
            plan.line_ids[0].write({"resource_id": self.resources["engineer"].id})
        with self.assertRaises(AccessError):
            plan.line_ids[0].sudo().write({"hours": 1})
