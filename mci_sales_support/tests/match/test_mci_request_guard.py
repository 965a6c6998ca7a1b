from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .booking_common import FRI, MON, WED
from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestRequestGuard(RequestCommon):
    """What no request may say, and deals that end first."""

    def test_days(self):
        with self.assertRaisesRegex(ValidationError, "is after"):
            self._ask(needed=WED, date_from=FRI.isoformat())
        with self.assertRefused("is over"):
            self._ask(needed=MON - timedelta(days=1))
        with self.assertRaisesRegex(ValidationError, "years ahead"):
            self._ask(needed=date(2040, 1, 1))

    def test_days_changed_later(self):
        request = self._ask()
        with self.assertRefused("is over"):
            request.with_user(self.seller).write(
                {"date_needed": MON - timedelta(days=3)}
            )
        with self.assertRaisesRegex(ValidationError, "is after"):
            request.with_user(self.seller).date_from = FRI + timedelta(days=1)

    def test_hours(self):
        for hours in (0, -8):
            with self.subTest(hours), self._mci_quiet():
                with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                    self._ask(hours=hours)
                    self.env.flush_all()
        with self.assertRaisesRegex(ValidationError, "typing error"):
            self._ask(hours=5000)

    def test_unknown_time_zone_counts_as_utc(self):
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'Mars/Base' WHERE id IN %s",
            [(self.seller.partner_id.id, self.office_lead.partner_id.id)],
        )
        self.env.invalidate_all()
        request = self._ask(date_from=WED.isoformat())
        self.assertTrue(request.respond_due)
        action = request.with_user(self.office_lead).action_plan()
        draft = self.env["mci.booking"].search(action["domain"])
        self.assertEqual(draft.date_start, datetime(2030, 1, 9))

    def test_needed_in_two_years(self):
        """The draft stays within the longest window of a booking."""
        request = self._ask(needed=MON + timedelta(days=700))
        action = request.with_user(self.office_lead).action_plan()
        draft = self.env["mci.booking"].search(action["domain"])
        self.assertLessEqual(draft.date_stop - draft.date_start, timedelta(days=366))

    def test_a_lost_deal_ends_what_is_open(self):
        request = self._ask()
        action = request.with_user(self.office_lead).action_plan()
        draft = self.env["mci.booking"].search(action["domain"])
        firm = self._mci_confirm(self._mci_create_booking(**self._tomorrow()))
        self.deal.action_set_lost()
        self.assertEqual((request.state, draft.state), ("withdrawn", "cancelled"))
        self.assertIn("lost", request.close_reason)
        self.assertEqual(firm.state, "confirmed")
        self.assertIn("lost", firm.activity_ids.summary)
        with self.assertRefused("closed already"):
            request.with_user(self.office_lead).action_plan()

    def test_a_won_deal_ends_what_is_open(self):
        request = self._ask()
        self.deal.action_set_won()
        self.assertEqual(request.state, "withdrawn")
        self.assertIn("won", request.close_reason)

    def test_a_merged_deal_keeps_its_request(self):
        other = self._mci_create_deal("Port cranes again", "c", "local_office")
        request = self._ask(other)
        (self.deal | other).with_user(self.sales_manager).merge_opportunity()
        self.assertTrue(request.lead_id.exists())
        self.assertEqual(request.lead_name, "Port cranes again")
        self.assertEqual(request.state, "asked")

    def test_archived_people_and_units(self):
        booking = self._mci_create_booking()
        self.resources["engineer_2"].active = False
        with self.assertRefused("archived"):
            booking.action_request()
        self.resources["engineer_2"].active = True
        self.office.active = False
        with self.assertRefused("archived"):
            booking.action_request()

    def test_planned_twice_gives_the_same_drafts(self):
        request = self._ask()
        first = request.with_user(self.office_lead).action_plan()
        second = request.with_user(self.office_lead).action_plan()
        self.assertEqual(first["domain"], second["domain"])
        self.assertEqual(request.plan_seq, 2)

    def test_a_line_is_not_filled_twice(self):
        request = self._ask()
        bookings = self.env["mci.booking"].with_user(self.office_lead)
        vals = request.sudo().line_ids._prepare_booking_vals()
        pair = bookings.create([vals, vals])
        pair[0].resource_id = self.resources["engineer_2"]
        pair[1].resource_id = self.resources["office_lead"]
        pair[0].action_confirm()
        with self.assertRefused("leaves 0 hours open"):
            pair[1].action_confirm()


