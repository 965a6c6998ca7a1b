from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestBookingRank(BookingCommon):
    """M6: best match inside the unit, every score and every exclusion explained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        skill_type = cls.env["hr.skill.type"].create(
            {
                "name": "Products",
                "skill_ids": [Command.create({"name": "Cranes"})],
                "skill_level_ids": [
                    Command.create({"name": "Basic", "level_progress": 30}),
                    Command.create({"name": "Expert", "level_progress": 90}),
                ],
            }
        )
        cls.skill = skill_type.skill_ids
        cls.basic, cls.expert = skill_type.skill_level_ids.sorted("level_progress")
        cls.booking = cls._mci_create_booking(resource_id=False)

    def _add_skill(self, role, level, **vals):
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employees[role].id,
                "skill_id": self.skill.id,
                "skill_type_id": self.skill.skill_type_id.id,
                "skill_level_id": level.id,
                "valid_from": date(2029, 1, 1),
                **vals,
            }
        )

    def _rows(self, booking=None):
        rows = (booking or self.booking).rank_candidates()
        return {row["resource_id"]: row for row in rows}

    def test_the_unit_s_people_with_free_hours(self):
        rows = self._rows()
        self.assertEqual(
            set(rows),
            {self.resources["engineer_2"].id, self.resources["office_lead"].id},
        )
        row = rows[self.resources["engineer_2"].id]
        self.assertEqual(row["free_hours"], 16)
        self.assertFalse(row["excluded"])
        self.assertTrue(0 < row["score"] <= 100)
        self.assertTrue(row["reasons"])

    def test_skill_missing_expired_too_low(self):
        self.booking.write(
            {"skill_id": self.skill.id, "skill_level_id": self.expert.id}
        )
        engineer = self.resources["engineer_2"].id
        self.assertIn("has not", self._rows()[engineer]["excluded"].lower())
        self._add_skill("engineer_2", self.basic)
        self.assertIn("below", self._rows()[engineer]["excluded"])
        self._add_skill("office_lead", self.expert, valid_to=date(2030, 1, 7))
        office_lead = self.resources["office_lead"].id
        self.assertIn("expired", self._rows()[office_lead]["excluded"])
        self.booking.skill_level_id = self.basic
        self.assertFalse(self._rows()[engineer]["excluded"])

    def test_no_free_hours(self):
        self._mci_confirm(self._mci_create_booking(hours=10))
        row = self._rows()[self.resources["engineer_2"].id]
        self.assertIn("6 free hours", row["excluded"])
        self.assertEqual(row["score"], 0)

    def test_another_function_is_excluded(self):
        self.booking.function_id = self.function_test
        self.assertTrue(all(row["excluded"] for row in self._rows().values()))

    def test_who_worked_for_the_customer_comes_first(self):
        done = self._mci_confirm(
            self._mci_create_booking(
                date_start=datetime(2030, 1, 2),
                date_stop=datetime(2030, 1, 2, 10),
                hours=1,
            )
        )
        done.with_user(self.engineer_2).action_done()
        rows = self.booking.rank_candidates()
        self.assertEqual(rows[0]["resource_id"], self.resources["engineer_2"].id)
        self.assertIn("Worked for this customer", rows[0]["reasons"])

    def test_limit(self):
        self.assertEqual(len(self.booking.rank_candidates(limit=1)), 1)

    def test_pick_takes_the_person(self):
        action = self.booking.action_find_people()
        pick = (
            self.env["mci.booking.pick"].with_user(self.seller).browse(action["res_id"])
        )
        line = pick.line_ids[0]
        line.action_pick()
        self.assertEqual(self.booking.resource_id, line.resource_id)

    def test_queries_do_not_grow_with_people(self):
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
                employee.resource_id.mci_level_id = self.env.ref(
                    "mci_sales_support.level_2"
                )
            booking = self._mci_create_booking(center_id=unit.id, resource_id=False)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            booking.rank_candidates(limit=100)
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(5), count(50))
