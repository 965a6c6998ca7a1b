from datetime import date, datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .booking_common import FRI, MON, SAT, THU, TUE, WED, BookingCommon

SUN = SAT + timedelta(days=1)


@tagged("post_install", "-at_install")
class TestExtraWorkday(BookingCommon):
    """M7: days worked although the calendar says otherwise."""

    def setUp(self):
        super().setUp()
        self.resource = self.resources["engineer"]

    def _capacity(self, resource=None):
        resource = resource or self.resource
        return resource._mci_get_capacity(MON, SUN)[resource]

    def _extra(self, **vals):
        return self.env["mci.extra.workday"].create(
            {"name": "Moved", "date": SAT, "company_id": self.company.id, **vals}
        )

    def test_saturday_is_worked(self):
        self.assertNotIn(SAT, self._capacity())
        self._extra(hours=7.5)
        self.assertEqual(self._capacity()[SAT], 7.5)
        self.assertEqual(self._capacity()[FRI], 8)

    def test_saturday_can_be_booked(self):
        self._extra()
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 12, 0), date_stop=datetime(2030, 1, 12, 10)
        )
        self._mci_confirm(booking)
        self.assertEqual(self._mci_hours(booking), {SAT: 8})

    def test_only_one_calendar(self):
        other = self.calendar.copy({"name": "Other"})
        self._extra(calendar_id=other.id)
        self.assertNotIn(SAT, self._capacity())
        self.employees["engineer"].resource_calendar_id = other
        self.assertEqual(self._capacity()[SAT], 8)

    def test_other_company_is_not_concerned(self):
        second = self.env["res.company"].create({"name": "Second"})
        self._extra(company_id=second.id)
        self.assertNotIn(SAT, self._capacity())

    def test_leave_takes_it_away(self):
        self._extra()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.resource.id,
                "calendar_id": self.calendar.id,
                "date_from": datetime(2030, 1, 11, 16),
                "date_to": datetime(2030, 1, 12, 16),
            }
        )
        self.assertNotIn(SAT, self._capacity())
        self.assertEqual(self._capacity(self.resources["engineer_2"])[SAT], 8)

    def test_longer_day_replaces_a_shorter_one(self):
        self._extra(date=WED, hours=4)
        self.assertEqual(self._capacity()[WED], 8)
        self._extra(date=THU, hours=10)
        self.assertEqual(self._capacity()[THU], 10)

    def test_flexible_calendar(self):
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
        before = self._capacity()
        self._extra(date=SUN)
        self.assertEqual(self._capacity()[SUN], 8)
        self.assertEqual(self._capacity()[MON], before[MON])

    def test_day_of_the_person_not_of_the_viewer(self):
        new_york = self.calendar.copy({"name": "East", "tz": "America/New_York"})
        self.employees["engineer"].write(
            {"tz": "America/New_York", "resource_calendar_id": new_york.id}
        )
        self._extra()
        self.assertEqual(self._capacity()[SAT], 8)
        self.assertNotIn(SUN, self._capacity())

    def test_bad_lines_of_an_import(self):
        model = self.env["mci.extra.workday"].with_user(self.mci_manager)
        result = model.load(
            ["name", "date", "hours"],
            [
                ["Good", "2030-02-02", "8"],
                ["No hours", "2030-02-03", "0"],
            ],
        )
        self.assertFalse(result["ids"])
        [message] = [m for m in result["messages"] if m["type"] == "error"]
        self.assertEqual(message["rows"]["from"], 1)
        self.assertIn("more than 0", message["message"])
        result = model.load(
            ["name", "date", "hours", "calendar_id"],
            [["Good", "2030-02-02", "8", ""], ["Day", "soon", "8", "Nobody's"]],
        )
        rows = {message["rows"]["from"] for message in result["messages"]}
        self.assertEqual(rows, {1})

    def test_import_of_the_template(self):
        model = self.env["mci.extra.workday"].with_user(self.mci_manager)
        [template] = model.get_import_templates()
        self.assertIn("/static/", template["template"])
        result = model.load(
            ["name", "date", "hours", "calendar_id"],
            [["Saturday worked", "2030-02-02", "8", ""]],
        )
        self.assertTrue(result["ids"], result["messages"])

    def test_twice_the_same_day(self):
        self._extra()
        with self.assertRaises(IntegrityError), self._mci_quiet():
            self._extra(name="Again")
        result = self.env["mci.extra.workday"].load(
            ["name", "date"], [["Again", str(SAT)]]
        )
        self.assertIn("already", result["messages"][0]["message"])

    def test_rights(self):
        for user in (self.office_lead, self.seller, self.engineer):
            day = self.env["mci.extra.workday"].with_user(user)
            day.search([])
            with self.assertRaises(AccessError), self._mci_quiet():
                day.create({"name": "Mine", "date": SAT})
        self.env["mci.extra.workday"].with_user(self.hr).create(
            {"name": "HR", "date": SAT}
        )

    def test_queries_do_not_depend_on_people(self):
        self._extra()
        people = self.env["resource.resource"].union(*self.resources.values())
        self.env["mci.overtime"].create(
            [
                {"resource_id": person.id, "date": MON, "hours": 1, "reason": "x"}
                for person in people
            ]
        )

        def count(resources):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            resources._mci_get_free(MON, SUN)
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(people), count(self.resource) + 1)


