from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.float_utils import float_compare

from ...tools.retry import run_each
from ...tools.spread import spread


class MciBooking(models.Model):
    """Hours a day: how a booking is spread, and that nobody is booked twice (M7)."""

    _inherit = "mci.booking"

    def _mci_consumes(self):
        """Bookings that take capacity now: confirmed, or held and not yet over."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda booking: booking.state == "confirmed"
            or (
                booking.state == "held"
                and booking.hold_until
                and booking.hold_until > now
            )
        )

    def _mci_get_window(self):
        """First and last local day of the booking; the hours order nothing else."""
        self.ensure_one()
        resource = self.resource_id
        last_moment = self.date_stop - timedelta(seconds=1)
        return (
            resource._mci_to_local(self.date_start).date(),
            resource._mci_to_local(max(last_moment, self.date_start)).date(),
        )

    def _mci_take_capacity(self, former_resources=None):
        """Take the hours of these bookings from the persons' days, or refuse.

        Writes the shared row of every human first, then checks: see
        ``resource.resource._mci_bump``.

        :param former_resources: persons who were booked before the change
        :raise UserError: names person, days and free hours
        """
        consuming = self.sudo()._mci_unlock()._mci_consumes()
        if not consuming:
            return
        resources = consuming.resource_id
        (resources | (former_resources or resources))._mci_bump()
        consuming._mci_plan_days()

    def _mci_plan_days(self):
        """(Re)write the days of these bookings so that they fit the free hours.

        A split that still fits stays as it is. Bookings of one human in the batch share
        his free hours, those that are only requested take none.

        :raise UserError: names person, days and free hours
        """
        free = self._mci_get_shared_free()
        consuming = self._mci_consumes()
        vals_list = []
        for booking in self:
            days = free[booking.resource_id]
            first, last = booking._mci_get_window()
            current = {
                day.date: day.hours + day.travel_hours for day in booking.day_ids
            }
            if not booking._mci_still_fits(current, first, last, days):
                room = {day: days[day] for day in days if first <= day <= last}
                travel = booking._mci_get_travel(room)
                plan = spread(booking.hours, room, room) if room else None
                if not plan:
                    booking._mci_raise_no_room(first, last, sum(room.values()))
                booking.day_ids.unlink()
                vals_list += booking._prepare_day_vals(plan, travel)
                current = plan | {
                    day: plan.get(day, 0) + hours for day, hours in travel.items()
                }
            if booking in consuming:
                for day, hours in current.items():
                    days[day] -= hours
        self.env["mci.booking.day"].sudo()._mci_unlock().create(vals_list)

    def _prepare_day_vals(self, plan, travel):
        self.ensure_one()
        return [
            {
                "booking_id": self.id,
                "date": day,
                "hours": plan.get(day, 0),
                "travel_hours": travel.get(day, 0),
            }
            for day in sorted(plan | travel)
        ]

    def _mci_get_shared_free(self):
        """Free hours without these bookings: one dict per human, shared by resources.

        :return: ``{resource: {date: hours}}``
        """
        if not self:
            return {}
        windows = [booking._mci_get_window() for booking in self]
        first = min(window[0] for window in windows)
        last = max(window[1] for window in windows)
        free = self.resource_id._mci_get_free(first, last, ignore=self)
        humans = self.resource_id.sudo()._mci_humans()
        shared = {}
        for resource, days in free.items():
            key = frozenset(humans.get(resource, resource).ids)
            shared.setdefault(key, defaultdict(float, days))
        return {
            resource: shared[frozenset(humans.get(resource, resource).ids)]
            for resource in free
        }

    def _mci_still_fits(self, current, first, last, free):
        self.ensure_one()
        return (
            float_compare(
                sum(current.values()),
                self.hours + self.travel_hours,
                precision_digits=2,
            )
            == 0
            and all(first <= day <= last for day in current)
            and all(
                float_compare(hours, free[day], precision_digits=2) <= 0
                for day, hours in current.items()
            )
        )

    def _mci_raise_no_room(self, first, last, free):
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(person)s has %(free)s free hours from %(first)s to %(last)s, and"
                " %(booking)s needs %(hours)s. Choose other days, fewer hours or"
                " another person (M7).",
                person=self.resource_id.name,
                free=f"{free:g}",
                first=format_date(self.env, first),
                last=format_date(self.env, last),
                booking=self.name,
                hours=f"{self.hours:g}",
            )
        )

    def _cron_flag_conflicts(self):
        """Mark bookings that leave or a changed calendar made impossible."""
        today = fields.Date.context_today(self)
        bookings = self.search(
            [("state", "in", ("held", "confirmed")), ("date_stop", ">=", today)]
        )
        run_each(bookings, "_mci_flag_conflicts", today, size=500)

    def _mci_flag_conflicts(self, date_from):
        """Compare plan and capacity; HR is never blocked, planners are told."""
        in_conflict = self._mci_get_conflicts(date_from)
        unlocked = self.sudo()._mci_unlock()
        for flag in (True, False):
            changed = unlocked.filtered(
                lambda booking, flag=flag: (booking.id in in_conflict) == flag
                and booking.has_conflict != flag
            )
            changed.write({"has_conflict": flag, "conflict_days": False})
            if flag:
                for booking in changed:
                    booking.conflict_days = [
                        [fields.Date.to_string(day), planned, normal]
                        for day, planned, normal in sorted(in_conflict[booking.id])[:5]
                    ]
                changed._mci_notify_conflict()

    def _mci_get_conflicts(self, date_from):
        """:return: ``{booking id: [(date, planned hours, working hours), …]}``"""
        days = (
            self.sudo()
            ._mci_consumes()
            .day_ids.filtered(
                lambda day: day.date >= date_from and (day.hours or day.travel_hours)
            )
        )
        if not days:
            return {}
        last = max(days.mapped("date"))
        capacity = days.resource_id._mci_get_capacity(date_from, last)
        used = days.resource_id._mci_get_used(date_from, last)
        result = defaultdict(list)
        for day in days:
            planned = used[day.resource_id][day.date]
            normal = capacity[day.resource_id].get(day.date, 0)
            if float_compare(planned, normal, precision_digits=2) > 0:
                result[day.booking_id.id].append((day.date, planned, normal))
        return result
