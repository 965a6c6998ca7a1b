from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestBookingEvent(BookingCommon):
    """The event follows the booking; moved in the calendar it only wishes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mci_calendar_events = True

    def _book(self, **vals):
        vals = {
            "date_start": datetime(2030, 1, 8, 1),
            "date_stop": datetime(2030, 1, 8, 9),
            "hours": 4,
            **vals,
        }
        return self._mci_confirm(self._mci_create_booking(**vals))

    def _event(self, booking):
        return self.env["calendar.event"].search([("mci_booking_id", "=", booking.id)])

    def test_created_for_the_person_without_mail(self):
        booking = self._book()
        event = self._event(booking)
        self.assertEqual(event.start, booking.date_start)
        self.assertEqual(event.stop, booking.date_stop)
        self.assertEqual(event.user_id, self.engineer_2)
        self.assertEqual(event.partner_ids, self.engineer_2.partner_id)
        self.assertIn("Port cranes", event.name)
        told = self.env["mail.message"].search(
            [("model", "=", "calendar.event"), ("res_id", "=", event.id)]
        )
        self.assertFalse(told.notified_partner_ids)
        # somebody else does not read what it is
        hidden = event.with_user(self.seller_2)
        self.assertNotIn("Port cranes", hidden.display_name)

    def test_neutral_title(self):
        event = self._event(self._book(is_private=True))
        self.assertNotIn("Port cranes", event.name)

    def test_follows_moves_swaps_and_the_end(self):
        booking = self._book()
        booking.with_user(self.office_lead).action_assign(
            self.resources["office_lead"].id,
            datetime(2030, 1, 7, 1),
            datetime(2030, 1, 7, 9),
        )
        event = self._event(booking)
        self.assertEqual(event.start, datetime(2030, 1, 7, 1))
        self.assertEqual(event.partner_ids, self.office_lead.partner_id)
        booking.with_user(self.office_lead).action_cancel("Not needed")
        self.assertFalse(self._event(booking))
        self.assertFalse(booking.has_event)

    def test_several_days_are_all_day(self):
        event = self._event(self._book(date_stop=datetime(2030, 1, 10, 9)))
        self.assertTrue(event.allday)

    def test_dragging_only_wishes(self):
        booking = self._book()
        event = self._event(booking)
        before = booking.date_start
        event.with_user(self.engineer_2).write(
            {"start": "2030-01-07 03:00:00", "stop": "2030-01-07 11:00:00"}
        )
        self.assertEqual(event.start, before)
        self.assertEqual(booking.date_start, before)
        self.assertEqual(booking.move_date_start, datetime(2030, 1, 7, 3))
        self.assertEqual(booking.move_user_id, self.engineer_2)
        self.assertIn(self.office_lead, booking.activity_ids.user_id)
        with self.assertRaises(AccessError), self._mci_quiet():
            booking.with_user(self.engineer_2).action_accept_move()
        booking.with_user(self.office_lead).action_accept_move()
        self.assertEqual(event.start, datetime(2030, 1, 7, 3))
        self.assertEqual(booking.date_start, datetime(2030, 1, 7, 3))
        self.assertFalse(booking.move_user_id)

    def test_wish_rejected(self):
        booking = self._book()
        booking.with_user(self.engineer_2).action_wish_move(
            "2030-01-07 03:00:00", "2030-01-07 11:00:00"
        )
        booking.with_user(self.office_lead).action_reject_move("Customer fixed it")
        self.assertFalse(booking.move_date_start)
        self.assertEqual(booking.date_start, datetime(2030, 1, 8, 1))
        with self.assertRefused("Nobody wishes"):
            booking.with_user(self.office_lead).action_accept_move()
        with self.assertRefused("ends after"):
            booking.with_user(self.engineer_2).action_wish_move(
                "2030-01-07 03:00:00", "2030-01-07 02:00:00"
            )

    def test_later_than_agreed_asks_the_deal(self):
        booking = self._book()
        event = self._event(booking)
        event.with_user(self.engineer_2).write({"start": "2030-01-09 03:00:00"})
        with self.assertRefused("C10"):
            booking.with_user(self.office_lead).action_accept_move()
        self.assertEqual(booking.date_start, datetime(2030, 1, 8, 1))

    def test_deleting_the_event_keeps_the_booking(self):
        booking = self._book()
        self._event(booking).with_user(self.engineer_2).unlink()
        self.assertEqual(booking.state, "confirmed")
        self.assertTrue(booking.sudo().day_ids)

    def test_user_and_company_may_not_want_it(self):
        self.engineer_2.with_user(self.engineer_2).mci_no_calendar_events = True
        self.assertFalse(self._event(self._book()))
        self.engineer_2.mci_no_calendar_events = False
        self.company.mci_calendar_events = False
        booking = self._book(hours=1)
        self.assertFalse(self._event(booking))
        self.assertFalse(booking.has_event)

    def test_batch(self):
        def cost(count, events):
            self.company.mci_calendar_events = events
            bookings = self.env["mci.booking"].concat(
                *(
                    self._mci_create_booking(
                        hours=0.25,
                        date_start=datetime(2030, 1, 9, 1),
                        date_stop=datetime(2030, 1, 9, 9),
                    )
                    for _turn in range(count)
                )
            )
            bookings.action_request()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            bookings.with_user(self.office_lead).action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(1, True)
        cost(1, False)
        one, many = cost(1, True) - cost(1, False), cost(8, True) - cost(8, False)
        self.assertLess(many, one * 3)

    def test_foreign_event_is_untouched(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Lunch",
                "start": "2030-01-08 04:00:00",
                "stop": "2030-01-08 05:00:00",
            }
        )
        event.write({"start": "2030-01-08 05:00:00", "stop": "2030-01-08 06:00:00"})
        self.assertEqual(event.start, datetime(2030, 1, 8, 5))
