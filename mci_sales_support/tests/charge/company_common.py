from datetime import date

from odoo import Command
from odoo.tests import Form, new_test_user

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

    def _reverse_by_odoo(self, move, day):
        """As Odoo's own *Reverse* does, in the company of the entry alone."""
        wizard = Form(
            self.env["account.move.reversal"].with_context(
                active_model="account.move",
                active_ids=move.ids,
                allowed_company_ids=move.company_id.ids,
            )
        )
        wizard.date = day
        return move.browse(wizard.save().refund_moves()["res_id"])

    def _post(self, user=None):
        self._work(8.0, lead=self.lead_2)
        self._work(0.33, date(2026, 3, 20), self.lead_2)
        statement = self._settle("accepted")
        self._as(statement, user or self.controller).action_post()
        return statement


class CompanyInvoiceCommon(CompanyCommon):
    """The same with books on the balance and a monthly invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company, journal, kind, prefix in (
            (cls.company, "sale", "asset_receivable", "receivable"),
            (cls.company_2, "purchase", "liability_payable", "payable"),
        ):
            cls._set_up_books(company, journal, kind, prefix)
        cls.company_2.mci_charge_account_id = cls._create_account(
            cls.company_2, "Charged", "MCI61", "expense"
        )
        cls.company.mci_charge_account_id = cls._create_account(
            cls.company, "Charged", "MCI62", "expense"
        )
        cls.pair.write(
            {
                "mode": "invoice",
                "receivable_account_id": cls._create_account(
                    cls.company, "Due from", "MCI12", "asset_current", True
                ).id,
                "payable_account_id": cls._create_account(
                    cls.company_2, "Due to", "MCI22", "liability_current", True
                ).id,
            }
        )

    @classmethod
    def _create_account(cls, company, name, code, kind, reconcile=False):
        return (
            cls.env["account.account"]
            .with_company(company)
            .create(
                {
                    "name": name,
                    "code": code,
                    "account_type": kind,
                    "reconcile": reconcile,
                    "company_ids": [Command.set(company.ids)],
                    "tax_ids": [Command.clear()],
                }
            )
        )

    @classmethod
    def _set_up_books(cls, company, journal, kind, prefix):
        """A journal and what the other company owes or is owed."""
        account = cls._create_account(company, prefix, f"MCI{len(prefix)}", kind, True)
        other = (cls.company | cls.company_2) - company
        other.partner_id.with_company(company)[f"property_account_{prefix}_id"] = (
            account
        )
        cls.env["account.journal"].create(
            {
                "name": f"Inter-company {journal}",
                "code": f"IC{journal[:2].upper()}",
                "type": journal,
                "company_id": company.id,
                "sequence": 0,
            }
        )

    def _accrue(self):
        """Two deals, days with different rates of exchange."""
        deal_3 = self._create_foreign_lead("Another deal abroad")
        self._work(8.0, lead=self.lead_2)
        self._work(0.33, date(2026, 3, 20), self.lead_2)
        self._work(2.0, date(2026, 3, 17), deal_3)
        return self._settle("posted")

    def _make(self, user=None):
        runs = self._as(self.env["mci.company.invoice"], user or self.controller)
        return runs.generate("2026-03-01", "2026-03-31").sudo()

    def _analytic(self):
        accounts = (
            self.env["crm.lead"]
            .search([("company_id", "=", self.company_2.id)])
            .mci_analytic_account_id
            | self.center.analytic_account_id
        )
        return [self._balance(account) for account in accounts]
