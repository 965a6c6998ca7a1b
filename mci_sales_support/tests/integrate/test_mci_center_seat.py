from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestMciCenterSeat(MciCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seat = cls.center.seat_ids.filtered(
            lambda seat: seat.resource_id == cls.resources["engineer"]
        )

    def _create(self, **values):
        return self.env["mci.center.seat"].create(
            {
                "center_id": self.center.id,
                "resource_id": self.resources["engineer"].id,
                "function_id": self.function_presales.id,
                **values,
            }
        )

    def test_dates_in_order(self):
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            self.seat.date_to = date(2019, 12, 31)
        self.seat.date_to = date(2020, 1, 1)

    def test_one_position_at_a_time(self):
        """The database refuses overlaps; ends are days still held."""
        self.seat.date_to = date(2025, 6, 30)
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            self._create(date_from=date(2025, 6, 30))
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            self._create(date_from=date(2019, 1, 1))
        self._create(date_from=date(2025, 7, 1))
        self._create(date_from=date(2020, 1, 1), function_id=self.function_test.id)
        self._create(date_from=date(2020, 1, 1), center_id=self.office.id)

    def test_exactly_one_active_employee_b18(self):
        """Hours need one employee of the unit's company behind the person."""
        nobody = self.env["resource.resource"].create(
            {"name": "Nobody", "company_id": self.company.id}
        )
        with self.assertRaises(ValidationError):
            self._create(resource_id=nobody.id)
        self.employees["engineer_2"].active = False
        resource = self.resources["engineer_2"]
        with self.assertRaises(ValidationError):
            self._create(resource_id=resource.id)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreigner = self.env["hr.employee"].create(
            {"name": "Foreigner", "company_id": company.id}
        )
        with self.assertRaises(ValidationError):
            self._create(resource_id=foreigner.resource_id.id)

    def test_level_is_the_persons(self):
        """It gives the price (C2): the head of a unit cannot raise it himself."""
        senior = self.env.ref("mci_sales_support.level_3")
        self.assertEqual(self.seat.level_id, self.resources["engineer"].mci_level_id)
        with self.assertRaises(AccessError):
            self.seat.with_user(self.center_lead).level_id = senior
        for user in (self.mci_manager, self.hr):
            if user == self.hr:
                with self._mci_quiet(), self.assertRaises(AccessError):
                    self.seat.with_user(user).level_id = senior
                continue
            self.seat.with_user(user).level_id = senior
            self.assertEqual(self.resources["engineer"].mci_level_id, senior)
        self.employees["engineer"].with_user(self.hr).mci_level_id = self.env.ref(
            "mci_sales_support.level_1"
        )
        self.assertEqual(
            self.resources["engineer"].mci_level_id,
            self.env.ref("mci_sales_support.level_1"),
        )

    def test_held_today(self):
        today = fields.Date.context_today(self.seat)
        seats = self.env["mci.center.seat"]
        mine = [("resource_id", "=", self.resources["engineer"].id)]
        for date_from, date_to, expected in (
            (today, False, True),
            (today, today, True),
            (today + timedelta(1), False, False),
            (today - timedelta(9), today - timedelta(1), False),
        ):
            self.seat.write({"date_from": date_from, "date_to": date_to})
            self.env.invalidate_all()
            self.assertEqual(self.seat.is_current, expected, (date_from, date_to))
            found = seats.search([*mine, ("is_current", "=", True)])
            self.assertEqual(bool(found), expected)
            others = seats.search([*mine, ("is_current", "=", False)])
            self.assertEqual(bool(others), not expected)

    def test_spans_are_held_throughout(self):
        self.seat.date_to = date(2025, 6, 30)
        seats = self.env["mci.center.seat"]
        mine = seats._mci_current(date(2025, 6, 1), date(2025, 6, 30))
        self.assertIn(self.seat, seats.search(mine))
        later = seats._mci_current(date(2025, 6, 1), date(2025, 7, 1))
        self.assertNotIn(self.seat, seats.search(later))

    def test_holder_follows_the_project_also_later(self):
        """Who leaves keeps following: Odoo would hide his own past hours."""
        project = self.center.project_id
        partner = self.engineer_2.partner_id
        self.assertNotIn(partner, project.message_partner_ids)
        seat = self._create(resource_id=self.resources["engineer_2"].id)
        self.assertIn(partner, project.message_partner_ids)
        seat.date_to = seat.date_from
        self.assertIn(partner, project.message_partner_ids)

    def test_humans_are_users(self):
        """A person employed twice has two resources and one working day (M7)."""
        resource = self.resources["engineer"]
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.engineer.company_ids |= company
        second = self.env["hr.employee"].create(
            {
                "name": "Engineer",
                "user_id": self.engineer.id,
                "company_id": company.id,
            }
        )
        nobody = self.env["resource.resource"].create({"name": "Nobody"})
        humans = (resource | nobody)._mci_humans()
        self.assertEqual(humans[resource], resource | second.resource_id)
        self.assertEqual(humans[nobody], nobody)