@tagged("post_install", "-at_install")
class TestPassOn(RequestCommon):
    """M2: backup offices in their order, experts by the delivery lead."""

    def test_backup_offices_in_order(self):
        second = self._add_backup("Valley Office", 20)
        first = self._add_backup("Harbour Office", 5)
        request = self._ask()
        request.with_user(self.office_lead).action_refuse("Nobody is free")
        self.assertEqual((request.state, request.center_id), ("asked", first))
        self.assertTrue(request.is_remote)
        self.assertTrue(self._messages(request, self.center_lead))
        with self._mci_quiet(), self.assertRaises(AccessError):
            request.with_user(self.office_lead).action_refuse("Again")
        action = request.with_user(self.center_lead).action_plan()
        draft = self.env["mci.booking"].search(action["domain"])
        self.assertEqual(draft.center_id, first)
        request.with_user(self.center_lead).action_refuse("We neither")
        self.assertEqual((request.center_id, draft.state), (second, "cancelled"))
        request.with_user(self.center_lead).action_refuse("Nobody at all")
        self.assertEqual(request.state, "refused")
        self.assertEqual(
            request.pass_ids.mapped("center_id"), self.office | first | second
        )
        self.assertEqual(request.close_reason, "Nobody at all")

    def test_no_backup_for_deals_of_a_center(self):
        self._add_backup()
        request = self._ask(self.big_deal)
        request.with_user(self.office_lead).action_refuse("Ask the center")
        self.assertEqual(request.state, "refused")

    def test_passes_are_written_by_the_system(self):
        self._add_backup()
        request = self._ask()
        request.with_user(self.office_lead).action_refuse("Nobody is free")
        with self.assertRaises(AccessError):
            request.pass_ids.write({"reason": "Other"})
        request.pass_ids.with_user(self.seller).read()
        with self._mci_quiet(), self.assertRaises(AccessError):
            request.pass_ids.with_user(self.seller_2).read()

    def _choose_among_pools(self, request, pool):
        commander = request.with_user(self.center_lead)
        self.assertTrue(commander.can_call_experts)
        self.assertFalse(request.with_user(self.seller).can_call_experts)
        other = self._mci_create_unit(
            "Lawyers", "LAW", "expert_pool", self.office_lead, ["engineer_2"]
        )
        with self.assertRefused("Choose the expert pool"):
            commander.action_call_experts()
        action = commander.action_choose_experts()
        wizard = self.env[action["res_model"]].with_user(self.center_lead)
        wizard = wizard.with_context(**action["context"]).create(
            {"center_id": other.id}
        )
        self.assertEqual(wizard.pool_ids, pool | other)
        drafts = self.env["mci.booking"].search(wizard.action_call()["domain"])
        self.assertIn(other, drafts.center_id)
        other.active = False

    def test_experts_are_called_by_the_delivery_lead(self):
        pool = self._mci_create_unit(
            "Experts", "EXP", "expert_pool", self.office_lead, ["engineer_2"]
        )
        self._command()
        request = self._ask(self.big_deal)
        with self.assertRaises(AccessError):
            request.with_user(self.seller).action_call_experts()
        self._mci_level("M2", "enforce")
        own = self._mci_create_booking(lead_id=self.big_deal.id, center_id=pool.id)
        with self.assertRefused("called by"):
            own.action_request()
        commander = request.with_user(self.center_lead)
        action = commander.action_choose_experts()
        booking = self.env["mci.booking"].search(action["domain"])
        self.assertEqual(booking.center_id, pool)
        booking.resource_id = self.resources["engineer_2"]
        booking.with_user(self.center_lead).action_confirm()
        self.assertEqual(booking.state, "confirmed")
        with self.assertRefused("no A or B"):
            self._ask().sudo().action_call_experts()
        self._choose_among_pools(self._ask(self.big_deal), pool)
        pool.active = False
        with self.assertRaises(UserError):
            self._ask(self.big_deal).with_user(self.center_lead).action_call_experts()
