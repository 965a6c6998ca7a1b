from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .mci_evaluation_template import RATINGS

# Ratings that count in the score; *not applicable* is the other one.
DEFINITE = tuple(dict(RATINGS))
# States the rated person and those above him may read.
PUBLISHED = ("published", "appealed", "final")
PARTICIPANT_ROLES = [
    ("participant", "Participant"),
    ("owner", "Accountable owner"),
    ("delivery_lead", "Delivery lead"),
]


class MciEvaluation(models.Model):
    """One form: how somebody worked on a closed deal, rated by one person (O5, O6).

    ``score`` = Σ(points × weight) ÷ Σ weights, 0 to 100, rounded to 0.01; *not
    applicable* drops out. The rater fills the form, everything else is written by
    methods only.

    A form has no messages, followers, activities or attachments on purpose: each of
    them shows its content to people whom the record rules refuse. Its history is
    ``mci.evaluation.event``, its name tells nothing.
    """

    _name = "mci.evaluation"
    _description = "Evaluation form"
    _inherit = ["mci.question.form.mixin"]
    _order = "date desc, id desc"

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="restrict"
    )
    # The deal the form was made for, also after Odoo has merged it into another one.
    lead_key = fields.Integer(export_string_translation=False, aggregator=None)
    stage_id = fields.Many2one(
        "crm.stage",
        "Stage",
        ondelete="restrict",
        help="Empty: the whole deal is assessed.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    template_id = fields.Many2one(
        "mci.evaluation.template", "Template", required=True, ondelete="restrict"
    )
    resource_id = fields.Many2one(
        "resource.resource",
        "Rated person",
        required=True,
        index=True,
        ondelete="restrict",
    )
    evaluator_id = fields.Many2one(
        "res.users", "Rater", required=True, index=True, ondelete="restrict"
    )
    # Who it was then, to filter and group by
    lead_name = fields.Char("Opportunity at the time")
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    team_id = fields.Many2one("crm.team", index="btree_not_null")
    grade_id = fields.Many2one("mci.grade")
    outcome = fields.Selection([("won", "Won"), ("lost", "Lost")])
    role = fields.Selection(PARTICIPANT_ROLES, required=True, default="participant")
    function_id = fields.Many2one("mci.function")
    hours = fields.Float("Hours done", help="Evidence: hours done on the deal.")
    booking_count = fields.Integer("Bookings done", help="Evidence.")
    is_short = fields.Boolean("Short form")
    date = fields.Date("Closed on", required=True, index=True)
    deadline = fields.Date("Fill until", required=True)

    line_ids = fields.One2many("mci.evaluation.line", "evaluation_id", string="Answers")
    comment = fields.Text(
        "Remark", help="For the rated person: what went well, what to do better."
    )
    score = fields.Float(
        compute="_compute_score",
        store=True,
        aggregator="avg",
        digits=(6, 2),
        help="0 to 100: points by weight; what is not applicable drops out (O6).",
    )
    is_scored = fields.Boolean(
        "Has a score",
        compute="_compute_score",
        store=True,
        help="Whether at least one criterion was applicable.",
    )
    is_complete = fields.Boolean(compute="_compute_is_complete")
    state = fields.Selection(
        [
            ("draft", "To fill"),
            ("submitted", "Submitted"),
            ("published", "Published"),
            ("appealed", "Under appeal"),
            ("final", "Final"),
        ],
        required=True,
        default="draft",
        index=True,
    )
    submitted_date = fields.Datetime("Submitted on")
    published_date = fields.Datetime("Published on")
    appeal_reason = fields.Text("Reason of the appeal")
    appeal_date = fields.Datetime("Appealed on")
    arbiter_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        help="Decides on the appeal; neither rater nor rated person.",
    )
    decision = fields.Selection(
        [("upheld", "Appeal upheld"), ("dismissed", "Appeal dismissed")]
    )
    decision_note = fields.Text("Decision explained")
    decision_date = fields.Datetime("Decided on")
    original_score = fields.Float(
        digits=(6, 2), aggregator=None, help="Score before the decision, kept."
    )
    event_ids = fields.One2many("mci.evaluation.event", "evaluation_id", "History")

    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_rater = fields.Boolean(compute="_compute_who")
    is_rated = fields.Boolean(compute="_compute_who")
    can_publish = fields.Boolean(compute="_compute_who")
    can_decide = fields.Boolean(compute="_compute_who")

    # One form per deal, stage, person, rater and template, whatever runs at once.
    _form_uniq = models.UniqueIndex(
        "(lead_key, stage_id, resource_id, evaluator_id, template_id)"
        " NULLS NOT DISTINCT",
        "This form exists already (O5).",
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields) - {"comment", "line_ids"}

    # ---------------------------------------------------------------- computes

    @api.depends("line_ids.final_points", "line_ids.weight", "line_ids.rating")
    def _compute_score(self):
        for form in self:
            lines = form.line_ids.filtered(lambda line: line.rating in DEFINITE)
            weight = sum(lines.mapped("weight"))
            points = sum(line.final_points * line.weight for line in lines)
            form.is_scored = bool(weight)
            form.score = round(points / weight, 2) if weight else 0.0

    @api.depends("line_ids.rating")
    def _compute_is_complete(self):
        for form in self:
            form.is_complete = bool(form.line_ids) and all(
                form.line_ids.mapped("rating")
            )

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        for form in self:
            today = form.company_id._mci_today()
            form.is_overdue = form.state == "draft" and form.deadline < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        over = self.env["res.company"]._mci_domain_over("deadline")
        overdue = Domain("state", "=", "draft") & over
        return overdue if True in value else ~overdue

    @api.depends_context("uid")
    @api.depends("state", "evaluator_id", "resource_id", "arbiter_id")
    def _compute_who(self):
        user = self.env.user
        is_hr = user.has_group("hr.group_hr_user")
        for form, form_sudo in zip(self, self.sudo(), strict=True):
            form.is_rater = form_sudo.evaluator_id == user
            form.is_rated = form_sudo.resource_id.user_id == user
            form.can_publish = (form.is_rater or is_hr) and not form.is_rated
            form.can_decide = form.state == "appealed" and form_sudo._mci_is_arbiter(
                user
            )

    @api.depends_context("lang")
    def _compute_display_name(self):
        for form in self:
            form.display_name = (
                self.env._("Form #%s", form.id) if form.id else self.env._("Form")
            )

    # ---------------------------------------------------------------- constraints

    @api.constrains("resource_id", "evaluator_id")
    def _check_not_self(self):
        for form in self.sudo():
            if form.resource_id.user_id == form.evaluator_id:
                raise ValidationError(
                    self.env._("Nobody rates himself: %s.", form.display_name)
                )

    def write(self, vals):
        if not self._mci_is_unlocked() and vals:
            self._check_can_fill()
        return super().write(vals)

    def _check_can_fill(self):
        for form in self:
            if form.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is submitted and cannot be changed any more (O5).",
                        form.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_methods(self):
        if not self._mci_is_unlocked():
            raise UserError(self.env._("Evaluation forms are kept (O5)."))
