from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestAnalyticLinePrivacy(MciCommon):
    """Hours and cost of units: the person, head and deputy, accounting, HR (C8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's setting gives analytic lines to every internal user, without a rule.
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref(
            "analytic.group_analytic_accounting"
        )
        groups = (
            "hr_timesheet.group_hr_timesheet_approver,project.group_project_manager"
        )
        cls.all_timesheets = new_test_user(
            cls.env, login="mci_all_timesheets", groups=groups
        )
        cls.deputy = new_test_user(
            cls.env,
            login="mci_deputy",
            groups="mci_sales_support.group_center_lead",
        )
        cls.center.deputy_id = cls.deputy
        cls.ordinary = cls.env["project.project"].create(
            {"name": "Ordinary", "allow_timesheets": True}
        )
        cls.line = cls._hours(cls.center.project_id, "engineer")
        cls.head_line = cls._hours(cls.center.project_id, "center_lead")
        cls.office_line = cls._hours(cls.office.project_id, "engineer_2")
        cls.ordinary_line = cls._hours(cls.ordinary, "engineer")
        cls.bare_line = cls.env["account.analytic.line"].create(
            {
                "name": "Rent",
                "account_id": cls.ordinary.account_id.id
                or cls.office.analytic_account_id.id,
                "amount": -10.0,
                "date": date(2026, 3, 3),
            }
        )
        cls.unit_lines = cls.line | cls.head_line | cls.office_line
        cls.env.flush_all()

    @classmethod
    def _hours(cls, project, role):
        return cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": project.id,
                "employee_id": cls.employees[role].id,
                "unit_amount": 2.0,
                "date": date(2026, 3, 3),
            }
        )

    def _read(self, user):
        self.env.invalidate_all()
        lines = self.env["account.analytic.line"].with_user(user)
        return lines.search([("id", "in", self.unit_lines.ids)]).sudo()

    def test_who_reads_hours_of_units(self):
        none = self.env["account.analytic.line"]
        for user, expected in (
            (self.engineer, self.line),
            (self.engineer_2, self.office_line),
            (self.center_lead, self.line | self.head_line),
            (self.deputy, self.line | self.head_line),
            (self.office_lead, self.office_line),
            (self.accountant, self.unit_lines),
            (self.hr, self.unit_lines),
            (self.seller, none),
            (self.sales_manager, none),
            (self.mci_manager, none),
            (self.plain_user, none),
            (self.all_timesheets, none),
        ):
            self.assertEqual(self._read(user), expected, user.login)

    def test_reading_by_id_is_refused(self):
        for user in (self.seller, self.all_timesheets, self.office_lead):
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.login):
                self.line.with_user(user).read(["amount"])
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.login):
                self.line.with_user(user).unlink()

    def test_groups_and_sums_do_not_leak(self):
        lines = self.env["account.analytic.line"]
        account = self.center.analytic_account_id
        for user, hours in (
            (self.seller, 0.0),
            (self.all_timesheets, 0.0),
            (self.engineer, 2.0),
            (self.center_lead, 4.0),
            (self.accountant, 4.0),
        ):
            groups = lines.with_user(user)._read_group(
                [("account_id", "=", account.id), ("project_id", "!=", False)],
                [],
                ["unit_amount:sum", "amount:sum"],
            )
            self.assertEqual(groups[0][0] or 0.0, hours, user.login)

    def test_analysis_report_keeps_the_same_rule(self):
        report = self.env["timesheets.analysis.report"]
        domain = [("project_id", "in", self.unit_lines.project_id.ids)]
        for user, hours in (
            (self.all_timesheets, 0.0),
            (self.engineer, 2.0),
            (self.center_lead, 4.0),
            (self.office_lead, 2.0),
        ):
            groups = report.with_user(user)._read_group(domain, [], ["unit_amount:sum"])
            self.assertEqual(groups[0][0] or 0.0, hours, user.login)

    def test_projects_are_private_and_their_sums_hidden(self):
        """A project manager sees the project, not the hours of people in it."""
        for user in (self.seller, self.engineer_2, self.office_lead):
            projects = self.env["project.project"].with_user(user)
            found = projects.search([("id", "=", self.center.project_id.id)])
            self.assertFalse(found, user.login)
        project = self.center.project_id.with_user(self.engineer)
        self.assertEqual(project.display_name, "North Delivery Center")
        self.assertEqual(
            self.env["account.analytic.line"]
            .with_user(self.all_timesheets)
            .search_count([("project_id", "=", self.center.project_id.id)]),
            0,
        )

    def test_other_lines_keep_odoos_rules(self):
        """The rule restricts nothing outside units, lines without project included."""
        lines = self.env["account.analytic.line"]
        for user in (self.all_timesheets, self.accountant):
            found = lines.with_user(user).search(
                [("id", "in", (self.ordinary_line | self.bare_line).ids)]
            )
            self.assertIn(self.ordinary_line, found.sudo(), user.login)
        for user in (self.accountant, self.hr, self.seller):
            found = lines.with_user(user).search(
                [("id", "in", (self.ordinary_line | self.bare_line).ids)]
            )
            self.assertEqual(len(found), 2, user.login)

    def test_two_roles_add_up(self):
        self.engineer_2.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        self.assertEqual(self._read(self.engineer_2), self.office_line)
        self.office_lead.group_ids |= self.env.ref("hr.group_hr_user")
        self.assertEqual(self._read(self.office_lead), self.unit_lines)
        self.engineer.group_ids |= self.env.ref("account.group_account_readonly")
        self.assertEqual(self._read(self.engineer), self.unit_lines)
        report = self.env["timesheets.analysis.report"].with_user(self.engineer)
        domain = [("project_id", "in", self.unit_lines.project_id.ids)]
        self.assertEqual(report.search_count(domain), 3)

    def test_hours_by_many_units_read_in_one_query(self):
        """The rule costs no query per line."""

        def count(number):
            found = self.env["account.analytic.line"].with_user(self.center_lead)
            self.env["account.analytic.line"].create(
                [
                    {
                        "name": f"Work {index}",
                        "project_id": self.center.project_id.id,
                        "employee_id": self.employees["engineer"].id,
                        "unit_amount": 1.0,
                        "date": date(2026, 4, number),
                    }
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found.search_read([("date", "=", date(2026, 4, number))], ["unit_amount"])
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(20))
