import time
from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools import planner
from ...tools.plan_days import spread_days
from ...tools.retry import run_each
from ...tools.words import pack
from .mci_plan import SMALL
from .mci_plan_problem import UNIT

_lt = LazyTranslate(__name__)
TICK = 1.0  # seconds between two reports of progress


class MciPlan(models.Model):
    """Computing a plan: at once when it is small, else by the scheduled action."""

    _inherit = "mci.plan"

    def action_compute(self):
        """Propose who helps with what is open; what was booked of the plan stays.

        :raise AccessError: the user does not lead all units
        :raise UserError: period over or longer than a year, or no units
        """
        self.ensure_one()
        self._mci_check_may_plan()
        self._mci_check_state("draft", "computed")
        self._mci_check_facts()
        plan = self._mci_act()
        if plan._mci_is_long():
            plan._do_queue()
        else:
            plan._do_compute()
        return True

    def _mci_act(self):
        """The same plans for our own writes, after the right was checked."""
        return self.sudo()._mci_unlock()

    def _mci_is_long(self):
        return len(self._mci_get_request_lines()) > SMALL

    def _do_queue(self):
        self.write(
            {"state": "queued", "progress": 0, "error": False, "is_cancelled": False}
        )
        self._mci_trigger()

    def _mci_trigger(self):
        self.env.ref("mci_sales_support.cron_work_plans").sudo()._trigger()

    def action_stop(self):
        """Stop computing: what was found so far is shown, if anything was."""
        self._mci_check_may_plan()
        self._mci_check_state("queued")
        self._mci_act().write({"is_cancelled": True})
        self._mci_trigger()
        return True

    def action_discard(self):
        """Nobody wants the rest of the plan; bookings made of it stay."""
        self._mci_check_may_plan()
        self._mci_check_state("draft", "computed")
        self._mci_act().write({"state": "discarded"})
        return True

    # ------------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------------

    def _cron_work(self):
        """Compute plans that wait, and book lines that were accepted, one by one."""
        run_each(self.search(self._mci_get_queued_domain()), "_do_queued")
        lines = self.env["mci.plan.line"].search([("state", "=", "accepting")])
        run_each(lines, "_do_accept_queued")

    def _mci_get_queued_domain(self):
        return [("state", "=", "queued"), ("method", "=", "core")]

    def _do_queued(self):
        plan = self.filtered_domain(self._mci_get_queued_domain())._mci_act()
        if not plan:
            return
        if plan.is_cancelled:
            plan.write({"state": "draft", "is_cancelled": False})
            return
        user = plan.user_id
        try:
            plan.with_user(user).sudo()._mci_unlock()._do_compute(plan._mci_get_tick())
        except UserError as error:
            plan.write({"state": "draft", "error": str(error)})

    def _mci_get_tick(self):
        """Report progress now and then, and whether to go on."""
        last = time.monotonic()

        def tick(share):
            nonlocal last
            if time.monotonic() - last < TICK:
                return True
            last = time.monotonic()
            self.progress = round(share * 100, 1)
            self.env["ir.cron"]._commit_progress()
            self.invalidate_recordset(["is_cancelled"])
            return not self.is_cancelled

        return tick

    # ------------------------------------------------------------------
    # Computing
    # ------------------------------------------------------------------

    def _do_compute(self, tick=None):
        self.ensure_one()
        problem = self._mci_build_problem()
        self._do_write_result(problem, self._mci_solve(problem, tick))

    def _mci_solve(self, problem, tick=None):
        """:return: ``planner.Result``; other methods of planning go in here"""
        return planner.plan(problem.capacity, problem.jobs, tick=tick)

    def _do_write_result(self, problem, result):
        planner.verify(problem.capacity, problem.jobs, result.chosen)
        self.line_ids.filtered(lambda line: not line.booking_id).unlink()
        days = self._mci_spread_days(problem, result.chosen)
        vals_list = [
            self._prepare_line_vals(problem, index, option, days)
            for index, option in enumerate(result.chosen)
        ]
        lines = self.env["mci.plan.line"].sudo()._mci_unlock().create(vals_list)
        self._do_write_grades(lines)
        self.write(self._prepare_result_vals(lines, result))

    def _prepare_result_vals(self, lines, result):
        placed = lines.filtered(lambda line: line.state == "planned")
        return {
            "state": "computed",
            "computed_date": fields.Datetime.now(),
            "progress": 100,
            "is_cancelled": False,
            "error": False,
            "value_total": result.value / UNIT,
            "value_first": result.greedy_value / UNIT,
            "hours_placed": sum(placed.mapped("hours")),
            "hours_open": sum((lines - placed).mapped("hours")),
            "count_placed": len(placed),
            "count_open": len(lines - placed),
        }

    def _mci_spread_days(self, problem, chosen):
        """Days of each placed line, so that those of one person fit together.

        :return: ``{index of the line: {day: hours}}``
        """
        parts = defaultdict(list)
        for index, option in enumerate(chosen):
            if option:
                parts[option.person] += [
                    (index, *stretch, hours)
                    for stretch, hours in problem.parts[index][option.uses]
                ]
        result = {}
        for person, own in parts.items():
            result.update(spread_days(problem.free[person], own))
        return result

    # ------------------------------------------------------------------
    # What is shown
    # ------------------------------------------------------------------

    def _prepare_line_vals(self, problem, index, option, days):
        line = problem.lines[index]
        request = line.request_id
        draft = line._mci_get_draft()
        vals = {
            "plan_id": self.id,
            "sequence": index + 1,
            "state": "planned" if option else "unplaced",
            "request_line_id": line.id,
            "lead_name": request.lead_name,
            "grade_id": request.grade_id.id,
            "center_id": request.center_id.id,
            "function_id": line.function_id.id,
            "skill_id": line.skill_id.id,
            "approver_id": request._mci_get_plan_approver().id,
            "hours": line.open_hours,
            "points": problem.points[index],
            "value": (option.value if option else 0) / UNIT,
            "today_resource_id": draft.resource_id.id,
        }
        if not option:
            words = self._mci_explain_unplaced(problem, index)
            return {**vals, "reason_words": pack(words)}
        own = {str(day): hours for day, hours in sorted(days[index].items())}
        return {
            **vals,
            "resource_id": problem.people[index][option.person].id,
            "days": own,
            "date_start": min(own),
            "date_stop": max(own),
            "reason_words": pack(self._mci_explain_placed(problem, index, option)),
        }

    def _mci_explain_placed(self, problem, index, option):
        """:return: lazy sentences"""
        options = problem.jobs[index]
        best = max(other.value for other in options)
        people = len({other.person for other in options})
        reason = problem.lines[index].request_id._mci_get_queue_words()
        if people == 1:
            reason = _lt(
                "%(reason)s. The only one who can and has the hours", reason=reason
            )
        elif option.value == best:
            reason = _lt(
                "%(reason)s. One of %(people)s people who can and have the hours; no"
                " other fits better",
                reason=reason,
                people=people,
            )
        else:
            reason = _lt(
                "%(reason)s. One of %(people)s people who can and have the hours; those"
                " who fit better are worth more elsewhere",
                reason=reason,
                people=people,
            )
        return [reason, *self._mci_explain_fit(problem, index, option)]

    def _mci_explain_unplaced(self, problem, index):
        """:return: lazy sentence, or a list of them"""
        if index in problem.reasons:
            return problem.reasons[index]
        options = problem.jobs[index]
        return _lt(
            "%(people)s people can do it; their hours are taken by requests that are"
            " worth more together (%(points)s points an hour here)",
            people=len({option.person for option in options}),
            points=f"{problem.points[index]:g}",
        )

    def _do_write_grades(self, lines):
        self.grade_ids.unlink()
        self.env["mci.plan.grade"].create(
            [
                {"plan_id": self.id, "grade_id": grade.id, **own._mci_sum_grade()}
                for grade, own in sorted(
                    lines.grouped("grade_id").items(),
                    key=lambda pair: (pair[0].sequence or 10**6, pair[0].id),
                )
            ]
        )

    # ------------------------------------------------------------------
    # Ways in and out
    # ------------------------------------------------------------------

    def action_view_lines(self):
        """The lines by person, to sort, group and add up."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_plan_line_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)]}

    def action_compare(self):
        """Plan the same units and days once more, compared with this plan."""
        self.ensure_one()
        self._mci_check_may_plan()
        other = self.create(self._prepare_compare_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.plan",
            "res_id": other.id,
            "views": [(False, "form")],
        }

    def _prepare_compare_vals(self):
        self.ensure_one()
        return {
            "date_from": self.date_from,
            "date_to": self.date_to,
            "center_ids": [Command.set(self.center_ids.ids)],
            "method": self.method,
            "base_id": self.id,
        }
