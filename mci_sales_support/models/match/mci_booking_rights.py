from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .mci_booking import UNDECIDED


class MciBooking(models.Model):
    """Who decides, who asks, who reports (M3), and the tests every step begins with."""

    _inherit = "mci.booking"

    # ------------------------------------------------------------------
    # Who is who
    # ------------------------------------------------------------------

    @api.depends(
        "state",
        "center_id.lead_id",
        "center_id.deputy_id",
        "lead_id.mci_tier",
        "lead_id.mci_delivery_lead_id",
        "lead_id.mci_center_id",
    )
    def _compute_approver_id(self):
        for booking in self:
            if booking.state in UNDECIDED:
                booking.approver_id = booking._mci_get_approver()
            else:
                booking.approver_id = booking._mci_get_kept().approver_id

    def _mci_get_commanding_center(self):
        """The unit whose lead decides when no delivery lead does (M3, A/B)."""
        self.ensure_one()
        if self.lead_id.mci_tier == "delivery_center" and self.lead_id.mci_center_id:
            return self.lead_id.mci_center_id
        return self.center_id

    def _mci_get_approver(self):
        self.ensure_one()
        lead = self.lead_id
        if lead.mci_tier == "delivery_center" and lead.mci_delivery_lead_id:
            return lead.mci_delivery_lead_id
        center = self._mci_get_commanding_center()
        return center.lead_id or center.deputy_id

    def _mci_is_decider(self, user=None):
        """Whether the user decides on this booking: approver, or a unit's deputy."""
        self.ensure_one()
        user = user or self.env.user
        lead = self.lead_id
        if lead.mci_tier == "delivery_center" and lead.mci_delivery_lead_id:
            return lead.mci_delivery_lead_id == user
        return self._mci_get_commanding_center()._mci_is_lead(user)

    def _mci_is_deal_side(self, user=None):
        """Whether the user may commit the deal: whoever may edit it, or its owner."""
        self.ensure_one()
        user = user or self.env.user
        if not self.lead_id:
            return self.center_id._mci_is_lead(user)
        return self.lead_id.with_user(user)._mci_can_manage()

    def _mci_is_planner(self, user=None):
        """Whether the user answers the open request that the booking fills (C10)."""
        self.ensure_one()
        request = self.request_line_id.request_id
        return request.outcome == "open" and request._mci_is_decider(user)

    def _mci_is_reporter(self, user=None):
        """Who reports the work: the person, the unit's lead, the delivery lead."""
        self.ensure_one()
        user = user or self.env.user
        return (
            self.resource_user_id == user
            or self.center_id._mci_is_lead(user)
            or self._mci_is_decider(user)
        )

    @api.depends_context("uid")
    @api.depends("state", "lead_id", "center_id", "resource_user_id", "approver_id")
    def _compute_can(self):
        user = self.env.user
        for booking, booking_sudo in zip(self, self.sudo(), strict=True):
            booking.can_decide = booking_sudo._mci_is_decider(user)
            booking.can_commit = bool(
                booking_sudo.center_id
            ) and booking_sudo._mci_is_deal_side(user)
            booking.can_ask = booking.can_commit or booking_sudo._mci_is_planner(user)
            booking.is_mine = booking_sudo.resource_user_id == user
            booking.can_report = booking_sudo._mci_is_reporter(user)

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("resource_user_id", "=" if True in value else "!=", self.env.uid)]

    # ------------------------------------------------------------------
    # Rights and states
    # ------------------------------------------------------------------

    def _mci_check_right(self, right):
        """Refuse who has not the part the step needs.

        :param right: ``ask`` (the deal's side, or who answers its request), ``commit``
            (the deal's side), ``decide`` (M3), ``answer`` (either), ``choose`` (either,
            or who answers the request), ``decline`` (the person), ``report`` (person,
            unit, delivery lead)
        """
        self.check_access("read")
        if self.env.su:
            return
        user = self.env.user
        tests = {
            "ask": lambda booking: booking._mci_is_deal_side(user)
            or booking._mci_is_planner(user),
            "commit": lambda booking: booking._mci_is_deal_side(user),
            "decide": lambda booking: booking._mci_is_decider(user),
            "answer": lambda booking: booking._mci_is_decider(user)
            or booking._mci_is_deal_side(user),
            "choose": lambda booking: booking._mci_is_decider(user)
            or booking._mci_is_deal_side(user)
            or booking._mci_is_planner(user),
            "decline": lambda booking: booking.resource_user_id == user,
            "report": lambda booking: booking._mci_is_reporter(user),
        }
        for booking in self.sudo():
            if not tests[right](booking):
                raise AccessError(booking._mci_get_right_message(right))

    def _mci_get_right_message(self, right):
        self.ensure_one()
        commit = self.env._(
            "%(booking)s: only who may commit the deal does this: its salesperson, its"
            " accountable owner or its delivery lead.",
            booking=self.display_name,
        )
        either = self.env._(
            "%(booking)s: only the deal's side or %(approver)s may do this.",
            booking=self.display_name,
            approver=self.approver_id.display_name or "",
        )
        messages = {
            "ask": commit,
            "commit": commit,
            "decide": self.env._(
                "%(booking)s: %(approver)s decides (M3).",
                booking=self.display_name,
                approver=self.approver_id.display_name or self.env._("nobody yet"),
            ),
            "answer": either,
            "choose": either,
            "decline": self.env._(
                "%(booking)s: only the person booked can decline.",
                booking=self.display_name,
            ),
            "report": self.env._(
                "%(booking)s: only the person booked, the unit's lead or the delivery"
                " lead report the work.",
                booking=self.display_name,
            ),
        }
        return messages[right]

    def _mci_check_state(self, states):
        for booking in self.sudo():
            if booking.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(booking)s is %(state)s: this step needs %(states)s.",
                        booking=booking.display_name,
                        state=labels[booking.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _mci_need_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        return reason

    def _mci_act(self):
        """The same bookings for our own writes, after the right was checked."""
        return self.sudo()._mci_unlock()
