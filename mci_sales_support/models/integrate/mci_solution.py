from odoo import fields, models


class MciSolution(models.Model):
    """What the company sells, as the coverage of units is spoken of (rule I1)."""

    _name = "mci.solution"
    _description = "Solution"
    _order = "is_key DESC, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    is_key = fields.Boolean(
        string="Key solution",
        help="Solutions the company wants to be known for; key ones are named first"
        " where units and deals are matched.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE(name)", "Another solution already has this name."
    )
