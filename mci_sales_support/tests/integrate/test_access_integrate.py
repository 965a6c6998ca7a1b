from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestAccessIntegrate(MciCommon):
    """Units, positions, functions, levels, solutions, approval rules (design §4)."""

    MODELS = (
        "mci.delivery.center",
        "mci.center.seat",
        "mci.function",
        "mci.level",
        "mci.solution",
        "mci.function.gap",
        "mci.approval.rule",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.solution = cls.env["mci.solution"].create({"name": "Smart port"})
        cls.approval = cls.env["mci.approval.rule"].create(
            {"kind": "budget", "approver_id": cls.accountant.id}
        )

    def _users(self, without=()):
        return [getattr(self, role) for role in self.ROLES if role not in without]

    def _denied(self, user, method, *args):
        with self._mci_quiet(), self.assertRaises(AccessError, msg=user.login):
            method(*args)

    def test_everybody_reads_everything_of_the_company(self):
        for user in self._users():
            for model in self.MODELS:
                with self.subTest(user=user.login, model=model):
                    records = self.env[model].with_user(user).search([])
                    self.assertTrue(records)
                    names = [
                        name
                        for name, field in records._fields.items()
                        if records._has_field_access(field, "read")
                    ]
                    records[:1].read(names)

    def test_only_the_administrator_keeps_the_lists(self):
        lists = (
            (self.function_test, {"name": "Testing"}),
            (self.env.ref("mci_sales_support.level_1"), {"name": "Beginner"}),
            (self.solution, {"is_key": True}),
        )
        for record, values in lists:
            model = self.env[record._name]
            new = {"name": f"New {model._name}"}
            if "code" in model._fields:
                new["code"] = "new"
            for user in self._users(without=("mci_manager",)):
                self._denied(user, record.with_user(user).write, values)
                self._denied(user, model.with_user(user).create, new)
                self._denied(user, record.with_user(user).unlink)
            record.with_user(self.mci_manager).write(values)
            model.with_user(self.mci_manager).create(new).unlink()

    def test_administrator_marks_key_industries(self):
        industry = self.env["res.partner.industry"].search([], limit=1)
        industry.with_user(self.mci_manager).mci_is_key = True
        for user in (self.seller, self.center_lead, self.accountant):
            self._denied(user, industry.with_user(user).write, {"mci_is_key": False})

    # ------------------------------------------------------------------ units

    def test_units_are_made_by_the_administrator(self):
        values = {"name": "New", "lead_id": self.center_lead.id}
        for user in self._users(without=("mci_manager",)):
            centers = self.env["mci.delivery.center"].with_user(user)
            self._denied(user, centers.create, values)
            self._denied(user, self.hotline.with_user(user).unlink)
        center = self.env["mci.delivery.center"].with_user(self.mci_manager)
        center.create(values).unlink()

    def test_head_and_deputy_keep_people_and_coverage(self):
        self.center.deputy_id = self.office_lead
        for user in (self.center_lead, self.office_lead):
            self.center.with_user(user).write(
                {
                    "name": f"Center of {user.name}",
                    "solution_ids": [(6, 0, self.solution.ids)],
                    "note": "What we do",
                }
            )
        for values in (
            {"tier": "hotline"},
            {"code": "X"},
            {"lead_id": self.office_lead.id},
            {"active": False},
        ):
            self._denied(
                self.center_lead, self.center.with_user(self.center_lead).write, values
            )
            self.center.with_user(self.mci_manager).write(values)
            self.center.with_user(self.mci_manager).write(
                {"lead_id": self.center_lead.id, "active": True}
            )

    def test_others_do_not_write_units(self):
        for user in self._users(without=("mci_manager", "center_lead")):
            self._denied(user, self.center.with_user(user).write, {"name": "X"})

    def test_deputy_without_the_role_only_reads(self):
        self.center.deputy_id = self.plain_user
        self.center.with_user(self.plain_user).read(["name"])
        self._denied(
            self.plain_user,
            self.center.with_user(self.plain_user).write,
            {"name": "X"},
        )

    # ---------------------------------------------------------------- positions

    def _seat_values(self, center):
        return {
            "center_id": center.id,
            "resource_id": self.resources["engineer"].id,
            "function_id": self.function_test.id,
            "date_from": date(2026, 1, 1),
        }

    def test_positions_of_the_own_unit(self):
        seats = self.env["mci.center.seat"]
        for user in (self.center_lead, self.mci_manager):
            seat = seats.with_user(user).create(self._seat_values(self.center))
            seat.date_to = date(2026, 2, 1)
            seat.unlink()
        for user in self._users(without=("mci_manager", "center_lead")):
            self._denied(
                user, seats.with_user(user).create, self._seat_values(self.center)
            )
            seat = self.center.seat_ids[0].with_user(user)
            self._denied(user, seat.write, {"is_head": True})
            self._denied(user, seat.unlink)

    def test_position_cannot_be_carried_into_a_foreign_unit(self):
        seat = self.center.seat_ids[0].with_user(self.center_lead)
        self._denied(self.center_lead, seat.write, {"center_id": self.office.id})
        seats = self.env["mci.center.seat"].with_user(self.center_lead)
        self._denied(self.center_lead, seats.create, self._seat_values(self.office))

    def test_two_roles(self):
        """Seller and head: his unit, and nothing of other units."""
        self.center_lead.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        self.center.with_user(self.center_lead).name = "Mine"
        self._denied(
            self.center_lead,
            self.office.with_user(self.center_lead).write,
            {"name": "X"},
        )

    # ---------------------------------------------------------------- companies

    def test_units_of_another_company_are_invisible(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = new_test_user(
            self.env,
            login="mci_outsider",
            groups="mci_sales_support.group_manager,hr.group_hr_user,"
            "account.group_account_invoice,mci_sales_support.group_center_lead",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        employee = self.env["hr.employee"].create(
            {"name": "Outsider", "user_id": outsider.id, "company_id": company.id}
        )
        foreign = self.env["mci.delivery.center"].create(
            {
                "name": "Foreign",
                "code": "NORTH",
                "company_id": company.id,
                "lead_id": outsider.id,
                "seat_ids": [
                    (
                        0,
                        0,
                        {
                            "resource_id": employee.resource_id.id,
                            "function_id": self.function_test.id,
                            "date_from": date(2020, 1, 1),
                        },
                    )
                ],
            }
        )
        rule = self.approval.copy({"company_id": company.id})
        self.assertEqual(foreign.project_id.company_id, company)
        self.assertEqual(foreign.analytic_account_id.company_id, company)
        self._check_separate(outsider, self.center, foreign, self.approval, rule)

    def _check_separate(self, outsider, center, foreign, approval, rule):
        for user, mine, other in (
            (outsider, foreign, center),
            (self.mci_manager, center, foreign),
        ):
            env = self.env(user=user, context={})
            self.assertIn(mine, env["mci.delivery.center"].search([]).sudo())
            self.assertNotIn(other, env["mci.delivery.center"].search([]).sudo())
            for model in ("mci.center.seat", "mci.function.gap"):
                centers = env[model].search([]).center_id.sudo()
                self.assertIn(mine, centers)
                self.assertNotIn(other, centers)
            self._denied(user, other.with_user(user).read, ["name"])
            self._denied(user, other.with_user(user).write, {"name": "X"})
        rules = self.env["mci.approval.rule"]
        self.assertNotIn(rule, rules.with_user(self.mci_manager).search([]).sudo())
        self.assertNotIn(approval, rules.with_user(outsider).search([]).sudo())
        functions = self.function_test.with_user(self.mci_manager)
        self.assertEqual(functions.member_count, 0)
        self.assertEqual(self.function_test.with_user(outsider).member_count, 1)
