from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.arguments import arguments, date, identifier, identifiers, text
from .resource_resource import zone_of


class MciLoadBoard(models.AbstractModel):
    """What is dropped on the board becomes a booking, by the steps of bookings."""

    _inherit = "mci.load.board"

    @api.model
    @arguments(
        line_id=identifier,
        resource_id=identifier,
        date_from=date,
        date_to=date,
        reason=text,
    )
    def plan_line(self, line_id, resource_id, date_from, date_to, reason=None):
        """Hold a person for a requested line, as far as his free hours reach.

        The booking takes the open hours of the line, at most what the person has free
        on these days, from today on and not after the day the deal needs it. It is
        requested and held at once where the caller decides on it, else requested.

        :param int line_id: requested line with open hours
        :param int resource_id: person with a position in the unit asked
        :param date_from: first day, local to the person
        :param date_to: last day, included
        :param str reason: why a rule that only warns is passed (M2, M4)
        :return: dict: ``booking_id``, ``state``, ``hours``, ``open_hours`` that are
            left, ``message`` to show
        :raise UserError: the caller does not answer the request, nothing is open or
            free, the person does not fit, or a rule or the budget refuses
        """
        line = self.env["mci.request.line"].browse(line_id).exists()
        resource = self.env["resource.resource"].browse(resource_id).exists()
        if not (line and resource and date_from and date_to):
            raise UserError(
                self.env._("Name a requested line, a person and days that exist.")
            )
        request = line.request_id
        request.check_access("read")
        request._mci_check_decider()
        request._mci_check_open()
        booking = self._do_plan(
            line.sudo(), resource.sudo(), date_from, date_to, reason
        )
        return {
            "booking_id": booking.id,
            "state": booking.state,
            "hours": booking.hours,
            "open_hours": round(line.sudo().open_hours, 2),
            "message": self._get_plan_message(booking, line.sudo()),
        }

    @api.model
    @arguments(date_from=date, date_to=date, center_ids=identifiers)
    def get_plan_action(self, date_from, date_to, center_ids=None):
        """Open a new plan for the units and the days that the board shows.

        A plan is for one company: of units of several, those of the first one, which is
        the current company where it has any.

        :param date_from: first day shown; days before today are left out
        :param date_to: last day shown
        :param list center_ids: only these units; default all the caller plans
        :return: dict: action that opens the form of a new plan
        :raise AccessError: the caller plans none of the units
        :raise UserError: the days shown are over
        """
        units = self._get_units(center_ids)
        if not units:
            raise AccessError(
                self.env._("Only who leads a unit, or his deputy, plans its people.")
            )
        today = fields.Date.context_today(self)
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        if not (first and last) or last < max(first, today):
            raise UserError(
                self.env._("Show days that are still to come, and plan again.")
            )
        company = self.env.company & units.company_id or units.company_id[:1]
        return {
            **self.env["mci.request"].action_plan_all(),
            "context": {
                "default_center_ids": units.filtered(
                    lambda unit: unit.company_id == company
                ).ids,
                "default_date_from": fields.Date.to_string(max(first, today)),
                "default_date_to": fields.Date.to_string(last),
            },
        }

    @api.model
    def _do_plan(self, line, resource, date_from, date_to, reason=None):
        first, last = self._get_plan_days(line, resource, date_from, date_to)
        hours = self._get_plan_hours(line, resource, first, last)
        zone = zone_of(resource.tz)
        vals = {
            **line._prepare_booking_vals(),
            "resource_id": resource.id,
            "hours": hours,
            "date_start": _to_utc(zone, first, time.min),
            "date_stop": _to_utc(zone, last, time.max),
        }
        # A draft that still waits for a person, made by "Plan", is the one to fill.
        draft = line.booking_ids.filtered(
            lambda booking: booking.state == "draft" and not booking.resource_id
        )[:1]
        if draft:
            draft._mci_unlock().write(vals)
        booking = (draft or draft.create(vals)).with_user(self.env.user).sudo(False)
        booking.action_request(reason)
        # small things at the hotline have confirmed themselves (M3)
        if booking.state == "requested" and booking.can_decide:
            booking.action_hold()
        return booking.sudo()

    @api.model
    def _get_plan_days(self, line, resource, date_from, date_to):
        """The dropped days that can be used for the request."""
        request = line.request_id
        today = resource._mci_today()
        earliest = max(request.date_from or today, today)
        first = max(fields.Date.to_date(date_from), earliest)
        last = min(fields.Date.to_date(date_to), request.date_needed)
        if first > last:
            raise UserError(
                self.env._(
                    "%(request)s can be worked on from %(begin)s to %(end)s.",
                    request=request.display_name,
                    begin=format_date(self.env, earliest),
                    end=format_date(self.env, request.date_needed),
                )
            )
        return first, last

    @api.model
    def _get_plan_hours(self, line, resource, first, last):
        if line.open_hours <= 0:
            raise UserError(
                self.env._("%s: all hours are taken already.", line.display_name)
            )
        free = round(sum(resource._mci_get_free(first, last)[resource].values()), 2)
        if free <= 0:
            raise UserError(
                self.env._(
                    "%(person)s has no free hours from %(begin)s to %(end)s (M7).",
                    person=resource.name,
                    begin=format_date(self.env, first),
                    end=format_date(self.env, last),
                )
            )
        return min(line.open_hours, free)

    @api.model
    def _get_plan_message(self, booking, line):
        labels = dict(booking._fields["state"]._description_selection(self.env))
        message = self.env._(
            "%(person)s, %(hours)s h: %(state)s.",
            person=booking.resource_id.name,
            hours=f"{booking.hours:g}",
            state=labels[booking.state],
        )
        if line.open_hours <= 0:
            return message
        rest = self.env._("%s h are still open.", f"{line.open_hours:g}")
        return f"{message} {rest}"


def _to_utc(zone, day, hour):
    moment = zone.localize(datetime.combine(day, hour)).astimezone(pytz.utc)
    return moment.replace(tzinfo=None, microsecond=0)
