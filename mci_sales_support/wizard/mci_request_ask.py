from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import formatLang

from ..models.match.mci_request_question import VALUE_FIELDS
from ..tools.words import say


class MciRequestAsk(models.TransientModel):
    """Ask for support: what the deal may ask for, what is missing, what it costs."""

    _name = "mci.request.ask"
    _description = "Ask for support"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", required=True)
    date_from = fields.Date("Earliest date")
    date_needed = fields.Date(
        "Needed by",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=7),
    )
    brief = fields.Text(help="What the customer wants and what has to be prepared.")
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit asked",
        compute="_compute_center_id",
        store=True,
        readonly=False,
    )
    line_ids = fields.One2many("mci.request.ask.line", "ask_id", string="Needed")
    may_ask = fields.Text("You may ask for", compute="_compute_may_ask")
    missing = fields.Text("Still missing", compute="_compute_missing")
    gate_hint = fields.Text("Before people are booked", compute="_compute_missing")
    has_missing = fields.Boolean(compute="_compute_missing")
    answer_ids = fields.One2many(
        "mci.request.ask.answer",
        "ask_id",
        string="What they need to know",
        compute="_compute_answer_ids",
        store=True,
        readonly=False,
    )
    missing_answers = fields.Text("Not answered yet", compute="_compute_unanswered")
    is_refused = fields.Boolean(compute="_compute_unanswered")

    @api.depends("lead_id")
    def _compute_center_id(self):
        for ask in self:
            ask.center_id = ask.lead_id._mci_get_unit_asked() if ask.lead_id else False

    @api.depends("lead_id")
    def _compute_may_ask(self):
        for ask in self:
            lead = ask.lead_id.sudo()
            if not lead.mci_tier:
                ask.may_ask = False
                continue
            tiers = dict(lead._fields["mci_tier"]._description_selection(self.env))
            ask.may_ask = self.env._(
                "Grade %(grade)s: %(tier)s.",
                grade=lead.mci_grade_id.name,
                tier=tiers[lead.mci_tier],
            )

    @api.depends("lead_id")
    def _compute_missing(self):
        for ask in self:
            gaps = ask.lead_id._mci_support_gaps() if ask.lead_id else []
            ask.missing = "\n".join(gaps)
            ask.has_missing = bool(gaps)
            ask.gate_hint = (
                ask._mci_get_gate_hint() if not gaps and ask.lead_id else False
            )

    @api.depends("line_ids.function_id", "lead_id")
    def _compute_answer_ids(self):
        """One question after the other, as the functions are chosen; answers stay."""
        for ask in self:
            questions = (
                self.env["mci.request.question"]._mci_find(
                    ask.line_ids.function_id._origin, ask.lead_id._mci_get_company()
                )
                if ask.lead_id
                else self.env["mci.request.question"]
            )
            gone = ask.answer_ids.filtered(
                lambda answer, asked=questions: answer.question_id._origin not in asked
            )
            new = questions - ask.answer_ids.question_id._origin
            ask.answer_ids = [
                *(Command.delete(answer.id) for answer in gone),
                *(Command.create({"question_id": question.id}) for question in new),
            ]

    @api.depends("answer_ids.is_answered", "lead_id")
    def _compute_unanswered(self):
        for ask in self:
            missing = ask.answer_ids.filtered(
                lambda answer: answer.question_id.sudo().required
                and not answer._mci_has_value()
            )
            ask.missing_answers = "\n".join(
                missing.mapped(lambda answer: answer.question_id.sudo().name)
            )
            company = ask.lead_id._mci_get_company() if ask.lead_id else False
            ask.is_refused = bool(
                missing and company and company.mci_missing_answers == "refuse"
            )

    def _mci_get_gate_hint(self):
        lead = self.lead_id.sudo()
        if not lead._mci_has_gate() or lead._mci_is_initiated() is None:
            return False
        if lead._mci_is_initiated():
            return say(self.env, lead._mci_gate_gaps(), ", ") or False
        allowed, spent = lead._mci_get_first_look()
        return self.env._(
            "Not initiated yet: a first look of %(allowed)s hours by the office or the"
            " hotline, %(spent)s are used.",
            allowed=f"{allowed:g}",
            spent=f"{spent:g}",
        )

    def action_ask(self):
        """Make the request and open it."""
        self.ensure_one()
        request = self.lead_id.mci_ask_support(self._prepare_ask_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.request",
            "res_id": request.id,
            "views": [(False, "form")],
        }

    def _prepare_ask_vals(self):
        self.ensure_one()
        return {
            "date_from": self.date_from,
            "date_needed": self.date_needed,
            "brief": self.brief,
            "center_id": self.center_id.id,
            "lines": [line._prepare_line_vals() for line in self.line_ids],
        }


