import itertools
import random

from odoo.tests import BaseCase, tagged

from odoo.addons.mci_sales_support.tools.planner import Option, plan, verify

from ..tools.bound import Bound
from ..tools.optimize import optimize


def _instance(seed, people=2, jobs=6):
    rnd = random.Random(seed)
    weeks = rnd.randint(1, 5)
    capacity = [
        [rnd.choice((0, 8, 16, 24, 40)) for _week in range(weeks)]
        for _person in range(people)
    ]
    result = []
    for _job in range(jobs):
        length, hours = rnd.randint(1, weeks), rnd.choice((5, 8, 10, 24, 40))
        worth = rnd.randint(1, 16) * hours * 20
        result.append(
            [
                Option(
                    worth + person,
                    person,
                    tuple((w, hours) for w in range(s, s + length)),
                )
                for person in range(people)
                if rnd.random() < 0.8
                for s in range(weeks - length + 1)
                if all(capacity[person][w] >= hours for w in range(s, s + length))
            ]
        )
    return capacity, result, list(range(weeks))


def _brute_force(capacity, jobs):
    best = 0
    for chosen in itertools.product(*([None, *options] for options in jobs)):
        try:
            best = max(best, verify(capacity, jobs, chosen))
        except ValueError:
            continue
    return best


@tagged("post_install", "-at_install")
class TestOptimize(BaseCase):
    """Properties of bound and plan on random problems, against all possible plans."""

    def test_optimal_and_proven(self):
        for seed in range(12):
            capacity, jobs, axis = _instance(seed, jobs=4)
            core = plan(capacity, jobs)
            found = optimize(capacity, jobs, core.chosen, axis, 5)
            self.assertEqual(found.value, _brute_force(capacity, jobs), seed)
            self.assertEqual(found.value, found.bound)
            self.assertEqual(found.status, "optimal")
            self.assertEqual(verify(capacity, jobs, found.chosen), found.value)

    def test_bound_is_never_below_the_optimum(self):
        for seed in range(12):
            capacity, jobs, axis = _instance(seed, jobs=4)
            optimum = _brute_force(capacity, jobs)
            bound = Bound(capacity, jobs, axis)
            steps = bound.improve(plan(capacity, jobs).chosen)
            least = next(steps, bound.best)
            for _turn in range(25):
                try:
                    least = steps.send(optimum)
                except StopIteration:
                    break
                self.assertGreaterEqual(least, optimum, seed)

    def test_parts_are_never_worse_and_never_overdraw(self):
        capacity, jobs, axis = _instance(5, people=6, jobs=40)
        core = plan(capacity, jobs, moves=0)
        reports = []
        found = optimize(
            *(capacity, jobs, core.chosen, axis, 3),
            report=lambda *seen: reports.append(seen) or True,
        )
        self.assertGreaterEqual(found.value, core.value)
        self.assertLessEqual(found.value, found.bound)
        self.assertEqual(verify(capacity, jobs, found.chosen), found.value)
