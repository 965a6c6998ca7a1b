from datetime import date, datetime, timedelta

from odoo.tests import tagged

from .booking_common import FRI, MON, SAT, TUE, WED, BookingCommon

SUN = SAT + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestCapacity(BookingCommon):
    """M7: hours a day of a human."""

    def setUp(self):
        super().setUp()
        self.resource = self.resources["engineer"]

    def _capacity(self, resource=None, first=MON, last=SUN):
        resource = resource or self.resource
        return resource._mci_get_capacity(first, last)[resource]

    def _leave(self, first, last, resource=None, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id if resource else False,
                "calendar_id": self.calendar.id,
                "date_from": first,
                "date_to": last,
                **vals,
            }
        )

    def test_week_of_a_full_timer(self):
        week = self._capacity()
        self.assertEqual(
            week, dict.fromkeys((MON, TUE, WED, date(2030, 1, 10), FRI), 8)
        )

    def test_leave_of_half_a_day(self):
        # 08:00 to 12:00 in Shanghai
        self._leave(datetime(2030, 1, 8, 0), datetime(2030, 1, 8, 4), self.resource)
        self.assertEqual(self._capacity()[TUE], 4)
        self.assertEqual(self._capacity(self.resources["engineer_2"])[TUE], 8)

    def test_public_holiday(self):
        self._leave(datetime(2030, 1, 8, 16), datetime(2030, 1, 9, 16))
        self.assertNotIn(WED, self._capacity())
        self.assertNotIn(WED, self._capacity(self.resources["engineer_2"]))

    def test_part_time(self):
        part_time = self.calendar.copy({"name": "Mornings"})
        part_time.attendance_ids.filtered(
            lambda attendance: attendance.day_period != "morning"
        ).unlink()
        self.employees["engineer"].resource_calendar_id = part_time
        self.assertEqual(self._capacity()[MON], 4)

    def test_fully_flexible_has_the_hours_of_the_company(self):
        self.employees["engineer"].resource_calendar_id = False
        self.assertFalse(self.resource.calendar_id)
        week = self._capacity()
        hours = self.company.resource_calendar_id.hours_per_day
        self.assertEqual(week[MON], hours)
        self.assertNotIn(SAT, week)

    def test_flexible_calendar_does_not_depend_on_the_window(self):
        flexible = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": self.TIME_ZONE,
                "company_id": self.company.id,
                "flexible_hours": True,
                "hours_per_day": 8,
                "full_time_required_hours": 40,
            }
        )
        self.employees["engineer"].resource_calendar_id = flexible
        week = self._capacity()
        self.assertEqual(sum(week.values()), 40)
        self.assertEqual(self._capacity(first=WED, last=WED), {WED: week[WED]})
        self.assertEqual(self._capacity(first=SAT, last=SUN), {})

    def test_contract_limits_and_changes_the_calendar(self):
        employee = self.employees["engineer"]
        part_time = self.calendar.copy({"name": "Mornings"})
        part_time.attendance_ids.filtered(
            lambda attendance: attendance.day_period != "morning"
        ).unlink()
        employee.version_id.write(
            {
                "date_version": date(2029, 1, 1),
                "contract_date_start": date(2029, 1, 1),
                "contract_date_end": date(2030, 1, 10),
            }
        )
        employee.create_version(
            {
                "date_version": TUE,
                "contract_date_start": date(2029, 1, 1),
                "contract_date_end": date(2030, 1, 10),
                "resource_calendar_id": part_time.id,
            }
        )
        week = self._capacity()
        self.assertEqual(week[MON], 8)
        self.assertEqual(week[TUE], 4)
        self.assertNotIn(FRI, week)

    def test_days_are_those_of_the_person(self):
        new_york = self.calendar.copy({"name": "East", "tz": "America/New_York"})
        self.employees["engineer"].write(
            {"tz": "America/New_York", "resource_calendar_id": new_york.id}
        )
        self.assertEqual(self._capacity()[MON], 8)
        self.assertEqual(set(self._capacity(first=MON, last=MON)), {MON})

    def test_one_human_with_two_resources_has_one_day(self):
        second_company = self.env["res.company"].create({"name": "Second"})
        self.engineer.company_ids += second_company
        second = self.env["hr.employee"].create(
            {
                "name": "Engineer abroad",
                "user_id": self.engineer.id,
                "company_id": second_company.id,
                "tz": self.TIME_ZONE,
                "resource_calendar_id": self.calendar.copy(
                    {"company_id": second_company.id}
                ).id,
            }
        )
        self.assertEqual(self._capacity()[MON], 8)
        self.assertEqual(self._capacity(second.resource_id)[MON], 8)
        booking = self._mci_create_booking(
            center_id=self.center.id,
            resource_id=self.resource.id,
            date_stop=datetime(2030, 1, 7, 10),
        )
        self._mci_confirm(booking, self.center_lead)
        free = second.resource_id._mci_get_free(MON, TUE)[second.resource_id]
        self.assertEqual(free, {TUE: 8})

    def test_queries_do_not_grow_with_people(self):
        def count(number):
            people = self.env["hr.employee"].create(
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
            for person in people:
                person.version_id.contract_date_start = date(2029, 1, 1)
            resources = self.env["resource.resource"].browse(people.resource_id.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            resources._mci_get_free(MON, SUN)
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertEqual(count(5), count(50))