class MciRequestAskLine(models.TransientModel):
    _name = "mci.request.ask.line"
    _description = "Function to ask for"

    ask_id = fields.Many2one("mci.request.ask", required=True, ondelete="cascade")
    function_id = fields.Many2one("mci.function", required=True)
    skill_id = fields.Many2one("hr.skill", string="Skill")
    skill_type_id = fields.Many2one(related="skill_id.skill_type_id")
    skill_level_id = fields.Many2one("hr.skill.level", string="Least skill level")
    extra_skill_ids = fields.Many2many("hr.skill", string="Further required skills")
    extra_level_ids = fields.Many2many("hr.skill.level", string="Their least levels")
    preferred_skill_ids = fields.Many2many(
        "hr.skill", "mci_request_ask_preferred_skill_rel", string="Preferred skills"
    )
    level_id = fields.Many2one("mci.level", string="Resource level")
    hours = fields.Float(required=True, default=8.0)
    currency_id = fields.Many2one(related="ask_id.center_id.company_id.currency_id")
    price_hint = fields.Char("Price an hour", compute="_compute_price")
    amount = fields.Monetary(
        "Price up to",
        compute="_compute_price",
        help="At the level asked; without one, at the dearest level (C2).",
    )

    @api.depends(
        "function_id", "level_id", "hours", "ask_id.center_id", "ask_id.date_from"
    )
    def _compute_price(self):
        """The price of the level asked; without one, what the levels cost."""
        levels = self.env["mci.level"].search([], limit=50)
        keys = {
            line: [line._mci_get_price_key(level) for level in line.level_id or levels]
            for line in self
        }
        asked = {key for line_keys in keys.values() for key in line_keys}
        prices = self.env["mci.booking"]._mci_get_prices(list(asked))
        for line, line_keys in keys.items():
            found = [prices[key]["price_unit"] for key in line_keys if key in prices]
            line.price_hint = line._mci_get_price_hint(found)
            line.amount = line.hours * max(found, default=0.0)

    def _mci_get_price_hint(self, prices):
        if not prices:
            return self.env._("no price published") if self.function_id else False
        low, high = (
            formatLang(self.env, price, currency_obj=self.currency_id)
            for price in (min(prices), max(prices))
        )
        if low == high:
            return low
        return self.env._("%(low)s – %(high)s", low=low, high=high)

    def _mci_get_price_key(self, level):
        center, lead = self.ask_id.center_id, self.ask_id.lead_id
        return (
            self.function_id.id,
            level.id,
            center.id,
            center.company_id.id,
            self.ask_id.date_from or fields.Date.context_today(self),
            lead._mci_get_company().id if lead else False,
        )

    def _prepare_line_vals(self):
        self.ensure_one()
        return {
            "function_id": self.function_id.id,
            "skill_id": self.skill_id.id,
            "skill_level_id": self.skill_level_id.id,
            "extra_skill_ids": self.extra_skill_ids.ids,
            "extra_level_ids": self.extra_level_ids.ids,
            "preferred_skill_ids": self.preferred_skill_ids.ids,
            "level_id": self.level_id.id,
            "hours": self.hours,
            "answers": [
                answer._prepare_answer()
                for answer in self.ask_id.answer_ids
                if answer.question_id.sudo().function_id == self.function_id
                and answer.is_answered
            ],
        }


class MciRequestAskAnswer(models.TransientModel):
    _name = "mci.request.ask.answer"
    _inherit = ["mci.request.answer.mixin"]
    _description = "Answer before asking"
    _order = "question_id, id"

    ask_id = fields.Many2one("mci.request.ask", required=True, ondelete="cascade")
    kind = fields.Selection(related="question_id.kind")

    def _prepare_answer(self):
        """The answer as callers of ``mci_ask_support`` give it."""
        self.ensure_one()
        value = self[VALUE_FIELDS[self.kind]]
        if self.kind == "choice":
            value = value.id
        elif self.kind == "date":
            value = fields.Date.to_string(value)
        return {"question_id": self.question_id.id, "value": value}
