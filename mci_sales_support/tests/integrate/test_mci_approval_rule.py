from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestMciApprovalRule(MciCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["mci.approval.rule"]

    def _rule(self, **values):
        return self.rules.create(
            {"kind": "budget", "approver_id": self.accountant.id, **values}
        )

    def _check(self, user, **values):
        self.rules.with_user(user)._mci_check_approver("budget", self.company, **values)

    def _refused(self, user, **values):
        with self._mci_quiet(), self.assertRaises(AccessError, msg=user.name):
            self._check(user, **values)

    def test_without_a_rule_sales_managers_and_administrators_decide(self):
        for user in (self.sales_manager, self.mci_manager):
            self._check(user, requester=self.seller)
        for user in (self.seller, self.engineer, self.center_lead, self.accountant):
            self._refused(user, requester=self.seller_2)

    def test_the_person_of_the_rule_and_nobody_else(self):
        self._rule()
        self._check(self.accountant, requester=self.seller)
        for user in (self.sales_manager, self.mci_manager, self.center_lead):
            self._refused(user, requester=self.seller)
        # A rule of another kind changes nothing here.
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.rules.with_user(self.accountant)._mci_check_approver(
                "grade", self.company, requester=self.seller
            )

    def test_deputy_and_escalation_decide_too(self):
        self._rule(deputy_id=self.office_lead.id, escalate_to_id=self.hr.id)
        for user in (self.accountant, self.office_lead, self.hr):
            self._check(user, requester=self.seller)

    def test_nobody_approves_his_own_request_m1(self):
        self._rule(deputy_id=self.office_lead.id)
        self._refused(self.accountant, requester=self.accountant)
        self._check(self.office_lead, requester=self.accountant)
        self._refused(self.office_lead, requester=self.office_lead)

    def test_nobody_approves_the_request_of_a_superior_m1(self):
        """Also two steps up, and through an archived line of an employee."""
        self._rule(approver_id=self.engineer.id)
        self.employees["engineer"].parent_id = self.employees["center_lead"]
        self.employees["center_lead"].parent_id = self.employees["sales_manager"]
        self._refused(self.engineer, requester=self.center_lead)
        self._refused(self.engineer, requester=self.sales_manager)
        self._check(self.engineer, requester=self.seller)
        # The other way round it is allowed.
        self.rules.search([("kind", "=", "budget")]).approver_id = self.center_lead
        self._check(self.center_lead, requester=self.engineer)

    def test_circle_of_superiors_ends(self):
        superiors = self.engineer._mci_get_superiors()
        self.assertFalse(superiors)
        self.employees["engineer"].parent_id = self.employees["center_lead"]
        self.assertEqual(self.engineer._mci_get_superiors(), self.center_lead)

    def test_the_most_specific_rule_wins(self):
        everywhere = self._rule(company_id=False)
        company = self._rule()
        big = self._rule(amount_min=1000.0)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        find = self.rules._mci_find
        self.assertEqual(find("budget", self.company), company)
        self.assertEqual(find("budget", self.company, amount=999.99), company)
        self.assertEqual(find("budget", self.company, amount=1000.0), big)
        self.assertEqual(find("budget", other, amount=5000.0), everywhere)
        self.assertFalse(find("credit", self.company))
        big.active = False
        self.assertEqual(find("budget", self.company, amount=5000.0), company)

    def test_any_sales_manager_of_the_company(self):
        self._rule(approver_type="sales_manager", approver_id=False)
        self._check(self.sales_manager, requester=self.seller)
        self._refused(self.mci_manager, requester=self.seller)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.sales_manager.write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        self._refused(
            self.sales_manager.with_context(allowed_company_ids=[other.id]),
            requester=self.seller,
        )

    def test_archived_approver_counts_as_none(self):
        self._rule()
        self.accountant.active = False
        self._check(self.sales_manager, requester=self.seller)

    def test_rule_names_its_person(self):
        with self.assertRaises(ValidationError):
            self._rule(approver_id=False)
        rule = self._rule()
        self.assertEqual(rule.display_name, "Budget: Accountant")

    def test_only_administrators_write_rules(self):
        rule = self._rule()
        for role in set(self.ROLES) - {"mci_manager"}:
            user = getattr(self, role)
            rule.with_user(user).read()
            with self._mci_quiet(), self.assertRaises(AccessError, msg=role):
                rule.with_user(user).approver_id = user
        rule.with_user(self.mci_manager).approver_id = self.sales_manager
