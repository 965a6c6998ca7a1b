from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .booking_common import FRI, MON, NOW, SAT, THU, TUE, WED, BookingCommon


@tagged("post_install", "-at_install")
class TestAbsence(BookingCommon):
    """Sick today: capacity goes, bookings are offered again, nothing says why."""

    def _report(self, days=1, user=None):
        model = self.env["mci.absence"].with_user(user or self.engineer_2)
        return model.report_absence(days)

    def _booking(self, first, last, hours, **vals):
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, first),
            date_stop=datetime(2030, 1, last, 10),
            hours=hours,
            **vals,
        )
        return self._mci_confirm(booking)

    def test_takes_the_capacity(self):
        resource = self.resources["engineer_2"]
        self._report(2)
        week = resource._mci_get_capacity(MON, SAT)[resource]
        self.assertEqual(set(week), {WED, THU, FRI})
        booking = self._mci_create_booking()
        with self.assertRefused("0 free hours"):
            booking.action_request()

    def test_hours_move_inside_the_booking(self):
        booking = self._booking(7, 9, 12)
        self.assertEqual(self._mci_hours(booking), {MON: 4, TUE: 4, WED: 4})
        [row] = self._report()["bookings"]
        self.assertEqual(row["outcome"], "moved")
        self.assertEqual(self._mci_hours(booking), {TUE: 6, WED: 6})
        self.assertEqual(booking.amount, 1200)
        self.assertFalse(booking.has_conflict)

    def test_swap_is_suggested(self):
        booking = self._booking(7, 7, 8)
        [row] = self._report()["bookings"]
        self.assertEqual(row["outcome"], "swap")
        self.assertEqual(row["people"], ["Office lead"])
        self.assertTrue(booking.has_conflict)
        self.assertEqual(booking.state, "confirmed")
        self.assertIn("Absent until", booking.decline_reason)
        self.assertIn(self.office_lead, booking.activity_ids.user_id)
        # the swap keeps the price agreed (C10)
        self.resources["office_lead"].mci_level_id = self.env.ref(
            "mci_sales_support.level_4"
        )
        before = booking.amount
        booking.with_user(self.office_lead).action_assign(
            self.resources["office_lead"].id
        )
        self.assertEqual(booking.amount, before)
        self.assertEqual(booking.resource_id, self.resources["office_lead"])

    def test_back_to_the_queue(self):
        self._booking(7, 7, 8, resource_id=self.resources["office_lead"].id)
        request = self.env["mci.request"].create(
            {
                "lead_id": self.deal.id,
                "center_id": self.office.id,
                "date_needed": FRI,
                "line_ids": [
                    (0, 0, {"function_id": self.function_presales.id, "hours": 8})
                ],
            }
        )
        booking = self._booking(7, 7, 8, request_line_id=request.line_ids.id)
        [row] = self._report()["bookings"]
        self.assertEqual(row["outcome"], "queue")
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.sudo().charge_ids)
        self.assertEqual(request.line_ids.open_hours, 8)

    def test_following_days_and_twice(self):
        first = self._report()
        second = self._report(3)
        self.assertEqual(first["absence_id"], second["absence_id"])
        absence = self.env["mci.absence"].browse(second["absence_id"])
        self.assertEqual(absence.date_to, WED)
        for days in (0, -1, 15, 1.5):
            with self.assertRefused("1 to 14"):
                self._report(days)
        with self.assertRefused("no valid value"):
            self._report("x")
        with self.assertRefused("no position"):
            self._report(user=self.seller)

    def test_back_at_work(self):
        booking = self._booking(7, 7, 8)
        absence = self.env["mci.absence"].browse(self._report(2)["absence_id"])
        self.assertTrue(booking.has_conflict)
        with self.assertRaises(AccessError), self._mci_quiet():
            absence.with_user(self.seller).action_withdraw()
        absence.with_user(self.engineer_2).action_withdraw()
        self.assertFalse(booking.has_conflict)
        self.assertFalse(booking.decline_reason)

    def test_who_sees_it(self):
        self._report()
        model = self.env["mci.absence"]
        for user, count in (
            (self.engineer_2, 1),
            (self.office_lead, 1),
            (self.hr, 1),
            (self.engineer, 0),
            (self.seller, 0),
        ):
            self.assertEqual(model.with_user(user).search_count([]), count, user.name)
        with self.assertRaises(AccessError), self._mci_quiet():
            model.with_user(self.office_lead).create(
                {"resource_id": 1, "date_from": MON, "date_to": MON}
            )

    def test_no_leave_is_made(self):
        before = self.env["resource.calendar.leaves"].search_count([])
        self._report()
        self.assertEqual(self.env["resource.calendar.leaves"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestFavour(BookingCommon):
    """Somebody asked me: recorded in two taps, charged with consent only (C10)."""

    def _record(self, user=None, **vals):
        vals = {"hours": 2, "asked_by_id": self.seller.id, **vals}
        result = (
            self.env["mci.favour"].with_user(user or self.engineer_2).record(**vals)
        )
        return self.env["mci.favour"].browse(result["favour_id"])

    def test_person_asked_names_the_deal(self):
        favour = self._record(note="Drawing checked")
        self.assertEqual(favour.answerer_id, self.seller)
        self.assertEqual(favour.activity_ids.user_id, self.seller)
        self.assertFalse(favour.booking_id)
        with self.assertRefused("Name the deal"):
            favour.with_user(self.seller).action_accept()
        favour.with_user(self.seller).action_accept(self.deal.id)
        booking = favour.booking_id
        self.assertEqual((booking.state, booking.hours_done), ("done", 2))
        self.assertEqual(booking.charge_ids.amount, 200)
        self.assertEqual(booking.charge_ids.date, MON)
        with self.assertRefused("answered already"):
            favour.with_user(self.seller).action_accept(self.deal.id)

    def test_owner_of_the_deal_is_asked(self):
        booked = self._mci_create_booking(hours=1)
        self._mci_confirm(booked)
        favour = self._record(lead_id=self.deal.id, asked_by_id=None)
        self.assertEqual(favour.answerer_id, self.seller)
        favour.with_user(self.seller).action_accept()
        self.assertEqual(favour.state, "accepted")

    def test_refused_is_internal_work(self):
        favour = self._record()
        with self.assertRefused("reason"):
            favour.with_user(self.seller).action_refuse(" ")
        favour.with_user(self.seller).action_refuse("Not for me")
        self.assertEqual(favour.booking_id.kind, "internal")
        self.assertEqual(favour.booking_id.category_id.code, "favour")
        self.assertFalse(favour.booking_id.charge_ids)
        self.assertEqual(favour.booking_id.timesheet_ids.unit_amount, 2)

    def test_no_answer_in_the_days_of_the_company(self):
        favour = self._record()
        self.env.cr.execute(
            "UPDATE mci_favour SET create_date = %s WHERE id = %s",
            [NOW - timedelta(days=8), favour.id],
        )
        favour.invalidate_recordset()
        self.company.mci_favour_days = 9
        self._mci_run_cron("cron_expire_favours")
        self.assertEqual(favour.state, "asked")
        self.company.mci_favour_days = 7
        self._mci_run_cron("cron_expire_favours")
        self.assertEqual(favour.state, "refused")
        self.assertIn("7 days", favour.answer_reason)
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertIn("7 days", favour.answer_words)
        told = favour.with_context(lang="zh_CN").answer_words
        self.assertIn("7", told)
        self.assertNotIn("days", told)

    def test_only_who_may_commit_answers(self):
        favour = self._record()
        for user in (self.engineer_2, self.engineer, self.seller_2):
            with self.assertRaises(AccessError), self._mci_quiet():
                favour.with_user(user).action_accept(self.deal.id)
        foreign = self._mci_create_deal(
            "Foreign", "c", "local_office", user_id=self.seller_2.id
        )
        with self.assertRaises(AccessError), self._mci_quiet():
            favour.with_user(self.seller).action_accept(foreign.id)
        with self.assertRaises(AccessError), self._mci_quiet():
            favour.with_user(self.seller).write({"state": "accepted"})

    def test_bad_input(self):
        for vals in ({"hours": 0}, {"hours": -1}, {"hours": 25}):
            with self.assertRefused("above zero"):
                self._record(**vals)
        with self.assertRefused("not to come"):
            self._record(date="2030-01-08")
        with self.assertRefused("Name the deal"):
            self._record(asked_by_id=None)
        with self.assertRefused("Name the deal"):
            self._record(asked_by_id=self.engineer_2.id)
        with self.assertRaises(AccessError), self._mci_quiet():
            self._record(lead_id=self.deal.id)

    def test_stays_with_a_merged_deal(self):
        other = self._mci_create_deal("Other", "c", "local_office")
        favour = self._record()
        favour.sudo()._mci_unlock().lead_id = other
        (self.deal | other).merge_opportunity()
        self.assertTrue(favour.lead_id.exists())


@tagged("post_install", "-at_install")
class TestCloseWeek(BookingCommon):
    """M10: each week every hour is deal, category or unexplained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weeks = cls.env["mci.week"].with_user(cls.engineer_2)

    def _work(self, hours=6):
        booking = self._mci_create_booking(
            hours=hours, date_stop=datetime(2030, 1, 7, 10)
        )
        return self._mci_confirm(booking)

    def test_figures(self):
        self._work().with_user(self.engineer_2).action_done()
        category = self.env.ref("mci_sales_support.work_category_training")
        self.env["mci.booking"].with_user(self.engineer_2).log_work(category.id, 2)
        self.env["mci.favour"].with_user(self.engineer_2).record(
            1, asked_by_id=self.seller.id, note="More than the day"
        )
        week = self.weeks.get_my_week()
        self.assertEqual(
            {name: week[name] for name in week if name.endswith("_hours")},
            {
                "capacity_hours": 40,
                "deal_hours": 6,
                "internal_hours": 2,
                "project_hours": 0,
                "waiting_hours": 1,
                "unexplained_hours": 31,
            },
        )

    def test_closing(self):
        booking = self._work()
        with self.assertRefused("not over"):
            self.weeks.close_my_week()
        with freeze_time(datetime(2030, 1, 11, 9)):
            week = self.weeks.get_my_week()
            self.assertEqual(week["unanswered"][0]["booking_id"], booking.id)
            with self.assertRefused(booking.name):
                self.weeks.close_my_week(accept_unexplained=True)
            booking.with_user(self.engineer_2).action_done()
            with self.assertRefused("34 hours.*unexplained"):
                self.weeks.close_my_week()
            week = self.weeks.close_my_week(accept_unexplained=True, note="Quiet")
            self.assertTrue(week["closed"])
            with self.assertRefused("confirmed already"):
                self.weeks.close_my_week(accept_unexplained=True)

    def test_kept_and_opened_again(self):
        with freeze_time(datetime(2030, 1, 11, 9)):
            self.weeks.close_my_week(accept_unexplained=True)
            week = self.env["mci.week"].search(
                [("user_id", "=", self.engineer_2.id), ("date_from", "=", MON)]
            )
            self.env["mci.week"]._mci_refresh(1)
            self.assertTrue(week.exists().closed_date)
            # work is recorded all the same (C7), and shows
            category = self.env.ref("mci_sales_support.work_category_training")
            self.env["mci.booking"].with_user(self.engineer_2).log_work(category.id, 3)
            week.invalidate_recordset(["late_hours"])
            self.assertEqual(week.late_hours, 3)
            for user in (self.engineer_2, self.center_lead, self.seller):
                with self.assertRaises(AccessError), self._mci_quiet():
                    week.with_user(user).action_reopen("Please")
            week.with_user(self.office_lead).action_reopen("A day is missing")
            self.assertFalse(week.closed_date)
            self.weeks.close_my_week(accept_unexplained=True)
            self.assertEqual(week.internal_hours, 3)
            self.assertEqual(week.late_hours, 0)

    def test_screen_proposes_the_week_to_close(self):
        """Before its last working day the running week waits for the one before."""
        screen = self.env["mci.week.confirm"].with_user(self.engineer_2)
        with freeze_time(datetime(2030, 1, 16, 9)):
            self.assertEqual(screen.new({}).date, "2030-01-07")
            self.assertTrue(screen.new({}).is_over)
            self.assertFalse(screen.new({"date": "2030-01-14"}).is_over)
            self.weeks.close_my_week("2030-01-07", accept_unexplained=True)
            self.assertEqual(screen.new({}).date, "2030-01-14")
        with freeze_time(datetime(2030, 1, 18, 9)):
            self.assertEqual(screen.new({}).date, "2030-01-14")
            self.assertTrue(screen.new({}).is_over)

    def test_bad_input(self):
        for day in ("2029-01-01", "2030-02-01"):
            with self.assertRefused("last 8"):
                self.weeks.get_my_week(day)
        with self.assertRefused("no valid value"):
            self.weeks.get_my_week("x")
        with self.assertRefused("no position"):
            self.env["mci.week"].with_user(self.seller).get_my_week()
        self.assertEqual(
            self.weeks.get_my_week(date(2030, 1, 2))["date_from"], "2029-12-31"
        )

    def test_closed_figures_are_not_written_by_hand(self):
        with freeze_time(datetime(2030, 1, 11, 9)):
            self.weeks.close_my_week(accept_unexplained=True)
        week = self.env["mci.week"].search([("user_id", "=", self.engineer_2.id)])
        with self.assertRaises(AccessError), self._mci_quiet():
            week.with_user(self.engineer_2).write({"unexplained_hours": 0})
