"""Planning all requests at once: a pure algorithm, so that it can be tested by itself.

A *job* is wanted once. Each of its *options* names a person, the hours it takes from
each of his time buckets, and what it is worth then. Nobody's buckets may be overdrawn;
the aim is the largest total worth. Skills, levels and windows are in the options:
whatever is no option is never planned.

The plan starts best first (worth per hour) and is then improved by moves: a job goes to
another place, the cheapest jobs in its way leave and are put elsewhere where they fit.
Early on a move may cost worth, later hardly any (simulated annealing). The number of
moves, not a clock, ends the search, and the random numbers have a fixed seed: equal
input gives equal output on any machine.
"""

import math
import random
from typing import NamedTuple

MOVES_PER_JOB = 260
MOST_MOVES = 400_000
# Worth a move may cost at the begin and at the end, as a share of the mean job.
HOT, COLD = 0.15, 0.003
SEED = 1


class Option(NamedTuple):
    """One place a job can have.

    ``uses`` is ``((bucket, amount), …)`` of whole numbers; equal options are told
    apart by their place in the list of their job.
    """

    value: int
    person: int
    uses: tuple


class Result(NamedTuple):
    """``chosen`` has an option or None for each job, in the order of the jobs."""

    chosen: list
    value: int
    greedy_value: int
    moves: int


def plan(capacity, jobs, moves=None, seed=SEED, tick=None):
    """Place the jobs.

    :param capacity: for each person the list of what each bucket offers
    :param jobs: for each job the list of its options
    :param int moves: how long to improve; by default in proportion to the jobs
    :param tick: called now and then with the share done; a false answer ends the search
    :return: :class:`Result`, never worth less than best first alone
    """
    search = Search(capacity, jobs)
    search.place_best_first()
    greedy = search.total
    if moves is None:
        moves = min(MOVES_PER_JOB * len(jobs), MOST_MOVES)
    search.improve(moves, random.Random(seed), tick)
    return Result(search.best, search.best_total, greedy, search.done)


def verify(capacity, jobs, chosen):
    """Raise ``ValueError`` when a plan overdraws a bucket or takes no option."""
    used = {}
    for job, option in enumerate(chosen):
        if option is None:
            continue
        if option not in jobs[job]:
            raise ValueError(f"Job {job} was placed where it cannot be")
        for bucket, amount in option.uses:
            key = option.person, bucket
            used[key] = used.get(key, 0) + amount
    for (person, bucket), amount in used.items():
        if amount > capacity[person][bucket]:
            raise ValueError(f"Person {person} has too little of bucket {bucket}")
    return sum(option.value for option in chosen if option)


