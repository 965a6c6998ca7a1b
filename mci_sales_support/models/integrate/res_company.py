from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_opportunity_plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Plan of opportunities",
        ondelete="restrict",
        help="Analytic plan of the accounts of opportunities: the Project plan or a"
        " sub-plan of it (C6). Empty: the Project plan. Accounts that exist stay"
        " where they are.",
    )
    mci_center_plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Plan of units",
        ondelete="restrict",
        help="Analytic plan of the accounts of delivery centers, offices and hotlines:"
        " the Project plan or a sub-plan of it (C6). Empty: the Project plan.",
    )
    mci_start_date = fields.Date(
        string="Sales support since",
        default=fields.Date.context_today,
        help="Deals closed before this day are not assessed and carry no credits (O5).",
    )

    @api.constrains("mci_opportunity_plan_id", "mci_center_plan_id")
    def _check_mci_plans(self):
        project_plan, _others = (
            self.env["account.analytic.plan"].sudo()._get_all_plans()
        )
        for plan in self.mci_opportunity_plan_id | self.mci_center_plan_id:
            if plan.sudo().root_id != project_plan:
                raise ValidationError(
                    self.env._(
                        "The plan %(plan)s cannot hold accounts of opportunities or"
                        " units: take %(project_plan)s or one of its sub-plans, where"
                        " timesheets and margins meet.",
                        plan=plan.display_name,
                        project_plan=project_plan.display_name,
                    )
                )

    def _mci_get_plan(self, kind):
        """The analytic plan for new accounts of ``kind`` ('unit' or 'deal')."""
        self.ensure_one()
        company = self.sudo()
        plan = (
            company.mci_center_plan_id
            if kind == "unit"
            else company.mci_opportunity_plan_id
        )
        if not plan:
            plan, _others = plan._get_all_plans()
        return plan
