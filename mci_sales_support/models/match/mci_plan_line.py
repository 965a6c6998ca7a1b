from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.words import say, unpack


class MciPlanLine(models.Model):
    """One request line in a plan: who and when, or why nobody."""

    _name = "mci.plan.line"
    _inherit = ["mci.lock.mixin"]
    _description = "Line of a plan"
    _order = "plan_id, sequence, id"
    _rec_name = "display_name"

    plan_id = fields.Many2one(
        "mci.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    sequence = fields.Integer(
        "Place", readonly=True, help="Place in the queue of the plan: by rules (M5)."
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("unplaced", "Not placed"),
            ("accepting", "Being booked"),
            ("accepted", "Booked"),
            ("failed", "No longer fits"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    request_line_id = fields.Many2one(
        "mci.request.line", required=True, index=True, ondelete="cascade", readonly=True
    )
    request_id = fields.Many2one(
        "mci.request",
        related="request_line_id.request_id",
        string="Support request",
        store=True,
        index=True,
    )
    lead_name = fields.Char("Opportunity name", readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    center_id = fields.Many2one("mci.delivery.center", string="Unit", readonly=True)
    function_id = fields.Many2one("mci.function", readonly=True)
    skill_id = fields.Many2one("hr.skill", string="Skill", readonly=True)
    approver_id = fields.Many2one(
        "res.users",
        index=True,
        readonly=True,
        help="M3: on A and B the delivery lead decides, else the lead of the unit.",
    )
    resource_id = fields.Many2one(
        "resource.resource", string="Person", readonly=True, ondelete="cascade"
    )
    date_start = fields.Date("From", readonly=True)
    date_stop = fields.Date("To", readonly=True)
    days = fields.Json(readonly=True, help="Hours of each day.")
    days_text = fields.Char("Days and hours", compute="_compute_days_text")
    hours = fields.Float(readonly=True)
    points = fields.Float(
        "Points an hour",
        readonly=True,
        help="Worth by the rules of the queue (M5): grade, assessment, date needed,"
        " waiting time.",
    )
    value = fields.Float("Worth", readonly=True, help="Points an hour × hours.")
    reason_words = fields.Json(
        readonly=True, help="Technical: the words of the reason in no language."
    )
    reason = fields.Char("Why", compute="_compute_reason")
    today_resource_id = fields.Many2one(
        "resource.resource",
        string="Person today",
        readonly=True,
        help="Named in a draft, or nobody yet.",
    )
    base_resource_id = fields.Many2one(
        "resource.resource",
        string="Person in the other plan",
        compute="_compute_base_resource_id",
        compute_sudo=True,
    )
    is_different = fields.Boolean(
        "Differs", compute="_compute_base_resource_id", compute_sudo=True
    )
    booking_id = fields.Many2one("mci.booking", readonly=True, index="btree_not_null")
    message = fields.Char("What stood in the way", readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _mci_locked_fields = frozenset(
        {
            "plan_id",
            "sequence",
            "state",
            "request_line_id",
            "lead_name",
            "grade_id",
            "center_id",
            "function_id",
            "skill_id",
            "approver_id",
            "resource_id",
            "date_start",
            "date_stop",
            "days",
            "hours",
            "points",
            "value",
            "reason_words",
            "today_resource_id",
            "booking_id",
            "message",
        }
    )

    @api.depends("lead_name", "request_line_id")
    def _compute_display_name(self):
        for line in self.sudo():
            line.display_name = " · ".join(
                part
                for part in (
                    line.request_id.name,
                    line.lead_name,
                    line.request_line_id.display_name,
                )
                if part
            )

    @api.depends("reason_words")
    @api.depends_context("lang")
    def _compute_reason(self):
        """In the language of the reader, who is often not the one who planned."""
        for line in self:
            line.reason = say(self.env, unpack(line.reason_words), "; ")

    @api.depends("days")
    def _compute_days_text(self):
        for line in self:
            line.days_text = "; ".join(
                f"{self._mci_format_day(day)}: {hours:g}"
                for day, hours in sorted((line.days or {}).items())
            )

    def _mci_format_day(self, day):
        """A day of the plan with its weekday, as the user's language writes it."""
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("MMMEd", fields.Date.to_date(day), locale=locale)

    @api.depends("plan_id.base_id", "resource_id")
    def _compute_base_resource_id(self):
        people = {
            (line.plan_id.id, line.request_line_id.id): line.resource_id
            for line in self.plan_id.base_id.line_ids
        }
        for line in self:
            base = line.plan_id.base_id
            if base:
                other = people.get(
                    (base.id, line.request_line_id.id), line.resource_id.browse()
                )
            else:
                other = line.today_resource_id
            line.base_resource_id = other if base else False
            line.is_different = other != line.resource_id

    @api.depends_context("uid")
    @api.depends("request_id", "state")
    def _compute_can_decide(self):
        for line, line_sudo in zip(self, self.sudo(), strict=True):
            line.can_decide = line_sudo.state in ("planned", "failed") and (
                line_sudo.request_id._mci_is_decider(self.env.user)
            )


class MciPlanGrade(models.Model):
    """How many requests of a grade are filled: today, and with the plan."""

    _name = "mci.plan.grade"
    _description = "Requests of a grade in a plan"
    _order = "plan_id, grade_id, id"
    _rec_name = "grade_id"

    plan_id = fields.Many2one(
        "mci.plan", required=True, index=True, ondelete="cascade", readonly=True
    )
    grade_id = fields.Many2one("mci.grade", readonly=True)
    count = fields.Integer("Open lines", readonly=True)
    count_placed = fields.Integer("Placed", readonly=True)
    hours = fields.Float("Hours asked", readonly=True)
    hours_today = fields.Float(
        "Named today", readonly=True, help="Hours for which a draft names a person."
    )
    hours_placed = fields.Float("Hours placed", readonly=True)
    value = fields.Float("Worth", readonly=True)
