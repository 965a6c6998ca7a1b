from odoo import fields, models


class MciGrade(models.Model):
    """How much support a deal deserves (M1).

    A to D follow from the grading amount. The grade of partner-led deals (E) has no
    band of amounts: it goes by the flag on the deal, whatever its size.
    """

    _name = "mci.grade"
    _description = "Deal Grade"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="What sellers and other systems call the grade, as A or E."
    )
    sequence = fields.Integer(
        default=10, help="Rank of the grade: the lowest number is the best grade."
    )
    color = fields.Integer()
    is_partner_led = fields.Boolean(
        string="For partner-led deals",
        help="Given to deals that a partner leads, whatever their amount (M1).",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Each grade has a code of its own.")
    _partner_led_uniq = models.UniqueIndex(
        "(is_partner_led) WHERE is_partner_led AND active",
        "Only one grade can be the grade of partner-led deals.",
    )

    def _mci_is_better_than(self, other):
        """Whether this grade ranks above ``other``; any grade is better than none."""
        return bool(self) and (not other or self.sequence < other.sequence)
