from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestForeignPeople(BookingCommon):
    """People of another company on a deal of this one (M7, B3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create(
            {"name": "Second", "currency_id": cls.currency.id}
        )
        cls.env.user.company_ids += cls.second
        cls.foreign = cls._mci_user("mci_foreign", "group_engineer")
        cls.foreign_lead = cls._mci_user("mci_foreign_lead", "group_center_lead")
        calendar = cls.calendar.copy({"company_id": cls.second.id})
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Foreign",
                "user_id": cls.foreign.id,
                "company_id": cls.second.id,
                "tz": cls.TIME_ZONE,
                "resource_calendar_id": calendar.id,
            }
        )
        cls.employee.resource_id.mci_level_id = cls.env.ref("mci_sales_support.level_2")
        cls.unit = (
            cls.env["mci.delivery.center"]
            .with_company(cls.second)
            .create(
                {
                    "name": "Foreign Office",
                    "code": "FOR",
                    "tier": "local_office",
                    "company_id": cls.second.id,
                    "lead_id": cls.foreign_lead.id,
                    "seat_ids": [
                        Command.create(
                            {
                                "resource_id": cls.employee.resource_id.id,
                                "function_id": cls.function_presales.id,
                                "date_from": date(2020, 1, 1),
                            }
                        )
                    ],
                }
            )
        )
        cls.env["mci.rate"].create(
            {
                "function_id": cls.function_presales.id,
                "level_id": cls.env.ref("mci_sales_support.level_2").id,
                "company_id": cls.second.id,
                "currency_id": cls.currency.id,
                "price_unit": 90.0,
                "cost_unit": 50.0,
                "date_from": date(2029, 1, 1),
            }
        ).sudo()._mci_unlock().write({"published": True})
        cls.team.mci_backup_office_ids = cls.unit

    @classmethod
    def _mci_user(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"mci_sales_support.{group}",
            tz=cls.TIME_ZONE,
            company_id=cls.second.id,
            company_ids=[Command.set(cls.second.ids)],
        )

    def _book(self):
        return self._mci_create_booking(
            center_id=self.unit.id,
            resource_id=self.employee.resource_id.id,
            date_start=datetime(2030, 1, 7, 1),
            date_stop=datetime(2030, 1, 7, 9),
            hours=4,
        )

    def test_from_request_to_charge(self):
        booking = self._book()
        booking.action_request()
        self.assertEqual(booking.company_id, self.second)
        self.assertEqual(booking.payer_company_id, self.company)
        self.assertEqual(booking.approver_id, self.foreign_lead)
        booking.with_user(self.foreign_lead).action_confirm()
        booking.with_user(self.foreign).action_done()
        # the timesheet stays in the company of the person, the charge crosses
        self.assertEqual(booking.sudo().timesheet_ids.company_id, self.second)
        charge = booking.sudo().charge_ids
        self.assertEqual(charge.company_id, self.second)
        self.assertEqual(charge.payer_company_id, self.company)
        self.assertEqual(charge.amount, 360)

    def test_who_reads_and_decides(self):
        booking = self._book()
        booking.action_request()
        for user in (self.seller, self.foreign, self.foreign_lead):
            self.assertTrue(booking.with_user(user).read(["name", "hours"]))
        for user in (self.office_lead, self.engineer):
            with self.assertRaises(AccessError), self._mci_quiet():
                booking.with_user(user).action_confirm()
        # the person sees the booking, not the pipeline of the other company
        self.assertFalse(
            self.env["crm.lead"]
            .with_user(self.foreign)
            .search([("company_id", "=", self.company.id)])
        )
