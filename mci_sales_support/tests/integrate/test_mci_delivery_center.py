from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestMciDeliveryCenter(MciCommon):
    def _record_hours(self, center=None, role="engineer"):
        return self.env["account.analytic.line"].create(
            {
                "name": "Help",
                "project_id": (center or self.center).project_id.id,
                "employee_id": self.employees[role].id,
                "unit_amount": 1.0,
                "date": date(2026, 3, 3),
            }
        )

    # ------------------------------------------------------ project and account

    def test_project_and_account_are_made_with_the_unit_i2(self):
        project = self.center.sudo().project_id
        self.assertEqual(project.name, "North Delivery Center")
        self.assertEqual(project.privacy_visibility, "followers")
        self.assertTrue(project.allow_timesheets)
        self.assertEqual(project.mci_center_id, self.center)
        self.assertEqual(project.company_id, self.company)
        self.assertEqual(project.user_id, self.center_lead)
        self.assertEqual(self.center.analytic_account_id.mci_kind, "unit")
        self.assertEqual(self.center.analytic_account_id.code, "NORTH")
        self.assertEqual(self.center.analytic_account_id, project.account_id)

    def test_administrator_makes_a_unit_on_the_form(self):
        """The administrator has no right to projects: the unit brings its own."""
        form = Form(self.env["mci.delivery.center"].with_user(self.mci_manager))
        form.name = "South Delivery Center"
        form.lead_id = self.office_lead
        with form.seat_ids.new() as seat:
            seat.function_id = self.function_test
            seat.resource_id = self.resources["engineer"]
        center = form.save()
        self.assertEqual(center.sudo().project_id.name, "South Delivery Center")
        self.assertEqual(center.member_ids, self.resources["engineer"])

    def test_units_never_share_a_project(self):
        centers = self.center | self.office | self.hotline
        self.assertEqual(len(centers.project_id), 3)
        self.assertEqual(len(centers.analytic_account_id), 3)
        copy = self.center.copy()
        self.assertNotIn(copy.project_id, centers.project_id)
        self.assertFalse(copy.seat_ids)
        self.assertFalse(copy.code)

    def test_plan_of_the_company_c6(self):
        project_plan, _others = self.env["account.analytic.plan"]._get_all_plans()
        plan = self.env["account.analytic.plan"].create(
            {"name": "Units", "parent_id": project_plan.id}
        )
        self.assertEqual(self.center.analytic_account_id.plan_id, project_plan)
        self.company.mci_center_plan_id = plan
        center = self._mci_create_unit("Pool", "POOL", "expert_pool", self.office_lead)
        self.assertEqual(center.analytic_account_id.plan_id, plan)
        foreign = self.env["account.analytic.plan"].create({"name": "Departments"})
        with self.assertRaises(ValidationError):
            self.company.mci_center_plan_id = foreign
        with self.assertRaises(ValidationError):
            self.company.mci_opportunity_plan_id = foreign

    def test_code_is_unique_in_the_company(self):
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            self._mci_create_unit("Other", "NORTH", "hotline", self.office_lead)
        self._mci_create_unit("Without code", False, "hotline", self.office_lead)
        self._mci_create_unit("Without code", False, "hotline", self.office_lead)

    def test_unit_stays_in_its_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.office_lead.company_ids |= company
        with self.assertRaises(UserError):
            self.office.company_id = company

    # -------------------------------------------------------------- guards

    def test_project_of_a_unit_is_its_own(self):
        """Nobody makes the project public, moves its account or its unit (C8)."""
        manager = new_test_user(
            self.env,
            login="mci_project_manager",
            groups="project.group_project_manager,analytic.group_analytic_accounting",
        )
        account = self.office.analytic_account_id
        for values in (
            {"privacy_visibility": "employees"},
            {"account_id": account.id},
            {"allow_timesheets": False},
            {"active": False},
            {"mci_center_id": self.office.id},
        ):
            for user in (manager, self.env.user):
                with self._mci_quiet(), self.assertRaises(AccessError, msg=values):
                    self.center.project_id.with_user(user).write(values)
                with self._mci_quiet(), self.assertRaises(AccessError, msg=values):
                    self.center.project_id.with_user(user).sudo().write(values)
        self.center.project_id.with_user(manager).sudo().label_tasks = "Jobs"
        with self.assertRaises(UserError):
            self.center.project_id.unlink()
        ordinary = self.env["project.project"].create({"name": "Ordinary"})
        ordinary.with_user(manager).privacy_visibility = "followers"
        ordinary.active = False

    def test_project_cannot_be_taken_by_a_unit(self):
        project = self.env["project.project"].create({"name": "Ordinary"})
        with self.assertRaises(AccessError):
            self.center.write({"project_id": project.id})
        with self.assertRaises(AccessError):
            self.env["mci.delivery.center"].create(
                {
                    "name": "Thief",
                    "lead_id": self.center_lead.id,
                    "project_id": project.id,
                }
            )
        with self.assertRaises(AccessError):
            self.env["project.project"].create(
                {"name": "Thief", "mci_center_id": self.center.id}
            )

    def test_account_belongs_to_accounting_a16(self):
        """Odoo lets everybody with timesheets write on accounts; not on these."""
        account = self.center.analytic_account_id
        plan = self.env["account.analytic.plan"].create({"name": "Other plan"})
        for values in (
            {"name": "Hidden"},
            {"code": "X"},
            {"active": False},
            {"plan_id": plan.id},
            {"company_id": False},
            {"partner_id": self.customer.id},
        ):
            with self._mci_quiet(), self.assertRaises(AccessError, msg=values):
                account.with_user(self.engineer).write(values)
        for user in (self.accountant, self.env.user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                account.with_user(user).sudo().write({"mci_kind": False})
        with self._mci_quiet(), self.assertRaises(UserError):
            account.with_user(self.engineer).unlink()
        with self._mci_quiet(), self.assertRaises(UserError):
            account.with_user(self.accountant).unlink()
        account.with_user(self.accountant).sudo().code = "N-01"
        other = self.env["account.analytic.account"].create(
            {"name": "Ordinary", "plan_id": plan.id}
        )
        other.with_user(self.engineer).sudo().name = "Ordinary account"

    def test_renaming_a_unit_renames_project_and_account(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.center.with_user(self.center_lead).name = "North Center"
        project = self.center.project_id
        self.assertEqual(project.with_context(lang="zh_CN").name, "North Center")
        self.assertEqual(project.with_context(lang="en_US").name, "North Center")
        self.assertEqual(project.account_id.name, "North Center")
        self.center.with_user(self.mci_manager).code = "NC"
        self.assertEqual(project.account_id.code, "NC")

    def test_archive_and_delete(self):
        self.center.with_user(self.mci_manager).action_archive()
        self.assertFalse(self.center.project_id.active)
        self.center.with_user(self.mci_manager).action_unarchive()
        self.assertTrue(self.center.project_id.active)
        self._record_hours()
        with self.assertRaises(UserError):
            self.center.with_user(self.mci_manager).unlink()
        empty = self._mci_create_unit("Pool", "POOL", "expert_pool", self.office_lead)
        project, account = empty.project_id, empty.analytic_account_id
        empty.with_user(self.mci_manager).unlink()
        self.assertFalse((project | account.project_ids).exists())

    def test_archived_with_hours_keeps_them(self):
        line = self._record_hours()
        self.center.action_archive()
        self.assertEqual(line.project_id, self.center.project_id)
        self.assertTrue(self.center.analytic_account_id.active)

    # -------------------------------------------------------------- people

    def test_members_and_head_follow_the_project(self):
        followers = self.center.project_id.message_partner_ids
        for user in (self.center_lead, self.engineer):
            self.assertIn(user.partner_id, followers)
        self.assertNotIn(self.engineer_2.partner_id, followers)
        self.center.deputy_id = self.office_lead
        self.assertIn(
            self.office_lead.partner_id, self.center.project_id.message_partner_ids
        )

    def test_head_and_deputy_lead_the_unit_a5(self):
        self.center.deputy_id = self.engineer_2
        self.assertTrue(self.center._mci_is_lead(self.center_lead))
        self.assertTrue(self.center._mci_is_lead(self.engineer_2))
        self.assertTrue(self.center.with_user(self.engineer_2).sudo()._mci_is_lead())
        self.assertFalse(self.center._mci_is_lead(self.office_lead))
        none = self.env["mci.delivery.center"]
        self.assertFalse(none._mci_is_lead(self.center_lead))

    def test_members_are_those_of_today_i1(self):
        self.assertEqual(self.center.member_count, 2)
        self.center.seat_ids[0].date_to = date(2021, 1, 1)
        self.env.invalidate_all()
        self.assertEqual(self.center.member_count, 1)
        action = self.center.action_view_members()
        self.assertEqual(action["res_model"], "mci.center.seat")
        self.assertEqual(action["context"]["search_default_center_id"], self.center.id)

    def test_hours_of_a_unit(self):
        line = self._record_hours()
        action = self.center.with_user(self.center_lead).action_view_timesheets()
        lines = self.env["account.analytic.line"].with_user(self.center_lead)
        self.assertEqual(lines.search(action["domain"]).sudo(), line)

    def test_form_opens_what_the_user_may_write(self):
        for user, expected in (
            (self.mci_manager, (True, True)),
            (self.center_lead, (False, True)),
            (self.office_lead, (False, False)),
            (self.seller, (False, False)),
        ):
            center = self.center.with_user(user)
            self.assertEqual((center.can_configure, center.can_plan), expected)

    # -------------------------------------------------------------- scale

    def test_queries_do_not_grow_with_units(self):
        def count(number):
            centers = self.env["mci.delivery.center"].create(
                [
                    {
                        "name": f"Unit {number}-{index}",
                        "lead_id": self.center_lead.id,
                        "seat_ids": [
                            Command.create(
                                {
                                    "resource_id": self.resources["engineer"].id,
                                    "function_id": self.function_test.id,
                                    "date_from": date(2020, 1, 1),
                                }
                            )
                        ],
                    }
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            centers.read(["member_count", "member_ids", "function_gap_ids", "name"])
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(20))