@tagged("post_install", "-at_install")
class TestOvertime(BookingCommon):
    """M7: hours above the calendar that the person himself accepted."""

    def setUp(self):
        super().setUp()
        self.resource = self.resources["engineer_2"]

    def _ask(self, user=None, **vals):
        values = {
            "resource_id": self.resource.id,
            "date": str(TUE),
            "hours": 3,
            "reason": "The bid is due",
            **vals,
        }
        asked = (
            self.env["mci.overtime"].with_user(user or self.office_lead).ask(**values)
        )
        return self.env["mci.overtime"].browse(asked["overtime_id"])

    def _capacity(self):
        return self.resource._mci_get_capacity(MON, SUN)[self.resource]

    def test_counts_once_accepted_and_only_on_its_day(self):
        overtime = self._ask()
        self.assertEqual(self._capacity()[TUE], 8)
        overtime.with_user(self.engineer_2).action_accept()
        self.assertEqual(self._capacity()[TUE], 11)
        self.assertEqual(self._capacity()[WED], 8)
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 8, 0),
            date_stop=datetime(2030, 1, 8, 14),
            hours=11,
        )
        self._mci_confirm(booking)
        self.assertEqual(self._mci_hours(booking), {TUE: 11})

    def test_on_a_day_off(self):
        self._ask(date=str(SAT)).with_user(self.engineer_2).action_accept()
        self.assertEqual(self._capacity()[SAT], 3)

    def test_only_the_person_accepts(self):
        overtime = self._ask()
        for user in (self.office_lead, self.center_lead, self.mci_manager, self.hr):
            with self.assertRaises(AccessError), self._mci_quiet():
                overtime.with_user(user).action_accept()
        self.assertEqual(overtime.state, "asked")
        with self.assertRaises(AccessError), self._mci_quiet():
            overtime.with_user(self.engineer_2).write({"state": "accepted"})
        with self.assertRaises(AccessError), self._mci_quiet():
            overtime.with_user(self.engineer_2).write({"hours": 9})

    def test_who_may_ask(self):
        for user in (self.seller, self.engineer, self.center_lead, self.hr):
            with self.assertRaises(AccessError), self._mci_quiet():
                self._ask(user)
        self.big_deal._mci_write_plain({"mci_delivery_lead_id": self.center_lead.id})
        self.assertTrue(self._ask(self.center_lead, lead_id=self.big_deal.id))

    def test_declined_counts_nothing(self):
        overtime = self._ask()
        overtime.with_user(self.engineer_2).action_decline("Children")
        self.assertEqual(self._capacity()[TUE], 8)
        with self.assertRefused("answered already"):
            overtime.with_user(self.engineer_2).action_accept()

    def test_bad_input(self):
        with self.assertRefused("at most 16"):
            self._ask(hours=0)
        with self.assertRefused("at most 16"):
            self._ask(hours=-2)
        with self.assertRefused("at most 16"):
            self._ask(hours=17)
        with self.assertRefused("is over"):
            self._ask(date="2030-01-06")
        with self.assertRefused("no valid value"):
            self._ask(date="soon")
        with self.assertRefused("Say why"):
            self._ask(reason=" ")

    def test_taken_back_while_needed(self):
        overtime = self._ask()
        overtime.with_user(self.engineer_2).action_accept()
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 8, 0),
            date_stop=datetime(2030, 1, 8, 14),
            hours=10,
        )
        self._mci_confirm(booking)
        with self.assertRefused(booking.name):
            overtime.with_user(self.engineer_2).action_withdraw()
        booking.with_user(self.office_lead).action_cancel("Moved")
        overtime.with_user(self.engineer_2).action_withdraw()
        self.assertEqual(self._capacity()[TUE], 8)


