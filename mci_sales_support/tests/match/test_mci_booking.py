from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .booking_common import FRI, MON, NOW, TUE, BookingCommon


@tagged("post_install", "-at_install")
class TestBookingFlow(BookingCommon):
    def test_hours_are_split_over_the_local_days(self):
        booking = self._mci_create_booking()
        booking.action_request()
        self.assertEqual(booking.state, "requested")
        self.assertEqual(self._mci_hours(booking), {MON: 4, TUE: 4})

    def test_the_end_at_midnight_does_not_touch_the_next_day(self):
        # Tuesday 00:00 in Shanghai
        booking = self._mci_create_booking(date_stop=datetime(2030, 1, 7, 16))
        booking.action_request()
        self.assertEqual(self._mci_hours(booking), {MON: 8})

    def test_snapshot_is_taken_with_the_request_and_stays(self):
        booking = self._mci_confirm(self._mci_create_booking())
        self.assertEqual(booking.team_id, self.team)
        self.assertEqual(booking.lead_name, "Port cranes")
        self.assertEqual(booking.partner_id, self.customer)
        self.assertEqual(booking.payer_company_id, self.company)
        self.assertEqual(booking.level_id.code, "L3")
        self.deal.write({"name": "Renamed", "partner_id": False})
        self.resources["engineer_2"].mci_level_id = self.env.ref(
            "mci_sales_support.level_1"
        )
        self.env.flush_all()
        # and in the onchange of a form, where the record is a new one
        for record in booking, booking.new(origin=booking):
            self.assertEqual(record.lead_name, "Port cranes")
            self.assertEqual(record.level_id.code, "L3")
            self.assertTrue(record.approver_id)

    def test_m7_no_double_booking(self):
        first = self._mci_create_booking(hours=12)
        second = self._mci_create_booking(hours=8)
        first.action_request()
        second.action_request()
        first.with_user(self.office_lead).action_confirm()
        with self.assertRefused("4 free hours"):
            second.with_user(self.office_lead).action_confirm()
        self.assertEqual(second.state, "requested")

    def test_m7_bookings_of_one_batch_share_the_free_hours(self):
        batch = self._mci_create_booking(hours=12) | self._mci_create_booking(hours=8)
        batch.action_request()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            batch.with_user(self.office_lead).action_confirm()

    def test_m7_any_write_that_raises_hours_is_checked(self):
        booking = self._mci_confirm(self._mci_create_booking(hours=12))
        other = self._mci_confirm(self._mci_create_booking(hours=4))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            other.sudo()._mci_unlock().write({"hours": 5})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["mci.booking"]._mci_unlock().create(
                {**booking.copy_data()[0], "state": "confirmed"}
            )

    def test_m7_the_shared_row_is_written_before_the_check(self):
        resource = self.resources["engineer_2"]
        before = resource.mci_booking_seq
        self._mci_confirm(self._mci_create_booking())
        self.assertGreater(resource.mci_booking_seq, before)

    def test_m7_requested_takes_nothing(self):
        self._mci_create_booking(hours=16).action_request()
        self._mci_confirm(self._mci_create_booking(hours=16))

    def test_m8_hold_takes_capacity_until_it_is_over(self):
        held = self._mci_create_booking(hours=16)
        held.action_request()
        held.with_user(self.office_lead).action_hold()
        self.assertEqual(held.hold_until, NOW + timedelta(hours=48))
        other = self._mci_create_booking(hours=8)
        with self.assertRaises(UserError):
            other.action_request()
        # Over, although the scheduled action has not run
        with freeze_time(NOW + timedelta(hours=49)):
            resource = self.resources["engineer_2"]
            self.assertEqual(
                resource._mci_get_free(MON, TUE)[resource], {MON: 8, TUE: 8}
            )
            self._mci_run_cron("cron_expire_holds")
            self.assertEqual(held.state, "requested")
            with self.assertRefused("just expired"):
                held.with_user(self.office_lead).action_hold()
            held.with_user(self.office_lead).action_confirm()

    def test_m8_a_hold_ends_in_the_future(self):
        booking = self._mci_create_booking()
        booking.action_request()
        with self.assertRaises(UserError):
            booking.with_user(self.office_lead).action_hold("2029-12-31 00:00:00")

    def test_m8_late_cancelling(self):
        early = self._mci_confirm(
            self._mci_create_booking(
                date_start=datetime(2030, 1, 11), date_stop=datetime(2030, 1, 11, 10)
            )
        )
        late = self._mci_confirm(self._mci_create_booking())
        with self.assertRaises(UserError):
            late.action_cancel()
        (early | late).action_cancel("Customer moved the date")
        self.assertFalse(early.is_late_cancel)
        self.assertTrue(late.is_late_cancel)
        resource = self.resources["engineer_2"]
        self.assertEqual(resource._mci_get_free(FRI, FRI)[resource], {FRI: 8})

    def test_m3_the_unit_decides_on_c(self):
        booking = self._mci_create_booking()
        self.assertEqual(booking.approver_id, self.office_lead)
        booking.action_request()
        for user in (self.seller, self.engineer_2, self.mci_manager):
            with self._mci_quiet(), self.assertRaises(AccessError):
                booking.with_user(user).action_confirm()
        booking.with_user(self.office_lead).action_confirm()
        self.assertEqual(booking.decided_by_id, self.office_lead)

    def test_m3_the_delivery_lead_decides_on_a_whatever_the_unit(self):
        booking = self._mci_create_booking(lead_id=self.big_deal.id)
        self.big_deal._mci_write_plain({"mci_delivery_lead_id": self.plain_user.id})
        self.assertEqual(booking.approver_id, self.plain_user)
        booking.action_request()
        with self.assertRaises(AccessError):
            booking.with_user(self.office_lead).action_confirm()
        booking.with_user(self.plain_user).action_confirm()
        self.assertEqual(booking.state, "confirmed")

    def test_m3_the_approver_follows_the_grade_until_decided(self):
        booking = self._mci_create_booking()
        booking.action_request()
        self.deal.mci_center_id = self.center
        self.deal._mci_write_plain({"mci_tier": "delivery_center"})
        self.assertEqual(booking.approver_id, self.center_lead)
        booking.with_user(self.center_lead).action_confirm()
        self.deal._mci_write_plain({"mci_tier": "local_office"})
        self.assertEqual(booking.approver_id, self.center_lead)

    def test_m3_small_things_at_the_hotline_confirm_themselves(self):
        small = self._mci_create_booking(center_id=self.hotline.id, hours=2)
        large = self._mci_create_booking(center_id=self.hotline.id, hours=3)
        (small | large).action_request()
        self.assertEqual(small.state, "confirmed")
        self.assertEqual(large.state, "requested")

    def test_m9_refused_stays_with_its_reason(self):
        booking = self._mci_create_booking()
        booking.action_request()
        with self.assertRaises(UserError):
            booking.with_user(self.office_lead).action_refuse(" ")
        booking.with_user(self.office_lead).action_refuse("Nobody free")
        self.assertEqual(booking.refuse_reason, "Nobody free")
        with self.assertRaises(UserError):
            booking.unlink()

    def test_decline_before_and_after_the_confirmation(self):
        early = self._mci_create_booking()
        early.action_request()
        early.with_user(self.engineer_2).action_decline("At another customer")
        self.assertEqual(early.state, "refused")
        firm = self._mci_confirm(self._mci_create_booking())
        firm.with_user(self.engineer_2).action_decline("Ill")
        self.assertEqual(firm.state, "confirmed")
        self.assertEqual(firm.activity_ids.user_id, self.office_lead)

    def test_another_person_is_assigned(self):
        booking = self._mci_confirm(self._mci_create_booking())
        booking.with_user(self.office_lead).action_assign(
            self.resources["office_lead"].id
        )
        self.assertEqual(booking.day_ids.resource_id, self.resources["office_lead"])
        self.assertEqual(booking.level_id.code, "L3")
        with self.assertRefused("no position"):
            booking.with_user(self.office_lead).action_assign(
                self.resources["engineer"].id
            )

    def test_a22_the_person_has_a_position_in_the_unit(self):
        booking = self._mci_create_booking(resource_id=self.resources["engineer"].id)
        with self.assertRefused("no position"):
            booking.action_request()
        self.office.seat_ids.write({"date_to": MON})
        booking = self._mci_create_booking()
        with self.assertRefused("no position"):
            booking.action_request()

    def test_facts_that_are_never_switched_off(self):
        cases = {
            "team": {"team_id": False},
            "owner": {"user_id": False},
            "registered partner": {"mci_partner_led": True},
            "lost": {"active": False, "probability": 0},
        }
        for word, vals in cases.items():
            deal = self._mci_create_deal("Without", "c", "local_office")
            deal.write(vals)
            booking = self._mci_create_booking(self.env.user, lead_id=deal.id)
            with self.subTest(word), self.assertRefused(word):
                booking.sudo().action_request()

    def test_conflict_is_marked_and_leave_never_blocked(self):
        booking = self._mci_confirm(self._mci_create_booking())
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "resource_id": self.resources["engineer_2"].id,
                "calendar_id": self.calendar.id,
                "date_from": datetime(2030, 1, 7, 16),
                "date_to": datetime(2030, 1, 8, 15),
            }
        )
        self._mci_run_cron("cron_flag_conflicts")
        self.assertTrue(booking.has_conflict)
        self.assertEqual(booking.activity_ids.user_id, self.office_lead)
        self.env["resource.calendar.leaves"].search([("name", "=", "Ill")]).unlink()
        self._mci_run_cron("cron_flag_conflicts")
        self.assertFalse(booking.has_conflict)

    def test_m10_internal_work_takes_capacity_and_asks_no_price(self):
        category = self.env.ref("mci_sales_support.work_category_training")
        booking = self._mci_create_booking(
            self.office_lead,
            kind="internal",
            category_id=category.id,
            lead_id=False,
            hours=16,
        )
        priced = []
        with patch.object(
            type(booking), "_mci_check_price", lambda records: priced.extend(records)
        ):
            booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")
        self.assertFalse(priced)
        with self.assertRaises(UserError):
            self._mci_create_booking().action_request()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            booking.sudo()._mci_unlock().write({"category_id": False})
            self.env.flush_all()

    def test_back_to_draft(self):
        booking = self._mci_create_booking()
        booking.action_request()
        booking.action_cancel()
        booking.action_reset_draft()
        self.assertEqual(booking.state, "draft")
        self.assertFalse(booking.day_ids)


