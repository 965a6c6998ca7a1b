from datetime import date, datetime

from freezegun import freeze_time

from .common import ChargeCommon


class CaptureCommon(ChargeCommon):
    """Bookings of the engineer in spring 2026, confirmed and not reported yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._activate_policy("none", date(2026, 1, 1))
        cls.lead.mci_center_id = cls.center

    @classmethod
    def _confirmed(cls, hours=8.0, day=9, month=3, stop=None, **vals):
        """A booking of two days, from a Monday if no day is given."""
        last = stop or datetime(2026, month, min(day + 1, 31), 10)
        with freeze_time("2026-02-27"):
            start = datetime(2026, month, day)
            booking = cls._draft_booking(hours, start, last, **vals)
            booking.with_user(cls.seller).action_request()
            booking.with_user(cls.center_lead).action_confirm()
        return booking
