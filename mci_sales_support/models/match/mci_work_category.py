from odoo import fields, models


class MciWorkCategory(models.Model):
    """What people do when they work for no deal (M10)."""

    _name = "mci.work.category"
    _description = "Work category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "The code of a work category is unique."
    )
