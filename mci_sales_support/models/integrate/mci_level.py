from odoo import fields, models


class MciLevel(models.Model):
    """Seniority of a person; with the function it gives the price of an hour (C2)."""

    _name = "mci.level"
    _description = "Resource level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(
        default=10, help="Ascending seniority: a higher number is a more senior level."
    )
    is_senior = fields.Boolean(
        "Senior",
        help="People of this level are scarce: the diagnosis shows whom they work for"
        " (D1).",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Another resource level already has this code."
    )
