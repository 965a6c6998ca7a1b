from datetime import date

from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestPresalesCharged(CompanyCommon):
    """C9: presales beside credited amounts, over companies and their currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls.engineer
        cls.lead_2.user_id = cls.manager_2
        cls.abroad = cls._work(8.0, lead=cls.lead_2)  # 800 at home, 5600 abroad
        cls.waiting = cls._work(4.0, lead=cls.lead_2, day=date(2026, 3, 11))
        cls.waiting._mci_unlock().write({"consent": "asked"})

    def _credit(self, lead, company):
        return (
            self.env["mci.credit"]
            ._mci_unlock()
            .create(
                {
                    "lead_id": lead.id,
                    "company_id": company.id,
                    "role": "sales",
                    "kind": "primary",
                    "user_id": self.manager_2.id,
                    "percent": 100.0,
                }
            )
        )

    def _charged(self, company, users):
        period = self.env["mci.score.period"].new(
            {
                "company_id": company.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        )
        return {
            user: round(amount, 2)
            for user, amount in period._mci_get_charged(users).items()
            if user in users
        }

    def test_c9_beside_a_credit_in_its_currency(self):
        self._work(1.0)
        at_home, abroad = (
            self._credit(lead, company)
            for lead, company in (
                (self.lead, self.company),
                (self.lead_2, self.company_2),
            )
        )
        self.assertEqual(abroad.currency_id, self.currency_2)
        self.assertEqual(abroad.presales_charged, 5600.0)
        self.assertEqual(at_home.presales_charged, 100.0)

    def test_c9_of_the_owner_in_the_company_that_bears_it(self):
        """Beside his credits, which are in the currency of that company."""
        self.assertEqual(self.abroad.owner_id, self.manager_2)
        both = self.worker | self.manager_2
        self.assertEqual(self._charged(self.company_2, both), {self.manager_2: 5600.0})

    def test_c9_hours_in_the_company_of_the_unit(self):
        both = self.worker | self.manager_2
        self.assertEqual(self._charged(self.company, both), {self.worker: 800.0})

    def test_c9_who_owns_and_works_counts_once(self):
        self.lead.user_id = self.worker
        self._work(2.0)
        self.assertEqual(self._charged(self.company, self.worker), {self.worker: 1000})
