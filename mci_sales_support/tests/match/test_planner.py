import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...tools.plan_days import (
    list_placements,
    list_stretches,
    split_weeks,
    spread_days,
)
from ...tools.plan_worth import points_an_hour
from ...tools.planner import Option, plan, verify

MONDAY = date(2030, 1, 7)


def _instance(seed):
    """A small random problem, with buckets of several sizes and options that fail."""
    rnd = random.Random(seed)
    people, weeks = rnd.randint(1, 6), rnd.randint(1, 5)
    capacity = [
        [rnd.choice((0, 8, 16, 24, 40)) for _week in range(weeks)]
        for _person in range(people)
    ]
    jobs = []
    for _job in range(rnd.randint(0, 25)):
        length, hours = rnd.randint(1, weeks), rnd.choice((4, 8, 10, 24, 40))
        worth = rnd.randint(1, 16) * hours
        jobs.append(
            [
                Option(
                    worth * rnd.choice((20, 21)),
                    person,
                    tuple((week, hours) for week in range(start, start + length)),
                )
                for person in range(people)
                if rnd.random() < 0.6
                for start in range(weeks - length + 1)
            ]
        )
    return capacity, jobs


@tagged("post_install", "-at_install")
class TestPlanner(BaseCase):
    """Properties of the algorithm on random problems; no database."""

    def test_never_overdrawn_never_elsewhere_never_worse_than_best_first(self):
        gained = 0
        for seed in range(60):
            capacity, jobs = _instance(seed)
            result = plan(capacity, jobs, moves=800)
            # Raises when a bucket is overdrawn or a job lies where it cannot.
            value = verify(capacity, jobs, result.chosen)
            self.assertEqual(value, result.value, seed)
            self.assertGreaterEqual(value, result.greedy_value, seed)
            gained += value - result.greedy_value
        self.assertGreater(gained, 0)

    def test_deterministic(self):
        for seed in range(8):
            self.assertEqual(
                plan(*_instance(seed), moves=500), plan(*_instance(seed), moves=500)
            )

    def test_verify_finds_what_is_wrong(self):
        option, other = Option(8, 0, ((0, 8),)), Option(9, 0, ((0, 8),))
        with self.assertRaisesRegex(ValueError, "too little"):
            verify([[8]], [[option], [option]], [option, option])
        with self.assertRaisesRegex(ValueError, "cannot be"):
            verify([[8]], [[option]], [other])

    def test_swap_beats_best_first(self):
        """The dearest hour takes the only place of a longer job, until swapped."""
        short = [Option(100, 0, ((0, 8),)), Option(100, 1, ((0, 8),))]
        long = [Option(300, 0, ((0, 32),))]
        result = plan([[32], [8]], [short, long], moves=200)
        self.assertEqual(result.value, 400)

    def test_stopped_search_keeps_its_best(self):
        capacity, jobs = _instance(3)
        result = plan(capacity, jobs, moves=10_000, tick=lambda _share: False)
        self.assertEqual(result.moves, 0)
        self.assertEqual(result.value, result.greedy_value)

    def test_nothing_to_do(self):
        self.assertEqual(plan([], []).value, 0)
        self.assertEqual(plan([[8]], [[]]).chosen, [None])


@tagged("post_install", "-at_install")
class TestPlanDays(BaseCase):
    def test_weeks_are_cut_at_both_ends(self):
        wednesday = MONDAY + timedelta(days=2)
        self.assertEqual(
            split_weeks(wednesday, MONDAY + timedelta(days=8)),
            [
                (wednesday, MONDAY + timedelta(days=6)),
                (MONDAY + timedelta(days=7), MONDAY + timedelta(days=8)),
            ],
        )
        self.assertEqual(split_weeks(wednesday, MONDAY), [])

    def test_placements_are_even(self):
        last = MONDAY + timedelta(days=13)
        one, two = list_placements(MONDAY, last, 24, 1, 40, exact=True)
        self.assertEqual([hours for _part, hours in one + two], [24, 24])
        [both] = list_placements(MONDAY, last, 24, 2, 40, exact=True)
        self.assertEqual([hours for _part, hours in both], [12, 12])
        self.assertEqual(list_placements(MONDAY, last, 60, 1, 40, exact=True), [])

    def test_stretches_say_exactly_what_fits(self):
        """Hours fit into days when no stretch is overdrawn, and only then."""
        for seed in range(300):
            rnd = random.Random(seed)
            free = {MONDAY + timedelta(days=d): rnd.choice((0, 4, 8)) for d in range(5)}
            parts = []
            for key in range(rnd.randint(1, 5)):
                first = rnd.randint(0, 4)
                last = rnd.randint(first, 4)
                days = MONDAY + timedelta(days=first), MONDAY + timedelta(days=last)
                parts.append((key, *days, rnd.choice((2, 4, 8))))
            fits = all(
                sum(p[3] for p in parts if begin <= p[1] and p[2] <= end)
                <= sum(hours for day, hours in free.items() if begin <= day <= end)
                for begin, end in list_stretches([part[1:3] for part in parts])
            )
            found = spread_days(free, parts)
            self.assertEqual(found is not None, fits, seed)
            if found:
                self._assert_fits(free, parts, found)

    def _assert_fits(self, free, parts, found):
        for key, first, last, hours in parts:
            self.assertEqual(sum(found[key].values()), hours)
            self.assertTrue(all(first <= day <= last for day in found[key]))
        for day, room in free.items():
            self.assertLessEqual(sum(days.get(day, 0) for days in found.values()), room)

    def test_worth_follows_the_rules_of_the_queue(self):
        base = points_an_hour(2, 20, 3)
        self.assertGreater(points_an_hour(3, 20, 3), base)  # better grade
        self.assertGreater(points_an_hour(2, 5, 3), base)  # needed earlier
        self.assertGreater(points_an_hour(2, 20, 9), base)  # waits longer
        self.assertGreater(points_an_hour(2, 20, 3, assessment=80), base)
        self.assertLess(points_an_hour(2, 20, 3, assessment=20), base)
        self.assertEqual(points_an_hour(2, 20, 3, assessment=50), base)
        # An override goes before the best grade, however urgent that is.
        self.assertGreater(
            points_an_hour(0, 60, 0, is_override=True), points_an_hour(4, 0, 90, 100)
        )
