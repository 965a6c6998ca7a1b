from odoo import api, fields, models

# Rating → points of a new criterion (O6).
DEFAULT_POINTS = {"5": 100.0, "4": 90.0, "3": 80.0, "2": 60.0, "1": 40.0}
RATINGS = [
    ("5", "Outstanding"),
    ("4", "Above expectation"),
    ("3", "As expected"),
    ("2", "Below expectation"),
    ("1", "Not acceptable"),
]
AUDIENCES = [
    ("any", "Everybody"),
    ("participant", "Participants"),
    ("owner", "Accountable owner"),
]


class MciEvaluationTemplate(models.Model):
    """Questions of a form: which criteria count, and how much (O5, O6)."""

    _name = "mci.evaluation.template"
    _inherit = ["mci.question.template.mixin"]
    _description = "Evaluation template"
    _order = "sequence, id"

    _mci_form_model = "mci.evaluation"

    audience = fields.Selection(
        AUDIENCES, "Who is rated", required=True, default="participant"
    )
    is_short = fields.Boolean(
        "Short form", help="For deals below grade B, and for few hours (O5)."
    )
    criterion_ids = fields.One2many(
        "mci.evaluation.criterion", "template_id", string="Criteria", copy=True
    )

    @api.model
    def _mci_pick(self, company, audience, is_short):
        """The template for a form: of the company before general ones, the length
        asked for before the other one, for the audience before for everybody.
        """
        templates = self.sudo().search([("company_id", "in", [company.id, False])])
        fitting = templates.filtered(
            lambda t: t.audience in (audience, "any") and t.criterion_ids
        )
        return fitting.sorted(
            lambda t: (t.is_short != is_short, not t.company_id, t.audience == "any")
        )[:1]


class MciEvaluationCriterion(models.Model):
    """One question of a form, with a description of each rating."""

    _name = "mci.evaluation.criterion"
    _inherit = ["mci.question.criterion.mixin"]
    _description = "Evaluation criterion"
    _order = "template_id, sequence, id"

    _mci_default_points = DEFAULT_POINTS

    template_id = fields.Many2one(
        "mci.evaluation.template", required=True, index=True, ondelete="cascade"
    )
    anchor_ids = fields.One2many(
        "mci.evaluation.anchor", "criterion_id", string="Anchors", copy=True
    )


class MciEvaluationAnchor(models.Model):
    """What a rating means for one criterion, and the points it gives (O6)."""

    _name = "mci.evaluation.anchor"
    _inherit = ["mci.question.anchor.mixin"]
    _description = "Rating anchor"
    _order = "criterion_id, rating desc"

    _mci_default_points = DEFAULT_POINTS

    criterion_id = fields.Many2one(
        "mci.evaluation.criterion", required=True, index=True, ondelete="cascade"
    )
    rating = fields.Selection(RATINGS, required=True)