@tagged("post_install", "-at_install")
class TestBookingDone(BookingCommon):
    """C7 and M7: the work is a fact."""

    def _done(self, booking, moment, user=None, **kwargs):
        with freeze_time(moment):
            booking.with_user(user or self.engineer_2).action_done(**kwargs)

    def test_as_booked_by_the_person_on_the_phone(self):
        booking = self._mci_confirm(self._mci_create_booking())
        seen = {}

        def record(records, work):
            seen.update(work)

        with patch.object(type(booking), "_mci_record_work", record):
            self._done(booking, datetime(2030, 1, 9))
        self.assertEqual(booking.state, "done")
        self.assertEqual(booking.hours_done, 8)
        [(key, days)] = seen.items()
        self.assertEqual(key, booking)
        self.assertEqual(
            [(day, hours) for _rec, day, hours in days], [(MON, 4), (TUE, 4)]
        )

    def test_other_hours_leave_the_plan_and_free_the_rest(self):
        booking = self._mci_confirm(self._mci_create_booking())
        self._done(booking, datetime(2030, 1, 9), hours=6, reason="estimate")
        self.assertEqual(self._mci_hours(booking), {MON: 4, TUE: 4})
        self.assertEqual(sum(booking.day_ids.mapped("hours_done")), 6)
        resource = self.resources["engineer_2"]
        self.assertEqual(sum(resource._mci_get_free(MON, TUE)[resource].values()), 10)

    def test_no_work_in_the_future(self):
        booking = self._mci_confirm(self._mci_create_booking())
        # Monday evening: Tuesday has not come
        self._done(booking, datetime(2030, 1, 7, 10), note="All on Monday")
        done = {day.date: day.hours_done for day in booking.day_ids}
        self.assertEqual(done, {MON: 8, TUE: 0})
        later = self._mci_confirm(
            self._mci_create_booking(
                date_start=datetime(2030, 1, 11), date_stop=datetime(2030, 1, 11, 10)
            )
        )
        with self.assertRefused("not begun"):
            self._done(later, datetime(2030, 1, 9))

    def test_hours_above_the_working_time_need_a_word(self):
        booking = self._mci_confirm(self._mci_create_booking())
        with self.assertRefused("note"):
            self._done(booking, datetime(2030, 1, 9), hours=24)
        self._done(booking, datetime(2030, 1, 9), hours=24, note="Tender night")
        self.assertEqual(booking.hours_done, 24)

    def test_a_day_has_24_hours_and_nothing_is_no_work(self):
        booking = self._mci_confirm(self._mci_create_booking())
        for hours in (0, -1, 50):
            with self.assertRaises(UserError):
                self._done(booking, datetime(2030, 1, 9), hours=hours, note="x")

    def test_twice_is_refused(self):
        booking = self._mci_confirm(self._mci_create_booking())
        self._done(booking, datetime(2030, 1, 9))
        with self.assertRaises(UserError):
            self._done(booking, datetime(2030, 1, 9))

    def test_work_after_the_window_counts_today(self):
        booking = self._mci_confirm(
            self._mci_create_booking(date_stop=datetime(2030, 1, 7, 10))
        )
        self._done(booking, datetime(2030, 1, 9), hours=4, note="Short")
        self.assertEqual(booking.day_ids.filtered("hours_done").date, MON)

    def test_who_may_report(self):
        booking = self._mci_create_booking()
        booking.action_request()
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._done(booking, datetime(2030, 1, 9))
        for user in (self.seller, self.engineer):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._done(booking, datetime(2030, 1, 9), user)
        self._done(booking, datetime(2030, 1, 9), self.office_lead)
        self.assertEqual(booking.state, "done")
