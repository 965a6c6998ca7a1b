from odoo import api, fields, models


class MciBooking(models.Model):
    """Small things confirm themselves within the policy, and say why (M3)."""

    _inherit = "mci.booking"

    confirm_facts = fields.Json(
        copy=False,
        help="Technical: the figures the decision was made by.",
    )
    confirm_note = fields.Char(
        "How it was decided",
        compute="_compute_confirm_note",
        help="Why it confirmed itself, or why somebody decides (M3, M9).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"confirm_facts"}

    def _mci_confirm_themselves(self):
        small = super()._mci_confirm_themselves()
        for booking in self.filtered("lead_id"):
            booking.confirm_facts = booking._mci_get_confirm_facts(booking in small)
        return small

    def _mci_get_confirm_facts(self, is_small):
        """The figures of this moment; the sentence is in the language of its reader."""
        self.ensure_one()
        if self.is_ticket:
            return {
                "is_small": is_small,
                "used": self._mci_get_ticket_use(),
                "allowance": self.company_id.mci_ticket_hours,
            }
        return {
            "is_small": is_small,
            "limit": self.company_id.mci_self_confirm_hours,
            "unit": self.center_id.name,
            "who": self.approver_id.name,
        }

    @api.depends("confirm_facts")
    @api.depends_context("lang")
    def _compute_confirm_note(self):
        for booking in self:
            facts = booking.confirm_facts
            booking.confirm_note = facts and booking._mci_get_confirm_note(facts)

    def _mci_get_confirm_note(self, facts):
        if "used" in facts:
            return self._mci_get_ticket_note(facts)
        limit = f"{facts['limit']:g}"
        if facts["is_small"]:
            return self.env._(
                "Confirmed by itself: up to %(limit)s hours at %(unit)s need no"
                " approval (M3).",
                limit=limit,
                unit=facts["unit"],
            )
        return self.env._(
            "%(who)s decides: only bookings up to %(limit)s hours of the policy confirm"
            " themselves (M3).",
            who=facts["who"] or self.env._("Nobody yet"),
            limit=limit,
        )

    def _mci_get_ticket_note(self, facts):
        values = {name: f"{facts[name]:g}" for name in ("used", "allowance")}
        if facts["is_small"]:
            return self.env._(
                "Confirmed by itself: %(used)s of %(allowance)s hours of the team's"
                " monthly allowance are used (M9).",
                **values,
            )
        return self.env._(
            "The head of the hotline decides: with this ticket %(used)s of"
            " %(allowance)s hours of the team's monthly allowance would be used (M9).",
            **values,
        )

    def _mci_is_small(self):
        """Within the policy: few hours, a unit of its scope, no deal of a center."""
        self.ensure_one()
        tiers = ["hotline"]
        if self.company_id.mci_self_confirm_scope == "office":
            tiers.append("local_office")
        return (
            self.kind == "deal"
            and self.center_id.tier in tiers
            and self.lead_id.mci_tier != "delivery_center"
            and self.hours <= self.company_id.mci_self_confirm_hours
            and not self._mci_get_violations()
        )
