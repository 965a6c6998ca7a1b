from datetime import date, datetime

from lxml import etree

from odoo.tests import Form, tagged

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestBookingWholeDays(BookingCommon):
    """A window from midnight to midnight reads as days, in the reader's zone."""

    def test_reads_as_days_in_the_zone_of_the_reader(self):
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 6, 16, 0),
            date_stop=datetime(2030, 1, 8, 15, 59, 59),
        )
        there = booking.with_context(tz="Asia/Shanghai")
        self.assertTrue(there.has_whole_days)
        self.assertEqual(
            (there.day_first, there.day_last), (date(2030, 1, 7), date(2030, 1, 8))
        )
        self.assertFalse(booking.with_context(tz="UTC").has_whole_days)
        there.date_stop = datetime(2030, 1, 8, 16, 0)
        self.assertTrue(there.has_whole_days)
        self.assertEqual(there.day_last, date(2030, 1, 8))

    def test_what_could_give_way_reads_as_days_too(self):
        line = self.env["mci.preemption.ask.line"].new(
            {
                "date_start": datetime(2030, 1, 6, 16, 0),
                "date_stop": datetime(2030, 1, 7, 16, 0),
            }
        )
        there = line.with_context(tz="Asia/Shanghai")
        self.assertEqual(
            (there.has_whole_days, there.day_first, there.day_last),
            (True, date(2030, 1, 7), date(2030, 1, 7)),
        )
        self.assertFalse(line.with_context(tz="Europe/Berlin").has_whole_days)

    def test_lists_and_cards_show_days_without_a_time(self):
        """Wherever the start of a booking is shown, but in the form that sets it."""
        views = self.env["ir.ui.view"].search(
            [
                ("model", "=", "mci.booking"),
                ("type", "in", ("list", "kanban")),
                ("arch_db", "like", 'name="date_start"'),
            ]
        )
        self.assertGreaterEqual(len(views), 4)
        for view in views:
            for field in etree.fromstring(view.arch).iter("field"):
                if field.get("name") in ("date_start", "date_stop"):
                    with self.subTest(view=view.name):
                        self.assertEqual(field.get("widget"), "mci_booking_moment")

    def test_cards_stand_in_the_order_of_the_work(self):
        """As the kanban asks for them: only states that occur."""
        first, second, third = (self._mci_create_booking() for _each in range(3))
        first.sudo()._mci_unlock().state = "cancelled"
        second.sudo()._mci_unlock().state = "requested"
        groups = self.env["mci.booking"].with_context(read_group_expand=True)
        found = groups.formatted_read_group(
            [("id", "in", (first | second | third).ids)], ["state"], ["__count"]
        )
        self.assertEqual(
            [group["state"] for group in found], ["draft", "requested", "cancelled"]
        )

    def test_days_set_the_moments_and_times_come_back(self):
        booking = self._mci_create_booking().with_context(tz="Asia/Shanghai")
        form = Form(booking.with_user(self.seller))
        self.assertFalse(form.has_whole_days)
        form.has_whole_days = True
        self.assertEqual(form.date_start, datetime(2030, 1, 6, 16, 0))
        self.assertEqual(form.date_stop, datetime(2030, 1, 8, 15, 59, 59))
        form.day_last = date(2030, 1, 9)
        form.save()
        self.assertEqual(booking.date_stop, datetime(2030, 1, 9, 15, 59, 59))
        self.assertTrue(booking.has_whole_days)
        with Form(booking.with_user(self.seller)) as form:
            form.has_whole_days = False
            self.assertEqual(form.date_start, datetime(2030, 1, 7, 1, 0))
            form.date_start = datetime(2030, 1, 7, 2, 0)
        self.assertFalse(booking.has_whole_days)
        self.assertEqual(booking.date_start, datetime(2030, 1, 7, 2, 0))
        self.assertEqual(booking.date_stop, datetime(2030, 1, 9, 9, 0))
