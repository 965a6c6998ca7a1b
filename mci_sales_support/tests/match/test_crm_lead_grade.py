from odoo.exceptions import AccessError
from odoo.tests import Form

from .grade_common import GradeCommon


class TestCrmLeadGrade(GradeCommon):
    def test_m1_grade_by_amount(self):
        cases = (
            (0, "D", "local_office"),
            (49999.99, "D", "local_office"),
            (50000, "C", "local_office"),
            (300000, "B", "delivery_center"),
            (1000000, "A", "delivery_center"),
        )
        leads = self.env["crm.lead"].create(
            [self._mci_deal_vals(amount) for amount, _code, _tier in cases]
        )
        for lead, (amount, code, tier) in zip(leads, cases, strict=True):
            with self.subTest(amount=amount):
                self.assertGrade(lead, code, tier)
                self.assertEqual(lead.mci_grading_amount, amount)
                self.assertFalse(lead.mci_grade_change_ids)

    def test_m1_grading_amount(self):
        """One-off plus twelve months of recurring revenue, less resold goods."""
        plan = self.env["crm.recurring.plan"].create(
            {"name": "Quarterly", "number_of_months": 3}
        )
        lead = self._mci_deal(
            100000,
            recurring_revenue=30000,
            recurring_plan=plan.id,
            mci_resold_amount=5000,
        )
        self.assertEqual(lead.mci_grading_amount, 100000 + 120000 - 5000)
        lead.mci_resold_amount = 900000
        self.assertEqual(lead.mci_grading_amount, 0.0)

    def test_m1_probability_does_not_grade(self):
        lead = self._mci_deal(400000, probability=1)
        self.assertGrade(lead, "B")
        lead.probability = 99
        self.assertFalse(lead.mci_grade_change_ids)

    def test_m1_partner_led_is_e_and_keeps_its_size(self):
        lead = self._mci_deal(2000000, mci_partner_led=True)
        self.assertGrade(lead, "E", "local_office")
        self.assertEqual(lead.mci_grading_amount, 2000000)
        lead.mci_partner_led = False
        self.assertGrade(lead, "A")

    def test_m1_a_lead_is_graded_when_it_becomes_an_opportunity(self):
        lead = self._mci_deal(400000, type="lead")
        self.assertFalse(lead.mci_grade_id)
        lead.convert_opportunity(self.customer)
        self.assertGrade(lead, "B")

    def test_m1_a_graded_deal_keeps_its_history(self):
        lead = self._mci_deal(400000)
        lead.with_user(self.seller).expected_revenue = 10
        change = lead.mci_grade_change_ids
        self.assertEqual(
            (change.from_grade_id.code, change.to_grade_id.code, change.reason_code),
            ("B", "D", "amount"),
        )
        self.assertEqual((change.state, change.requester_id), ("done", self.seller))

    def test_m1_no_policy_no_grade(self):
        self.policy._mci_unlock().state = "retired"
        self.assertFalse(self._mci_deal(400000).mci_grade_id)

    def test_m1_grade_columns_are_written_by_methods_only(self):
        lead = self._mci_deal(10)
        for name, value in (
            ("mci_grade_id", self.grades["A"].id),
            ("mci_tier", "delivery_center"),
            ("mci_grade_manual", True),
            ("mci_grading_amount", 5000000),
            ("mci_initiated_date", "2020-01-01"),
        ):
            for env in (self.env(user=self.seller), self.env(su=True)):
                with self.subTest(name), self.assertRaises(AccessError):
                    lead.with_env(env).write({name: value})
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.seller).with_context(
                default_mci_grade_id=self.grades["A"].id
            ).create({"name": "Forged", "type": "opportunity"})

    def test_m1_team_decides_the_company_and_the_policy(self):
        other = self.env["res.company"].create({"name": "Other"})
        lead = self._mci_deal(400000)
        team = self.env["crm.team"].create({"name": "Other", "company_id": other.id})
        lead.write({"team_id": team.id, "user_id": False, "company_id": other.id})
        self.assertGrade(lead, "B")  # no policy there: as it was
        policy = self.env["mci.grade.policy"]._mci_create_standard(other)
        policy.line_ids.filtered(lambda x: x.grade_id.code == "B").amount_min = 500000
        policy.action_activate()
        self.assertGrade(lead, "C")

    def test_m1_possible_split(self):
        """C deals of one customer that reach B together, through its contacts too."""
        contact = self.env["res.partner"].create(
            {"name": "Ms Port", "parent_id": self.customer.id}
        )
        first = self._mci_deal(200000)
        self.assertFalse(first.mci_possible_split)
        second = self._mci_deal(150000, partner_id=contact.id)
        large = self._mci_deal(2000000)
        both = first + second
        (both + large).invalidate_recordset()
        self.assertEqual(both.mapped("mci_possible_split"), [True, True])
        self.assertFalse(large.mci_possible_split)
        found = self.env["crm.lead"].search([("mci_possible_split", "=", True)])
        self.assertLessEqual(both, found)
        self.assertNotIn(large, found)
        second.action_set_lost()
        first.invalidate_recordset()
        self.assertFalse(first.mci_possible_split)

    def test_m1_create_costs_no_query(self):
        """Grading adds no query to those of a create without any policy."""

        def create(count):
            vals = [self._mci_deal_vals(1000.0 * i) for i in range(count)]
            return self._mci_count(self.env["crm.lead"].create, vals)

        counts = (2, 20, 200)
        create(2)
        graded = [create(count) for count in counts]
        self.policy._mci_unlock().state = "retired"
        create(2)
        self.assertEqual(graded, [create(count) for count in counts])

    def test_m1_regrade_costs_the_same_for_many(self):
        def regrade(count):
            leads = self.env["crm.lead"].create(
                [self._mci_deal_vals(400000 + i) for i in range(count)]
            )
            return self._mci_count(leads.write, {"expected_revenue": 60000})

        regrade(2)
        self.assertEqual(regrade(2), regrade(20))

    def test_o1_owner_is_the_salesperson_until_the_ledger_says_otherwise(self):
        lead = self._mci_deal(10)
        self.assertEqual(lead.mci_owner_id, self.seller)
        lead.user_id = self.seller_2
        self.assertEqual(lead.mci_owner_id, self.seller_2)
        lead._mci_write_plain({"mci_ledger_owner_id": self.plain_user.id})
        self.assertEqual(lead.mci_owner_id, self.plain_user)
        self.assertIn(
            lead,
            self.env["crm.lead"].search([("mci_owner_id", "=", self.plain_user.id)]),
        )

    def test_m1_merge_keeps_history_and_regrades(self):
        head, tail = self._mci_deal(10, probability=90), self._mci_deal(400000)
        tail.expected_revenue = 60000
        change = tail.mci_grade_change_ids
        event = self.env["mci.rule.level"]._mci_enforce(
            "M2", "Above the tier", self.company, lead=tail
        )
        request = self.env["mci.grade.change"].browse(
            tail.with_user(self.seller).mci_request_grade(
                "A", "strategic", "Key customer"
            )
        )
        merged = (head + tail).merge_opportunity()
        self.assertEqual(change.lead_id, merged)
        self.assertEqual(event.lead_id, merged)
        self.assertEqual(request.state, "refused" if merged == head else "requested")
        self.assertGrade(merged, "C" if merged.expected_revenue == 60000 else "D")

    def test_form_shows_the_grade_after_saving(self):
        with Form(
            self.env["crm.lead"].with_user(self.seller), "crm.crm_lead_view_form"
        ) as form:
            form.name = "By form"
            form.expected_revenue = 400000
        self.assertEqual(form.mci_grade_id.code, "B")
        with Form(form.record, "mci_sales_support.crm_lead_view_form_tab") as tab:
            tab.mci_partner_led = True
            tab.mci_registered_partner_id = self.customer
        self.assertGrade(tab.record, "E")
