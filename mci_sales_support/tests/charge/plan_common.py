from odoo import Command

from .common import ChargeCommon


class PlanCommon(ChargeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage = cls.env["crm.stage"].search([], order="sequence", limit=1)
        cls.stage.mci_phase = "initiate"
        cls.level_2 = cls.env.ref("mci_sales_support.level_2")
        cls.level_3 = cls.env.ref("mci_sales_support.level_3")

    @classmethod
    def _prepare_line(cls, hours, level="level_2", **values):
        return Command.create(
            {
                "stage_id": cls.stage.id,
                "function_id": cls.function_presales.id,
                "level_id": cls.env.ref(f"mci_sales_support.{level}").id,
                "hours": hours,
                **values,
            }
        )

    @classmethod
    def _create_plan(cls, *hours, lead=None, user=None, **values):
        plans = cls.env["mci.presales.plan"].with_user(user or cls.seller)
        return plans.create(
            {
                "lead_id": (lead or cls.lead).id,
                "line_ids": [cls._prepare_line(number) for number in hours],
                **values,
            }
        )

    @classmethod
    def _approve_plan(cls, *hours, lead=None, note=None):
        plan = cls._create_plan(*hours, lead=lead)
        plan.action_request()
        plan.with_user(cls.sales_manager).action_approve(note)
        return plan.sudo()

    def _assert_ledger(self, *leads):
        """The movements of each deal add up to its approved budget."""
        changes = self.env["mci.budget.change"]
        done = [("state", "=", "approved")]
        for lead in leads:
            own = changes.search([("lead_id", "=", lead.id), *done])
            given = changes.search([("from_lead_id", "=", lead.id), *done])
            total = sum(own.mapped("budget_delta")) + sum(given.mapped("from_delta"))
            self.assertAlmostEqual(total, lead.mci_budget_approved, 2, lead.name)