class Search:
    """A plan that is being improved, with what is left of each bucket."""

    def __init__(self, capacity, jobs):
        self.free = [list(row) for row in capacity]
        # By worth, so that the first that fits is as good as any after it.
        self.options = [
            sorted(
                (option for option in options if self._can_ever(option)),
                key=lambda option: -option.value,
            )
            for options in jobs
        ]
        self.by_person = [_group_by_person(options) for options in self.options]
        # Who is in a bucket, with how much: dicts keep the order of coming.
        self.at = [[{} for _bucket in row] for row in capacity]
        self.where = [None] * len(jobs)
        self.total = 0
        self.best_total = 0
        self.best = list(self.where)
        self.done = 0

    def _can_ever(self, option):
        row = self.free[option.person]
        return option.value > 0 and all(row[b] >= amount for b, amount in option.uses)

    # --- A job comes and goes -----------------------------------------------------

    def put(self, job, option):
        self.where[job] = option
        row, at = self.free[option[1]], self.at[option[1]]
        for bucket, amount in option[2]:
            row[bucket] -= amount
            at[bucket][job] = amount
        self.total += option[0]

    def drop(self, job):
        option = self.where[job]
        self.where[job] = None
        row, at = self.free[option[1]], self.at[option[1]]
        for bucket, amount in option[2]:
            row[bucket] += amount
            del at[bucket][job]
        self.total -= option[0]
        return option

    def find(self, options):
        """The dearest option that fits, and of equal ones the one with least left."""
        best, least, value = None, 0, 0
        free = self.free
        for option in options:
            if option[0] < value:
                break
            row = free[option[1]]
            left = 0
            for bucket, amount in option[2]:
                room = row[bucket]
                if room < amount:
                    break
                left += room
            else:
                if best is None or left < least:
                    best, least, value = option, left, option[0]
        return best

    # --- Best first -----------------------------------------------------------------

    def place_best_first(self):
        able = [job for job, options in enumerate(self.options) if options]
        able.sort(key=lambda job: (-self._worth_per_hour(job), job))
        for job in able:
            option = self.find(self.options[job])
            if option:
                self.put(job, option)
        self._remember()

    def _worth_per_hour(self, job):
        return max(
            option.value / (sum(amount for _b, amount in option.uses) or 1)
            for option in self.options[job]
        )

    def _remember(self):
        if self.total > self.best_total:
            self.best_total = self.total
            self.best = list(self.where)

    # --- Moves ----------------------------------------------------------------------

    def improve(self, moves, rnd, tick=None):
        able = [job for job, options in enumerate(self.options) if options]
        waiting = [job for job in able if self.where[job] is None]
        placed = len(able) - len(waiting)
        if not waiting and not self._is_improvable(able):
            return
        mean = self.total / placed if placed else 0
        rand = rnd.random
        for done in range(moves):
            if done % 2000 == 0 and tick and not tick(done / moves):
                break
            self.done = done + 1
            pool = waiting if waiting and rand() < 0.5 else able
            job = pool[int(rand() * len(pool))]
            options = self.options[job]
            option = options[int(rand() * len(options))]
            allowed = mean * HOT * (COLD / HOT) ** (done / moves)
            if option is not self.where[job]:
                worst = self.total + allowed * math.log(1.0 - rand())
                self._move(job, option, worst, waiting)

    def _is_improvable(self, able):
        """Whether a job could be worth more than where it is."""
        return any(self.where[job][0] < self.options[job][0][0] for job in able)

    def _move(self, job, option, worst, waiting):
        """Give the job this place, unless the plan were worth less than ``worst``."""
        former = self.drop(job) if self.where[job] else None
        gone = [(other, self.drop(other)) for other in self._find_in_the_way(option)]
        self.put(job, option)
        gone.sort(key=lambda pair: -pair[1][0])
        elsewhere = []
        for other, _place in gone:
            place = self.find(self.options[other])
            if place:
                self.put(other, place)
                elsewhere.append(other)
        if self.total < worst:
            for other in (*elsewhere, job):
                self.drop(other)
            for other, place in gone:
                self.put(other, place)
            if former:
                self.put(job, former)
            return
        if not former:
            waiting.remove(job)
        waiting += [other for other, _place in gone if self.where[other] is None]
        if gone:
            self._fill(waiting, option[1])
        if former:
            self._fill(waiting, former[1])
        self._remember()

    def _find_in_the_way(self, option):
        """Jobs of least worth per hour that have to leave, for the option to fit."""
        row, at = self.free[option[1]], self.at[option[1]]
        where = self.where
        gone = []
        for bucket, amount in option[2]:
            missing = amount - row[bucket]
            if missing <= 0:
                continue
            here = at[bucket]
            for other in gone:
                missing -= here.get(other, 0)
            while missing > 0:
                cheapest, least = None, 0
                for other, taken in here.items():
                    if other not in gone:
                        cost = where[other][0] / min(taken, missing)
                        if cheapest is None or cost < least:
                            cheapest, least = other, cost
                gone.append(cheapest)
                missing -= here[cheapest]
        return gone

    def _fill(self, waiting, person):
        """Whoever waits takes what has become free with this person."""
        for job in list(waiting):
            options = self.by_person[job].get(person)
            option = options and self.find(options)
            if option:
                self.put(job, option)
                waiting.remove(job)


def _group_by_person(options):
    result = {}
    for option in options:
        result.setdefault(option.person, []).append(option)
    return result
