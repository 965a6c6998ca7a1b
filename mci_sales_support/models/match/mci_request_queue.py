from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.words import say

_lt = LazyTranslate(__name__)
OPEN_STATES = ("asked", "partly_filled")


def without_end(text):
    """What somebody wrote, to go on after it."""
    return (text or "").rstrip(" .。")


class MciRequest(models.Model):
    """The queue (M5): order from rules everyone can read, and its counted override."""

    _inherit = "mci.request"

    queue_rank = fields.Integer(
        "Place in queue",
        compute="_compute_queue",
        help="Place among the open requests of the same unit (M5): displaced ones, then"
        " overrides, then by grade, date needed and waiting time, never by who asks.",
    )
    queue_reason = fields.Char("Why this place", compute="_compute_queue")
    is_override = fields.Boolean("Queue override", copy=False, index=True)
    override_reason = fields.Char(copy=False, tracking=True)
    override_requester_id = fields.Many2one("res.users", copy=False)
    override_approver_id = fields.Many2one(
        "res.users", string="Override approved by", copy=False
    )
    override_date = fields.Datetime("Override approved on", copy=False)

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "is_override",
            "override_reason",
            "override_requester_id",
            "override_approver_id",
            "override_date",
        }

    @api.depends_context("lang")
    @api.depends(
        "state",
        "grade_id",
        "date_needed",
        "center_id",
        "company_id",
        "is_override",
        "is_reoffered",
    )
    def _compute_queue(self):
        waiting = self.filtered(lambda request: request.state in OPEN_STATES)
        queue = (
            self.sudo().search(
                [
                    ("state", "in", OPEN_STATES),
                    ("company_id", "in", waiting.company_id.ids),
                    ("center_id", "in", [*waiting.center_id.ids, False]),
                ]
            )
            if waiting
            else self.browse()
        )
        places = {}
        lengths = defaultdict(int)
        for request in queue:
            key = request.company_id, request.center_id
            lengths[key] += 1
            places[request.id] = lengths[key]
        for request in self:
            request.queue_rank = places.get(request._origin.id, 0)
            request.queue_reason = (
                say(self.env, request._mci_get_queue_words())
                if request.queue_rank
                else False
            )

    def _mci_get_queue_words(self):
        """:return: lazy sentence, why the request has its place"""
        self.ensure_one()
        first, *others = self._mci_get_queue_parts()
        for other in others:
            # A sentence ends as it does in the language of the reader.
            first = _lt("%(first)s. %(other)s", first=first, other=other)
        return first

    def _mci_get_queue_parts(self):
        """Lazy sentences why the request has its place, the weightiest first."""
        self.ensure_one()
        parts = [self._mci_get_order_reason()]
        if self.is_override:
            parts.insert(
                0,
                _lt(
                    "Queue override approved by %(approver)s: %(why)s",
                    approver=self.sudo().override_approver_id.name,
                    why=without_end(self.override_reason),
                ),
            )
        return parts

    def _mci_get_order_reason(self):
        asked = self.create_date or fields.Datetime.now()
        days = (fields.Datetime.now() - asked).days
        return _lt(
            "Grade %(grade)s, needed by %(needed)s, asked on %(asked)s, waiting"
            " %(days)s days",
            grade=self.sudo().grade_id.display_name or "–",
            needed=self.date_needed or "",
            asked=fields.Datetime.context_timestamp(self, asked).date(),
            days=max(days, 0),
        )

    # ------------------------------------------------------------------
    # Override
    # ------------------------------------------------------------------

    def action_ask_override(self, reason):
        """Ask that the request may go before its place; somebody else approves (M5).

        :param str reason: published with the override
        :raise AccessError: for whoever does not decide about the deal
        """
        self.check_access("read")
        self.sudo().lead_id.with_user(self.env.user)._mci_check_can_manage()
        self._mci_check_waiting()
        self.sudo()._mci_unlock().write(
            {
                "override_reason": self.env["mci.booking"]._mci_need_reason(reason),
                "override_requester_id": self.env.uid,
            }
        )
        return True

    def action_override(self, reason=None):
        """Let the request go before its place in the queue: counted, published (M5).

        :param str reason: default the one it was asked with
        :raise AccessError: the approval rules name somebody else, or he asked himself
        :raise UserError: no reason, or the request no longer waits
        """
        self.check_access("read")
        self._mci_check_waiting()
        for request in self.sudo():
            why = self.env["mci.booking"]._mci_need_reason(
                reason or request.override_reason
            )
            request._mci_check_override_approver()
            request._do_override(why)
        return True

    def _mci_check_override_approver(self):
        self.ensure_one()
        asked = self.override_requester_id or self.requester_id
        lead = self.lead_id
        self.env["mci.approval.rule"].sudo(False)._mci_check_approver(
            "override",
            self.company_id,
            requester=asked,
            grade=self.grade_id,
            lead=lead,
            center=self.center_id,
        )

    def _do_override(self, reason):
        self.ensure_one()
        self._mci_unlock().write(
            {
                "is_override": True,
                "override_reason": reason,
                "override_requester_id": (
                    self.override_requester_id or self.requester_id
                ).id,
                "override_approver_id": self.env.uid,
                "override_date": fields.Datetime.now(),
            }
        )
        self.env["mci.rule.level"]._mci_enforce(
            "M5",
            _lt(
                "%(request)s for %(deal)s went before its place in the queue (M5).",
                request=self.name,
                deal=self.lead_name,
            ),
            self.company_id,
            lead=self.lead_id,
            record=self,
            reason=reason,
            approved=True,
        )

    def _mci_check_waiting(self):
        for request in self.sudo():
            if request.state not in OPEN_STATES or request.is_override:
                raise UserError(
                    self.env._(
                        "%s waits in no queue, or went to its head already.",
                        request.display_name,
                    )
                )
