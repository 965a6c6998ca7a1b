from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .booking_common import NOW, BookingCommon

WEEK = ("2030-01-07", "2030-01-13")
NEXT_WEEK = ("2030-01-14", "2030-01-20")


@tagged("post_install", "-at_install")
class TestLoadBoardPlan(BookingCommon):
    """A requested line set down on a person and a week."""

    def setUp(self):
        super().setUp()
        self.request = self._ask()

    def _ask(self, lead=None, needed="2030-01-18", hours=8, **vals):
        return (
            (lead or self.deal)
            .with_user(self.seller)
            .mci_ask_support(
                {
                    "date_needed": needed,
                    "lines": [
                        {"function_id": self.function_presales.id, "hours": hours}
                    ],
                    **vals,
                }
            )
        )

    def _plan(self, user=None, request=None, role="engineer_2", days=WEEK):
        result = (
            self.env["mci.load.board"]
            .with_user(user or self.office_lead)
            .plan_line(
                (request or self.request).line_ids.id, self.resources[role].id, *days
            )
        )
        return result, self.env["mci.booking"].browse(result["booking_id"])

    def test_holds_the_person(self):
        result, booking = self._plan()
        self.assertEqual((result["state"], result["hours"]), ("held", 8))
        self.assertEqual(booking.request_line_id, self.request.line_ids)
        self.assertEqual(booking.resource_id, self.resources["engineer_2"])
        self.assertEqual(booking.requester_id, self.office_lead)
        self.assertEqual(sum(self._mci_hours(booking).values()), 8)
        self.assertIn("Engineer 2, 8 h: Held (soft)", result["message"])

    def test_days_of_the_week_that_the_deal_can_use(self):
        """Not after the day it is needed by, and in the person's own days."""
        _result, booking = self._plan(days=NEXT_WEEK)
        self.assertEqual(
            booking._mci_get_window(), (date(2030, 1, 14), date(2030, 1, 18))
        )

    def test_as_much_as_is_free(self):
        request = self._ask(hours=60)
        result, booking = self._plan(request=request)
        self.assertEqual((result["hours"], result["open_hours"]), (40, 20))
        self.assertIn("20 h are still open", result["message"])
        result, _booking = self._plan(request=request, days=NEXT_WEEK)
        self.assertEqual((result["hours"], result["open_hours"]), (20, 0))
        with self.assertRefused("taken already"):
            self._plan(request=request, days=NEXT_WEEK)

    def test_m7_nobody_is_booked_twice(self):
        self._plan(request=self._ask(hours=40))
        before = self.env["mci.booking"].search_count([])
        with self.assertRefused("no free hours"):
            self._plan()
        self.assertEqual(self.env["mci.booking"].search_count([]), before)

    def test_fills_the_draft_that_waits(self):
        self.request.with_user(self.office_lead).action_plan()
        draft = self.request.booking_ids
        _result, booking = self._plan()
        self.assertEqual(booking, draft)

    def test_m3_who_does_not_answer_the_request_is_refused(self):
        for user in (self.engineer_2, self.seller, self.center_lead):
            with self.assertRaises(UserError), self._mci_quiet():
                self._plan(user)
        self.assertFalse(self.request.booking_ids)

    def test_people_of_other_units_are_refused(self):
        with self.assertRefused("has no position in City Office"):
            self._plan(role="engineer")

    def test_days_outside_the_request(self):
        with self.assertRefused("can be worked on from"):
            self._plan(days=("2030-01-21", "2030-01-27"))
        with self.assertRefused("can be worked on from"):
            self._plan(days=("2029-12-24", "2029-12-30"))
        with self.assertRefused("can be worked on from"):
            self._plan(days=("2030-01-10", "2030-01-08"))

    def test_closed_request(self):
        self.request.with_user(self.seller).action_withdraw("Not needed")
        with self.assertRefused("closed already"):
            self._plan()

    def test_small_things_of_the_hotline_confirm_themselves(self):
        self.team.mci_office_id = self.hotline
        self.company.mci_self_confirm_hours = 4
        deal = self._mci_create_deal("Crane hook", "d", "hotline")
        request = self._ask(deal, hours=1, center_id=self.hotline.id)
        result, _booking = self._plan(request=request)
        self.assertEqual(result["state"], "confirmed")

    def test_bad_input(self):
        board = self.env["mci.load.board"].with_user(self.office_lead)
        line, person = self.request.line_ids.id, self.resources["engineer_2"].id
        for arguments, text in (
            ((2**31 - 1, person, *WEEK), "that exist"),
            ((line, 2**31 - 1, *WEEK), "that exist"),
            ((line, person, False, False), "that exist"),
            ((line, person, "soon", WEEK[1]), "no valid value"),
            (("x", person, *WEEK), "no valid value"),
        ):
            with self.assertRefused(text):
                board.plan_line(*arguments)


@tagged("post_install", "-at_install")
class TestLoadBoardPlanAll(BookingCommon):
    """The board opens a new plan for what it shows."""

    def _action(self, user=None, days=("2029-12-31", "2030-03-31"), **vals):
        board = self.env["mci.load.board"].with_user(user or self.office_lead)
        return board.get_plan_action(*days, **vals)

    def _form(self, action, user=None):
        plans = self.env["mci.plan"].with_user(user or self.office_lead)
        return Form(plans.with_context(**action["context"]))

    def test_shown_units_and_days(self):
        plan = self._form(self._action()).save()
        self.assertEqual(plan.center_ids, self.office + self.hotline)
        self.assertEqual(plan.date_from, NOW.date())
        self.assertEqual(plan.date_to, date(2030, 3, 31))
        plan.action_compute()
        self.assertEqual(plan.state, "computed")

    def test_one_unit(self):
        action = self._action(center_ids=[self.office.id, self.center.id])
        self.assertEqual(self._form(action).save().center_ids, self.office)

    def test_units_of_one_company(self):
        other = self.env["res.company"].create({"name": "Sister"})
        self.mci_manager.company_ids |= other
        foreign = self.env["mci.delivery.center"].create(
            {
                "name": "Sister office",
                "code": "SIS",
                "tier": "local_office",
                "company_id": other.id,
                "lead_id": self.mci_manager.id,
            }
        )
        board = self.env["mci.load.board"].with_user(self.mci_manager)
        board = board.with_context(allowed_company_ids=[self.company.id, other.id])
        action = board.get_plan_action("2030-01-07", "2030-01-13")
        self.assertIn(self.office.id, action["context"]["default_center_ids"])
        self.assertNotIn(foreign.id, action["context"]["default_center_ids"])

    def test_days_that_are_over(self):
        for days in (
            ("2029-10-01", "2029-10-07"),
            ("2030-03-01", "2030-02-01"),
            (None, None),
        ):
            with self.assertRaises(UserError):
                self._action(days=days)

    def test_who_may_not_plan(self):
        for user in (self.seller, self.engineer_2, self.accountant, self.plain_user):
            with self.assertRaises(AccessError):
                self._action(user)
        with self.assertRaises(AccessError):
            self._action(center_ids=[self.center.id])
