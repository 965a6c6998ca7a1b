from datetime import date, datetime, time

import psycopg2.errors
import pytz
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError

from ..charge.company_common import CompanyInvoiceCommon

# What a user is told, with a sentence: Odoo turns those of the database into one.
REFUSALS = (
    UserError,
    psycopg2.errors.CheckViolation,
    psycopg2.errors.ForeignKeyViolation,
    psycopg2.errors.RestrictViolation,
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.ExclusionViolation,
)
NOW = datetime(2026, 4, 1, 1, 0)


class LastingCommon(CompanyInvoiceCommon):
    """Two companies whose first months are settled, and everybody who may change that.

    January is posted, February is with the payers, March is worked and not collected.
    The clock stands at the first of April.
    """

    ROLES = dict(
        CompanyInvoiceCommon.ROLES,
        deputy="sales_team.group_sale_salesman_all_leads",
        arbiter="account.group_account_invoice,account.group_account_readonly",
    )

    @classmethod
    def setUpClass(cls):
        freezer = freeze_time(NOW)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        super().setUpClass()
        cls._set_up_people()
        cls._set_up_bills()
        cls._activate_policy("hard", date(2026, 1, 1))
        cls.leads = cls.lead + cls.lead_2
        for number, team in enumerate(cls.teams[:3] + cls.teams[:1]):
            cls.leads += cls._create_lead(
                f"Deal {number}",
                team_id=team.id,
                company_id=team.company_id.id,
                user_id=(cls.seller_2 if number else cls.seller).id,
                expected_revenue=1e6,
            )
        cls.lead_2.user_id = False
        cls._live_three_months()

    @classmethod
    def _set_up_people(cls):
        cls.company_2.mci_unbooked_hours = "ask"
        (cls.seller + cls.seller_2).company_ids += cls.company_2
        cls.team.mci_deputy_id = cls.deputy
        cls.team.mci_office_id = cls.office
        plan = cls.env["account.analytic.plan"].create({"name": "Cost centers"})
        accounts = cls.env["account.analytic.account"].create(
            [{"name": f"Cost center {n}", "plan_id": plan.id} for n in range(2)]
        )
        cls.team.mci_analytic_account_ids = [Command.set(accounts[0].ids)]
        cls.teams = cls.team + cls.team.create(
            [
                {
                    "name": "Country Sales",
                    "user_id": cls.sales_manager.id,
                    "company_id": cls.company.id,
                    "mci_office_id": cls.office.id,
                    "mci_analytic_account_ids": [Command.set(accounts[1].ids)],
                },
            ]
        )
        cls.teams += cls.team_2

    @classmethod
    def _set_up_bills(cls):
        """What units buy for deals, and where the rest of their cost goes."""
        cls.vendor = cls.env["res.partner"].create({"name": "Load Test Ltd"})
        cls.cost_account = cls._create_account(
            cls.company, "Subcontractors", "MCI69", "expense"
        )
        payable = cls._create_account(
            cls.company, "Payables", "MCI29", "liability_payable", True
        )
        cls.vendor.with_company(cls.company).property_account_payable_id = payable
        cls.bill_journal = cls.env["account.journal"].create(
            {
                "name": "Bills",
                "code": "BLX",
                "type": "purchase",
                "company_id": cls.company.id,
                "default_account_id": cls.cost_account.id,
            }
        )
        cls.company.mci_absorption_account_ids = cls.env[
            "account.analytic.account"
        ].create(
            {
                "name": "Under- and over-absorption",
                "plan_id": cls.company._mci_get_plan("unit").id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _begin_books(cls):
        """Where histories begin: bills of March, January invoiced, a period."""
        for lead, center, amount in (
            (cls.leads[0], cls.center, 1200.0),
            (cls.leads[1], cls.center, 33.33),
            (cls.leads[3], cls.office, 250.0),
        ):
            cls._create_bill(date(2026, 3, 12), lead, center, amount).action_post()
        run = cls.env["mci.company.invoice"].generate("2026-01-01", "2026-01-31")
        run.invoice_id.action_post()
        cls.env["mci.period"].create(
            {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        )

    @classmethod
    def _create_bill(cls, day, lead, center, amount):
        """A subcontractor's bill: one line for a deal, one for the unit alone."""
        vals = {
            "account_id": cls.cost_account.id,
            "tax_ids": [Command.clear()],
            "name": "Load test",
        }
        mark = {"mci_lead_id": lead.id, "mci_center_id": center.id}
        bills = cls.env["account.move"].with_company(cls.company)
        return bills.create(
            {
                "move_type": "in_invoice",
                "journal_id": cls.bill_journal.id,
                "partner_id": cls.vendor.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create({**vals, **mark, "price_unit": amount}),
                    Command.create({**vals, "price_unit": 500.0}),
                ],
            }
        )

    @classmethod
    def _live_three_months(cls):
        for month in (1, 2, 3):
            for number, lead in enumerate(cls.leads):
                role = ("engineer", "center_lead", "engineer_2")[number % 3]
                unit = cls.office if role == "engineer_2" else cls.center
                cls._work(
                    number + 1.25,
                    date(2026, month, 3 + number),
                    lead,
                    role,
                    project_id=unit.project_id.id,
                )
            if month == 3:
                break
            charges = cls.env["mci.charge"].search([("consent", "=", "asked")])
            charges.action_consent()
            statements = cls.env["mci.statement"].generate(
                date(2026, month, 1), date(2026, month, 28)
            )
            statements.action_send()
            if month == 1:
                statements.filtered(lambda s: s.state == "sent").action_accept()
                statements.action_post()

    @classmethod
    def _moment(cls, day, hour):
        zone = pytz.timezone(cls.TIME_ZONE)
        local = zone.localize(datetime.combine(day, time(hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)
