from odoo import fields, models


class MciBooking(models.Model):
    """Small things confirm themselves within the policy, and say why (M3)."""

    _inherit = "mci.booking"

    confirm_note = fields.Char(
        "How it was decided",
        copy=False,
        help="Why it confirmed itself, or why somebody decides (M3, M9).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"confirm_note"}

    def _mci_confirm_themselves(self):
        small = super()._mci_confirm_themselves()
        for booking in self.filtered("lead_id"):
            booking.confirm_note = booking._mci_get_confirm_note(booking in small)
        return small

    def _mci_get_confirm_note(self, is_small):
        self.ensure_one()
        if self.is_ticket:
            return self._mci_get_ticket_note(is_small)
        limit = f"{self.company_id.mci_self_confirm_hours:g}"
        if is_small:
            return self.env._(
                "Confirmed by itself: up to %(limit)s hours at %(unit)s need no"
                " approval (M3).",
                limit=limit,
                unit=self.center_id.name,
            )
        return self.env._(
            "%(who)s decides: only bookings up to %(limit)s hours of the policy confirm"
            " themselves (M3).",
            who=self.approver_id.name or self.env._("Nobody yet"),
            limit=limit,
        )

    def _mci_get_ticket_note(self, is_small):
        used, allowance = self._mci_get_ticket_use(), self.company_id.mci_ticket_hours
        values = {"used": f"{used:g}", "allowance": f"{allowance:g}"}
        if is_small:
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
