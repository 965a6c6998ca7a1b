"""Business data made in Odoo's shell with the fixtures of the addon's own tests.

A script made by `script(text)` finds `company`, the class of the
addon's charging fixture with its users, units, rates, team, customer and deal as
attributes, and helpers for bookings. Logins are `mci_<role>`, password = login.
"""

from dev.layout import ADDON

SOURCE = f"""
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

import pytz
from odoo import Command
from odoo.tests import TransactionCase
from odoo.addons.{ADDON}.tests.charge.common import ChargeCommon

def _take_environment(cls):
    cls.env = env

class Company(ChargeCommon):
    ROLES = dict(
        ChargeCommon.ROLES,
        deputy="{ADDON}.group_center_lead",
        accountant_2="account.group_account_invoice,account.group_account_readonly",
    )

    @classmethod
    def setUpClass(cls):
        take = classmethod(_take_environment)
        with patch.object(TransactionCase, "setUpClass", take):
            super().setUpClass()
        for role in cls.ROLES:
            user = getattr(cls, role)
            user.password = user.login
        (cls.center + cls.office).deputy_id = cls.deputy
        cls.team.mci_office_id = cls.office

    @classmethod
    def deal(cls, name, grade="c", tier="local_office", **vals):
        lead = cls._create_lead(name, **vals)
        lead._mci_write_plain({{
            "mci_grade_id": env.ref(f"{ADDON}.grade_{{grade}}").id,
            "mci_tier": tier,
        }})
        return lead

    @classmethod
    def moment(cls, day, hour):
        zone = pytz.timezone(cls.TIME_ZONE)
        local = zone.localize(datetime.combine(day, time(hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @classmethod
    def book(
        cls, lead, day, hours=8.0, state="requested", role="engineer_2", unit=None
    ):
        booking = cls.env["mci.booking"].with_user(cls.seller).create({{
            "lead_id": lead.id,
            "center_id": (unit or cls.office).id,
            "function_id": cls.function_presales.id,
            "resource_id": cls.resources[role].id,
            "date_start": cls.moment(day, 9),
            "date_stop": cls.moment(day, 18),
            "hours": hours,
        }})
        if state in ("requested", "confirmed"):
            booking.action_request()
        if state == "confirmed":
            booking.with_user(cls.office_lead).action_confirm()
        return booking.with_user(cls.env.user)

    @staticmethod
    def workdays(start, count):
        days = []
        while len(days) < count:
            if start.weekday() < 5:
                days.append(start)
            start += timedelta(days=1)
        return days

Company.setUpClass()
company = Company
"""


def script(text):
    """Return a script that works on the company."""
    return f"{SOURCE}\n{text}"
