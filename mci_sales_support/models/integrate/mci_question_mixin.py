"""Questions answered by one tap on a written anchor: shared by all such forms.

A form (an evaluation, an assessment) is made from a template with weighted criteria;
each criterion has one anchor per rating, with the points it gives. The answer keeps
weight and points as they were, whatever the template becomes.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError


class MciQuestionTemplateMixin(models.AbstractModel):
    """A set of criteria; frozen as soon as a form uses it."""

    _name = "mci.question.template.mixin"
    _description = "Template of a form with anchors"
    _order = "sequence, id"

    # Model of the forms that are made from the template; they have a ``template_id``.
    _mci_form_model = None

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first template that fits is used.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company."
    )
    is_used = fields.Boolean(compute="_compute_is_used")

    def _compute_is_used(self):
        groups = (
            self.env[self._mci_form_model]
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


class MciQuestionCriterionMixin(models.AbstractModel):
    """One weighted question, with a description of each rating."""

    _name = "mci.question.criterion.mixin"
    _description = "Criterion with anchors"
    _order = "template_id, sequence, id"

    # Points of the anchors that a new criterion lacks, by rating.
    _mci_default_points = {}
    _mci_frozen_fields = frozenset({"name", "weight", "template_id"})

    name = fields.Char("Criterion", required=True, translate=True)
    description = fields.Text(translate=True, help="What the rater looks at.")
    sequence = fields.Integer(default=10)
    weight = fields.Float(required=True, default=1.0)

    _weight_positive = models.Constraint(
        "CHECK(weight > 0)", "The weight of a criterion is above zero."
    )

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria.template_id._check_not_used()
        if self.env.context.get("mci_without_anchors"):
            # Data files bring all anchors, with ids of their own.
            return criteria
        criteria.anchor_ids.create(
            [
                {"criterion_id": criterion.id, "rating": rating, "points": points}
                for criterion in criteria
                for rating, points in self._mci_default_points.items()
                if rating not in criterion.anchor_ids.mapped("rating")
            ]
        )
        return criteria

    def write(self, vals):
        if self._mci_frozen_fields & vals.keys():
            self.template_id._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.template_id._check_not_used()


class MciQuestionAnchorMixin(models.AbstractModel):
    """What a rating means for one criterion, and the points it gives."""

    _name = "mci.question.anchor.mixin"
    _description = "Rating anchor"
    _order = "criterion_id, rating desc"

    _mci_default_points = {}
    _mci_frozen_fields = frozenset({"points", "rating", "criterion_id"})

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
            anchor.points = self._mci_default_points.get(anchor.rating, 0.0)

    @api.depends("rating", "name")
    def _compute_display_name(self):
        ratings = dict(self._fields["rating"]._description_selection(self.env))
        for anchor in self:
            anchor.display_name = anchor.name or ratings.get(anchor.rating, "")

    def write(self, vals):
        if self._mci_frozen_fields & vals.keys():
            self.criterion_id.template_id._check_not_used()
        return super().write(vals)


class MciQuestionLineMixin(models.AbstractModel):
    """The answer to one criterion. Weight and points are kept as they were."""

    _name = "mci.question.line.mixin"
    _description = "Answer by an anchor"
    _inherit = ["mci.lock.mixin"]

    sequence = fields.Integer()
    weight = fields.Float()
    points = fields.Float(
        compute="_compute_points",
        store=True,
        aggregator="avg",
        help="Points of the rating when it was given, 0 to 100.",
    )
    comment = fields.Char("Remark")
    choices = fields.Json(
        compute="_compute_choices", help="Anchors of the criterion, for the form."
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields) - {"rating", "comment"}

    def _mci_get_anchor(self):
        """The anchor of the rating given, in sudo; none for an answer without one."""
        self.ensure_one()
        return self.criterion_id.sudo().anchor_ids.filtered(
            lambda anchor: anchor.rating == self.rating
        )[:1]

    # Points are copied when the answer is given: the anchor may change later.
    @api.depends("rating")
    def _compute_points(self):
        for line in self:
            line.points = line._mci_get_anchor().points

    @api.depends("criterion_id")
    @api.depends_context("lang")
    def _compute_choices(self):
        ratings = self._fields["rating"]._description_selection(self.env)
        for line in self:
            anchors = line.criterion_id.sudo().anchor_ids.grouped("rating")
            line.choices = [
                line._mci_prepare_choice(rating, label, anchors.get(rating))
                for rating, label in ratings
            ]

    def _mci_prepare_choice(self, rating, label, anchor):
        return {
            "rating": rating,
            "label": label,
            "text": anchor.name or "" if anchor else "",
        }

    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = self.env._("Answer #%s", line.id)


class MciQuestionFormMixin(models.AbstractModel):
    """A form of such answers, with a state of its own."""

    _name = "mci.question.form.mixin"
    _description = "Form answered by anchors"
    _inherit = ["mci.lock.mixin"]

    def _mci_check_state(self, state):
        if self.state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(form)s is %(state)s, not %(needed)s.",
                    form=self.display_name,
                    state=labels[self.state],
                    needed=labels[state],
                )
            )
