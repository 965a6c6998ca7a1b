from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestBudgetEdges(PlanCommon):
    """C4: whose budget moves, how much of it, and of which deals."""

    def test_c4_nobody_gives_away_the_budget_of_others(self):
        other = self._create_lead("Somebody else's", user_id=self.seller_2.id)
        with self.assertRaises(AccessError), self._mci_quiet():
            self.lead.with_user(self.seller).mci_request_budget(
                100.0, "It has plenty", "transfer", other.id
            )

    def test_c4_what_is_spent_is_not_given(self):
        source = self._create_lead("Giver")
        source._mci_set_budget(1000.0)
        self._work(8.0, lead=source)
        change = self.env["mci.budget.change"].browse(
            self.lead.with_user(self.seller).mci_request_budget(
                500.0, "Urgent", "transfer", source.id
            )
        )
        with self.assertRaisesRegex(UserError, "less than that left"):
            change.with_user(self.sales_manager).action_approve()
        self.assertEqual(source.mci_remaining_amount, 200.0)

    def test_c4_the_plan_of_a_closed_deal_is_not_approved(self):
        plan = self._create_plan(10.0)
        plan.action_request()
        self.lead.action_set_lost()
        with self.assertRaisesRegex(UserError, "no open opportunity"):
            plan.with_user(self.sales_manager).action_approve()
        self.assertFalse(self.lead.mci_budget_set)
