from odoo import api, fields, models
from odoo.exceptions import UserError

from .mci_evaluation_template import RATINGS

ANSWERS = [*RATINGS, ("na", "Not applicable")]


class MciEvaluationLine(models.Model):
    """The answer to one criterion. Weight and points are kept as they were (O6)."""

    _name = "mci.evaluation.line"
    _description = "Evaluation answer"
    _inherit = ["mci.question.line.mixin"]
    _order = "evaluation_id, sequence, id"

    evaluation_id = fields.Many2one(
        "mci.evaluation", required=True, index=True, ondelete="cascade"
    )
    criterion_id = fields.Many2one(
        "mci.evaluation.criterion", required=True, ondelete="restrict"
    )
    description = fields.Text(related="criterion_id.description")
    rating = fields.Selection(ANSWERS, help="Not applicable drops out of the score.")
    is_decided = fields.Boolean("Changed by decision")
    decided_points = fields.Float(aggregator=None)
    final_points = fields.Float(compute="_compute_final_points", aggregator=None)

    _points_range = models.Constraint(
        "CHECK(decided_points >= 0 AND decided_points <= 100)",
        "Points are between 0 and 100.",
    )
    _criterion_uniq = models.Constraint(
        "UNIQUE (evaluation_id, criterion_id)", "A form asks each criterion once."
    )

    @api.depends("points", "is_decided", "decided_points")
    def _compute_final_points(self):
        for line in self:
            line.final_points = line.decided_points if line.is_decided else line.points

    def write(self, vals):
        if not self._mci_is_unlocked():
            self.evaluation_id._check_can_fill()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_methods(self):
        if not self._mci_is_unlocked():
            raise UserError(self.env._("Evaluation forms are kept (O5)."))


class MciEvaluationEvent(models.Model):
    """What happened to a form, with the scores before and after (O5)."""

    _name = "mci.evaluation.event"
    _description = "Evaluation history"
    _inherit = ["mci.lock.mixin"]
    _order = "date desc, id desc"

    evaluation_id = fields.Many2one(
        "mci.evaluation", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("created", "Created"),
            ("submitted", "Submitted"),
            ("published", "Published"),
            ("appealed", "Appealed"),
            ("arbiter", "Arbiter named"),
            ("decided", "Decided"),
            ("final", "Final"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", "By", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    note = fields.Text()
    score_before = fields.Float(digits=(6, 2), aggregator=None)
    score_after = fields.Float(digits=(6, 2), aggregator=None)

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_methods(self):
        if not self._mci_is_unlocked():
            raise UserError(self.env._("The history of a form is kept (O5)."))

    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            event.display_name = self.env._("Event #%s", event.id)
