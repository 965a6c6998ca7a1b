from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_compare


class MciBooking(models.Model):
    """Holds cannot be hoarded, and are not renewed at once by the same side (M8)."""

    _inherit = "mci.booking"

    hold_ended_date = fields.Datetime(
        "Hold ended on",
        copy=False,
        help="When a hold ended without a confirmation (M8).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"hold_ended_date"}

    def write(self, vals):
        state = vals.get("state")
        held = self.browse()
        if state and state not in ("held", "confirmed", "done"):
            held = self.filtered(lambda booking: booking.state == "held")
        result = super().write(vals)
        if held:
            held._mci_unlock().write({"hold_ended_date": fields.Datetime.now()})
        return result

    def _do_hold(self, hold_until=None):
        # EXTENDS: the row of the deal, written with the budget, keeps two at once
        # apart, and that of the requester where he has a limit
        self._mci_get_limited()._mci_bump_holds()
        self._mci_check_hoarding()
        return super()._do_hold(hold_until)

    # ------------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------------

    def _mci_get_limited(self):
        """Requesters whose company limits how much they hold at once."""
        return self.filtered(
            lambda booking: booking.company_id.mci_hold_max_user
            or booking.company_id.mci_hold_max_user_hours
        ).requester_id

    def _mci_check_hoarding(self):
        """Refuse more open holds than the company allows a deal and a requester."""
        if not self:
            return
        by_lead = self._mci_sum_holds("lead_id")
        by_user = self._mci_sum_holds("requester_id")
        for company, bookings in self.grouped("company_id").items():
            for lead, own in bookings.grouped("lead_id").items():
                if lead:
                    own._mci_check_limit(
                        by_lead.get(lead, (0, 0)),
                        company.mci_hold_max_deal,
                        company.mci_hold_max_deal_hours,
                        lead.name,
                    )
            for user, own in bookings.grouped("requester_id").items():
                own._mci_check_limit(
                    by_user.get(user, (0, 0)),
                    company.mci_hold_max_user,
                    company.mci_hold_max_user_hours,
                    user.name,
                )

    def _mci_sum_holds(self, field):
        """Open holds: ``{deal or requester: (number, hours)}``."""
        rows = self.env["mci.booking"]._read_group(
            [
                (field, "in", self[field].ids),
                ("id", "not in", self.ids),
                ("state", "=", "held"),
                ("hold_until", ">", fields.Datetime.now()),
            ],
            [field],
            ["__count", "hours:sum"],
        )
        return {key: (count, hours or 0) for key, count, hours in rows}

    def _mci_check_limit(self, open_holds, most, most_hours, whom):
        count = open_holds[0] + len(self)
        hours = open_holds[1] + sum(self.mapped("hours"))
        if most and count > most:
            raise UserError(
                self.env._(
                    "%(whom)s would have %(count)s holds at once, at most %(most)s are"
                    " allowed: confirm or release one of them first (M8).",
                    whom=whom,
                    count=count,
                    most=most,
                )
            )
        if most_hours and float_compare(hours, most_hours, precision_digits=2) > 0:
            raise UserError(
                self.env._(
                    "%(whom)s would hold %(hours)s hours at once, at most %(most)s are"
                    " allowed: confirm or release some of them first (M8).",
                    whom=whom,
                    hours=f"{hours:g}",
                    most=f"{most_hours:g}",
                )
            )

    # ------------------------------------------------------------------
    # Renewing
    # ------------------------------------------------------------------

    def _mci_check_hold_again(self, now):
        # EXTENDS: neither by a colleague of the same side, nor as a new booking
        result = super()._mci_check_hold_again(now)
        pause = timedelta(hours=self.company_id.mci_hold_hours)
        resource = self.resource_id
        former = self.search(
            [
                ("resource_id", "in", resource._mci_humans()[resource].ids),
                ("lead_id", "=", self.lead_id.id),
                ("lead_id", "!=", False),
                ("hold_ended_date", ">", now - pause),
                ("date_start", "<", self.date_stop),
                ("date_stop", ">", self.date_start),
            ]
        )
        for booking in former:
            if booking._mci_is_same_side(booking.hold_user_id, self.env.user):
                raise UserError(
                    self.env._(
                        "%(booking)s held %(person)s on these days for the same deal"
                        " until just now: confirm, or let somebody else decide (M8).",
                        booking=booking.display_name,
                        person=self.resource_id.name,
                    )
                )
        return result

    def _mci_is_same_side(self, one, other):
        """Two people of the side that decides, or of the deal's side, are one side."""
        self.ensure_one()
        unit = self._mci_get_commanding_center()
        return one == other or (unit._mci_is_lead(one) and unit._mci_is_lead(other))
