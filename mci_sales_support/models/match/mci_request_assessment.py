from odoo import api, fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class MciRequest(models.Model):
    """The assessment in the queue: after the grade, before the day needed (M5)."""

    _inherit = "mci.request"
    _order = (
        "is_reoffered desc, is_override desc, grade_id, queue_score desc, date_needed,"
        " create_date, id"
    )

    queue_score = fields.Float(
        "Assessment",
        compute="_compute_queue_score",
        store=True,
        aggregator=None,
        digits=(6, 2),
        help="Reviewed assessment of the deal, 0 to 100; zero for a vetoed deal and for"
        " one that was not assessed. It orders the queue inside a grade (M5).",
    )
    spend_reason = fields.Char(
        "Why spend more",
        copy=False,
        # What ``mci_ask_support`` was given as ``reason``
        default=lambda self: self.env.context.get("mci_reason"),
        help="Needed for a deal without a compelling event; counted (M5).",
    )
    has_no_event = fields.Boolean(compute="_compute_has_no_event")

    @api.depends("lead_id.mci_assessment_score", "lead_id.mci_assessment_veto")
    def _compute_queue_score(self):
        for request in self:
            lead = request.lead_id
            request.queue_score = (
                0.0 if lead.mci_assessment_veto else lead.mci_assessment_score
            )

    @api.depends("lead_id")
    def _compute_has_no_event(self):
        for request in self:
            request.has_no_event = (
                request.sudo().lead_id.mci_assessment_event == "missing"
            )

    def _mci_check_may_ask(self):
        # EXTENDS
        result = super()._mci_check_may_ask()
        for request in self.sudo():
            request.lead_id._mci_justify_spending(request.spend_reason, request)
        return result

    @api.depends("queue_score")
    def _compute_queue(self):
        return super()._compute_queue()

    def _mci_get_queue_words(self):
        # EXTENDS: says what the assessment has done to the place
        reason = super()._mci_get_queue_words()
        lead = self.sudo().lead_id
        if not lead.mci_assessment_id:
            return _lt("%s, not assessed", reason)
        assessed = fields.Datetime.context_timestamp(
            self, lead.mci_assessment_id.submitted_date
        ).date()
        if lead.mci_assessment_veto:
            return _lt(
                "%(reason)s, vetoed by the assessment of %(date)s",
                reason=reason,
                date=assessed,
            )
        return _lt(
            "%(reason)s, assessment %(score)s",
            reason=reason,
            score=f"{self.queue_score:.0f}",
        )


class MciBooking(models.Model):
    """More hours for a deal without a compelling event need a reason (M5)."""

    _inherit = "mci.booking"

    def _mci_enforce_rules(self, reason=None):
        # EXTENDS: the reason of the request, or what a ticket says, is one
        result = super()._mci_enforce_rules(reason)
        for booking in self.filtered("lead_id"):
            why = reason or booking.exception_reason or booking.request_id.spend_reason
            if booking.is_ticket:
                why = why or booking.brief
            booking.lead_id._mci_justify_spending(why, booking)
        return result
