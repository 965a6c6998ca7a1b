from datetime import date

from odoo import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger


class MciCommon(TransactionCase):
    """Everybody who takes part in sales support, and three units to ask.

    Nothing here depends on demo data. Users are class attributes named by their role;
    ``resources`` maps the role of each person with working time to the resource.
    """

    ROLES = {
        "seller": "sales_team.group_sale_salesman",
        "seller_2": "sales_team.group_sale_salesman",
        "sales_manager": "sales_team.group_sale_manager",
        "engineer": "mci_sales_support.group_engineer",
        "engineer_2": "mci_sales_support.group_engineer",
        "center_lead": "mci_sales_support.group_center_lead",
        "office_lead": "mci_sales_support.group_center_lead",
        "accountant": "account.group_account_invoice,account.group_account_readonly",
        "hr": "hr.group_hr_user",
        "mci_manager": "mci_sales_support.group_manager",
        "plain_user": "base.group_user",
    }
    # role -> level of the resource
    WORKERS = {
        "engineer": "level_2",
        "engineer_2": "level_3",
        "center_lead": "level_4",
        "office_lead": "level_3",
        "seller": False,
        "seller_2": False,
        "sales_manager": False,
    }
    TIME_ZONE = "Asia/Shanghai"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                tracking_disable=True,
                mail_create_nolog=True,
                no_reset_password=True,
            )
        )
        cls.company = cls.env.ref("base.main_company")
        cls.currency = cls.company.currency_id
        cls._mci_create_users()
        cls._mci_create_workers()
        cls.team = cls.env["crm.team"].create(
            {
                "name": "City Sales",
                "user_id": cls.sales_manager.id,
                "company_id": cls.company.id,
                "member_ids": [Command.set((cls.seller + cls.seller_2).ids)],
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Harbour Port Ltd", "is_company": True}
        )
        cls._mci_create_units()

    @classmethod
    def _mci_create_users(cls):
        for role, groups in cls.ROLES.items():
            user = new_test_user(
                cls.env,
                login=f"mci_{role}",
                groups=groups,
                name=role.replace("_", " ").capitalize(),
                email=f"{role}@example.com",
                tz=cls.TIME_ZONE,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            setattr(cls, role, user)

    @classmethod
    def _mci_create_workers(cls):
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "Test 40 hours",
                "tz": cls.TIME_ZONE,
                "company_id": cls.company.id,
            }
        )
        employees = cls.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "resource_calendar_id": calendar.id,
                    "tz": cls.TIME_ZONE,
                }
                for user in (getattr(cls, role) for role in cls.WORKERS)
            ]
        )
        cls.calendar = calendar
        cls.employees = dict(zip(cls.WORKERS, employees, strict=True))
        cls.resources = {
            role: employee.resource_id for role, employee in cls.employees.items()
        }
        for role, level in cls.WORKERS.items():
            if level:
                cls.resources[role].mci_level_id = cls.env.ref(
                    f"mci_sales_support.{level}"
                )

    @classmethod
    def _mci_create_units(cls):
        cls.function_presales = cls.env.ref("mci_sales_support.function_presales")
        cls.function_test = cls.env.ref("mci_sales_support.function_test")
        cls.center = cls._mci_create_unit(
            "North Delivery Center",
            "NORTH",
            "delivery_center",
            cls.center_lead,
            ["center_lead", "engineer"],
        )
        cls.office = cls._mci_create_unit(
            "City Office",
            "CITY",
            "local_office",
            cls.office_lead,
            ["office_lead", "engineer_2"],
        )
        cls.hotline = cls._mci_create_unit(
            "Service Hotline", "HOT", "hotline", cls.office_lead, ["engineer_2"]
        )

    @classmethod
    def _mci_create_unit(cls, name, code, tier, lead, roles=()):
        """A unit whose presales positions are held by the people of ``roles``."""
        return cls.env["mci.delivery.center"].create(
            {
                "name": name,
                "code": code,
                "tier": tier,
                "company_id": cls.company.id,
                "lead_id": lead.id,
                "seat_ids": [
                    Command.create(
                        {
                            "resource_id": cls.resources[role].id,
                            "function_id": cls.function_presales.id,
                            "date_from": date(2020, 1, 1),
                        }
                    )
                    for role in roles
                ],
            }
        )

    def _mci_run_cron(self, name):
        """Run a scheduled action of ours as the scheduler does: it commits."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"mci_sales_support.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _mci_quiet(self):
        """Silence what the ORM logs about the denials a test provokes."""
        return mute_logger("odoo.addons.base.models.ir_rule", "odoo.sql_db")
