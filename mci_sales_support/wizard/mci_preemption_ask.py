from odoo import Command, api, fields, models


class MciPreemptionAsk(models.TransientModel):
    """Which booking of a lower grade shall give way, and why (M5)."""

    _name = "mci.preemption.ask"
    _description = "Ask for a pre-emption"

    request_id = fields.Many2one("mci.request", required=True, ondelete="cascade")
    reason = fields.Char(help="Published with the pre-emption.")
    line_ids = fields.One2many(
        "mci.preemption.ask.line",
        "ask_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Bookings of lower grades",
    )

    @api.depends("request_id")
    def _compute_line_ids(self):
        for ask in self:
            rows = ask.request_id.find_preemptible() if ask.request_id else []
            ask.line_ids = [Command.clear()] + [Command.create(row) for row in rows]


class MciPreemptionAskLine(models.TransientModel):
    _name = "mci.preemption.ask.line"
    _inherit = ["mci.whole.days.mixin"]
    _description = "Booking that could give way"

    ask_id = fields.Many2one("mci.preemption.ask", required=True, ondelete="cascade")
    booking_id = fields.Integer(required=True)
    person = fields.Char()
    unit = fields.Char()
    grade = fields.Char()
    date_start = fields.Datetime("From")
    date_stop = fields.Datetime("To")
    hours = fields.Float()
    state = fields.Selection(
        [("held", "Held (soft)"), ("confirmed", "Confirmed (hard)")]
    )

    def action_ask(self):
        """Ask for it; somebody else approves."""
        self.ensure_one()
        self.ask_id.request_id.action_ask_preemption(
            self.booking_id, self.ask_id.reason
        )
        return {"type": "ir.actions.act_window_close"}


class MciCenterAnswer(models.TransientModel):
    """The answer of a center, or the decision on its decline, in one small form."""

    _name = "mci.center.answer"
    _description = "Answer for a deal"

    proposal_id = fields.Many2one(
        "mci.center.proposal", required=True, ondelete="cascade"
    )
    step = fields.Selection(
        [
            ("action_accept", "Accept"),
            ("action_decline", "Decline"),
            ("action_approve_decline", "Approve the decline"),
            ("action_reject_decline", "Reject the decline"),
        ],
        required=True,
        default="action_accept",
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    delivery_lead_id = fields.Many2one(
        "res.users",
        compute="_compute_candidate_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)]",
        help="Leads the delivery, and decides on every booking of the deal (M3).",
    )
    reason = fields.Char()

    @api.depends("proposal_id")
    def _compute_candidate_ids(self):
        for answer in self:
            center = answer.proposal_id.sudo().center_id
            users = center.lead_id | center.deputy_id | center.member_ids.user_id
            answer.candidate_ids = users.filtered("active")
            answer.delivery_lead_id = answer.delivery_lead_id or self.env.user

    def action_apply(self):
        """Take the step; it checks the right itself."""
        self.ensure_one()
        if self.step == "action_accept":
            self.proposal_id.action_accept(self.delivery_lead_id.id)
        elif self.step == "action_decline":
            self.proposal_id.action_decline(self.reason)
        elif self.step == "action_approve_decline":
            self.proposal_id.action_approve_decline(self.reason or None)
        else:
            self.proposal_id.action_reject_decline(self.reason)
        return {"type": "ir.actions.act_window_close"}
