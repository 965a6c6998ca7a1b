from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from .common import ChargeCommon


class CompanyCommon(ChargeCommon):
    """A second company, in a currency of its own, whose deals our unit works for.

    ``accountant`` works in the company of the unit, ``accountant_2`` in the company
    charged, ``controller`` in both.
    """

    # units of the second currency for one of the first, by the day they begin
    EXCHANGE = {date(2026, 1, 1): 7.0, date(2026, 3, 15): 7.1}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency_2 = cls.env["res.currency"].create(
            {"name": "MC2", "symbol": "M2", "rounding": 0.01}
        )
        cls.company_2 = cls.env["res.company"].create(
            {"name": "Second company", "currency_id": cls.currency_2.id}
        )
        cls.env.user.company_ids += cls.company_2
        cls._create_exchange_rates()
        accounting = "account.group_account_invoice,account.group_account_readonly"
        cls.accountant_2 = cls._create_user("accountant_2", accounting, cls.company_2)
        both = cls.company | cls.company_2
        cls.controller = cls._create_user("controller", accounting, both)
        cls.manager_2 = cls._create_user(
            "manager_2", "sales_team.group_sale_manager", cls.company_2
        )
        cls.team_2 = cls.env["crm.team"].create(
            {
                "name": "Sales abroad",
                "company_id": cls.company_2.id,
                "user_id": cls.manager_2.id,
            }
        )
        cls.lead_2 = cls._create_foreign_lead("Deal abroad")
        cls.pair = cls.env["mci.company.pair"].create(
            {"company_id": cls.company.id, "payer_company_id": cls.company_2.id}
        )
        cls.pair.action_setup()

    @classmethod
    def _create_exchange_rates(cls):
        """Both companies keep rates of their own; the payer's counts."""
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.currency.id,
                    "company_id": cls.company_2.id,
                    "name": day,
                    "inverse_company_rate": rate,
                }
                for day, rate in cls.EXCHANGE.items()
            ]
        )

    @classmethod
    def _create_user(cls, login, groups, companies):
        return new_test_user(
            cls.env,
            login=f"mci_{login}",
            groups=groups,
            tz=cls.TIME_ZONE,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    @classmethod
    def _create_foreign_lead(cls, name, **values):
        return cls._create_lead(
            name,
            team_id=cls.team_2.id,
            company_id=cls.company_2.id,
            user_id=False,
            **values,
        )

    def _as(self, record, user):
        """``record`` as ``user`` sees it with all his companies selected."""
        return record.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
