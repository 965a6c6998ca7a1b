import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from odoo import fields, models
from odoo.tools import LazyTranslate

from ...tools.plan_days import list_placements, list_stretches
from ...tools.plan_worth import points_an_hour
from ...tools.planner import Option
from ...tools.words import pack, unpack
from .mci_plan_fit import PlanFit, group_by_person
from .mci_request_queue import OPEN_STATES

_lt = LazyTranslate(__name__)
UNIT = 100  # hundredths of an hour, and of a point


@dataclass
class PlanProblem:
    """What the planner gets, and what it takes to read its answer.

    ``jobs[i]`` are the options of ``lines[i]``; ``parts[i][uses]`` the stretches of
    days and hours behind an option; ``people[i][person]`` the resource of it.
    """

    lines: object
    humans: list = field(default_factory=list)
    free: list = field(default_factory=list)
    stretches: list = field(default_factory=list)
    capacity: list = field(default_factory=list)
    jobs: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    people: list = field(default_factory=list)
    person_of: dict = field(default_factory=dict)
    points: list = field(default_factory=list)
    reasons: dict = field(default_factory=dict)
    fit: PlanFit = field(default_factory=PlanFit)


class MciPlan(models.Model):
    """The facts of a plan: requests, people, free hours, in few queries."""

    _inherit = "mci.plan"

    def _mci_get_request_lines(self):
        """Open lines of the period, in the order of the queue (M5)."""
        self.ensure_one()
        requests = self.env["mci.request"].search(
            [
                ("state", "in", OPEN_STATES),
                ("center_id", "in", self.center_ids.ids),
                ("date_needed", ">=", self._mci_get_first_day()),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", self.date_to),
            ]
        )
        place = {request.id: index for index, request in enumerate(requests)}
        return requests.line_ids.filtered(lambda line: line.open_hours > 0).sorted(
            lambda line: (place[line.request_id.id], line.id)
        )

    def _mci_get_first_day(self):
        return max(self.date_from, fields.Date.context_today(self))

    def _mci_get_window(self, line):
        """First and last day for a line, inside the period."""
        first = self._mci_get_first_day()
        request = line.request_id
        return (
            max(request.date_from or first, first),
            min(request.date_needed, self.date_to),
        )

    # ------------------------------------------------------------------
    # The problem
    # ------------------------------------------------------------------

    def _mci_build_problem(self):
        """Everything the planner needs; called as superuser after the rights."""
        self.ensure_one()
        problem = PlanProblem(self._mci_get_request_lines())
        windows = [self._mci_get_window(line) for line in problem.lines]
        self._mci_add_people(problem, windows)
        steps = self._mci_get_grade_steps()
        refused = self._mci_find_refused(problem.lines)
        able = self._mci_get_able_people(problem.lines, windows)
        for line, window in zip(problem.lines, windows, strict=True):
            if line in refused:
                able[line] = ([], Counter())
            self._mci_add_job(problem, line, window, able, steps)
            if line in refused:
                problem.reasons[len(problem.jobs) - 1] = [refused[line]]
        return problem

    def _mci_add_people(self, problem, windows):
        """Humans of the units, and what is free in each stretch of days."""
        seats = self._mci_get_seats()
        resources = seats.resource_id.filtered("active").sorted("id")
        first, last = self._mci_get_first_day(), self.date_to
        free = resources._mci_get_free(first, last) if resources else {}
        problem.fit = self._mci_gather_fit(problem.lines, resources)
        problem.fit.loads = self._mci_get_loads(resources, free)
        problem.stretches = list_stretches(
            [window for window in windows if window[0] <= window[1]]
        )
        known = {}
        for resource, parts in resources.sudo()._mci_humans().items():
            key = frozenset(parts.ids or resource.ids)
            if key not in known:
                known[key] = len(problem.humans)
                problem.humans.append(resource)
                problem.free.append(free[resource])
            problem.person_of[resource] = known[key]
        problem.capacity = [
            [
                round(sum(h for day, h in days.items() if begin <= day <= end) * UNIT)
                for begin, end in problem.stretches
            ]
            for days in problem.free
        ]

    def _mci_get_seats(self):
        return self.env["mci.center.seat"].search(
            [
                ("center_id", "in", self.center_ids.ids),
                ("date_from", "<=", self.date_to),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self._mci_get_first_day()),
            ]
        )

    def _mci_get_grade_steps(self):
        """:return: ``{grade: 0 for the last, one more for each better one}``"""
        grades = self.env["mci.grade"].search(
            [("active", "=", True)], order="sequence desc, id desc"
        )
        return {grade: step for step, grade in enumerate(grades)}

    def _mci_get_points(self, line, steps):
        request = line.request_id
        today = fields.Date.context_today(self)
        asked = (request.create_date or fields.Datetime.now()).date()
        return points_an_hour(
            steps.get(request.grade_id, 0),
            (request.date_needed - today).days,
            (today - asked).days,
            self._mci_get_assessment(line),
            request.is_override,
        )

    def _mci_get_assessment(self, line):
        """Score of the deal's last assessment, 0 to 100, or None without one."""
        lead = line.request_id.lead_id
        if "mci_assessment_id" in lead._fields and lead.mci_assessment_id:
            return lead.mci_assessment_score
        return None

    # ------------------------------------------------------------------
    # Who can: the same tests as in the ranking of candidates
    # ------------------------------------------------------------------

    def _mci_get_able_people(self, lines, windows):
        """Who may do each line, tested once for all lines that need the same.

        :return: ``{line: ([(resource, exact level), …], Counter of reasons why not)}``,
            reasons as texts of JSON, which can be counted
        """
        groups = defaultdict(lines.browse)
        ends = {}
        for line, (first, last) in zip(lines, windows, strict=True):
            if first <= last:
                key = self._mci_get_need(line), first, last
                groups[key] |= line
                ends[key] = line
        seats = self._mci_get_seats().grouped("center_id")
        result = {}
        for (_need, first, last), members in groups.items():
            found = self._mci_test_people(members[0], first, last, seats)
            result.update(dict.fromkeys(members, found))
        return result

    def _mci_get_need(self, line):
        return (
            line.request_id.center_id,
            line.function_id,
            line.skill_id,
            line.skill_level_id,
            line.extra_skill_ids,
            line.extra_level_ids,
            line.preferred_skill_ids,
            line.level_id,
        )

    def _mci_test_people(self, line, first, last, seats):
        booking = line._mci_new_booking(first, last)
        held = seats.get(booking.center_id, self.env["mci.center.seat"]).filtered(
            lambda seat: seat.date_from <= first
            and (not seat.date_to or seat.date_to >= last)
        )
        resources = held.resource_id.filtered("active").sorted("id")
        facts = {
            "seats": held.filtered(
                lambda seat: seat.function_id == line.function_id
            ).resource_id,
            "skills": booking._mci_gather_skills(resources),
        }
        able, reasons = [], Counter()
        for resource in resources:
            excluded = booking._mci_get_exclusion(resource, facts, booking.hours)
            if excluded:
                reasons[json.dumps(pack(excluded))] += 1
            else:
                able.append((resource, line._mci_fits_exactly(resource, facts)))
        return able, reasons

    # ------------------------------------------------------------------
    # One job
    # ------------------------------------------------------------------

    def _mci_add_job(self, problem, line, window, able, steps):
        index = len(problem.jobs)
        points = self._mci_get_points(line, steps)
        people, reasons = able.get(line, ([], Counter()))
        placements = self._mci_list_placements(line, window)
        by_uses = {
            self._mci_get_uses(problem, parts): parts for parts in placements if parts
        }
        persons = group_by_person(people, problem.person_of)
        problem.points.append(points)
        problem.parts.append(by_uses)
        problem.people.append({person: resource for person, resource, _e in persons})
        worth = round(points * line.open_hours * UNIT)
        fits = self._mci_get_fits(problem.fit, line, persons)
        values = {person: round(worth * (1 + share)) for person, share in fits.items()}
        options = [
            Option(values[person], person, uses)
            for person, _resource, _exact in persons
            for uses in by_uses
            if all(problem.capacity[person][b] >= amount for b, amount in uses)
        ]
        problem.jobs.append(options)
        if not options:
            problem.reasons[index] = self._mci_explain_impossible(
                line, window, by_uses, people, reasons
            )

    def _mci_list_placements(self, line, window):
        calendar = self.company_id.resource_calendar_id
        week = (calendar.hours_per_week if calendar else 0) or 40.0
        hours = line.open_hours
        return list_placements(
            *window,
            hours,
            line.weeks or max(math.ceil(hours / week), 1),
            week,
            exact=bool(line.weeks),
        )

    def _mci_get_uses(self, problem, parts):
        """The stretches that contain a part: each must have the hours of it."""
        uses = defaultdict(int)
        for (begin, end), hours in parts:
            for bucket in self._mci_find_stretches(problem, begin, end):
                uses[bucket] += round(hours * UNIT)
        return tuple(sorted(uses.items()))

    def _mci_find_stretches(self, problem, begin, end):
        return [
            bucket
            for bucket, (first, last) in enumerate(problem.stretches)
            if first <= begin and end <= last
        ]

    def _mci_explain_impossible(self, line, window, placements, people, reasons):
        """:return: lazy sentence, or a list of them"""
        if not placements:
            return _lt(
                "%(hours)s hours find no weeks from %(first)s to %(last)s",
                hours=f"{line.open_hours:g}",
                first=window[0],
                last=window[1],
            )
        if people:
            return _lt(
                "%(count)s people can do it, and none has the hours free in this time",
                count=len(people),
            )
        why = [
            _lt("%(why)s (%(count)s)", why=unpack(json.loads(text)), count=count)
            for text, count in reasons.most_common(3)
        ]
        return why or _lt(
            "Nobody has a position in %s on these days",
            line.request_id.center_id.display_name,
        )
