from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatementPlan(ChargeCommon):
    """C6: analytic plans that the company requires, named by plan and by side."""

    def test_c6_missing_plans_are_named_by_side(self):
        """The accountant reads which plan of which side has no account."""
        plan, account = self._create_plan_account("Departments")
        self._require_plan(plan)
        self._work(2.0)
        statement = self._settle("accepted")
        with self.assertRaises(UserError) as refused:
            statement.with_user(self.accountant).action_post()
        message = str(refused.exception)
        self.assertIn(f"{plan.name} of {self.center.display_name}", message)
        self.assertIn(f"{plan.name} of {self.team.display_name}", message)
        screen = self.env["mci.month.end"].create(
            {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        )
        self.assertEqual(screen.plan_count, 1)
        unit_account = account.copy({"name": "Centers"})
        self.center.project_id[plan._column_name()] = unit_account
        with self.assertRaises(UserError) as refused:
            statement.action_post()
        self.assertNotIn(self.center.display_name, str(refused.exception))
        # The charge was frozen before the plan became mandatory.
        self.team.mci_analytic_account_ids = [Command.set(account.ids)]
        statement.action_post()
        items = statement.move_id.line_ids.analytic_line_ids
        self.assertEqual(
            {item[plan._column_name()]: item.amount for item in items},
            {account: -200.0, unit_account: 200.0},
        )
        self.assertFalse(statement.charge_ids.payer_distribution_key)
        self.assertEqual(set(statement.charge_ids.mapped("state")), {"posted"})
