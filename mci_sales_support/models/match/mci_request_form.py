from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, mappings
from .mci_request_question import VALUE_FIELDS


class MciRequestLine(models.Model):
    """The form of a function: its questions, and what is not answered yet."""

    _inherit = "mci.request.line"

    answer_ids = fields.One2many("mci.request.answer", "line_id", string="Answers")

    def _mci_add_questions(self):
        """An empty answer for each question of the function that has none."""
        questions = self.env["mci.request.question"]
        vals_list = []
        for company, lines in self.grouped(lambda ln: ln.request_id.company_id).items():
            by_function = questions._mci_find(lines.function_id, company).grouped(
                "function_id"
            )
            for line in lines:
                known = line.answer_ids.question_id
                vals_list += [
                    {"line_id": line.id, "question_id": question.id}
                    for question in by_function.get(line.function_id, ())
                    if question not in known
                ]
        self.env["mci.request.answer"].create(vals_list)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.sudo()._mci_add_questions()
        return lines

    def _mci_get_missing(self):
        """Required questions without an answer."""
        return self.answer_ids.filtered(
            lambda answer: answer.required and not answer.is_answered
        ).question_id


class MciRequest(models.Model):
    _inherit = "mci.request"

    answer_ids = fields.One2many(
        "mci.request.answer",
        "request_id",
        string="Answers",
        help="What the functions asked for need to know.",
    )
    missing_answers = fields.Text("Still missing", compute="_compute_missing_answers")
    is_incomplete = fields.Boolean(
        "Incomplete",
        compute="_compute_is_incomplete",
        store=True,
        help="A required question of a function is not answered.",
    )

    @api.depends("answer_ids.is_answered")
    def _compute_missing_answers(self):
        for request in self:
            missing = request.sudo().line_ids._mci_get_missing()
            request.missing_answers = "\n".join(missing.mapped("name"))

    @api.depends(
        "line_ids.answer_ids.question_id.required",
        "line_ids.answer_ids.text",
        "line_ids.answer_ids.choice_id",
        "line_ids.answer_ids.yes_no",
        "line_ids.answer_ids.date",
    )
    def _compute_is_incomplete(self):
        for request in self:
            request.is_incomplete = bool(request.line_ids._mci_get_missing())

    def _mci_check_may_ask(self):
        result = super()._mci_check_may_ask()
        for request in self.sudo():
            if request.company_id.mci_missing_answers != "refuse":
                continue
            if missing := request.line_ids._mci_get_missing():
                raise UserError(
                    self.env._(
                        "%(deal)s cannot get support yet. Still missing:\n%(missing)s",
                        deal=request.lead_id.display_name,
                        missing="\n".join(
                            f"- {name}" for name in missing.mapped("name")
                        ),
                    )
                )
        return result

    @arguments(answers=mappings)
    def action_answer(self, answers):
        """Answer questions of the request after it was asked.

        :param list answers: dicts ``question_id``, ``value`` (text, id of a choice,
            ``yes`` or ``no``, ``YYYY-MM-DD``; empty takes an answer back)
        :return: list of the questions that are still missing
        :raise AccessError: for whoever does not decide about the deal
        :raise UserError: the request is closed, or a value does not fit its question
        """
        self.ensure_one()
        self.check_access("read")
        self.sudo().lead_id.with_user(self.env.user)._mci_check_can_manage()
        self._mci_check_open()
        lines = self.sudo().line_ids
        for vals in lines.answer_ids._prepare_answers(answers or ()):
            same = lines.answer_ids.filtered(
                lambda answer, vals=vals: answer.question_id.id == vals["question_id"]
            )
            if not same:
                raise UserError(
                    self.env._("%s does not ask this.", self.sudo().display_name)
                )
            empty = dict.fromkeys(VALUE_FIELDS.values(), False)
            same.write({**empty, **vals})
        return lines._mci_get_missing().mapped("name")
