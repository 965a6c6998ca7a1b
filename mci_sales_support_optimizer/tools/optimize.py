"""The best plan that can be found in a time, and the proof of how good it is.

Small problems are one model of CP-SAT, which proves the optimum. Large ones are made
better part by part: the work of some people who can stand in for each other is freed
and planned anew with what waits, exactly, again and again, in turns with the bound. It
starts from the plan of the core, so the result is never worse.
"""

import random
import threading
import time
from typing import NamedTuple

from ortools.sat.python import cp_model

from .bound import Bound

WORKERS = 2
SMALL = 60_000  # options that are still one model
SMALL_SHARE = 0.4  # of the time for it, before going on part by part
FIRST_PEOPLE, MOST_PEOPLE = 6, 24
PART_SECONDS = 2.0


class Outcome(NamedTuple):
    """``bound`` is proven: no plan is worth more. ``status``: optimal, feasible, or
    stopped by the user."""

    chosen: list
    value: int
    bound: int
    status: str

    @property
    def gap(self):
        """How much more a plan could be worth at most, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def optimize(capacity, jobs, start, axis, seconds, report=None, workers=WORKERS):
    """Improve a plan and prove a bound.

    :param capacity: for each person the list of what each bucket offers
    :param jobs: for each job the list of its options
    :param start: the plan to start from: an option or None per job
    :param axis: the bucket of each week, in order
    :param float seconds: time limit
    :param report: called about once a second with (share of time, worth, bound); a
        false answer stops, and what was found counts
    :return: :class:`Outcome`
    """
    return _Optimizer(capacity, jobs, start, axis, seconds, report, workers).run()


class _Optimizer:
    def __init__(self, capacity, jobs, start, axis, seconds, report, workers):
        self.capacity, self.jobs, self.axis = capacity, jobs, axis
        self.chosen = list(start)
        self.value = sum(option.value for option in start if option)
        self.bound = sum(max((o.value for o in options), default=0) for options in jobs)
        self.begin = time.monotonic()
        self.seconds, self.report, self.workers = seconds, report, workers
        self.reported = self.begin
        self.is_stopped = False

    def run(self):
        if sum(map(len, self.jobs)) <= SMALL:
            self._solve_whole()
        if not self._is_done():
            self._solve_parts()
        return Outcome(self.chosen, self.value, self.bound, self._get_status())

    def _get_status(self):
        if self.value >= self.bound:
            return "optimal"
        return "stopped" if self.is_stopped else "feasible"

    def _is_done(self):
        if self.is_stopped or self.value >= self.bound:
            return True
        now = time.monotonic()
        if self.report and now - self.reported >= 1:
            self.reported = now
            share = (now - self.begin) / self.seconds
            self.is_stopped = not self.report(min(share, 1), self.value, self.bound)
        return self.is_stopped or now - self.begin >= self.seconds

    # --- One model --------------------------------------------------------------------

    def _solve_whole(self):
        model, variables = self._make_model(
            range(len(self.jobs)), lambda _option: True, self.capacity
        )
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.max_time_in_seconds = self.seconds * SMALL_SHARE
        watch = _Watch(self)
        thread = threading.Thread(target=watch.run, args=(solver,))
        thread.start()
        status = solver.solve(model, watch)
        watch.is_over.set()
        thread.join()
        self._take_bound(int(solver.best_objective_bound + 1e-6))
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._take(variables, solver, range(len(self.jobs)))
        if status == cp_model.OPTIMAL:
            self.bound = self.value

    def _take_bound(self, bound):
        if self.value <= bound < self.bound:
            self.bound = bound

    def _make_model(self, jobs, is_open, room):
        """One boolean per option that is open; each job once, no bucket overdrawn."""
        model = cp_model.CpModel()
        variables, loads, worth = {}, {}, []
        for job in jobs:
            own = []
            for option in self.jobs[job]:
                if not is_open(option):
                    continue
                variable = model.new_bool_var("")
                variables[job, option] = variable
                model.add_hint(variable, option == self.chosen[job])
                own.append(variable)
                worth.append((variable, option.value))
                for bucket, amount in option.uses:
                    key = option.person, bucket
                    loads.setdefault(key, []).append((variable, amount))
            if own:
                model.add_at_most_one(own)
        for (person, bucket), load in loads.items():
            model.add(
                cp_model.LinearExpr.weighted_sum(*map(list, zip(*load, strict=True)))
                <= room[person][bucket]
            )
        if worth:
            model.maximize(
                cp_model.LinearExpr.weighted_sum(*map(list, zip(*worth, strict=True)))
            )
        return model, variables

    def _take(self, variables, solver, jobs):
        """Take over a solution for these jobs, if it is worth more."""
        found = dict.fromkeys(jobs)
        for (job, option), variable in variables.items():
            if solver.value(variable):
                found[job] = option
        before = sum(self.chosen[job].value for job in jobs if self.chosen[job])
        after = sum(option.value for option in found.values() if option)
        if after > before:
            for job, option in found.items():
                self.chosen[job] = option
            self.value += after - before
        return after > before

    # --- Part by part -----------------------------------------------------------------

    def _solve_parts(self):
        """In turns: one part of the plan, then the bound for as long."""
        rnd = random.Random(1)
        able = [sorted({o.person for o in options}) for options in self.jobs]
        steps = Bound(self.capacity, self.jobs, self.axis).improve(list(self.chosen))
        self._take_bound(next(steps, self.bound))
        count, spent = float(FIRST_PEOPLE), 0.0
        while not self._is_done():
            begin = time.monotonic()
            status = self._solve_part(self._choose_people(able, int(count), rnd))
            count += 0.05 if status == cp_model.OPTIMAL else -0.5
            count = min(max(count, FIRST_PEOPLE), MOST_PEOPLE)
            spent += time.monotonic() - begin
            while steps and spent > 0 and not self._is_done():
                begin = time.monotonic()
                steps = self._improve_bound(steps)
                spent -= time.monotonic() - begin

    def _improve_bound(self, steps):
        try:
            self._take_bound(steps.send(self.value))
        except StopIteration:
            return None
        return steps

    def _choose_people(self, able, count, rnd):
        """People who can stand in for each other: they can do the same jobs."""
        waiting = [job for job, o in enumerate(self.chosen) if o is None and able[job]]
        known = [job for job, people in enumerate(able) if people]
        people = set()
        for pool in (waiting or known, known):
            own = able[pool[int(rnd.random() * len(pool))]]
            people.update(rnd.sample(own, min(count // 2, len(own))))
        return people

    def _solve_part(self, people):
        jobs = [
            job
            for job, option in enumerate(self.chosen)
            if option is None or option.person in people
        ]
        model, variables = self._make_model(
            jobs, lambda option: option.person in people, self.capacity
        )
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        left = self.seconds - (time.monotonic() - self.begin)
        solver.parameters.max_time_in_seconds = max(min(PART_SECONDS, left), 0.05)
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._take(variables, solver, jobs)
        return status


class _Watch(cp_model.CpSolverSolutionCallback):
    """Reports while one model is solved, and stops it when the user does."""

    def __init__(self, optimizer):
        super().__init__()
        self.optimizer = optimizer
        self.is_over = threading.Event()
        self.worth = optimizer.value

    def on_solution_callback(self):
        self.worth = max(self.worth, int(self.objective_value))

    def run(self, solver):
        """In a thread of its own: solutions may be far apart."""
        optimizer = self.optimizer
        while not self.is_over.wait(0.5):
            if not optimizer.report:
                continue
            share = (time.monotonic() - optimizer.begin) / optimizer.seconds
            if not optimizer.report(min(share, 1), self.worth, optimizer.bound):
                optimizer.is_stopped = True
                solver.stop_search()
                return
