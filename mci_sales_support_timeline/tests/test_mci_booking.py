from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.mci_sales_support.tests.match.booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestBookingTimeline(BookingCommon):
    """Dragging on the timeline changes what the steps of a booking allow."""

    def _move(self, booking, user, start, stop, role="engineer_2"):
        person = self.resources[role].id if role else None
        return booking.with_user(user).action_timeline_move(
            fields.Datetime.to_string(start), fields.Datetime.to_string(stop), person
        )

    def test_draft_moves(self):
        booking = self._mci_create_booking()
        start, stop = datetime(2030, 1, 9, 0), datetime(2030, 1, 10, 10)
        self.assertIs(self._move(booking, self.seller, start, stop, None), True)
        self.assertEqual((booking.date_start, booking.date_stop), (start, stop))
        self.assertFalse(booking.resource_id)

    def test_decider_moves_within_what_was_agreed(self):
        booking = self._mci_create_booking(hours=4)
        self._mci_confirm(booking)
        start, stop = datetime(2030, 1, 8, 0), datetime(2030, 1, 8, 10)
        self.assertIs(self._move(booking, self.office_lead, start, stop), True)
        self.assertEqual(booking.date_start, start)
        self.assertEqual(list(self._mci_hours(booking).values()), [4])

    def test_others_do_not_move(self):
        """The deal's side asked for these days: from then on the unit plans (M3)."""
        booking = self._mci_confirm(self._mci_create_booking(hours=4))
        for user in (self.seller, self.engineer_2):
            with self.assertRaises(AccessError):
                self._move(booking, user, datetime(2030, 1, 8), datetime(2030, 1, 8, 9))
        self.assertEqual(booking.date_start, datetime(2030, 1, 7))

    def test_conflict_is_refused(self):
        """M7: a booking that is full keeps others off its day, the plan stays."""
        day = {"date_stop": datetime(2030, 1, 7, 10)}
        self._mci_confirm(self._mci_create_booking(**day))
        other = self._mci_create_booking(
            date_start=datetime(2030, 1, 8), date_stop=datetime(2030, 1, 8, 10)
        )
        self._mci_confirm(other)
        with self.assertRefused("free"):
            self._move(
                other, self.office_lead, datetime(2030, 1, 7), datetime(2030, 1, 7, 10)
            )
        self.assertEqual(other.date_start, datetime(2030, 1, 8))

    def test_later_end_is_proposed(self):
        """C10: nothing moves, a proposal with the dragged dates opens."""
        booking = self._mci_confirm(self._mci_create_booking(hours=4))
        start, stop = datetime(2030, 1, 9, 0), datetime(2030, 1, 10, 10)
        action = self._move(booking, self.office_lead, start, stop)
        self.assertEqual(action["res_model"], "mci.booking.propose")
        self.assertEqual(booking.date_start, datetime(2030, 1, 7))
        wizard = Form(
            self.env["mci.booking.propose"]
            .with_user(self.office_lead)
            .with_context(**action["context"])
        )
        wizard.reason = "The hall is closed"
        wizard.save().action_apply()
        self.assertEqual(booking.proposed_date_stop, stop)
        booking.with_user(self.seller).action_consent()
        self.assertEqual((booking.date_start, booking.date_stop), (start, stop))

    def test_bad_input(self):
        booking = self._mci_create_booking()
        with self.assertRefused("ends after it starts"):
            self._move(booking, self.seller, datetime(2030, 1, 9), datetime(2030, 1, 8))
        with self.assertRefused("no valid value"):
            booking.action_timeline_move("tomorrow", "2030-01-08")
        confirmed = self._mci_confirm(self._mci_create_booking(hours=4))
        with self.assertRefused("needs a person"):
            self._move(
                confirmed,
                self.office_lead,
                datetime(2030, 1, 8),
                datetime(2030, 1, 8, 9),
                None,
            )

    def test_views(self):
        """The timeline stands among the views of bookings, behind the list."""
        action = self.env.ref("mci_sales_support.mci_booking_action")
        modes = [mode for _view, mode in action.views]
        self.assertEqual(modes[:2], ["list", "timeline"])
        self.assertIn("form", modes)
        arch = self.env["mci.booking"].with_user(self.office_lead)
        views = arch.get_views([(False, "timeline")])
        self.assertIn("mci_booking_timeline", views["views"]["timeline"]["arch"])
