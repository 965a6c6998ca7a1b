from odoo import fields, models


class MciDeliveryCenter(models.Model):
    """What the queue needs to know of a unit: its hours, and who is above its head."""

    _inherit = "mci.delivery.center"

    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working time",
        ondelete="restrict",
        help="Time limits of requests run in it. Empty: the company's working time.",
    )
    escalate_to_id = fields.Many2one(
        "res.users",
        string="Goes up to",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is told when head and deputy let a time limit pass.",
    )
    backup_sequence = fields.Integer(
        "Order as backup",
        default=10,
        help="Backup offices of a team are asked in this order, the lowest first (M2).",
    )
