from odoo import api, fields, models

from ..match.crm_stage import PHASES


class MciPresalesStandard(models.Model):
    """Standard plan of a grade (C4): what a deal of the grade usually needs.

    A presales plan is proposed from it; afterwards plan and standard are independent.
    """

    _name = "mci.presales.standard"
    _description = "Standard plan line"
    _order = "company_id, grade_id, sequence, id"

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    grade_id = fields.Many2one(
        "mci.grade", required=True, index=True, ondelete="cascade"
    )
    phase = fields.Selection(
        PHASES,
        required=True,
        help="The plan takes the first stage of the deal's team that stands for it.",
    )
    function_id = fields.Many2one("mci.function", required=True, ondelete="cascade")
    level_id = fields.Many2one(
        "mci.level", string="Resource level", required=True, ondelete="cascade"
    )
    hours = fields.Float(required=True)
    note = fields.Char(string="What for", translate=True)

    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A standard line is for more than zero hours."
    )

    @api.depends("grade_id", "phase", "function_id")
    def _compute_display_name(self):
        phases = dict(self._fields["phase"]._description_selection(self.env))
        for line in self:
            parts = (line.grade_id.code, phases.get(line.phase), line.function_id.name)
            line.display_name = " / ".join(filter(None, parts))
