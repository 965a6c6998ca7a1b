from odoo import api, models


class MciBooking(models.Model):
    """Who it was then: frozen with the request, whatever changes later (C3, M9)."""

    _inherit = "mci.booking"

    @api.depends("resource_id.mci_level_id", "request_line_id.level_id")
    def _compute_level_id(self):
        for booking in self:
            frozen = booking.state != "draft" and booking._mci_get_kept().level_id
            booking.level_id = frozen or booking._mci_get_price_level(
                booking.resource_id.mci_level_id
            )

    def _mci_get_price_level(self, level):
        """Level to pay: a better person than asked for costs what was asked (C10)."""
        asked = self.request_line_id.level_id
        if asked and (not level or level.sequence > asked.sequence):
            return asked
        return level

    def _mci_get_kept(self):
        """The stored row: a form's record in an onchange knows nothing kept itself."""
        self.ensure_one()
        return self._origin or self

    @api.depends("lead_id")
    def _compute_snapshot(self):
        for booking in self:
            kept = booking._mci_get_kept()
            drafted = booking.state == "draft"
            vals = booking._prepare_snapshot_vals() if drafted else {}
            for name in (
                "payer_company_id",
                "team_id",
                "grade_id",
                "tier",
                "lead_name",
                "partner_id",
            ):
                booking[name] = vals.get(name, kept[name])

    def _prepare_snapshot_vals(self):
        self.ensure_one()
        lead = self.lead_id
        return {
            "payer_company_id": lead._mci_get_company() if lead else False,
            "team_id": lead.team_id,
            "grade_id": lead.mci_grade_id,
            "tier": lead.mci_tier,
            "lead_name": lead.name,
            "partner_id": lead.partner_id,
        }
