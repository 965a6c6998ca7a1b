from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    mci_level_id = fields.Many2one(
        related="resource_id.mci_level_id",
        readonly=False,
        groups="hr.group_hr_user",
    )
    mci_seat_ids = fields.One2many(
        related="resource_id.mci_seat_ids", groups="hr.group_hr_user"
    )
