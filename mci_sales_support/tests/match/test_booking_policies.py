from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .booking_common import FRI, MON, NOW, TUE, WED, BookingCommon


@tagged("post_install", "-at_install")
class TestHolds(BookingCommon):
    """M8: holds are not hoarded and not renewed at once."""

    def _held(self, **vals):
        booking = self._mci_create_booking(**vals)
        booking.action_request()
        booking.with_user(self.office_lead).action_hold()
        return booking

    def test_limit_of_a_deal(self):
        self.company.mci_hold_max_deal = 1
        first = self._held(hours=2)
        with self.assertRefused("Port cranes.*at most 1"):
            self._held(hours=2)
        first.with_user(self.office_lead).action_confirm()
        self._held(hours=2)

    def test_hours_of_a_requester(self):
        self.company.mci_hold_max_user_hours = 6
        self._held(hours=4)
        with self.assertRefused("Seller.*8 hours"):
            self._held(hours=4)
        self._held(hours=2)

    def test_a_hold_that_is_over_does_not_count(self):
        self.company.mci_hold_max_deal = 1
        self._held(hours=2)
        with freeze_time(NOW + timedelta(hours=49)):
            self._held(
                hours=2,
                date_start=datetime(2030, 1, 10),
                date_stop=datetime(2030, 1, 10, 10),
            )

    def test_not_renewed_as_a_new_booking(self):
        booking = self._held(hours=2)
        booking.action_cancel()
        self.assertEqual(booking.hold_ended_date, NOW)
        with self.assertRefused("until just now"):
            self._held(hours=2)
        # other days, other deal: nothing to do with it
        self._held(
            hours=2,
            date_start=datetime(2030, 1, 10),
            date_stop=datetime(2030, 1, 10, 10),
        )
        with freeze_time(NOW + timedelta(hours=49)):
            self._held(hours=2, date_stop=datetime(2030, 1, 10))

    def test_not_renewed_by_the_deputy(self):
        self.office.deputy_id = self.center_lead
        booking = self._held(hours=2)
        booking.action_cancel()
        again = self._mci_create_booking(hours=2)
        again.action_request()
        with self.assertRefused("until just now"):
            again.with_user(self.center_lead).action_hold()


