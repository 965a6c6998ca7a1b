from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import MO, relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.arguments import arguments, date, identifiers, text
from .resource_resource import zone_of

# zoom: (days of a column, columns)
ZOOMS = {"week": (7, 13), "day": (1, 14)}
LEAVE, HOLIDAY = 1, 2
REQUESTS = 200  # more are shown nowhere at once: the first of the queue come first


class MciLoadBoard(models.AbstractModel):
    """People × weeks: who is booked how much, beside what working time gives (M7).

    One answer holds everything the screen shows, in a number of queries that depends
    neither on people nor on weeks. Leads see the people of their units, whatever unit
    booked them, as hours only; the bookings behind a cell open by the rules of each.
    """

    _name = "mci.load.board"
    _description = "Load board"

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------

    @api.model
    @arguments(date_from=date, zoom=text, center_ids=identifiers)
    def get_board(self, date_from=None, zoom="week", center_ids=None):
        """Capacity and bookings of the people the caller plans.

        Leads and deputies see their units, the administrator all, an engineer himself.
        Hours are local days of each person, rounded to 0.01.

        :param date_from: any day of the first week, default today
        :param str zoom: ``week`` (13 weeks) or ``day`` (14 days)
        :param list center_ids: only these units; default all the caller may see
        :return: dict: ``columns`` (``date_from``, ``date_to``), ``people`` with
            ``cells`` as ``[capacity, confirmed or done, held, requested, marks]`` a
            column (marks: 1 time off, 2 public holiday), ``requests`` in queue order,
            and the names of ``units``, ``functions``, ``levels``, ``skills``
        :raise AccessError: for whoever plans nobody and is booked by nobody
        :raise UserError: unknown zoom
        """
        columns = self._get_columns(date_from, zoom or "week")
        units = self._get_units(center_ids)
        seats = self._get_seats(units, columns, center_ids)
        resources = seats.resource_id.filtered("active").sorted("name")
        return {
            "zoom": zoom or "week",
            "today": fields.Date.to_string(fields.Date.context_today(self)),
            "columns": [
                {
                    "date_from": fields.Date.to_string(first),
                    "date_to": fields.Date.to_string(last),
                }
                for first, last in columns
            ],
            "people": self._get_people(resources, seats, columns),
            "requests": self._get_requests(units),
            "can_plan": bool(units),
            **self._get_names(seats, resources),
        }

    @api.model
    def _get_columns(self, date_from, zoom):
        """First and last day of each column."""
        if zoom not in ZOOMS:
            raise UserError(self.env._("The load board shows weeks or days."))
        day = fields.Date.to_date(date_from) or fields.Date.context_today(self)
        if not 1970 <= day.year <= 2200:
            raise UserError(self.env._("No work is planned around %s.", day))
        first = day + relativedelta(weekday=MO(-1))
        days, count = ZOOMS[zoom]
        starts = [first + timedelta(days=days * index) for index in range(count)]
        return [(start, start + timedelta(days=days - 1)) for start in starts]

    # ------------------------------------------------------------------
    # Who sees whom
    # ------------------------------------------------------------------

    @api.model
    def _get_units(self, center_ids=None):
        """Units whose people the user plans, of the companies he works in."""
        domain = [("company_id", "in", self.env.companies.ids)]
        if not self.env.su and not self._is_manager():
            domain += [
                "|",
                ("lead_id", "=", self.env.uid),
                ("deputy_id", "=", self.env.uid),
            ]
        if center_ids:
            domain += [("id", "in", center_ids)]
        return self.env["mci.delivery.center"].sudo().search(domain)

    @api.model
    def _is_manager(self):
        return self.env.user.has_group("mci_sales_support.group_manager")

    @api.model
    def _get_seats(self, units, columns, center_ids=None):
        """Positions of the window: in the units, or the user's own."""
        domain = [("center_id", "in", units.ids)]
        if not units and not center_ids:
            domain = [
                ("resource_id.user_id", "=", self.env.uid),
                ("company_id", "in", self.env.companies.ids),
            ]
        seats = (
            self.env["mci.center.seat"]
            .sudo()
            .search(
                [
                    *domain,
                    ("date_from", "<=", columns[-1][1]),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", columns[0][0]),
                ]
            )
        )
        if not seats and not units and not self._is_manager():
            raise AccessError(
                self.env._("You lead no unit and hold no position: nobody to show.")
            )
        return seats

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    @api.model
    def _get_people(self, resources, seats, columns):
        first, last = columns[0][0], columns[-1][1]
        humans = resources._mci_humans()
        capacity = resources._mci_get_capacity(first, last)
        booked = self._get_booked(humans, columns)
        marks = self._get_marks(resources, columns)
        skills = self._get_skills(resources, first)
        by_person = seats.grouped("resource_id")
        days = (columns[0][1] - first).days + 1
        people = []
        for resource in resources:
            hours = [0.0] * len(columns)
            for day, value in capacity[resource].items():
                hours[(day - first).days // days] += value
            own = by_person[resource]
            people.append(
                {
                    "id": resource.id,
                    "name": resource.name,
                    "user_id": resource.user_id.id,
                    "resource_ids": humans[resource].ids,
                    "level_id": resource.mci_level_id.id,
                    "unit_ids": own.center_id.ids,
                    "function_ids": own.function_id.ids,
                    "skill_ids": skills.get(resource.id, []),
                    "cells": [
                        [round(hours[index], 2), *row, marks[resource.id][index]]
                        for index, row in enumerate(booked[resource.id])
                    ],
                }
            )
        return people

    @api.model
    def _get_booked(self, humans, columns):
        """Hours of each person in each column: one aggregate in the database.

        Held bookings count while their hold lasts (M8), hours done as they were, and
        the hours of the way there with either.

        :return: ``{resource id: [[firm, held, requested], …]}``
        """
        first, last = columns[0][0], columns[-1][1]
        days = (columns[0][1] - first).days + 1
        everyone = {part for parts in humans.values() for part in parts.ids}
        rows = self._read_booked(everyone, first, last, days)
        by_part = defaultdict(list)
        for part, column, firm, held, requested in rows:
            by_part[part].append((column, firm, held, requested))
        result = {}
        for resource, parts in humans.items():
            cells = [[0.0, 0.0, 0.0] for _column in columns]
            for part in parts.ids:
                for column, *hours in by_part[part]:
                    cell = cells[column]
                    for index, value in enumerate(hours):
                        cell[index] = round(cell[index] + value, 2)
            result[resource.id] = cells
        return result

    @api.model
    def _read_booked(self, resource_ids, first, last, days):
        if not resource_ids:
            return []
        self.env["mci.booking.day"].flush_model()
        self.env["mci.booking"].flush_model(["hold_until"])
        self.env.cr.execute(
            SQL(
                """
                SELECT d.resource_id, (d.date - %(first)s) / %(days)s,
                       SUM(CASE WHEN d.state IN ('confirmed', 'done')
                                THEN work.hours ELSE 0 END),
                       SUM(CASE WHEN d.state = 'held' AND b.hold_until > %(now)s
                                THEN work.hours ELSE 0 END),
                       SUM(CASE WHEN d.state = 'requested' OR
                                     d.state = 'held' AND b.hold_until <= %(now)s
                                THEN work.hours ELSE 0 END)
                  FROM mci_booking_day d
                  JOIN mci_booking b ON b.id = d.booking_id
            CROSS JOIN LATERAL (
                       SELECT COALESCE(d.travel_hours, 0) + CASE d.state
                              WHEN 'done' THEN COALESCE(d.hours_done, 0)
                              ELSE COALESCE(d.hours, 0) END AS hours
                  ) AS work
                 WHERE d.resource_id IN %(people)s
                   AND d.date BETWEEN %(first)s AND %(last)s
                   AND d.state IN ('requested', 'held', 'confirmed', 'done')
                 GROUP BY 1, 2
                """,
                first=first,
                last=last,
                days=days,
                now=fields.Datetime.now(),
                people=tuple(resource_ids),
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _get_marks(self, resources, columns):
        """Columns with time off or public holidays of each person: bits of 1 and 2."""
        first, last = columns[0][0], columns[-1][1]
        days = (columns[0][1] - first).days + 1
        result = {resource.id: [0] * len(columns) for resource in resources}
        by_calendar = defaultdict(list)
        for resource in resources:
            by_calendar[resource.calendar_id.id].append(resource)
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("date_from", "<=", datetime.combine(last, time.max)),
                    ("date_to", ">=", datetime.combine(first, time.min)),
                    ("resource_id", "in", [*resources.ids, False]),
                    ("time_type", "=", "leave"),
                ]
            )
        )
        for leave in leaves:
            if leave.resource_id:
                people, mark = [leave.resource_id], LEAVE
            elif leave.calendar_id:
                people, mark = by_calendar[leave.calendar_id.id], HOLIDAY
            else:
                people, mark = resources, HOLIDAY
            for resource in people:
                if leave.company_id and leave.company_id != resource.company_id:
                    continue
                begin, end = _local_days(leave, resource)
                start = max((begin - first).days, 0) // days
                stop = min((end - first).days // days, len(columns) - 1)
                for index in range(start, stop + 1):
                    result[resource.id][index] |= mark
        return result

    @api.model
    def _get_skills(self, resources, day):
        """Skills that are valid on a day: ``{resource id: [skill id, …]}``"""
        rows = (
            self.env["hr.employee.skill"]
            .sudo()
            .search_fetch(
                [
                    ("employee_id.resource_id", "in", resources.ids),
                    "|",
                    ("valid_to", "=", False),
                    ("valid_to", ">=", day),
                ],
                ["employee_id", "skill_id"],
            )
        )
        result = defaultdict(list)
        for row in rows:
            result[row.employee_id.resource_id.id].append(row.skill_id.id)
        return result

    @api.model
    def _get_names(self, seats, resources):
        def names(records):
            return [{"id": r.id, "name": r.display_name} for r in records]

        skills = self._get_skills(resources, fields.Date.context_today(self))
        used = {skill for row in skills.values() for skill in row}
        return {
            "units": names(seats.center_id.sorted("name")),
            "functions": names(seats.function_id.sorted("sequence")),
            "levels": names(resources.mci_level_id.sorted("sequence")),
            "skills": names(self.env["hr.skill"].sudo().browse(sorted(used))),
        }

    # ------------------------------------------------------------------
    # Requests that wait
    # ------------------------------------------------------------------

    @api.model
    def _get_requests(self, units):
        """Open requests of the units, and those the user commands, in queue order."""
        requests = self.env["mci.request"].search(
            [
                ("state", "in", ("asked", "partly_filled")),
                "|",
                ("center_id", "in", units.ids),
                ("lead_id.mci_delivery_lead_id", "=", self.env.uid),
            ],
            limit=REQUESTS,
        )
        rows = []
        for request, request_sudo in zip(requests, requests.sudo(), strict=True):
            lines = [
                self._prepare_line(line)
                for line in request_sudo.line_ids
                if line.open_hours > 0
            ]
            if lines:
                rows.append(
                    {
                        "id": request.id,
                        "name": request.name,
                        "deal": request_sudo.lead_name,
                        "customer": request_sudo.partner_id.display_name or False,
                        "grade": request_sudo.grade_id.code or False,
                        "unit_id": request_sudo.center_id.id,
                        "unit": request_sudo.center_id.display_name or False,
                        "date_from": fields.Date.to_string(request.date_from),
                        "date_needed": fields.Date.to_string(request.date_needed),
                        "rank": request.queue_rank,
                        "reason": request.queue_reason,
                        "can_plan": request.can_decide,
                        "lines": lines,
                    }
                )
        return rows

    @api.model
    def _prepare_line(self, line):
        return {
            "id": line.id,
            "function_id": line.function_id.id,
            "function": line.function_id.display_name,
            "skill_id": line.skill_id.id,
            "skill": line.skill_id.display_name or False,
            "skill_level": line.skill_level_id.display_name or False,
            "level": line.level_id.display_name or False,
            "hours": round(line.hours, 2),
            "open_hours": round(line.open_hours, 2),
        }


def _local_days(leave, resource):
    """First and last local day of a leave where the person works."""
    zone = zone_of(resource.tz)
    begin = pytz.utc.localize(leave.date_from).astimezone(zone)
    end = pytz.utc.localize(leave.date_to - timedelta(seconds=1)).astimezone(zone)
    return begin.date(), max(begin, end).date()
