from odoo import api, fields, models


class MciGradeAsk(models.TransientModel):
    """Ask for another grade of a deal, or say why a change is refused (M1)."""

    _name = "mci.grade.ask"
    _description = "Ask for Another Grade"

    lead_id = fields.Many2one("crm.lead", string="Deal", readonly=True)
    change_id = fields.Many2one("mci.grade.change", readonly=True)
    current_grade_id = fields.Many2one(related="lead_id.mci_grade_id", string="Now")
    computed_grade_id = fields.Many2one(related="lead_id.mci_computed_grade_id")
    grade_id = fields.Many2one("mci.grade", string="New Grade")
    reason_code = fields.Selection(
        [("showcase", "Showcase"), ("strategic", "Strategic importance")],
        string="Because of",
    )
    reason = fields.Text(required=True)
    approver_names = fields.Char(
        string="Decides",
        compute="_compute_approver_names",
        help="Whom the approval rules name for this grade.",
    )

    @api.depends("lead_id", "grade_id")
    def _compute_approver_names(self):
        for ask in self:
            lead = ask.lead_id.sudo()
            rule = self.env["mci.approval.rule"]._mci_find(
                "grade",
                lead._mci_get_company() if lead else self.env.company,
                amount=lead.mci_grading_amount,
                grade=ask.grade_id,
            )
            users = rule._mci_get_approvers(rule, lead, lead.mci_center_id)
            ask.approver_names = ", ".join(
                users.sudo().mapped("display_name")
            ) or self.env._("a sales manager or a Sales Support Administrator")

    def action_apply(self):
        """Ask for the grade, or refuse the change that waits."""
        self.ensure_one()
        if self.change_id:
            self.change_id.action_refuse(self.reason)
        else:
            self.lead_id.mci_request_grade(
                self.grade_id.code, self.reason_code, self.reason
            )
        return {"type": "ir.actions.act_window_close"}
