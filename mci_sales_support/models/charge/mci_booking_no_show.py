from odoo import models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.words import Choice

_lt = LazyTranslate(__name__)


class MciBooking(models.Model):
    """What a no-show costs the deal (M8)."""

    _inherit = "mci.booking"

    def _mci_charge_no_show(self):
        # OVERRIDE match
        vals_list = [
            booking._prepare_no_show_vals()
            for booking in self
            if booking.company_id.mci_no_show_percent and booking.price_unit
        ]
        self.env["mci.charge"].sudo()._mci_unlock().create(vals_list)

    def _prepare_no_show_vals(self):
        self.ensure_one()
        share = self.company_id.mci_no_show_percent
        day = self._mci_get_window()[0]
        explanation = _lt(
            "%(booking)s on %(day)s: %(who)s did not come: %(share)s %% of %(hours)s"
            " hours. %(note)s",
            booking=self.name,
            day=day,
            who=Choice(self._name, "no_show", self.no_show),
            share=f"{share:g}",
            hours=f"{self.hours:g}",
            note=self.cancel_reason or "",
        )
        return self._prepare_share_vals(share, explanation, day)

    def _mci_take_back_no_show(self):
        # OVERRIDE match
        for booking in self:
            charges = booking._mci_get_live_charges()
            booking._mci_check_charges_open(charges)
            charges._mci_unlock().unlink()

    # --- Work taken back ------------------------------------------------------

    def _mci_take_back_work(self):
        # OVERRIDE match
        for booking in self:
            booking._mci_check_charges_open(booking._mci_get_live_charges())
        self._mci_get_timesheets()._mci_unlock().unlink()

    def _mci_get_timesheets(self):
        return (
            self.env["account.analytic.line"]
            .sudo()
            .search([("mci_booking_id", "in", self.ids)], order="date, id")
        )

    def _mci_get_live_charges(self):
        return self.charge_ids.filtered(lambda charge: charge.state != "reversed")

    def _mci_check_charges_open(self, charges):
        """Refuse when a charge was sent: it is frozen (C3)."""
        for charge in charges:
            if charge._mci_is_frozen():
                raise UserError(
                    self.env._(
                        "%(booking)s is on statement %(statement)s: its hours are"
                        " frozen (C3). Dispute the charge, or have the statement"
                        " reversed.",
                        booking=self.display_name,
                        statement=(
                            charge.statement_id or charge.disputed_statement_id
                        ).display_name
                        or "",
                    )
                )
