from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_common import FRI, NOW, TUE, WED, BookingCommon


@tagged("post_install", "-at_install")
class TestBookingConsent(BookingCommon):
    """C10: what the deal pays, the deal consents to."""

    def _ask(self, hours=8, needed=WED, **line):
        return self.deal.with_user(self.seller).mci_ask_support(
            {
                "date_needed": needed.isoformat(),
                "lines": [
                    {"function_id": self.function_presales.id, "hours": hours, **line}
                ],
            }
        )

    def _plan(self, request, **vals):
        """The draft that the unit makes for the request."""
        action = request.with_user(self.office_lead).action_plan()
        booking = self.env["mci.booking"].search(action["domain"])
        booking = booking.with_user(self.office_lead)
        booking.write({"resource_id": self.resources["engineer_2"].id, **vals})
        return booking

    def test_c10_the_request_is_the_consent(self):
        booking = self._plan(self._ask())
        booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")

    def test_c10_more_hours_than_asked(self):
        booking = self._plan(self._ask(hours=4), hours=6)
        with self.assertRefused("leaves 4 hours open"):
            booking.action_confirm()
        booking.with_user(self.seller).action_request()
        self.assertEqual(booking.state, "requested")

    def test_c10_later_than_needed(self):
        booking = self._plan(
            self._ask(needed=TUE), date_stop=datetime(2030, 1, 9, 10, 0)
        )
        with self.assertRefused("later date"):
            booking.action_confirm()

    def test_c10_the_unit_does_not_move_the_days(self):
        request = self._ask()
        with self._mci_quiet(), self.assertRaises(AccessError):
            request.with_user(self.office_lead).date_needed = FRI
        request.with_user(self.seller).date_needed = FRI

    def test_c10_a_unit_asks_only_for_the_request_it_answers(self):
        request = self._ask()
        booking = self.env["mci.booking"].create(
            {
                "lead_id": self.deal.id,
                "request_line_id": request.line_ids.id,
                "center_id": self.center.id,
                "function_id": self.function_presales.id,
                "resource_id": self.resources["engineer"].id,
                "date_start": datetime(2030, 1, 7, 0, 0),
                "date_stop": datetime(2030, 1, 8, 10, 0),
                "hours": 8,
            }
        )
        with self._mci_quiet(), self.assertRaises(AccessError):
            booking.with_user(self.center_lead).action_request()

    def test_c10_a_dearer_person_costs_what_was_asked(self):
        level_2 = self.env.ref("mci_sales_support.level_2")
        booking = self._plan(self._ask(level_id=level_2.id))
        self.assertEqual(self.resources["engineer_2"].mci_level_id.code, "L3")
        self.assertEqual(booking.level_id, level_2)

    def test_c10_a_swap_never_raises_the_price(self):
        booking = self._plan(self._ask())
        booking.action_confirm()
        level = booking.level_id
        self.resources["office_lead"].mci_level_id = self.env.ref(
            "mci_sales_support.level_4"
        )
        booking.action_assign(self.resources["office_lead"].id)
        self.assertEqual(booking.level_id, level)
        with self.assertRefused("later than agreed"):
            booking.action_assign(
                self.resources["office_lead"].id, date_stop="2030-01-11 10:00:00"
            )

    def _propose(self, booking, **vals):
        wizard = Form(
            self.env["mci.booking.propose"]
            .with_user(self.office_lead)
            .with_context(default_booking_id=booking.id)
        )
        wizard.reason = "The customer sent twice the pages"
        for name, value in vals.items():
            setattr(wizard, name, value)
        wizard.save().action_apply()

    def test_c10_proposal_and_consent(self):
        booking = self._plan(self._ask())
        booking.action_confirm()
        self._propose(
            booking,
            hours=12,
            resource_id=self.resources["office_lead"],
            date_stop=datetime(2030, 1, 10, 10),
        )
        self.assertEqual(booking.hours, 8, "nothing changes before the consent")
        self.assertIn(self.seller, booking.activity_ids.user_id)
        for user in (self.office_lead, self.engineer_2):
            with self._mci_quiet(), self.assertRaises(AccessError):
                booking.with_user(user).action_consent()
        booking.with_user(self.seller).action_consent()
        self.assertRecordValues(
            booking,
            [
                {
                    "hours": 12,
                    "resource_id": self.resources["office_lead"].id,
                    "date_stop": datetime(2030, 1, 10, 10),
                    "proposal_user_id": False,
                    "proposed_hours": 0,
                    "state": "confirmed",
                }
            ],
        )
        self.assertEqual(sum(self._mci_hours(booking).values()), 12)

    def test_c10_proposal_not_taken(self):
        booking = self._plan(self._ask())
        booking.action_confirm()
        with self.assertRefused("Nothing is proposed"):
            booking.with_user(self.seller).action_consent()
        self._propose(booking, hours=12)
        booking.with_user(self.seller).action_dissent("Eight are enough")
        self.assertEqual((booking.hours, booking.proposal_user_id.id), (8, False))

    def test_c10_consent_takes_capacity(self):
        booking = self._plan(self._ask())
        booking.action_confirm()
        self._propose(booking, hours=40)
        with self.assertRefused("free hours"), self.env.cr.savepoint():
            booking.with_user(self.seller).action_consent()


@tagged("post_install", "-at_install")
class TestSingleCommand(BookingCommon):
    """M3: the unit is informed and may object; the booking stands."""

    def _command(self):
        self.big_deal._mci_write_plain({"mci_delivery_lead_id": self.plain_user.id})
        booking = self._mci_create_booking(lead_id=self.big_deal.id)
        booking.action_request()
        booking.with_user(self.plain_user).action_confirm()
        return booking

    def test_m3_the_unit_is_informed(self):
        booking = self._command()
        notice = self.env["mail.message"].search(
            [
                ("model", "=", "mci.booking"),
                ("res_id", "=", booking.id),
                ("partner_ids", "in", self.office_lead.partner_id.ids),
            ]
        )
        self.assertIn("may object", notice.body)

    def test_m3_the_objection_goes_up(self):
        booking = self._command()
        self.assertTrue(booking.with_user(self.office_lead).can_object)
        for user in (self.center_lead, self.seller):
            with self._mci_quiet(), self.assertRaises(AccessError):
                booking.with_user(user).action_object("No")
        with self.assertRaises(UserError):
            booking.with_user(self.office_lead).action_object(" ")
        booking.with_user(self.office_lead).action_object("Our own tender is due")
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.objection_user_id, self.office_lead)
        self.assertIn(self.mci_manager, booking.activity_ids.user_id)
        with self.assertRefused("nothing to object"):
            booking.with_user(self.office_lead).action_object("Again")

    def test_m3_within_a_working_day(self):
        booking = self._command()
        with (
            freeze_time(NOW + timedelta(days=2)),
            self.assertRefused("working day"),
        ):
            booking.with_user(self.office_lead).action_object("Too late")

    def test_m3_who_decided_himself_has_nothing_to_object(self):
        booking = self._mci_confirm(self._mci_create_booking())
        self.assertFalse(booking.with_user(self.office_lead).can_object)
        with self.assertRefused("nothing to object"):
            booking.with_user(self.office_lead).action_object("My own")
