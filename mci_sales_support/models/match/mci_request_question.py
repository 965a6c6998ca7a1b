from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.arguments import check, identifier, text

KINDS = [
    ("text", "Text"),
    ("choice", "Choice"),
    ("yes_no", "Yes or no"),
    ("date", "Date"),
]
YES_NO = [("yes", "Yes"), ("no", "No")]
# Field of an answer by kind of question.
VALUE_FIELDS = {
    "text": "text",
    "choice": "choice_id",
    "yes_no": "yes_no",
    "date": "date",
}


class MciRequestQuestion(models.Model):
    """What a function needs to know before somebody comes: its part of the form."""

    _name = "mci.request.question"
    _description = "Question of a request"
    _order = "function_id, sequence, id"

    name = fields.Char("Question", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    function_id = fields.Many2one(
        "mci.function", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: asked in every company."
    )
    kind = fields.Selection(KINDS, required=True, default="text")
    choice_ids = fields.One2many("mci.request.choice", "question_id", string="Choices")
    required = fields.Boolean(
        "Answer required",
        help="Without an answer the request is incomplete; whether it is refused then"
        " is a setting of the company.",
    )
    hint = fields.Char("Help", translate=True, help="Shown below the question.")

    @api.constrains("kind", "choice_ids")
    def _check_choices(self):
        for question in self:
            if question.kind == "choice" and not question.choice_ids:
                raise ValidationError(
                    self.env._("%s: name the choices.", question.name)
                )

    @api.constrains("function_id", "kind")
    def _check_not_answered(self):
        answers = self.env["mci.request.answer"].sudo()
        for question in self:
            others = answers.search([("question_id", "=", question.id)], limit=1)
            if others and (
                others.kind != question.kind
                or others.line_id.function_id != question.function_id
            ):
                raise ValidationError(
                    self.env._(
                        "%s has answers: archive it and make a new question.",
                        question.name,
                    )
                )

    @api.model
    def _mci_find(self, functions, company):
        """Questions of the functions in a company, in their order, in sudo."""
        return self.sudo().search(
            [
                ("function_id", "in", functions.ids),
                ("company_id", "in", [False, *company.ids]),
            ]
        )


class MciRequestChoice(models.Model):
    _name = "mci.request.choice"
    _description = "Choice of a question"
    _order = "question_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    question_id = fields.Many2one(
        "mci.request.question", required=True, index=True, ondelete="cascade"
    )


class MciRequestAnswerMixin(models.AbstractModel):
    """An answer, while it is written and afterwards: one value by kind of question."""

    _name = "mci.request.answer.mixin"
    _description = "Answer to a question"

    question_id = fields.Many2one(
        "mci.request.question", required=True, index=True, ondelete="restrict"
    )
    question = fields.Char("Text of the question", related="question_id.name")
    hint = fields.Char(related="question_id.hint")
    required = fields.Boolean("Answer required", related="question_id.required")
    choices = fields.Json(compute="_compute_choices")
    text = fields.Text("Answer")
    choice_id = fields.Many2one(
        "mci.request.choice",
        string="Choice",
        ondelete="restrict",
        domain="[('question_id', '=', question_id)]",
    )
    yes_no = fields.Selection(YES_NO, string="Yes or no")
    date = fields.Date()
    is_answered = fields.Boolean(compute="_compute_is_answered")

    @api.depends("question_id")
    def _compute_choices(self):
        for answer in self:
            answer.choices = [
                {"id": choice.id, "name": choice.name}
                for choice in answer.question_id.choice_ids
            ]

    @api.depends("question_id.kind", "text", "choice_id", "yes_no", "date")
    def _compute_is_answered(self):
        for answer in self:
            answer.is_answered = answer._mci_has_value()

    def _mci_has_value(self):
        """Whether the field of the question's kind is filled."""
        self.ensure_one()
        name = VALUE_FIELDS.get(self.question_id.sudo().kind)
        value = self[name] if name else False
        return bool(value.strip() if name == "text" and value else value)


class MciRequestAnswer(models.Model):
    """What the deal's side answered for one line of a request."""

    _name = "mci.request.answer"
    _inherit = ["mci.request.answer.mixin"]
    _description = "Answer on a request"
    _order = "line_id, question_id, id"

    line_id = fields.Many2one(
        "mci.request.line", required=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(
        related="line_id.request_id", string="Support request", store=True, index=True
    )
    function_id = fields.Many2one(related="line_id.function_id")
    kind = fields.Selection(
        KINDS,
        required=True,
        readonly=True,
        default="text",
        export_string_translation=False,
    )

    _line_question_uniq = models.Constraint(
        "UNIQUE(line_id, question_id)", "A question is answered once on a line."
    )

    @api.model_create_multi
    def create(self, vals_list):
        questions = self.env["mci.request.question"]
        for vals in vals_list:
            question = questions.browse(vals.get("question_id"))
            vals["kind"] = question.sudo().kind
        answers = super().create(vals_list)
        answers.line_id._mci_check_request_open()
        return answers

    def write(self, vals):
        self.line_id._mci_check_request_open()
        return super().write(vals)

    @api.constrains("question_id", "line_id", "choice_id")
    def _check_fits(self):
        for answer in self:
            if answer.question_id.function_id != answer.line_id.function_id:
                raise ValidationError(
                    self.env._(
                        "%(question)s is no question of %(function)s.",
                        question=answer.question_id.name,
                        function=answer.line_id.function_id.name,
                    )
                )
            if answer.choice_id and answer.choice_id.question_id != answer.question_id:
                raise ValidationError(
                    self.env._(
                        "%(choice)s is no choice of %(question)s.",
                        choice=answer.choice_id.name,
                        question=answer.question_id.name,
                    )
                )

    @api.model
    def _prepare_answers(self, answers):
        """Values of the answers a caller gave as dicts ``question_id``, ``value``.

        :raise UserError: names an unknown question, or question and value
        """
        vals_list = []
        for answer in answers:
            check(self.env, answer, {"question_id": identifier})
            question = self.env["mci.request.question"].browse(
                answer.get("question_id")
            )
            if not question.exists():
                raise UserError(self.env._("Name the question that is answered."))
            value = self._prepare_value(question, answer.get("value"))
            vals_list.append({"question_id": question.id, **value})
        return vals_list

    @api.model
    def _prepare_value(self, question, value):
        """``{field: value}`` of an answer that comes from outside.

        :raise UserError: names question and value
        """
        kinds = {
            "text": text,
            "choice": identifier,
            "yes_no": lambda answer: answer in ("yes", "no"),
            "date": lambda answer: text(answer) and self._mci_is_date(answer),
        }
        if value in (None, False, ""):
            return {}
        if not kinds[question.kind](value):
            raise UserError(
                self.env._(
                    "%(value)s is no valid value of %(argument)s.",
                    value=str(value)[:100],
                    argument=question.name,
                )
            )
        return {VALUE_FIELDS[question.kind]: value}

    @api.model
    def _mci_is_date(self, value):
        try:
            return bool(fields.Date.to_date(value))
        except ValueError:
            return False
