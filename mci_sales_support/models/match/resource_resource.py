from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import partial

import pytz

from odoo import api, fields, models
from odoo.tools.intervals import Intervals

from ...tools.shared_row import write_shared


class ResourceResource(models.Model):
    """Capacity of people, in hours a day (M7).

    A *human* is a user with all his resources: somebody employed by two companies has
    two resources and one day. Everything here asks for humans, in a number of queries
    that does not depend on how many people are asked for.
    """

    _inherit = "resource.resource"

    # ------------------------------------------------------------------
    # Capacity: what the calendar gives
    # ------------------------------------------------------------------

    @api.private
    def _mci_get_capacity(self, date_from, date_to):
        """Working hours per day of each human, before bookings.

        Calendar, contracts, leave, public holidays, extra working days and accepted
        overtime count; somebody without a calendar works the hours of the company, and
        somebody archived has no hours from today on. Days are local days of the
        resource, hours are rounded to 0.01.

        :param date date_from: first day
        :param date date_to: last day, included
        :return: ``{resource: {date: hours}}``, days without hours are left out
        """
        humans = self.sudo()._mci_humans()
        everyone = self.env["resource.resource"].sudo().union(*humans.values())
        # Flexible calendars count their weekly hours from the first day asked for:
        # only whole weeks give the same answer whatever the window.
        first = date_from - timedelta(days=date_from.weekday())
        last = date_to + timedelta(days=6 - date_to.weekday())
        intervals = everyone._mci_get_work_intervals(first, last)
        overtime = self.env["mci.overtime"]._mci_get_hours(everyone, date_from, date_to)
        absent = self.env["mci.absence"]._mci_get_days(everyone, date_from, date_to)
        result, sums = {}, {}
        for resource in self:
            parts = humans.get(resource, resource)
            own = [intervals[part.id] for part in parts]
            merged = own[0] if len(own) == 1 else Intervals(sum(map(list, own), []))
            # Whoever shares all of his working time with others is summed up once.
            key = id(merged), resource.tz
            if key not in sums:
                sums[key] = merged, _sum_by_day(merged, zone_of(resource.tz))
            hours = dict(sums[key][1])
            for part in parts:
                for day, more in overtime.get(part.id, {}).items():
                    hours[day] = min(hours.get(day, 0) + more, 24)
            for part in parts:
                for day in absent.get(part.id, ()):
                    hours.pop(day, None)
            result[resource] = {
                day: round(value, 2)
                for day, value in hours.items()
                if date_from <= day <= date_to and round(value, 2) > 0
            }
        return result

    def _mci_get_work_intervals(self, first, last):
        """Working time of each resource by itself.

        :return: ``{resource id: Intervals}``
        """
        result = defaultdict(Intervals)
        groups = defaultdict(list)
        for resource, periods in self._mci_get_calendar_periods(first, last).items():
            for calendar, date_from, date_to in periods:
                groups[calendar, resource.tz, resource.company_id].append(
                    (resource, date_from, date_to)
                )
        extra_days = self.env["mci.extra.workday"]
        extra_hours = extra_days._mci_get_hours(first, last)
        for (calendar, tz_name, company), members in groups.items():
            tz = zone_of(tz_name)
            start, stop = _localize(tz, first), _localize(tz, last + timedelta(days=1))
            # Asked for without a resource: with one, Odoo looks up the contracts of
            # each person again.
            attendances = calendar._attendance_intervals_batch(start, stop, tz=tz)
            work = Intervals(
                (begin, end, calendar.browse()) for begin, end, _a in attendances[False]
            )
            extra = {
                **extra_hours.get((company.id, False), {}),
                **extra_hours.get((company.id, calendar.id), {}),
            }
            work = extra_days._mci_add_to(
                work, extra, partial(_localize, tz), partial(_sum_by_day, tz=tz)
            )
            leaves = calendar._leave_intervals_batch(
                start,
                stop,
                resources=self.browse({member[0].id for member in members}),
                tz=tz,
            )
            shared = {}
            for resource, date_from, date_to in members:
                if date_to < max(date_from, first):
                    continue
                begin = _localize(tz, max(date_from, first))
                end = _localize(tz, min(date_to, last) + timedelta(days=1))
                off = leaves[resource.id]
                key = begin, end, tuple(leave[:2] for leave in off)
                if key not in shared:
                    period = Intervals([(begin, end, calendar.browse())])
                    shared[key] = (work & period) - off
                if resource.id in result:
                    result[resource.id] |= shared[key]
                else:
                    result[resource.id] = shared[key]
        return result

    def _mci_get_calendar_periods(self, first, last):
        """Which calendar holds from when to when, by one search of the contracts.

        :return: ``{resource: [(calendar, first day, last day), …]}``; people who have
            contracts do not work outside them, as everywhere in Odoo
        """
        versions = self.env["hr.version"].search_fetch(
            [("employee_id.resource_id", "in", self.ids)],
            [
                "employee_id",
                "date_version",
                "contract_date_start",
                "contract_date_end",
                "resource_calendar_id",
            ],
            order="employee_id, date_version",
        )
        by_resource = versions.grouped(lambda version: version.employee_id.resource_id)
        result = {}
        yesterday = fields.Date.today() - timedelta(days=1)
        for resource in self:
            own = by_resource.get(resource, versions.browse())
            stop = last if resource.active else min(last, yesterday)
            if any(version.contract_date_start for version in own):
                result[resource] = resource._mci_get_contract_periods(own, first, stop)
            else:
                calendar = resource.calendar_id or resource._mci_get_default_calendar()
                result[resource] = [(calendar, first, stop)] if calendar else []
        return result

    def _mci_get_contract_periods(self, versions, first, last):
        self.ensure_one()
        result = []
        previous = versions.browse()
        followers = [*versions[1:], versions.browse()]
        for version, following in zip(versions, followers, strict=True):
            start = version.contract_date_start
            if start:
                if previous.contract_date_start == start:
                    start = version.date_version
                stop = version.contract_date_end or last
                if following:
                    stop = min(stop, following.date_version - timedelta(days=1))
                calendar = (
                    version.resource_calendar_id or self._mci_get_default_calendar()
                )
                if calendar and start <= last and stop >= first and start <= stop:
                    result.append((calendar, start, stop))
            previous = version
        return result

    def _mci_get_default_calendar(self):
        """The company's hours: without a cap somebody fully flexible had 24 h a day."""
        company = self.company_id or self.env.company
        return company.resource_calendar_id

    # ------------------------------------------------------------------
    # Free hours: capacity less what is promised
    # ------------------------------------------------------------------

    @api.private
    def _mci_get_free(self, date_from, date_to, ignore=None):
        """Hours per day that can still be booked.

        Held bookings count while their hold lasts, whatever the scheduled action did;
        hours done count as they were.

        :param date date_from: first day
        :param date date_to: last day, included
        :param ignore: bookings that are not counted
        :return: ``{resource: {date: hours}}``, days without free hours are left out
        """
        capacity = self._mci_get_capacity(date_from, date_to)
        used = self._mci_get_used(date_from, date_to, ignore)
        result = {}
        for resource, days in capacity.items():
            taken = used[resource]
            free = {
                day: round(hours - taken.get(day, 0), 2) for day, hours in days.items()
            }
            result[resource] = {day: hours for day, hours in free.items() if hours > 0}
        return result

    @api.private
    def _mci_get_used(self, date_from, date_to, ignore=None):
        """Hours per day taken by bookings: ``{resource: {date: hours}}``."""
        humans = self.sudo()._mci_humans()
        everyone = self.env["resource.resource"].union(*humans.values())
        rows = (
            self.env["mci.booking.day"]
            .sudo()
            ._read_group(
                [
                    ("resource_id", "in", everyone.ids),
                    ("date", ">=", date_from),
                    ("date", "<=", date_to),
                    ("booking_id", "not in", ignore.ids if ignore else []),
                    *self.env["mci.booking.day"]._mci_consuming_domain(),
                ],
                ["resource_id", "date:day", "state"],
                ["hours:sum", "hours_done:sum", "travel_hours:sum"],
            )
        )
        by_part = defaultdict(lambda: defaultdict(float))
        for part, day, state, hours, hours_done, travel in rows:
            by_part[part.id][day] += (hours_done if state == "done" else hours) + (
                travel or 0
            )
        result = {}
        for resource in self:
            result[resource] = defaultdict(float)
            for part in humans.get(resource, resource):
                for day, hours in by_part[part.id].items():
                    result[resource][day] += hours
        return result

    @api.private
    def _mci_bump(self):
        """Write the row that all bookings of these humans share: two bookings at once
        cannot take the same hours."""
        humans = self.env["resource.resource"].union(
            *self.sudo()._mci_humans().values()
        )
        write_shared(humans, "mci_booking_seq")

    @api.private
    def _mci_today(self):
        """The date it is now where the person works."""
        self.ensure_one()
        return self._mci_to_local(fields.Datetime.now()).date()

    @api.private
    def _mci_day_bounds(self, day):
        """Begin and end of a local day of the person, naive UTC."""
        self.ensure_one()
        zone = zone_of(self.tz)
        return tuple(
            _localize(zone, moment).astimezone(pytz.utc).replace(tzinfo=None)
            for moment in (day, day + timedelta(days=1))
        )

    @api.private
    def _mci_to_local(self, moment):
        self.ensure_one()
        return pytz.utc.localize(moment).astimezone(zone_of(self.tz))


def zone_of(name):
    """The time zone of a name; UTC for a name that this server does not know."""
    try:
        return pytz.timezone(name or "UTC")
    except pytz.UnknownTimeZoneError:
        return pytz.utc


def _localize(tz, day):
    return tz.localize(datetime.combine(day, time.min))


def _sum_by_day(intervals, tz):
    result = defaultdict(float)
    for start, stop, _records in intervals:
        begin, end = start.astimezone(tz), stop.astimezone(tz)
        while begin < end:
            midnight = _localize(tz, begin.date() + timedelta(days=1))
            part = min(midnight, end)
            result[begin.date()] += (part - begin).total_seconds() / 3600
            begin = part
    return result