@tagged("post_install", "-at_install")
class TestConflicts(BookingCommon):
    """M7: HR is never blocked; the conflict is marked and the lead told."""

    def setUp(self):
        super().setUp()
        self.booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 8, 0), date_stop=datetime(2030, 1, 8, 10)
        )
        self._mci_confirm(self.booking)
        self.env.cr.precommit.clear()

    def _flag(self):
        self.booking._mci_flag_conflicts(MON)
        return self.booking.has_conflict

    def _is_planned(self):
        cron = self.env.ref("mci_sales_support.cron_flag_conflicts")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.env.cr.precommit.run()
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        return after - before

    def test_leave(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.resources["engineer_2"].id,
                "calendar_id": self.calendar.id,
                "date_from": datetime(2030, 1, 8, 0),
                "date_to": datetime(2030, 1, 8, 4),
            }
        )
        self.assertEqual(self._is_planned(), 1)
        self.assertTrue(self._flag())
        self.assertIn("8 h planned, 4 h left", self.booking.conflict_note)
        self.assertIn(self.office_lead, self.booking.activity_ids.mapped("user_id"))

    def test_end_of_the_contract(self):
        version = self.employees["engineer_2"].version_id
        version.write(
            {
                "date_version": date(2029, 1, 1),
                "contract_date_start": date(2029, 1, 1),
            }
        )
        self.assertFalse(self._flag())
        self.env.cr.precommit.clear()
        version.contract_date_end = MON
        self.assertEqual(self._is_planned(), 1)
        self.assertTrue(self._flag())

    def test_archived_person(self):
        self.employees["engineer_2"].with_context(no_wizard=True).action_archive()
        self.assertFalse(self.resources["engineer_2"].active)
        self.assertTrue(self._flag())

    def test_moved_holiday_and_back(self):
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2030, 1, 7, 16),
                "date_to": datetime(2030, 1, 8, 16),
            }
        )
        self.assertTrue(self._flag())
        holiday.write(
            {
                "date_from": datetime(2030, 1, 8, 16),
                "date_to": datetime(2030, 1, 9, 16),
            }
        )
        self.assertFalse(self._flag())
        self.assertFalse(self.booking.conflict_note)

    def test_extra_day_taken_away(self):
        extra = self.env["mci.extra.workday"].create({"name": "Moved", "date": SAT})
        booking = self._mci_create_booking(
            date_start=datetime(2030, 1, 12, 0), date_stop=datetime(2030, 1, 12, 10)
        )
        self._mci_confirm(booking)
        extra.unlink()
        booking._mci_flag_conflicts(MON)
        self.assertTrue(booking.has_conflict)


@tagged("post_install", "-at_install")
class TestBadInput(BookingCommon):
    """Clear errors or defined effects for what cannot be."""

    def test_dates_reversed(self):
        with self.assertRaises(IntegrityError), self._mci_quiet():
            self._mci_create_booking(
                date_start=datetime(2030, 1, 8), date_stop=datetime(2030, 1, 7)
            )

    def test_window_of_years(self):
        with self.assertRaisesRegex(ValidationError, "366 days"):
            self._mci_create_booking(date_stop=datetime(2033, 1, 7))

    def test_archived_person_is_not_booked(self):
        booking = self._mci_create_booking()
        self.resources["engineer_2"].active = False
        with self.assertRefused("is archived"):
            booking.action_request()

    def test_unknown_time_zone_counts_as_utc(self):
        resource = self.resources["engineer_2"]
        self.env.cr.execute(
            "UPDATE resource_resource SET tz = 'Mars/Base' WHERE id = %s",
            [resource.id],
        )
        resource.invalidate_recordset()
        week = resource._mci_get_capacity(MON, SUN)[resource]
        self.assertEqual(sum(week.values()), 40)

    def test_nobody_has_a_calendar(self):
        self.employees["engineer_2"].resource_calendar_id = False
        calendar = self.company.resource_calendar_id
        self.env.cr.execute(
            "UPDATE res_company SET resource_calendar_id = NULL WHERE id = %s",
            [self.company.id],
        )
        self.company.invalidate_recordset()
        booking = self._mci_create_booking()
        with self.assertRefused("0 free hours"):
            booking.action_request()
        self.company.resource_calendar_id = calendar

    def test_negative_hours(self):
        with self.assertRaises(IntegrityError), self._mci_quiet():
            self._mci_create_booking(hours=-4)
            self.env.flush_all()
