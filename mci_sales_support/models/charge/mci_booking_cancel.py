from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, text

_lt = LazyTranslate(__name__)


class MciBooking(models.Model):
    """A confirmed booking cancelled too late is charged, or waived (M8)."""

    _inherit = "mci.booking"

    charge_count = fields.Integer("Number of charges", compute="_compute_charge_count")
    can_waive_cancel = fields.Boolean(compute="_compute_charge_count")

    def _mci_get_agreed_amount(self):
        # OVERRIDE match
        self.ensure_one()
        return self.amount

    def _mci_charge_cancel(self):
        # OVERRIDE match
        charges = self.env["mci.charge"].sudo()
        vals_list = [
            booking._prepare_cancel_vals()
            for booking in self
            if booking.company_id.mci_late_cancel_percent and booking.price_unit
        ]
        charges._mci_unlock().create(vals_list)

    def _prepare_cancel_vals(self):
        """An adjustment over the agreed share of the hours, on the day it happened."""
        self.ensure_one()
        company = self.company_id
        share = company.mci_late_cancel_percent
        explanation = _lt(
            "%(booking)s was cancelled later than %(limit)s hours before it began:"
            " %(share)s %% of %(hours)s hours",
            booking=self.name,
            limit=f"{company.mci_late_cancel_hours:g}",
            share=f"{share:g}",
            hours=f"{self.hours:g}",
        )
        return self._prepare_share_vals(
            share, explanation, self.resource_id._mci_today()
        )

    def _prepare_share_vals(self, share, explanation, day):
        """Charge of a share (percent) of the agreed hours at the agreed price."""
        company, charges = self.company_id, self.env["mci.charge"]
        hours = round(self.hours * share / 100, 2)
        return {
            **charges._prepare_payer_vals(self.lead_id, self),
            "booking_id": self.id,
            "origin": "adjustment",
            "date": day,
            "hours": hours,
            "hours_agreed": hours,
            "resource_id": self.resource_id.id,
            "function_id": self.function_id.id,
            "level_id": self.level_id.id,
            "center_id": self.center_id.id,
            "company_id": company.id,
            "company_currency_id": company.currency_id.id,
            "currency_id": company.currency_id.id,
            "price_unit": self.price_unit,
            "rate_id": self.day_ids.rate_id[:1].id,
            "rate_date": day,
            "amount": company.currency_id.round(hours * self.price_unit),
            "explanation": explanation,
        }

    def _compute_charge_count(self):
        charges = self.env["mci.charge"].sudo()
        live = [("booking_id", "in", self.ids), ("state", "!=", "reversed")]
        counts = {
            booking.id: (count, origins, reasons)
            for booking, count, origins, reasons in charges._read_group(
                live,
                ["booking_id"],
                ["__count", "origin:array_agg", "zero_rate_reason:count"],
            )
        }
        for booking in self:
            count, origins, reasons = counts.get(booking._origin.id, (0, [], 0))
            booking.charge_count = count
            booking.can_waive_cancel = "adjustment" in origins and not reasons

    @arguments(reason=text)
    def action_waive_cancel(self, reason):
        """Let late cancellations cost nothing, with reason and approver (M8).

        :param str reason: shown beside the charge for ever
        :raise AccessError: the approval rules for cancelling name somebody else, or he
            cancelled himself
        :raise UserError: nothing is charged, or it was sent to the payer already
        """
        self.check_access("read")
        reason = self._mci_need_reason(reason)
        for booking in self.sudo():
            charge = booking._mci_get_cancel_charge()
            self.env["mci.approval.rule"]._mci_check_approver(
                "cancel",
                booking.company_id,
                requester=booking.cancelled_by_id,
                amount=charge.amount,
                grade=booking.grade_id,
                lead=booking.lead_id,
                center=booking.center_id,
            )
            charge._do_zero_rate(reason)
        return True

    def _mci_get_cancel_charge(self):
        self.ensure_one()
        charge = self.charge_ids.filtered(
            lambda charge: charge.origin == "adjustment"
            and charge.state == "open"
            and not charge.zero_rate_reason
        )
        if not (self.is_late_cancel or self.no_show) or not charge:
            raise UserError(
                self.env._(
                    "%s: no late cancellation or no-show waits to be charged.",
                    self.display_name,
                )
            )
        return charge
