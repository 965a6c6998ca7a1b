from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CollaborateCommon

EVERYBODY = (
    "seller",
    "seller_2",
    "sales_manager",
    "engineer",
    "engineer_2",
    "center_lead",
    "office_lead",
    "accountant",
    "hr",
    "mci_manager",
    "plain_user",
)


@tagged("post_install", "-at_install")
class TestAccessEvaluations(CollaborateCommon):
    """Design 4, rows evaluations, credits, results: every cell, allowed and denied."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        export = cls.env.ref("base.group_allow_export")
        for role in EVERYBODY:
            getattr(cls, role).group_ids = [Command.link(export.id)]
        cls._work(cls.deal, "center_lead", 8.0)
        cls._win(cls.deal)
        cls.form = cls._form(cls, cls.deal, "engineer")

    def _readers(self, record):
        """Roles that may read, through read, search, count, groups and export."""
        self.env.flush_all()
        self.env.invalidate_all()
        readers = set()
        for role in EVERYBODY:
            as_user = record.with_user(getattr(self, role))
            domain = [("id", "=", record.id)]
            with self._mci_quiet():
                try:
                    as_user.read()
                    as_user.export_data(["id"])
                    may = True
                except AccessError:
                    may = False
            with self.subTest(f"{role} {record._name}"):
                self.assertEqual(bool(as_user.search(domain)), may)
                self.assertEqual(as_user.search_count(domain), int(may))
                groups = as_user._read_group(domain, [], ["__count"])
                self.assertEqual(groups, [(int(may),)])
            if may:
                readers.add(role)
        return readers

    def _all_read(self, form, roles):
        for record in (form, form.line_ids[0], form.event_ids[0]):
            with self.subTest(record._name):
                self.assertEqual(self._readers(record), set(roles))

    def _publish(self, form):
        self._fill(form).action_submit_and_publish()

    def test_o5_before_it_is_published(self):
        self._all_read(self.form, {"seller", "hr"})

    def test_o5_once_published(self):
        self._publish(self.form)
        self._all_read(self.form, {"seller", "engineer", "center_lead", "hr"})

    def test_o5_line_manager(self):
        self.employees["engineer"].parent_id = self.employees["office_lead"]
        self._all_read(self.form, {"seller", "hr"})
        self._publish(self.form)
        self._all_read(
            self.form, {"seller", "engineer", "center_lead", "office_lead", "hr"}
        )

    def test_o5_former_lead_reads_no_more(self):
        self._publish(self.form)
        seat = self.center.seat_ids.filtered(
            lambda seat: seat.resource_id == self.resources["engineer"]
        )
        seat.date_to = self.today - timedelta(days=1)
        self._all_read(self.form, {"seller", "engineer", "hr"})

    def test_b8_lead_who_is_rated(self):
        """The lead's right to his people's forms is no right to his own."""
        form = self._form(self.deal, "center_lead")
        self._fill(form).action_submit()
        self._all_read(form, {"seller", "hr"})
        form.with_user(self.seller).action_publish()
        self._all_read(form, {"seller", "center_lead", "hr"})

    def test_b8_hr_who_is_rated(self):
        self.engineer.group_ids = [Command.link(self.env.ref("hr.group_hr_user").id)]
        self._all_read(self.form, {"seller", "hr"})
        self._publish(self.form)
        self._all_read(self.form, {"seller", "engineer", "center_lead", "hr"})

    def test_b8_seller_and_engineer(self):
        group = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.engineer.group_ids = [Command.link(group.id)]
        self._all_read(self.form, {"seller", "hr"})

    def test_b8_administrator_who_leads(self):
        """Templates, not answers; answers only by another role."""
        template = self.form.template_id.with_user(self.mci_manager)
        template.name = "Renamed"
        self._publish(self.form)
        self.center.deputy_id = self.mci_manager
        self._all_read(
            self.form, {"seller", "engineer", "center_lead", "mci_manager", "hr"}
        )

    def test_o5_other_companies_hr(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.hr.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self._publish(self.form)
        self._all_read(self.form, {"seller", "engineer", "center_lead"})

    def test_o5_nobody_creates_or_deletes(self):
        for role in EVERYBODY:
            user = getattr(self, role)
            for model in ("mci.evaluation", "mci.evaluation.line", "mci.score"):
                with self.subTest(f"{role} {model}"), self._mci_quiet():
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).create({})
                    self.assertFalse(
                        self.env[model].with_user(user).has_access("unlink")
                    )

    def test_o5_no_path_around_the_rules(self):
        """Searching and grouping by a path to a form tells nothing either."""
        self._fill(self.form).action_submit()
        self.env.flush_all()
        for role in ("engineer", "engineer_2", "sales_manager", "mci_manager"):
            user = getattr(self, role)
            with self.subTest(role):
                found = (
                    self.env["crm.lead"]
                    .with_user(user)
                    .search([("mci_evaluation_ids.score", ">", 0)])
                )
                self.assertFalse(found)
                lead = self.deal.with_user(user)
                if lead.has_access("read"):
                    self.assertNotIn(
                        self.form, lead.mci_evaluation_ids.with_env(self.env)
                    )

    def test_b7_all_fields_of_a_lead(self):
        self.env.invalidate_all()
        fields = [
            name
            for name in self.env["crm.lead"]._fields
            if name.startswith(("mci_credit", "mci_evaluation"))
        ]
        for role in ("seller", "sales_manager"):
            self.deal.with_user(getattr(self, role)).read(fields)
        self.deal._mci_write_plain({"mci_delivery_lead_id": self.plain_user.id})
        self.env.flush_all()
        self.env.invalidate_all()
        self.deal.with_user(self.plain_user).read(fields)

    def test_o4_credits(self):
        credit = self.deal.mci_credit_ids.filtered(lambda c: c.user_id == self.engineer)
        self.assertEqual(
            self._readers(credit),
            {"engineer", "seller", "sales_manager", "center_lead", "accountant", "hr"},
        )
        deal = self._create_deal("Agreed only")
        deal.mci_agree_credits()
        self.assertEqual(
            self._readers(deal.mci_credit_ids.filtered(lambda c: c.role == "sales")),
            {"seller", "sales_manager", "accountant", "hr", "mci_manager"},
        )

    def test_o4_quotas(self):
        quota = (
            self.env["mci.quota"]
            .with_user(self.sales_manager)
            .create(
                {
                    "user_id": self.engineer.id,
                    "date_from": self.today,
                    "date_to": self.today,
                    "amount": 1000.0,
                }
            )
        )
        self.assertEqual(
            self._readers(quota.sudo()),
            {"engineer", "sales_manager", "center_lead", "accountant", "hr"}
            | {"mci_manager"},
        )
        self.assertEqual(quota.with_user(self.engineer).attainment, 5263.0)
        with self.assertRaises(AccessError), self._mci_quiet():
            quota.with_user(self.engineer).amount = 1.0

    def test_o7_results(self):
        self._publish(self.form)
        period = (
            self.env["mci.score.period"]
            .with_user(self.hr)
            .create(
                {
                    "name": "Now",
                    "date_from": self.today - timedelta(days=9),
                    "date_to": self.today + timedelta(days=9),
                }
            )
        )
        period.action_compute()
        score = self.env["mci.score"].search(
            [("employee_id", "=", self.employees["engineer"].id)]
        )
        self.assertEqual(self._readers(score), {"hr"})
        self.engineer.group_ids = [Command.link(self.env.ref("hr.group_hr_user").id)]
        self.assertEqual(self._readers(score), {"hr"})
        period.action_freeze()
        score = self.env["mci.score"].search(
            [("employee_id", "=", self.employees["engineer"].id)]
        )
        self.assertEqual(self._readers(score), {"hr", "engineer", "center_lead"})
