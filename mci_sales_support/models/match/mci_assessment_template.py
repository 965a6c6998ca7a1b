from odoo import api, fields, models

QUESTIONS = [
    ("real", "Is it real?"),
    ("compete", "Can we compete?"),
    ("win", "Can we win?"),
    ("worth", "Is it worth it?"),
]
RATINGS = [
    ("4", "Yes, proven"),
    ("3", "Mostly"),
    ("2", "Hardly"),
    ("1", "No"),
]
DEFAULT_POINTS = {"4": 100.0, "3": 70.0, "2": 30.0, "1": 0.0}


class MciAssessmentTemplate(models.Model):
    """The four questions put to a deal, as weighted criteria with anchors (M5)."""

    _name = "mci.assessment.template"
    _inherit = ["mci.question.template.mixin"]
    _description = "Assessment template"
    _order = "sequence, id"

    _mci_form_model = "mci.assessment"

    criterion_ids = fields.One2many(
        "mci.assessment.criterion", "template_id", string="Criteria", copy=True
    )

    @api.model
    def _mci_pick(self, company):
        """The template of a new assessment: the company's own before general ones."""
        templates = self.sudo().search([("company_id", "in", [company.id, False])])
        fitting = templates.filtered("criterion_ids")
        return fitting.sorted(lambda template: not template.company_id)[:1]


class MciAssessmentCriterion(models.Model):
    """One criterion of one of the four questions."""

    _name = "mci.assessment.criterion"
    _inherit = ["mci.question.criterion.mixin"]
    _description = "Assessment criterion"
    _order = "template_id, sequence, id"

    _mci_default_points = DEFAULT_POINTS
    _mci_frozen_fields = frozenset(
        {"name", "weight", "template_id", "question", "is_event"}
    )

    template_id = fields.Many2one(
        "mci.assessment.template", required=True, index=True, ondelete="cascade"
    )
    question = fields.Selection(QUESTIONS, required=True, default="real")
    is_event = fields.Boolean(
        "Compelling event",
        help="This criterion says whether the customer must act by a date. Without such"
        " an event no win rate is shown, and more spending asks for a reason (M5).",
    )
    anchor_ids = fields.One2many(
        "mci.assessment.anchor", "criterion_id", string="Anchors", copy=True
    )


class MciAssessmentAnchor(models.Model):
    """What must be true of the deal to give a rating, and the points it gives."""

    _name = "mci.assessment.anchor"
    _inherit = ["mci.question.anchor.mixin"]
    _description = "Assessment anchor"
    _order = "criterion_id, rating desc"

    _mci_default_points = DEFAULT_POINTS
    _mci_frozen_fields = frozenset({"points", "rating", "criterion_id", "is_veto"})

    criterion_id = fields.Many2one(
        "mci.assessment.criterion", required=True, index=True, ondelete="cascade"
    )
    rating = fields.Selection(RATINGS, required=True)
    is_veto = fields.Boolean(
        "Veto",
        help="Whatever the score: the deal goes behind all others of its grade, and its"
        " page warns (M5).",
    )