@tagged("post_install", "-at_install")
class TestReserve(BookingCommon):
    """M7: a share of a unit's hours is kept for a tier, until the release."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reserve = cls.env["mci.capacity.reserve"].create(
            {
                "center_id": cls.office.id,
                "tier": "delivery_center",
                "percent": 75,
                "release_hours": 24,
            }
        )

    def _book(self, day, **vals):
        start = datetime(day.year, day.month, day.day)
        vals = {
            "date_start": start,
            "date_stop": start + timedelta(hours=10),
            "hours": 5,
            **vals,
        }
        return self._mci_create_booking(**vals)

    def test_others_get_the_rest(self):
        # two people, 16 hours: 4 of them for others
        booking = self._book(WED)
        booking.action_request()
        with self.assertRefused("keeps 75 %.*4 hours"):
            booking.with_user(self.office_lead).action_confirm()
        self._mci_confirm(self._book(WED, hours=4))

    def test_the_tier_itself_is_free(self):
        booking = self._book(WED, lead_id=self.big_deal.id)
        booking.sudo()._mci_unlock().write({"tier": "delivery_center"})
        booking.sudo()._mci_unlock().write({"state": "confirmed"})
        self.assertEqual(booking.state, "confirmed")

    def test_released_shortly_before(self):
        self._mci_confirm(self._book(MON))
        booking = self._book(WED)
        booking.action_request()
        with freeze_time(datetime(2030, 1, 8, 0)):
            booking.with_user(self.office_lead).action_confirm()
        self.assertEqual(booking.state, "confirmed")

    def test_rights_and_values(self):
        with self.assertRaises(AccessError), self._mci_quiet():
            self.reserve.with_user(self.office_lead).percent = 1
        self.reserve.with_user(self.mci_manager).percent = 10
        with self.assertRaises(IntegrityError), self._mci_quiet():
            self.reserve.percent = 120
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestTravel(BookingCommon):
    """On site or remote; the way takes hours and no money."""

    def test_travel_takes_hours(self):
        booking = self._mci_create_booking(
            place="on_site",
            travel_hours=3,
            date_start=datetime(2030, 1, 8),
            date_stop=datetime(2030, 1, 8, 10),
            hours=6,
        )
        with self.assertRefused("5 free hours"):
            booking.action_request()
        booking.hours = 5
        self._mci_confirm(booking)
        self.assertEqual(booking.amount, 500)
        free = self.resources["engineer_2"]._mci_get_free(TUE, TUE)
        self.assertEqual(free[self.resources["engineer_2"]], {})

    def test_split_over_the_ends_and_recorded(self):
        booking = self._mci_create_booking(
            place="on_site",
            travel_hours=4,
            date_start=datetime(2030, 1, 8),
            date_stop=datetime(2030, 1, 9, 10),
            hours=12,
        )
        self._mci_confirm(booking)
        days = {d.date: (d.hours, d.travel_hours) for d in booking.sudo().day_ids}
        self.assertEqual(days, {TUE: (6, 2), WED: (6, 2)})
        with freeze_time(datetime(2030, 1, 9, 9)):
            booking.with_user(self.engineer_2).action_done()
        lines = self.env["account.analytic.line"].search(
            [("name", "ilike", f"Travel for {booking.name}")]
        )
        self.assertEqual(sum(lines.mapped("unit_amount")), 4)
        self.assertFalse(lines.mci_lead_id)
        self.assertEqual(sum(booking.sudo().charge_ids.mapped("amount")), 1200)

    def test_bad_values(self):
        with self.assertRaisesRegex(ValidationError, "on site"):
            self._mci_create_booking(travel_hours=3)
        with self.assertRaises(IntegrityError), self._mci_quiet():
            self._mci_create_booking(place="on_site", travel_hours=-3)
            self.env.flush_all()

    def test_agreed_with_the_request(self):
        booking = self._mci_create_booking(place="on_site", travel_hours=1)
        booking.action_request()
        with self.assertRaises(AccessError), self._mci_quiet():
            booking.with_user(self.seller).travel_hours = 0


@tagged("post_install", "-at_install")
class TestSeries(BookingCommon):
    """Weekly: one action, each day checked, conflicts by name."""

    def _series(self, booking=None, **vals):
        booking = booking or self._mci_create_booking(hours=4)
        result = booking.action_repeat(**{"count": 3, **vals})
        return booking, self.env["mci.booking"].browse(result["booking_ids"]), result

    def test_drafts_keep_the_clock(self):
        london = self.calendar.copy({"name": "London", "tz": "Europe/London"})
        self.employees["engineer_2"].write(
            {"tz": "Europe/London", "resource_calendar_id": london.id}
        )
        booking = self._mci_create_booking(
            date_start=datetime(2030, 3, 25, 10),
            date_stop=datetime(2030, 3, 25, 12),
            hours=1,
        )
        _booking, others, _result = self._series(booking, count=1)
        # summer time begins on 31 March 2030
        self.assertEqual(others.date_start, datetime(2030, 4, 1, 9))
        self.assertEqual(others.state, "draft")
        self.assertEqual(others.series_id, booking.series_id)

    def test_requested_in_one_action(self):
        booking = self._mci_create_booking(hours=4)
        booking.action_request()
        _booking, others, result = self._series(booking)
        self.assertEqual(others.mapped("state"), ["requested"] * 3)
        self.assertFalse(result["conflicts"])
        self.assertEqual(len(others.sudo().day_ids.mapped("date")), 6)

    def test_conflicts_by_name(self):
        taken = self._mci_create_booking(
            date_start=datetime(2030, 1, 21),
            date_stop=datetime(2030, 1, 22, 10),
            hours=14,
        )
        self._mci_confirm(taken)
        booking = self._mci_create_booking(hours=8)
        preview = booking.preview_repeat(count=3)
        self.assertEqual(preview["count"], 3)
        self.assertEqual(len(preview["conflicts"]), 1)
        with self.assertRefused(taken.name):
            booking.action_repeat(count=3)
        self.assertFalse(booking.series_id)
        _booking, others, result = self._series(booking, skip_conflicts=True)
        self.assertEqual(len(others), 2)
        self.assertEqual(len(result["conflicts"]), 1)

    def test_bad_input(self):
        booking = self._mci_create_booking(hours=4)
        for vals in ({"count": 0}, {"count": 53}, {"count": -1}, {}):
            with self.assertRefused("1 to 52"):
                booking.action_repeat(**vals)
        with self.assertRefused("every 1 to 52"):
            booking.action_repeat(count=1, every_weeks=0)
        with self.assertRefused("before it begins"):
            booking.action_repeat(until="2030-01-08")
        with self.assertRefused("no valid value"):
            booking.action_repeat(until="never")

    def test_cancel_this_and_following(self):
        booking, others, _result = self._series()
        self.assertEqual(others[1].action_cancel_following(), 2)
        self.assertEqual(
            (booking | others).mapped("state"),
            ["draft", "draft", "cancelled", "cancelled"],
        )

    def test_change_this_and_following(self):
        booking = self._mci_create_booking(hours=4)
        booking.action_request()
        _booking, others, _result = self._series(booking)
        others[1].with_user(self.office_lead).action_change_following(
            resource_id=self.resources["office_lead"].id, shift_minutes=-60
        )
        self.assertEqual(others[0].resource_id, self.resources["engineer_2"])
        self.assertEqual(others[2].resource_id, self.resources["office_lead"])
        self.assertEqual(others[2].date_start, datetime(2030, 1, 27, 23))
        with self.assertRaises(AccessError), self._mci_quiet():
            others[1].with_user(self.seller_2).action_cancel_following("Mine")

    def test_creating_a_series_is_batched(self):
        def cost(count):
            booking = self._mci_create_booking(hours=1)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            booking.action_repeat(count=count)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = cost(2), cost(12)
        # One query a booking for its number, nothing else grows.
        self.assertLessEqual(many - few, 10 * 3)

    def test_friday_stays_friday(self):
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 11),
            date_stop=datetime(2030, 1, 11, 10),
            hours=2,
        )
        _booking, others, _result = self._series(booking, count=2, every_weeks=2)
        self.assertEqual(
            [b.date_start.date() - FRI for b in others],
            [timedelta(weeks=2), timedelta(weeks=4)],
        )
