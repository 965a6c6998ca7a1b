import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.mci_sales_support.models.match.mci_plan_problem import UNIT
from odoo.addons.mci_sales_support.tools import planner
from odoo.addons.mci_sales_support.tools.retry import run_each

_logger = logging.getLogger(__name__)

ADDON = Path(__file__).resolve().parent.parent
TURN = 20.0  # seconds the scheduled action watches before it comes again
LOOK = 1.0  # seconds between two looks at the worker
QUEUED = [("state", "=", "queued"), ("method", "=", "optimizer")]


class MciPlan(models.Model):
    """Plans by OR-Tools, computed in a process of their own.

    The scheduled action starts the process, watches it for some seconds, writes the
    progress and comes again, so that neither a web request nor a scheduled action runs
    into a time limit, and closing the browser stops nothing. A process that was lost in
    a restart of the server is started anew.
    """

    _inherit = "mci.plan"

    method = fields.Selection(
        selection_add=[("optimizer", "Optimizer, with proof")],
        ondelete={"optimizer": "cascade"},
    )
    time_limit = fields.Integer(
        "Time limit (s)",
        default=120,
        help="Seconds the optimizer may take, 5 to 3,600; what it has found by then"
        " counts.",
    )
    value_bound = fields.Float(
        "Proven bound",
        copy=False,
        help="No plan of these requests and people can be worth more.",
    )
    gap = fields.Float(
        "Gap (%)",
        digits=(16, 2),
        copy=False,
        help="How much more a plan could be worth at most, in percent of the bound.",
    )
    reached = fields.Float("Worth ÷ bound", copy=False)
    is_optimal = fields.Boolean("Proven optimal", copy=False)
    worker_folder = fields.Char(copy=False, groups="base.group_system")
    worker_pid = fields.Integer(copy=False, groups="base.group_system")

    _time_limit_sensible = models.Constraint(
        "CHECK(time_limit IS NULL OR (time_limit >= 5 AND time_limit <= 3600))",
        "The optimizer takes between 5 and 3,600 seconds.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "value_bound",
            "gap",
            "reached",
            "is_optimal",
            "worker_folder",
            "worker_pid",
        }

    def action_optimize(self):
        """The same days and units once more by the optimizer, compared with this."""
        action = self.action_compare()
        other = self.browse(action["res_id"])
        other.write({"method": "optimizer"})
        other.action_compute()
        return action

    def _mci_is_long(self):
        return self.method == "optimizer" or super()._mci_is_long()

    def _mci_trigger(self):
        if self.filtered_domain(QUEUED):
            self._mci_trigger_optimizer()
        return super()._mci_trigger()

    def _mci_trigger_optimizer(self):
        cron = self.env.ref("mci_sales_support_optimizer.cron_optimize_plans")
        cron.sudo()._trigger()

    # ------------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------------

    def _cron_optimize(self):
        """Start, watch and read the processes of plans that are being optimized."""
        run_each(self.search(QUEUED), "_do_optimize")
        if self.search_count(QUEUED, limit=1):
            self._mci_trigger_optimizer()

    def _do_optimize(self):
        plan = self.filtered_domain(QUEUED)._mci_act()
        if not plan:
            return
        plan = plan.with_user(plan.user_id).sudo()._mci_unlock()
        try:
            if not plan._mci_is_running() and not plan._mci_read("result"):
                if plan.is_cancelled:
                    plan._mci_clean_up()
                    plan.write({"state": "draft", "is_cancelled": False})
                    return
                plan._do_start_worker()
            if plan._mci_watch():
                plan._do_read_result()
        except UserError as error:
            plan._mci_clean_up()
            plan.write({"state": "draft", "error": str(error)})

    def _mci_is_running(self):
        """Whether the process of this plan lives; ids of processes are used again."""
        if not self.worker_pid or not self.worker_folder:
            return False
        try:
            process = psutil.Process(self.worker_pid)
            return (
                process.status() != psutil.STATUS_ZOMBIE
                and self.worker_folder in process.cmdline()
            )
        except psutil.Error:
            return False

    def _do_start_worker(self):
        self._mci_clean_up()
        problem = self._prepare_problem(self._mci_build_problem())
        folder = Path(tempfile.mkdtemp(prefix="mci_plan_"))
        (folder / "problem.json").write_text(json.dumps(problem))
        with (folder / "log").open("w") as log:
            # No shell, no text of users: an interpreter, a module, two paths of ours.
            process = subprocess.Popen(
                [sys.executable, "-m", "tools.worker", str(folder), planner.__file__],
                cwd=ADDON,
                env={k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.write({"worker_folder": str(folder), "worker_pid": process.pid})

    def _prepare_problem(self, problem):
        return {
            "lines": problem.lines.ids,
            "capacity": problem.capacity,
            "jobs": problem.jobs,
            "axis": self._mci_get_axis(problem),
            "seconds": self.time_limit,
        }

    def _mci_get_axis(self, problem):
        """The widest stretch of each week: all others lie inside it."""
        widest = {}
        for bucket, (first, last) in enumerate(problem.stretches):
            week = first.isocalendar()[:2]
            known = widest.get(week)
            if known is None or last - first > known[0]:
                widest[week] = (last - first, bucket)
        return [widest[week][1] for week in sorted(widest)]

    # ------------------------------------------------------------------
    # Watching
    # ------------------------------------------------------------------

    def _mci_watch(self):
        """Report the progress for a while.

        :return: whether the result is there
        :raise UserError: the process ended without one
        """
        end = time.monotonic() + TURN
        while time.monotonic() < end:
            is_running = self._mci_is_running()
            # Read after the look: it may have written its last before it ended.
            if self._mci_read("result"):
                return True
            if not is_running:
                self._mci_raise_lost()
            self._mci_report_progress()
            time.sleep(LOOK)
        return False

    def _mci_report_progress(self):
        found = self._mci_read("progress")
        if found:
            self.write(
                {
                    "progress": round(found["share"] * 100, 1),
                    "value_total": found["value"] / UNIT,
                    **self._prepare_bound_vals(found["value"], found["bound"]),
                }
            )
        self.env["ir.cron"]._commit_progress()
        self.invalidate_recordset(["is_cancelled"])
        if self.is_cancelled:
            (Path(self.worker_folder) / "stop").touch()

    def _prepare_bound_vals(self, value, bound):
        return {
            "value_bound": bound / UNIT,
            "reached": 100 * value / bound if bound else 100,
            "gap": 100 * (bound - value) / bound if bound else 0,
        }

    def _mci_read(self, name):
        """:return: content of a file of the worker, or None before it is there"""
        if not self.worker_folder:
            return None
        path = Path(self.worker_folder) / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def _mci_raise_lost(self):
        log = Path(self.worker_folder) / "log"
        if log.exists():
            _logger.error("The optimizer failed: %s", log.read_text()[-4000:])
        raise UserError(
            self.env._("The optimizer ended without a result: see the server's log.")
        )

    def _do_read_result(self):
        """Facts may have changed meanwhile: the plan is only for those it was made of.

        :raise UserError: they did
        """
        found = self._mci_read("result")
        asked = self._mci_read("problem")
        problem = self._mci_build_problem()
        if json.loads(json.dumps(self._prepare_problem(problem))) != asked:
            raise UserError(
                self.env._(
                    "Requests, bookings or working times changed while %s was computed:"
                    " compute it again.",
                    self.display_name,
                )
            )
        chosen = [
            option
            and planner.Option(option[0], option[1], tuple(map(tuple, option[2])))
            for option in found["chosen"]
        ]
        result = planner.Result(
            chosen, found["value"], found["greedy_value"], found["moves"]
        )
        self._do_write_result(problem, result)
        bound_vals = self._prepare_bound_vals(found["value"], found["bound"])
        self.write({**bound_vals, "is_optimal": found["status"] == "optimal"})
        self._mci_clean_up()

    def _mci_clean_up(self):
        if self.worker_folder:
            shutil.rmtree(self.worker_folder, ignore_errors=True)
        self.write({"worker_folder": False, "worker_pid": False})
