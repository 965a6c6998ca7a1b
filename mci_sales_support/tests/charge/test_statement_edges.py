from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ChargeCommon
from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestStatementEdges(ChargeCommon):
    """C5, C6: what a statement takes, who asks for it, where its items lead."""

    def test_c5_the_last_day_of_the_period_is_in_it(self):
        last = self._work(1.0, day=date(2026, 3, 31))
        after = self._work(1.0, day=date(2026, 4, 1))
        self.assertEqual(self._generate().charge_ids, last)
        self.assertFalse(after.statement_id)

    def test_c10_hours_that_wait_stay_out_of_a_draft_with_others(self):
        agreed, waiting = self._work(8.0), self._work(2.0, day=date(2026, 3, 11))
        waiting._mci_unlock().write({"consent": "asked"})
        for _twice in range(2):
            statement = self._generate()
            self.assertEqual(statement.charge_ids, agreed)
        self.assertEqual(statement.amount_total, 800.0)

    def test_c5_a_head_collects_for_his_own_units_only(self):
        self._work(1.0)
        statements = self.env["mci.statement"].with_user(self.center_lead)
        units = self.center | self.office
        with self.assertRaises(AccessError):
            statements.generate("2026-03-01", "2026-03-31", units.ids)

    def test_c5_what_is_accepted_by_rule_is_not_mailed(self):
        self.team.user_id = self.center_lead
        self._work(8.0)
        statement = self._settle("sent")
        self.assertEqual(statement.acceptance, "rule")
        self.assertFalse(statement.mail_pending)

    def test_c6_each_charge_leads_to_the_item_with_its_key(self):
        """The cost center changed between two charges of one deal."""
        charges = {}
        for name, day in (("Old", 10), ("New", 11)):
            _plan, account = self._create_plan_account(name)
            self._set_cost_center(account)
            charges[account] = self._work(8.0, day=date(2026, 3, day))
        self._settle("posted")
        for account, charge in charges.items():
            [key] = charge.move_line_id.analytic_distribution
            self.assertIn(str(account.id), key.split(","))


@tagged("post_install", "-at_install")
class TestStatementEdgesOfCompanies(CompanyCommon):
    """The same between companies: whose days, whose periods, whose settings."""

    def test_c5_days_to_answer_are_those_of_who_pays(self):
        self.company.mci_accept_days = 0
        self.company_2.mci_accept_days = 5
        self._work(8.0, lead=self.lead_2)
        self._work(8.0)
        statements = self._settle("sent")
        crossing = statements.filtered("is_crossing")
        self.assertTrue(crossing.accept_deadline)
        self.assertFalse((statements - crossing).accept_deadline)

    def test_c7_a_closed_month_of_another_company_holds_nothing_up(self):
        self.env["mci.period"].create(
            {
                "company_id": self.company_2.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        ).action_close()
        self._work(8.0)
        self.assertEqual(self._settle("posted").state, "posted")

    def test_c6_accountants_set_up_their_own_company(self):
        with self.assertRaises(AccessError):
            self._as(self.company_2, self.accountant).action_mci_setup_charging()
        self.assertTrue(
            self._as(self.company_2, self.accountant_2).action_mci_setup_charging()
        )
