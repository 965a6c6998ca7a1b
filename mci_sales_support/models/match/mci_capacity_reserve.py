from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date
from odoo.tools.float_utils import float_compare


class MciCapacityReserve(models.Model):
    """A share of a unit's hours that is kept for deals of one support tier (M7).

    Until the release time before a day begins, other work may fill the rest only; then
    the hours are free for everybody.
    """

    _name = "mci.capacity.reserve"
    _description = "Reserve of a unit"
    _order = "center_id, tier"
    _rec_name = "center_id"

    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="center_id.company_id", store=True)
    tier = fields.Selection(
        selection="_selection_tier",
        string="Kept for deals of tier",
        required=True,
        default="delivery_center",
    )
    percent = fields.Float(
        "Share kept (%)",
        required=True,
        default=20.0,
        help="Of the working hours of the unit on each day.",
    )
    release_hours = fields.Float(
        "Released before (hours)",
        required=True,
        default=72.0,
        help="So many hours before a day begins, what is left is free for everybody.",
    )
    active = fields.Boolean(default=True)
    # Written before the check, so that two bookings of different people collide.
    booking_seq = fields.Integer(default=0, copy=False, export_string_translation=False)

    _share = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100 AND release_hours >= 0)",
        "The share kept is above 0 and at most 100 percent, the release time zero or"
        " more hours.",
    )
    _once = models.UniqueIndex(
        "(center_id, tier) WHERE active", "A unit has one reserve for a tier."
    )

    @api.model
    def _selection_tier(self):
        return (
            self.env["mci.delivery.center"]
            ._fields["tier"]
            ._description_selection(self.env)
        )

    @api.private
    def _mci_bump(self):
        self.env.cr.execute(
            SQL(
                """
                WITH locked AS (
                    SELECT id FROM mci_capacity_reserve
                     WHERE id IN %s ORDER BY id FOR NO KEY UPDATE
                )
                UPDATE mci_capacity_reserve r
                   SET booking_seq = COALESCE(booking_seq, 0) + 1
                  FROM locked WHERE r.id = locked.id
                """,
                tuple(self.ids),
            )
        )

    def _mci_get_used(self, dates):
        """Hours of the unit taken by work of other tiers: ``{date: hours}``."""
        self.ensure_one()
        days = self.env["mci.booking.day"].sudo()
        rows = days._read_group(
            [
                ("booking_id.center_id", "=", self.center_id.id),
                ("date", "in", list(dates)),
                "|",
                ("booking_id.tier", "!=", self.tier),
                ("booking_id.tier", "=", False),
                *days._mci_consuming_domain(),
            ],
            ["date:day"],
            ["hours:sum", "travel_hours:sum"],
        )
        return {day: hours + (travel or 0) for day, hours, travel in rows}

    def _mci_get_capacity(self, dates):
        """Working hours of the unit: ``{date: hours}``."""
        self.ensure_one()
        first, last = min(dates), max(dates)
        seats = self.center_id.seat_ids.filtered(
            lambda seat: seat.date_from <= last
            and (not seat.date_to or seat.date_to >= first)
        )
        result = defaultdict(float)
        capacity = seats.resource_id._mci_get_capacity(first, last)
        for resource, days in capacity.items():
            own = seats.filtered(lambda seat, r=resource: seat.resource_id == r)
            for day, hours in days.items():
                if any(
                    seat.date_from <= day and (not seat.date_to or seat.date_to >= day)
                    for seat in own
                ):
                    result[day] += hours
        return result


class MciBooking(models.Model):
    _inherit = "mci.booking"

    def _mci_take_capacity(self, former_resources=None):
        # EXTENDS: after the person, the unit
        result = super()._mci_take_capacity(former_resources)
        self.sudo()._mci_consumes()._mci_check_reserve()
        return result

    def _mci_check_reserve(self):
        """Leave the hours that the unit keeps for other tiers (M7).

        :raise UserError: names unit, day, share and when the hours are released
        """
        if not self:
            return
        reserves = (
            self.env["mci.capacity.reserve"]
            .sudo()
            .search([("center_id", "in", self.center_id.ids)])
        )
        for reserve in reserves:
            others = self.filtered(
                lambda booking, reserve=reserve: booking.center_id == reserve.center_id
                and booking.tier != reserve.tier
            )
            dates = others._mci_get_unreleased(reserve)
            if dates:
                reserve._mci_bump()
                others._mci_compare_reserve(reserve, dates)

    def _mci_get_unreleased(self, reserve):
        """Days of these bookings on which the hours are still kept."""
        limit = fields.Datetime.now() + timedelta(hours=reserve.release_hours)
        return {
            day.date
            for day in self.day_ids
            if day.hours and day.resource_id._mci_day_bounds(day.date)[0] > limit
        }

    def _mci_compare_reserve(self, reserve, dates):
        used, capacity = reserve._mci_get_used(dates), reserve._mci_get_capacity(dates)
        for day in sorted(dates):
            most = round(capacity[day] * (100 - reserve.percent) / 100, 2)
            if float_compare(used.get(day, 0), most, precision_digits=2) > 0:
                tiers = dict(reserve._fields["tier"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(unit)s keeps %(percent)s %% of its hours on %(date)s for"
                        " deals of the tier %(tier)s, until %(release)s hours before."
                        " For others there are %(most)s hours, and %(used)s would be"
                        " taken (M7).",
                        unit=reserve.center_id.display_name,
                        percent=f"{reserve.percent:g}",
                        date=format_date(self.env, day),
                        tier=tiers[reserve.tier],
                        release=f"{reserve.release_hours:g}",
                        most=f"{most:g}",
                        used=f"{used.get(day, 0):g}",
                    )
                )
