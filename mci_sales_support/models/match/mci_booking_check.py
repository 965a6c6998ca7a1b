from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, text

_lt = LazyTranslate(__name__)

# How far up a support tier is: a deal may ask its own tier and whatever is below.
TIER_RANK = {"hotline": 0, "local_office": 1, "expert_pool": 2, "delivery_center": 2}
FIRST_LOOK_TIERS = ("local_office", "hotline")
# Rules that can be broken with an approved exception -> kind of the approval.
APPROVAL_KINDS = {"M2": "tier", "M4": "gate"}


class MciBooking(models.Model):
    """What is tested before a booking is requested: facts, then rules with a level."""

    _inherit = "mci.booking"

    # ------------------------------------------------------------------
    # Facts: nothing switches them off
    # ------------------------------------------------------------------

    def _mci_check_facts(self):
        """Refuse what cannot be: closed deals, missing payer, no position."""
        self.lead_id._mci_check_support_facts()
        self._mci_check_person()
        self._mci_check_seats()

    def _mci_check_person(self):
        for booking in self:
            if not booking.resource_id:
                raise UserError(
                    self.env._("Choose the person for %s first.", booking.display_name)
                )

    def _mci_check_seats(self):
        """The person works for the providing unit on all days of the booking (I1)."""
        seats = self.env["mci.center.seat"].search_fetch(
            [
                ("resource_id", "in", self.resource_id.ids),
                ("center_id", "in", self.center_id.ids),
            ],
            ["resource_id", "center_id", "date_from", "date_to"],
        )
        by_place = seats.grouped(lambda seat: (seat.resource_id, seat.center_id))
        for booking in self:
            first, last = booking._mci_get_window()
            place = booking.resource_id, booking.center_id
            if not any(
                seat.date_from <= first and (not seat.date_to or seat.date_to >= last)
                for seat in by_place.get(place, seats.browse())
            ):
                raise UserError(
                    self.env._(
                        "%(person)s has no position in %(unit)s on the days of"
                        " %(booking)s.",
                        person=booking.resource_id.name,
                        unit=booking.center_id.display_name,
                        booking=booking.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Rules with a level: observe, warn, enforce
    # ------------------------------------------------------------------

    def _mci_enforce_rules(self, reason=None):
        """Tiers (M2) and gate (M4), at the level of the payer's company.

        An approved exception lets the booking pass and is counted; a refusal rolls
        back and is therefore not counted.
        """
        levels = self.env["mci.rule.level"]
        for booking in self.filtered("lead_id"):
            for rule, message in booking._mci_get_violations():
                levels._mci_enforce(
                    rule,
                    message,
                    booking.payer_company_id,
                    lead=booking.lead_id,
                    record=booking,
                    reason=reason or booking.exception_reason,
                    approved=bool(booking.exception_approver_id),
                )

    def _mci_get_violations(self):
        """:return: ``[(rule, lazy message), …]`` of one deal booking"""
        self.ensure_one()
        candidates = (
            ("M2", self._mci_get_tier_violation()),
            ("M4", self._mci_get_gate_violation()),
        )
        return [(rule, message) for rule, message in candidates if message]

    def _mci_get_tier_violation(self):
        self.ensure_one()
        lead, center = self.lead_id, self.center_id
        tier = lead.mci_tier or "hotline"
        own_offices = lead.team_id.mci_office_id | lead.team_id.mci_backup_office_ids
        foreign = (
            tier != "delivery_center"
            and center.tier == "local_office"
            and center not in own_offices
        )
        if tier == "delivery_center" and center.tier == "expert_pool":
            return self._mci_get_pool_violation()
        if not foreign and TIER_RANK[center.tier] <= max(TIER_RANK[tier], 1):
            return False
        return _lt(
            "%(booking)s asks %(unit)s, and a deal of grade %(grade)s is supported by"
            " the office of its team, the backup offices and the hotline. Somebody else"
            " has to approve an exception (M2).",
            booking=self.display_name,
            unit=center.display_name,
            grade=lead.mci_grade_id.display_name,
        )

    def _mci_get_pool_violation(self):
        """Experts of other departments are called by the delivery lead only (M2)."""
        self.ensure_one()
        commander = self.lead_id.mci_delivery_lead_id
        if commander and commander in (self.requester_id, self.env.user):
            return False
        return _lt(
            "%(booking)s asks %(unit)s: the experts of other departments are called by"
            " the delivery lead of %(lead)s. Somebody else has to approve an exception"
            " (M2).",
            booking=self.display_name,
            unit=self.center_id.display_name,
            lead=self.lead_id.display_name,
        )

    def _mci_get_gate_violation(self):
        self.ensure_one()
        lead = self.lead_id
        if not lead._mci_has_gate():
            return False
        initiated = lead._mci_is_initiated()
        if initiated is None:
            return False
        if not initiated:
            return self._mci_get_first_look_violation()
        gaps = lead._mci_gate_gaps()
        if not gaps:
            return False
        return _lt(
            "%(lead)s has passed initiation and needs for bookings: %(gaps)s (M4).",
            lead=lead.display_name,
            gaps=gaps,
        )

    def _mci_get_first_look_violation(self):
        self.ensure_one()
        # Two first looks at once meet in the deal's row.
        self.lead_id._mci_bump_first_look()
        allowed, spent = self.lead_id._mci_get_first_look(ignore=self)
        if self.center_id.tier in FIRST_LOOK_TIERS and spent + self.hours <= allowed:
            return False
        return _lt(
            "%(lead)s is not initiated yet: until then an office or the hotline may"
            " have a first look of %(allowed)s hours, %(spent)s are used (M4).",
            lead=self.lead_id.display_name,
            allowed=f"{allowed:g}",
            spent=f"{spent:g}",
        )

    # ------------------------------------------------------------------
    # Exceptions
    # ------------------------------------------------------------------

    @arguments(reason=text)
    def action_ask_exception(self, reason):
        """Ask that a draft booking may pass a rule it breaks (M2, M4).

        :param str reason: why, in words; it is published with the exception
        :raise UserError: nothing is broken, or the reason is empty
        """
        self._mci_check_right("ask")
        self._mci_check_state(("draft",))
        reason = self._mci_need_reason(reason)
        for booking in self.sudo():
            if not booking.lead_id or not booking._mci_get_violations():
                raise UserError(
                    self.env._(
                        "%s breaks no rule: no exception is needed.",
                        booking.display_name,
                    )
                )
        self.sudo()._mci_unlock().write(
            {
                "exception_reason": reason,
                "exception_requester_id": self.env.uid,
                "exception_approver_id": False,
                "exception_date": fields.Datetime.now(),
            }
        )
        return True

    @arguments(note=text)
    def action_approve_exception(self, note=None):
        """Approve the exception asked for; never by who asked or somebody below him.

        :param str note: what was considered
        :raise AccessError: the approval rules name somebody else
        """
        self.check_access("read")
        approvals = self.env["mci.approval.rule"]
        for booking in self.sudo():
            if not booking.exception_reason or booking.state != "draft":
                raise UserError(
                    self.env._("No exception is asked for %s.", booking.display_name)
                )
            for rule, _message in booking._mci_get_violations():
                approvals._mci_check_approver(
                    APPROVAL_KINDS[rule],
                    booking.payer_company_id,
                    requester=booking.exception_requester_id,
                    grade=booking.lead_id.mci_grade_id,
                    lead=booking.lead_id,
                    center=booking.center_id,
                )
        self.sudo()._mci_unlock().write(
            {
                "exception_approver_id": self.env.uid,
                "exception_date": fields.Datetime.now(),
                "exception_note": note or False,
            }
        )
        return True
