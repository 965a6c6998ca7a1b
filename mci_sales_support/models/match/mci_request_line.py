from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from .resource_resource import zone_of

# Longest window of one booking; longer work is a series or several bookings.
LONGEST_DAYS = 366
FILLING_STATES = ("confirmed", "done")
TAKEN_STATES = ("requested", "held", *FILLING_STATES)


class MciRequestLine(models.Model):
    """One kind of help a request asks for."""

    _name = "mci.request.line"
    _description = "Requested function"
    _order = "request_id, id"

    request_id = fields.Many2one(
        "mci.request", required=True, index=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(related="request_id.lead_id", string="Opportunity")
    function_id = fields.Many2one("mci.function", required=True, ondelete="restrict")
    skill_id = fields.Many2one("hr.skill", string="Skill", ondelete="restrict")
    skill_level_id = fields.Many2one(
        "hr.skill.level", string="Least skill level", ondelete="restrict"
    )
    level_id = fields.Many2one(
        "mci.level",
        string="Resource level",
        ondelete="restrict",
        help="Wanted level; it sets the price that is shown.",
    )
    hours = fields.Float("Hours asked", required=True, default=8.0)
    booking_ids = fields.One2many("mci.booking", "request_line_id", string="Bookings")
    filled_hours = fields.Float(
        "Hours filled", compute="_compute_filled_hours", store=True
    )
    open_hours = fields.Float(
        compute="_compute_open_hours", help="Hours without a booking under way."
    )

    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "A request asks for more than zero hours."
    )

    @api.depends("booking_ids.state", "booking_ids.hours")
    def _compute_filled_hours(self):
        for line in self:
            line.filled_hours = line._mci_sum_hours(FILLING_STATES)

    @api.depends("hours", "booking_ids.state", "booking_ids.hours")
    def _compute_open_hours(self):
        for line in self:
            line.open_hours = max(
                line.hours - line.sudo()._mci_sum_hours(TAKEN_STATES), 0
            )

    def _mci_sum_hours(self, states):
        self.ensure_one()
        return sum(
            booking.hours for booking in self.booking_ids if booking.state in states
        )

    @api.depends("function_id", "skill_id", "hours")
    def _compute_display_name(self):
        for line in self:
            what = line.skill_id.name or line.function_id.name or ""
            line.display_name = self.env._(
                "%(what)s, %(hours)s h", what=what, hours=f"{line.hours:g}"
            )

    def write(self, vals):
        self._mci_check_request_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._mci_check_request_open()

    def _mci_check_request_open(self):
        for request in self.request_id:
            if request.outcome != "open":
                raise UserError(
                    self.env._("%s is closed already.", request.display_name)
                )

    def _prepare_booking_vals(self, center=None):
        """A draft for what is open, over the days of the request in the user's zone."""
        self.ensure_one()
        request = self.request_id
        center = center or request.center_id or request.lead_id._mci_get_unit_asked()
        if not center:
            raise UserError(
                self.env._(
                    "%s asks no unit yet: name the unit first.", request.display_name
                )
            )
        today = fields.Date.context_today(self)
        first = max(request.date_from or today, today)
        # A booking has a longest window; what is needed later starts within it.
        last = min(request.date_needed, first + timedelta(days=LONGEST_DAYS - 1))
        return {
            "kind": "deal",
            "request_line_id": self.id,
            "lead_id": request.lead_id.id,
            "center_id": center.id,
            "function_id": self.function_id.id,
            "skill_id": self.skill_id.id,
            "skill_level_id": self.skill_level_id.id,
            "hours": self.open_hours,
            "brief": request.brief,
            "date_start": self._mci_to_utc(first, time.min),
            "date_stop": self._mci_to_utc(max(last, first), time.max),
        }

    def _mci_to_utc(self, day, hour):
        zone = zone_of(self.env.user.tz)
        moment = zone.localize(datetime.combine(day, hour)).astimezone(pytz.utc)
        return moment.replace(tzinfo=None, microsecond=0)
