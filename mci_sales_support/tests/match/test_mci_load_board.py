import json
from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .booking_common import NOW, BookingCommon


@tagged("post_install", "-at_install")
class TestLoadBoard(BookingCommon):
    """What the board answers, and to whom."""

    def _board(self, user=None, **kwargs):
        board = (
            self.env["mci.load.board"].with_user(user or self.office_lead)
        ).get_board(**kwargs)
        return json.loads(json.dumps(board))

    def _person(self, board, role):
        [person] = [
            row for row in board["people"] if row["id"] == self.resources[role].id
        ]
        return person

    def _booking(self, state, **vals):
        booking = self._mci_create_booking(**vals)
        booking.action_request()
        if state != "requested":
            getattr(booking.with_user(self.office_lead), state)()
        return booking

    def test_weeks(self):
        board = self._board()
        self.assertEqual(len(board["columns"]), 13)
        self.assertEqual(
            board["columns"][0], {"date_from": "2030-01-07", "date_to": "2030-01-13"}
        )
        cells = self._person(board, "engineer_2")["cells"]
        self.assertEqual(cells, [[40, 0, 0, 0, 0]] * 13)

    def test_days_from_monday(self):
        board = self._board(date_from="2030-01-10", zoom="day")
        self.assertEqual(len(board["columns"]), 14)
        self.assertEqual(board["columns"][0]["date_from"], "2030-01-07")
        capacity = [cell[0] for cell in self._person(board, "engineer_2")["cells"]]
        self.assertEqual(capacity, [8, 8, 8, 8, 8, 0, 0] * 2)

    def test_m8_states_are_told_apart(self):
        self._booking("requested", hours=2)
        self._booking("action_hold", hours=3)
        done = self._booking("action_confirm", hours=4)
        done.with_user(self.engineer_2).action_done(hours=5, reason="customer")
        self._booking("action_confirm", hours=1)
        cell = self._person(self._board(), "engineer_2")["cells"][0]
        self.assertEqual(cell[:4], [40, 6, 3, 2])

    def test_m8_a_hold_that_is_over_takes_nothing(self):
        booking = self._booking("action_hold", hours=3)
        booking.sudo()._mci_unlock().hold_until = NOW
        cell = self._person(self._board(), "engineer_2")["cells"][0]
        self.assertEqual(cell[:4], [40, 0, 0, 3])

    def test_the_way_there_counts(self):
        self._booking("action_confirm", hours=4, place="on_site", travel_hours=2)
        cell = self._person(self._board(), "engineer_2")["cells"][0]
        self.assertEqual(cell[:4], [40, 6, 0, 0])

    def test_refused_and_cancelled_take_nothing(self):
        booking = self._booking("requested")
        booking.with_user(self.office_lead).action_refuse("No")
        cell = self._person(self._board(), "engineer_2")["cells"][0]
        self.assertEqual(cell[:4], [40, 0, 0, 0])

    def test_time_off_and_holidays_are_marked(self):
        zone = {"calendar_id": self.calendar.id, "company_id": self.company.id}
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Secret",
                    "resource_id": self.resources["engineer_2"].id,
                    "date_from": datetime(2030, 1, 7, 16),
                    "date_to": datetime(2030, 1, 8, 15, 59, 59),
                    **zone,
                },
                {
                    "name": "Founding day",
                    "date_from": datetime(2030, 1, 9, 16),
                    "date_to": datetime(2030, 1, 10, 15, 59, 59),
                    **zone,
                },
            ]
        )
        board = self._board(zoom="day")
        cells = self._person(board, "engineer_2")["cells"]
        self.assertEqual([cell[4] for cell in cells[:4]], [0, 1, 0, 2])
        self.assertEqual([cell[0] for cell in cells[:4]], [8, 0, 8, 0])
        other = self._person(board, "office_lead")["cells"]
        self.assertEqual([cell[4] for cell in other[:4]], [0, 0, 0, 2])
        self.assertEqual(self._person(self._board(), "engineer_2")["cells"][0][4], 3)
        # why somebody is away is nobody's business
        self.assertNotIn("Secret", json.dumps(board))

    def test_one_human_with_two_employments(self):
        """Both employments show the hours of the human, as capacity counts them."""
        other = self.env["res.company"].create({"name": "Sister"})
        employee = self.env["hr.employee"].create(
            {
                "name": "Engineer 2 (sister)",
                "user_id": self.engineer_2.id,
                "company_id": other.id,
            }
        )
        self._booking("action_confirm", hours=4)
        person = self._person(self._board(), "engineer_2")
        self.assertIn(employee.resource_id.id, person["resource_ids"])
        self.assertEqual(person["cells"][0][1], 4)

    def test_leads_see_their_units(self):
        board = self._board()
        self.assertEqual(
            {row["id"] for row in board["people"]},
            {self.resources["office_lead"].id, self.resources["engineer_2"].id},
        )
        self.assertEqual(
            {row["id"] for row in board["units"]}, {self.office.id, self.hotline.id}
        )
        self.assertTrue(board["can_plan"])

    def test_leads_name_units_of_others_in_vain(self):
        board = self._board(center_ids=[self.center.id, self.office.id])
        self.assertEqual([row["id"] for row in board["units"]], [self.office.id])
        board_ids = [row["id"] for row in board["people"]]
        self.assertNotIn(self.resources["engineer"].id, board_ids)
        with self.assertRaises(AccessError):
            self._board(center_ids=[self.center.id])

    def test_deputies_see_the_unit(self):
        self.center.deputy_id = self.office_lead
        ids = [row["id"] for row in self._board()["people"]]
        self.assertIn(self.resources["engineer"].id, ids)

    def test_administrator_sees_all(self):
        ids = {row["id"] for row in self._board(self.mci_manager)["people"]}
        self.assertGreaterEqual(
            ids, {self.resources["engineer"].id, self.resources["engineer_2"].id}
        )

    def test_engineers_see_themselves(self):
        board = self._board(self.engineer_2)
        self.assertEqual(
            [row["id"] for row in board["people"]], [self.resources["engineer_2"].id]
        )
        self.assertFalse(board["can_plan"])

    def test_others_see_nobody(self):
        for user in (self.seller, self.accountant, self.plain_user):
            with self.assertRaises(AccessError):
                self._board(user)

    def test_other_companies_are_closed(self):
        other = self.env["res.company"].create({"name": "Sister"})
        self.mci_manager.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(self._board(self.mci_manager)["people"])

    def test_archived_and_past_members_are_left_out(self):
        seat = self.office.seat_ids.filtered(
            lambda seat: seat.resource_id == self.resources["engineer_2"]
        )
        self.hotline.seat_ids.unlink()
        seat.date_to = date(2030, 1, 1)
        ids = [row["id"] for row in self._board()["people"]]
        self.assertNotIn(self.resources["engineer_2"].id, ids)
        self.resources["office_lead"].active = False
        self.assertFalse(self._board()["people"])

    def test_requests_wait_in_queue_order(self):
        def ask(lead, needed):
            return lead.with_user(self.seller).mci_ask_support(
                {
                    "date_needed": needed,
                    "lines": [{"function_id": self.function_presales.id, "hours": 8}],
                }
            )

        late, early = ask(self.deal, "2030-01-20"), ask(self.deal, "2030-01-10")
        best = ask(self.big_deal, "2030-01-25")
        rows = self._board()["requests"]
        self.assertEqual([row["id"] for row in rows], (best + early + late).ids)
        self.assertEqual([row["rank"] for row in rows], [1, 2, 3])
        [line] = rows[1]["lines"]
        self.assertEqual((line["open_hours"], line["hours"]), (8, 8))
        self.assertTrue(rows[1]["can_plan"])
        self.assertIn("Grade", rows[0]["reason"])
        self.assertFalse(self._board(self.engineer_2)["requests"])
        self.assertFalse(self._board(self.center_lead)["requests"])

    def test_a_filled_line_waits_no_more(self):
        request = self.deal.with_user(self.seller).mci_ask_support(
            {
                "date_needed": "2030-01-20",
                "lines": [{"function_id": self.function_presales.id, "hours": 8}],
            }
        )
        self._mci_confirm(self._mci_create_booking(request_line_id=request.line_ids.id))
        self.assertFalse(self._board()["requests"])

    def test_bad_input(self):
        for kwargs, text in (
            ({"zoom": "year"}, "weeks or days"),
            ({"date_from": "soon"}, "no valid value"),
            ({"date_from": "9999-12-31"}, "No work is planned"),
            ({"center_ids": ["x"]}, "no valid value"),
        ):
            with self.assertRefused(text):
                self._board(**kwargs)

    def test_people_without_a_calendar(self):
        """They work the hours of the company (M7)."""
        self.resources["engineer_2"].calendar_id = False
        self.assertEqual(self._person(self._board(), "engineer_2")["cells"][1][0], 40.0)

    @mute_logger("odoo.models.unlink")
    def test_queries_do_not_grow(self):
        def count(number):
            employees = self.env["hr.employee"].create(
                [
                    {
                        "name": f"Person {number} {index}",
                        "company_id": self.company.id,
                        "resource_calendar_id": self.calendar.id,
                        "tz": self.TIME_ZONE,
                    }
                    for index in range(number)
                ]
            )
            unit = self._mci_create_unit(
                "Many", f"M{number}", "local_office", self.office_lead
            )
            self.env["mci.center.seat"].create(
                [
                    {
                        "center_id": unit.id,
                        "resource_id": employee.resource_id.id,
                        "function_id": self.function_presales.id,
                        "date_from": date(2020, 1, 1),
                    }
                    for employee in employees
                ]
            )
            for employee in employees:
                employee.resource_id.mci_level_id = self.resources[
                    "engineer_2"
                ].mci_level_id
                self._mci_confirm(
                    self._mci_create_booking(
                        center_id=unit.id, resource_id=employee.resource_id.id, hours=2
                    )
                )
                self.deal.with_user(self.seller).mci_ask_support(
                    {
                        "date_needed": "2030-02-20",
                        "lines": [
                            {"function_id": self.function_presales.id, "hours": 2}
                        ],
                    }
                )
            self.env.flush_all()
            # what stays in the caches of the registry is read before counting
            self._board(center_ids=unit.ids)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._board(center_ids=unit.ids)
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(8)
        self.assertEqual(few, many)
        self.assertLess(many, 60)
