from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .booking_common import FRI, NOW, WED
from .request_common import RequestCommon

# The test's Monday begins 08:00 local; the calendar works 8-12 and 13-17.
HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestRequestDue(RequestCommon):
    """M4, M5: time limits by grade, in the unit's working time."""

    def test_due_by_grade_in_working_time(self):
        request = self._ask()
        self.assertEqual(request.respond_due, NOW + 9 * HOUR)
        self.assertEqual(request.start_due, NOW + 4 * timedelta(days=1) + 9 * HOUR)
        best = self._ask(self.big_deal)
        self.assertEqual(best.respond_due, NOW + 4 * HOUR)

    def test_start_counts_from_the_earliest_date(self):
        request = self._ask(self.big_deal, date_from=WED.isoformat())
        self.assertEqual(request.start_due, datetime(2030, 1, 10, 9, 0))

    def test_calendar_of_the_unit(self):
        night = self.calendar.copy({"name": "Half days", "attendance_ids": [(5,)]})
        night.attendance_ids = [
            (0, 0, {"name": "Mon", "dayofweek": "0", "hour_from": 8, "hour_to": 10}),
            (0, 0, {"name": "Tue", "dayofweek": "1", "hour_from": 8, "hour_to": 16}),
        ]
        self.office.resource_calendar_id = night
        request = self._ask()
        self.assertEqual(request.respond_due, datetime(2030, 1, 8, 6, 0))

    def test_no_limit_without_a_level(self):
        self.levels.unlink()
        request = self._ask()
        self.assertFalse(request.respond_due)
        with freeze_time(NOW + timedelta(days=3)):
            self.assertFalse(request.is_late_respond)

    def test_answered_and_started(self):
        request = self._ask()
        action = request.with_user(self.office_lead).action_plan()
        booking = self.env["mci.booking"].search(action["domain"])
        booking.resource_id = self.resources["engineer_2"]
        self.assertFalse(request.responded_date)
        with freeze_time(NOW + 2 * HOUR):
            booking.with_user(self.office_lead).action_confirm()
        self.assertEqual(request.responded_date, NOW + 2 * HOUR)
        self.assertEqual(request.started_date, booking.date_start)
        self.assertFalse(request.respond_missed or request.start_missed)

    def test_late_is_found(self):
        request = self._ask()
        domain = [("is_late_respond", "=", True), ("id", "=", request.id)]
        with freeze_time(NOW + 8 * HOUR):
            self.assertFalse(request.search(domain))
        with freeze_time(NOW + timedelta(days=1, hours=4)):
            self.env.invalidate_all()
            self.assertEqual(request.search(domain), request)
            self.assertTrue(request.is_late_respond)
            request.with_user(self.office_lead).action_refuse("Nobody is free")
            self.env.flush_all()
        self.assertTrue(request.respond_missed)
        self.assertEqual(request.search(domain), request)
        self.assertFalse(
            request.search([("is_late_respond", "=", False), ("id", "=", request.id)])
        )

    def test_an_expired_request_was_late(self):
        request = self._ask(needed=WED)
        with freeze_time(NOW + timedelta(days=6)):
            request._do_expire()
        self.assertEqual(request.state, "expired")
        self.assertTrue(request.respond_missed)

    def test_a_request_lasts_to_the_end_of_the_day_of_its_company(self):
        request = self._ask(needed=WED)
        self.company.resource_calendar_id.tz = "America/Los_Angeles"
        requests = self.env["mci.request"].with_context(tz=False)
        day = datetime(WED.year, WED.month, WED.day)
        for hours, found in ((28, False), (36, True)):
            with self.subTest(hours), freeze_time(day + hours * HOUR):
                expired = requests.search(requests._mci_get_expired_domain())
                self.assertEqual(request in expired, found)

    def test_many_requests_at_once(self):
        """The limits of a batch are found in one query."""
        vals = {
            "lead_id": self.deal.id,
            "date_needed": FRI,
            "line_ids": [(0, 0, {"function_id": self.function_presales.id})],
        }

        def count(number):
            requests = self.env["mci.request"].create(
                [dict(vals) for _number in range(number)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests._mci_set_due()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertLessEqual(count(12), count(2))

    def test_limits_are_the_administrators(self):
        self.levels[0].with_user(self.mci_manager).respond_hours = 2
        for role in ("seller", "center_lead", "plain_user"):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.levels[0].with_user(getattr(self, role)).respond_hours = 1
        self.levels[0].unlink()
        self.env["mci.service.level"].with_user(self.mci_manager).action_propose()
        self.assertEqual(
            len(self.levels.search([("company_id", "=", self.company.id)])), 5
        )
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.env["mci.service.level"].with_user(self.seller).action_propose()

    def test_limits_in_order(self):
        for hours in ((0, 8), (-1, 8), (8, 4), (8, 5000)):
            with self.subTest(hours), self._mci_quiet():
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self.levels[1].write(
                        {"respond_hours": hours[0], "start_hours": hours[1]}
                    )
                    self.levels.flush_recordset()
                self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestEscalation(RequestCommon):
    """Silence goes up, once per step, and is counted."""

    def setUp(self):
        super().setUp()
        self.office.write(
            {"deputy_id": self.engineer_2.id, "escalate_to_id": self.sales_manager.id}
        )
        self.request = self._ask()

    def _steps(self):
        return self.env["mci.escalation"].search(
            [("request_id", "=", self.request.id)], order="level"
        )

    def _run(self, day, hour=2):
        with freeze_time(datetime(2030, 1, day, hour)):
            self.request._mci_escalate()
            self.request._mci_escalate()

    def test_nothing_before_the_limit(self):
        self._run(7, 8)
        self.assertFalse(self._steps())

    def test_up_step_by_step(self):
        self._run(8)
        self.assertEqual(self._steps().user_ids, self.engineer_2)
        self.assertEqual(
            self.request.activity_ids.filtered("user_id").user_id, self.engineer_2
        )
        self._run(9)
        self.assertEqual(self._steps()[1].user_ids, self.sales_manager)
        self._run(10)
        self.assertIn(self.mci_manager, self._steps()[2].user_ids)
        self._run(11)
        self.assertEqual(self._steps().mapped("level"), [1, 2, 3])
        self.assertEqual(self.request.escalation_level, 3)
        self.request.with_user(self.sales_manager).read(["name"])
        self.request.with_user(self.office_lead).action_refuse("Too late now")
        self.assertFalse(self.request.activity_ids)

    def test_who_is_above_reads_the_request(self):
        self.office.escalate_to_id = self.plain_user
        self.request.with_user(self.plain_user).read()
        self._run(8)
        self._run(9)
        self.assertEqual(self._steps()[1].user_ids, self.plain_user)
        self._steps()[1].with_user(self.plain_user).read()

    def test_a_missing_step_is_left_out(self):
        self.office.escalate_to_id = False
        self._run(8)
        self._run(9)
        self.assertEqual(self._steps().mapped("level"), [1])
        self._run(10)
        self.assertEqual(self._steps().mapped("level"), [1, 3])

    def test_an_answer_ends_it(self):
        self.request.with_user(self.office_lead).action_refuse("No")
        self._run(10)
        self.assertFalse(self._steps())

    def test_cron(self):
        with freeze_time(datetime(2030, 1, 8, 2)):
            self._mci_run_cron("cron_escalate_requests")
        self.assertEqual(len(self._steps()), 1)

    def test_steps_are_written_by_the_system(self):
        self._run(8)
        for user in (self.seller, self.mci_manager, self.env.user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._steps().with_user(user).write({"level": 2})
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._steps().with_user(self.seller_2).read(["level"])

    def test_once_per_step_by_the_database(self):
        self._run(8)
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self._steps()._mci_unlock().copy()

    def test_the_work_that_does_not_start(self):
        action = self.request.with_user(self.office_lead).action_plan()
        booking = self.env["mci.booking"].search(action["domain"])
        booking.resource_id = self.resources["engineer_2"]
        booking.with_user(self.office_lead).action_request()
        booking.with_user(self.office_lead).action_hold()
        self.assertTrue(self.request.responded_date)
        self._run(10)
        self.assertFalse(self._steps())
        with freeze_time(datetime(2030, 1, 14, 2)):
            self.request._mci_escalate()
        self.assertEqual(self._steps().kind, "start")
        self.assertEqual(self.request.date_needed, FRI)
