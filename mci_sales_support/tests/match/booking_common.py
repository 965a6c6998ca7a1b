from contextlib import contextmanager
from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError

from ..common import MciCommon

MON, TUE, WED, THU, FRI, SAT = (date(2030, 1, day) for day in range(7, 13))
# Monday 08:00 in the test's time zone
NOW = datetime(2030, 1, 7, 0, 0)


class BookingCommon(MciCommon):
    """A deal that may book, in a week of January 2030."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls._mci_publish_rates()
        cls.team.mci_office_id = cls.office
        cls.deal = cls._mci_create_deal("Port cranes", "c", "local_office")
        cls.big_deal = cls._mci_create_deal("Port twin", "a", "delivery_center")

    @classmethod
    def _mci_publish_rates(cls):
        """One price for everybody: what is tested here is who and when."""
        functions = cls.env["mci.function"].search([])
        levels = cls.env["mci.level"].search([])
        cls.env["mci.rate"].create(
            [
                {
                    "function_id": function.id,
                    "level_id": level.id,
                    "company_id": cls.company.id,
                    "price_unit": 100.0,
                    "cost_unit": 60.0,
                    "date_from": date(2029, 1, 1),
                }
                for function in functions
                for level in levels
            ]
        ).with_user(cls.accountant).action_publish()

    @classmethod
    def _mci_create_deal(cls, name, grade, tier, **vals):
        lead = cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.seller.id,
                **vals,
            }
        )
        lead._mci_write_plain(
            {
                "mci_grade_id": cls.env.ref(f"mci_sales_support.grade_{grade}").id,
                "mci_tier": tier,
            }
        )
        return lead

    @classmethod
    def _mci_create_booking(cls, user=None, **vals):
        """A draft for Monday to Tuesday at the office, 8 hours of engineer 2."""
        defaults = {
            "lead_id": cls.deal.id,
            "center_id": cls.office.id,
            "function_id": cls.function_presales.id,
            "resource_id": cls.resources["engineer_2"].id,
            "date_start": datetime(2030, 1, 7, 0, 0),
            "date_stop": datetime(2030, 1, 8, 10, 0),
            "hours": 8,
        }
        return (
            cls.env["mci.booking"]
            .with_user(user or cls.seller)
            .create({**defaults, **vals})
        )

    @classmethod
    def _mci_create_skill(cls, name):
        """A skill of a type of its own, with one level."""
        skill_type = cls.env["hr.skill.type"].create(
            {
                "name": name,
                "skill_ids": [Command.create({"name": name})],
                "skill_level_ids": [
                    Command.create({"name": "Expert", "level_progress": 100})
                ],
            }
        )
        return skill_type.skill_ids

    @classmethod
    def _mci_confirm(cls, booking, user=None):
        booking.action_request()
        booking.with_user(user or cls.office_lead).action_confirm()
        return booking

    def _mci_level(self, rule, level):
        self.env["mci.rule.level"].create(
            {
                "rule": rule,
                "company_id": self.company.id,
                "level": level,
                "date_from": date(2029, 1, 1),
            }
        )

    def _mci_hours(self, booking):
        return {day.date: day.hours for day in booking.sudo().day_ids}

    @contextmanager
    def assertRefused(self, text):
        """A UserError that says ``text``; what was written is rolled back."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), text)
