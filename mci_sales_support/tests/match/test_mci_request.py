from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_common import FRI, NOW, WED, BookingCommon


@tagged("post_install", "-at_install")
class TestRequest(BookingCommon):
    def _ask(self, lead=None, user=None, needed=FRI, hours=8, **vals):
        lead = lead or self.deal
        return lead.with_user(user or self.seller).mci_ask_support(
            {
                "date_needed": needed.isoformat(),
                "lines": [{"function_id": self.function_presales.id, "hours": hours}],
                **vals,
            }
        )

    def test_asked_with_snapshot_and_unit(self):
        request = self._ask(brief="Crane demo")
        self.assertEqual(request.state, "asked")
        self.assertEqual(request.requester_id, self.seller)
        self.assertEqual(request.team_id, self.team)
        self.assertEqual(request.grade_id, self.deal.mci_grade_id)
        self.assertEqual(request.center_id, self.office)
        self.assertTrue(request.name.startswith("SR/"))

    def test_m9_a_deal_that_asked_is_not_deleted(self):
        self._ask()
        with self.assertRefused(self.deal.name):
            self.deal.unlink()

    def test_m5_queue_by_grade_date_and_waiting_time(self):
        late = self._ask(needed=FRI)
        early = self._ask(needed=WED)
        best = self._ask(self.big_deal, needed=FRI)
        self.assertEqual(best.center_id, self.office)
        self.assertEqual((best | early | late).mapped("queue_rank"), [1, 2, 3])
        self.assertIn("Grade", best.queue_reason)
        self.assertEqual(self.env["mci.request"].search([])[0], best)

    def test_gaps_are_the_same_in_wizard_and_error(self):
        self.deal.team_id = False
        gaps = self.deal._mci_support_gaps()
        self.assertEqual(len(gaps), 1)
        with self.assertRefused("sales team"):
            self._ask()
        with self.assertRefused("sales team"):
            self.env["mci.request"].with_user(self.seller).create(
                {"lead_id": self.deal.id, "date_needed": FRI}
            )
        ask = (
            self.env["mci.request.ask"]
            .with_user(self.seller)
            .create({"lead_id": self.deal.id})
        )
        self.assertEqual(ask.missing, "\n".join(gaps))

    def test_wizard_asks(self):
        action = self.deal.with_user(self.seller).action_mci_ask_support()
        form = Form(
            self.env["mci.request.ask"]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        with form.line_ids.new() as line:
            line.function_id = self.function_presales
            line.hours = 6
            self.assertIn("100.00", line.price_hint)
            self.assertEqual(line.amount, 600)
        result = form.save().action_ask()
        request = self.env["mci.request"].browse(result["res_id"])
        self.assertEqual(request.hours, 6)
        self.assertEqual(request.lead_id, self.deal)

    def test_plan_fill_and_state(self):
        request = self._ask(hours=8)
        action = request.with_user(self.office_lead).action_plan()
        booking = self.env["mci.booking"].search(action["domain"])
        self.assertEqual(booking.hours, 8)
        self.assertEqual(booking.state, "draft")
        booking = booking.with_user(self.office_lead)
        booking.write({"resource_id": self.resources["engineer_2"].id, "hours": 5})
        booking.action_confirm()
        self.assertEqual(request.state, "partly_filled")
        self.assertEqual(request.line_ids.open_hours, 3)
        second = request.with_user(self.office_lead).action_plan()
        rest = self.env["mci.booking"].search(second["domain"])
        rest = rest.with_user(self.office_lead)
        rest.resource_id = self.resources["office_lead"]
        rest.action_confirm()
        self.assertEqual(request.state, "filled")
        booking.action_cancel("Customer moved the date")
        self.assertEqual(request.state, "partly_filled")

    def test_c10_a_unit_does_not_book_itself_onto_a_deal(self):
        booking = self._mci_create_booking(self.office_lead)
        with self.assertRaises(AccessError):
            booking.action_confirm()

    def test_m9_withdrawn_and_refused_stay(self):
        request = self._ask()
        with self.assertRaises(UserError):
            request.sudo().unlink()
        request.with_user(self.seller).action_withdraw("Deal is on hold")
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(request.close_reason, "Deal is on hold")
        other = self._ask()
        with self.assertRaises(UserError):
            other.with_user(self.seller).action_refuse("No")
        other.with_user(self.office_lead).action_refuse("Nobody knows cranes")
        self.assertEqual(other.state, "refused")
        with self.assertRaises(UserError):
            other.line_ids.write({"hours": 1})

    def test_withdrawing_cancels_what_is_not_confirmed(self):
        request = self._ask()
        action = request.with_user(self.office_lead).action_plan()
        booking = self.env["mci.booking"].search(action["domain"])
        request.with_user(self.seller).action_withdraw()
        self.assertEqual(booking.state, "cancelled")

    def test_m9_expiry(self):
        request = self._ask(needed=WED)
        with freeze_time(NOW + timedelta(days=5)):
            self._mci_run_cron("cron_expire_requests")
        self.assertEqual(request.state, "expired")

    def test_only_for_own_deals(self):
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._ask(user=self.seller_2)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._ask(user=self.engineer)

    def test_the_owner_asks_whatever_his_group(self):
        self.deal._mci_write_plain({"mci_ledger_owner_id": self.plain_user.id})
        request = self._ask(user=self.plain_user)
        self.assertEqual(request.requester_id, self.plain_user)

    def test_state_and_snapshot_are_locked(self):
        request = self._ask().with_user(self.seller)
        for vals in (
            {"state": "filled"},
            {"outcome": "refused"},
            {"grade_id": False},
            {"lead_id": self.big_deal.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                request.write(vals)
        request.write({"date_needed": WED})

    def test_merge_moves_requests_and_bookings_with_their_story(self):
        request = self._ask()
        booking = self._mci_confirm(
            self._mci_create_booking(date_stop=datetime(2030, 1, 7, 10))
        )
        head = self._mci_create_deal("Head", "b", "local_office", probability=90)
        merged = (head | self.deal).merge_opportunity(auto_unlink=True)
        self.assertEqual(request.lead_id, merged)
        self.assertEqual(booking.lead_id, merged)
        self.assertEqual(booking.lead_name, "Port cranes")
        self.assertEqual(request.lead_name, "Port cranes")
