from odoo import fields, models


class MciApprovalRule(models.Model):
    _inherit = "mci.approval.rule"

    kind = fields.Selection(
        selection_add=[("dispute", "Disputed charge")],
        ondelete={"dispute": "cascade"},
    )
