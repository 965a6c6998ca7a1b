from odoo import api, fields, models
from odoo.exceptions import UserError

from .mci_assessment_template import QUESTIONS, RATINGS

# Not known counts like a no: what nobody has asked the customer raises no score.
ANSWERS = [*RATINGS, ("na", "Not known yet")]


class MciAssessment(models.Model):
    """One look at a deal: is it real, can we compete, can we win, is it worth it (M5).

    ``score`` = Σ(points × weight) ÷ Σ weights, 0 to 100, rounded to 0.01; *not known
    yet* counts zero. An assessment is a snapshot: once submitted it never changes, the
    next look is the next version. The latest *reviewed* version orders the queue; it
    never sets the grade.
    """

    _name = "mci.assessment"
    _inherit = ["mci.question.form.mixin"]
    _description = "Assessment of a deal"
    _order = "lead_id, submitted_date desc, id desc"

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="restrict"
    )
    # The deal it was made for, also after Odoo has merged it into another one.
    lead_key = fields.Integer(export_string_translation=False, aggregator=None)
    version = fields.Integer(
        aggregator=None, help="Numbered when submitted; zero while it is filled in."
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    template_id = fields.Many2one(
        "mci.assessment.template", "Template", required=True, ondelete="restrict"
    )
    author_id = fields.Many2one(
        "res.users", "Assessed by", required=True, index=True, ondelete="restrict"
    )
    reviewer_id = fields.Many2one(
        "res.users", "Reviewed by", index="btree_not_null", ondelete="restrict"
    )
    submitted_date = fields.Datetime("Submitted on")
    reviewed_date = fields.Datetime("Reviewed on")
    # What it was then
    lead_name = fields.Char("Opportunity at the time")
    grade_id = fields.Many2one("mci.grade", "Grade at the time")
    stage_id = fields.Many2one("crm.stage", "Stage at the time", ondelete="set null")
    amount = fields.Monetary("Grading amount at the time")
    currency_id = fields.Many2one(related="company_id.currency_id")

    state = fields.Selection(
        [
            ("draft", "To fill"),
            ("submitted", "To review"),
            ("reviewed", "Reviewed"),
            ("returned", "Returned"),
        ],
        required=True,
        default="draft",
        index=True,
    )
    line_ids = fields.One2many("mci.assessment.line", "assessment_id", string="Answers")
    comment = fields.Text(
        "Conclusion", help="What has to happen next, and who asks the customer what."
    )
    review_note = fields.Text()
    score = fields.Float(
        compute="_compute_score",
        store=True,
        aggregator="avg",
        digits=(6, 2),
        help="0 to 100: points by weight; what is not known counts zero (M5).",
    )
    has_event = fields.Boolean(
        "Compelling event",
        compute="_compute_score",
        store=True,
        help="The customer must act by a date, and it is known what he loses if not.",
    )
    is_vetoed = fields.Boolean("Veto", compute="_compute_score", store=True)
    veto_reason = fields.Text("Vetoes", compute="_compute_veto_reason")
    previous_score = fields.Float(
        digits=(6, 2), aggregator=None, help="Score of the version in force before."
    )
    is_complete = fields.Boolean(compute="_compute_is_complete")
    is_author = fields.Boolean(compute="_compute_who")
    can_review = fields.Boolean(compute="_compute_who")

    _version_uniq = models.UniqueIndex(
        "(lead_key, version) WHERE version > 0",
        "Somebody else has just submitted an assessment of this deal: look at it, then"
        " submit again.",
    )
    _draft_uniq = models.UniqueIndex(
        "(lead_id, author_id) WHERE state = 'draft'",
        "You are assessing this deal already.",
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields) - {"comment", "line_ids"}

    # ---------------------------------------------------------------- computes

    @api.depends("line_ids.points", "line_ids.weight", "line_ids.rating")
    def _compute_score(self):
        for form in self:
            lines = form.line_ids
            weight = sum(lines.mapped("weight"))
            points = sum(line.points * line.weight for line in lines)
            form.score = round(points / weight, 2) if weight else 0.0
            form.is_vetoed = any(lines.mapped("is_veto"))
            events = lines.filtered("criterion_id.is_event")
            form.has_event = any(
                line.rating not in (False, "na") and not line.is_veto for line in events
            )

    @api.depends("line_ids.is_veto")
    @api.depends_context("lang")
    def _compute_veto_reason(self):
        for form in self:
            form.veto_reason = "\n".join(
                f"{line.criterion_id.name}: {line._mci_get_anchor().display_name}"
                for line in form.line_ids.filtered("is_veto")
            )

    @api.depends("line_ids.rating")
    def _compute_is_complete(self):
        for form in self:
            form.is_complete = bool(form.line_ids) and all(
                form.line_ids.mapped("rating")
            )

    @api.depends_context("uid")
    @api.depends("state", "author_id", "lead_id")
    def _compute_who(self):
        user = self.env.user
        for form in self:
            form.is_author = form.author_id == user
            form.can_review = form.state == "submitted" and form._mci_can_review()

    @api.depends("lead_name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for form in self:
            name = form.lead_name or ""
            form.display_name = (
                self.env._("%(deal)s, version %(n)s", deal=name, n=form.version)
                if form.version
                else self.env._("%s, new assessment", name)
            )

    # ---------------------------------------------------------------- guards

    def write(self, vals):
        if vals and not self._mci_is_unlocked():
            self._mci_check_locked(vals)
            self._check_can_fill()
        return super().write(vals)

    def _check_can_fill(self):
        for form in self:
            if form.state != "draft" or form.author_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%s cannot be changed: assess the deal anew (M5).",
                        form.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_methods(self):
        if not self._mci_is_unlocked():
            raise UserError(self.env._("Assessments are kept (M5)."))


class MciAssessmentLine(models.Model):
    """The answer to one criterion, with the points and the veto it had then (M5)."""

    _name = "mci.assessment.line"
    _inherit = ["mci.question.line.mixin"]
    _description = "Assessment answer"
    _order = "assessment_id, sequence, id"

    assessment_id = fields.Many2one(
        "mci.assessment", required=True, index=True, ondelete="cascade"
    )
    criterion_id = fields.Many2one(
        "mci.assessment.criterion", required=True, ondelete="restrict"
    )
    description = fields.Text(related="criterion_id.description")
    question = fields.Selection(QUESTIONS)
    section = fields.Char("Heading", compute="_compute_section")
    rating = fields.Selection(ANSWERS, help="Not known yet counts zero.")
    is_veto = fields.Boolean("Veto", compute="_compute_points", store=True)

    _criterion_uniq = models.Constraint(
        "UNIQUE (assessment_id, criterion_id)", "A form asks each criterion once."
    )

    @api.depends("rating")
    def _compute_points(self):
        # EXTENDS: the veto too is kept as it was when the answer was given
        result = super()._compute_points()
        for line in self:
            line.is_veto = line._mci_get_anchor().is_veto
        return result

    @api.depends("question")
    @api.depends_context("lang")
    def _compute_section(self):
        questions = dict(self._fields["question"]._description_selection(self.env))
        for line in self:
            line.section = questions.get(line.question)

    def _mci_prepare_choice(self, rating, label, anchor):
        choice = super()._mci_prepare_choice(rating, label, anchor)
        return {**choice, "veto": bool(anchor and anchor.is_veto)}

    def write(self, vals):
        if not self._mci_is_unlocked():
            self.assessment_id._check_can_fill()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_methods(self):
        if not self._mci_is_unlocked():
            raise UserError(self.env._("Assessments are kept (M5)."))
