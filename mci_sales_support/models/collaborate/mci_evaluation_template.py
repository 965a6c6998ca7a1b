from odoo import api, fields, models
from odoo.exceptions import UserError

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
    _description = "Evaluation template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first template that fits is used.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company."
    )
    audience = fields.Selection(
        AUDIENCES, "Who is rated", required=True, default="participant"
    )
    is_short = fields.Boolean(
        "Short form", help="For deals below grade B, and for few hours (O5)."
    )
    criterion_ids = fields.One2many(
        "mci.evaluation.criterion", "template_id", string="Criteria", copy=True
    )
    is_used = fields.Boolean(compute="_compute_is_used")

    def _compute_is_used(self):
        groups = (
            self.env["mci.evaluation"]
            .sudo()
            ._read_group([("template_id", "in", self.ids)], ["template_id"])
        )
        used = {template.id for (template,) in groups}
        for template in self:
            template.is_used = template._origin.id in used

    def _check_not_used(self):
        for template in self:
            if template.is_used:
                raise UserError(
                    self.env._(
                        "%s has been used for forms, which keep their questions:"
                        " duplicate it and archive this one (O6).",
                        template.display_name,
                    )
                )

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", template.name)}
            for template, vals in zip(self, super().copy_data(default), strict=True)
        ]

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
    _description = "Evaluation criterion"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "mci.evaluation.template", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Criterion", required=True, translate=True)
    description = fields.Text(translate=True, help="What the rater looks at.")
    sequence = fields.Integer(default=10)
    weight = fields.Float(required=True, default=1.0)
    anchor_ids = fields.One2many(
        "mci.evaluation.anchor", "criterion_id", string="Anchors", copy=True
    )

    _weight_positive = models.Constraint(
        "CHECK(weight > 0)", "The weight of a criterion is above zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria.template_id._check_not_used()
        self.env["mci.evaluation.anchor"].create(
            [
                {"criterion_id": criterion.id, "rating": rating, "points": points}
                for criterion in criteria
                for rating, points in DEFAULT_POINTS.items()
                if rating not in criterion.anchor_ids.mapped("rating")
            ]
        )
        return criteria

    def write(self, vals):
        if {"name", "weight", "template_id"} & vals.keys():
            self.template_id._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.template_id._check_not_used()


class MciEvaluationAnchor(models.Model):
    """What a rating means for one criterion, and the points it gives (O6)."""

    _name = "mci.evaluation.anchor"
    _description = "Rating anchor"
    _order = "criterion_id, rating desc"

    criterion_id = fields.Many2one(
        "mci.evaluation.criterion", required=True, index=True, ondelete="cascade"
    )
    rating = fields.Selection(RATINGS, required=True)
    name = fields.Char(
        "Anchor",
        translate=True,
        help="What the rater has seen when he gives this rating.",
    )
    points = fields.Float(
        required=True,
        compute="_compute_points",
        store=True,
        readonly=False,
        precompute=True,
        help="0 to 100.",
    )

    _points_range = models.Constraint(
        "CHECK(points >= 0 AND points <= 100)", "Points are between 0 and 100."
    )
    _rating_uniq = models.Constraint(
        "UNIQUE (criterion_id, rating)", "A criterion has one anchor per rating."
    )

    @api.depends("rating")
    def _compute_points(self):
        for anchor in self:
            anchor.points = DEFAULT_POINTS.get(anchor.rating, 0.0)

    @api.depends("rating", "name")
    def _compute_display_name(self):
        ratings = dict(self._fields["rating"]._description_selection(self.env))
        for anchor in self:
            anchor.display_name = anchor.name or ratings.get(anchor.rating, "")

    def write(self, vals):
        if {"points", "rating", "criterion_id"} & vals.keys():
            self.criterion_id.template_id._check_not_used()
        return super().write(vals)
