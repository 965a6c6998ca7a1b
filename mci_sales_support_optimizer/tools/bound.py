"""A proven bound for plans: no plan of these jobs can be worth more.

That a job is wanted once is priced instead of forced (Lagrange): a job costs its price
each time somebody takes it, and each person, by himself, takes the work that is worth
most after prices. What all persons take, and all prices, is a bound whatever the
prices are; good prices are found by subgradient steps, and the least bound counts.

One person's best work is found exactly, by a table over his weeks: which hours of this
and of the next weeks are taken. All tables of all persons are arrays computed together.
Everything is in whole numbers, so that no rounding can spoil the proof. Where the table
would be too large the problem is relaxed, which only makes the bound larger: hours are
rounded down to coarser units, work of many weeks is cut into pieces.
"""

import math
from collections import defaultdict
from functools import reduce

import numpy as np

NEVER = -(10**15)
DEPTH = 3  # weeks in a row that one table sees
CELLS = 250_000  # of one table of all persons


class Bound:
    """The bound of one problem, improved step by step."""

    def __init__(self, capacity, jobs, axis):
        """:param axis: the bucket of each week, in order; others are not looked at"""
        self.jobs = jobs
        self.persons = len(capacity)
        self.weeks = len(axis)
        self.place = {bucket: week for week, bucket in enumerate(axis)}
        self.value = sum(max((o.value for o in options), default=0) for options in jobs)
        self.best = self.value
        self._choose_units(capacity, axis)
        self._gather_items()

    def _choose_units(self, capacity, axis):
        uses = [
            [amount for bucket, amount in option.uses if bucket in self.place]
            for options in self.jobs
            for option in options[:1] + options[-1:]
        ]
        self.depth = min(max(map(len, uses), default=1), DEPTH)
        amounts = {amount for use in uses for amount in use} or {1}
        largest = max((row[bucket] for row in capacity for bucket in axis), default=1)
        unit = reduce(math.gcd, amounts)
        while self.persons * (largest // unit + 1) ** self.depth > CELLS:
            unit = unit * 2 if unit * 2 <= largest else largest + 1
        self.unit = unit
        self.size = largest // unit
        self.capacity = np.array(
            [[row[bucket] // unit for bucket in axis] for row in capacity],
            dtype=np.int64,
        ).reshape(self.persons, self.weeks)

    def _gather_items(self):
        """Pieces of options by first week and by the units of each week."""
        found = defaultdict(dict)
        for job, options in enumerate(self.jobs):
            for option in options:
                for week, units, share in self._cut(option):
                    piece = found[week, units].setdefault((job, share), {})
                    known = piece.get(option.person, NEVER)
                    piece[option.person] = max(known, option.value)
        self.items = [[] for _week in range(self.weeks)]
        for (week, units), pieces in sorted(found.items()):
            table = np.full((self.persons, len(pieces)), NEVER, dtype=np.int64)
            for column, people in enumerate(pieces.values()):
                for person, value in people.items():
                    table[person, column] = value
            owners = np.array([job for job, _share in pieces], dtype=np.int64)
            shares = np.array([share for _job, share in pieces], dtype=np.int64)
            self.items[week].append((units, owners, shares, table))

    def _cut(self, option):
        """Pieces of an option: ``(week, units of each week, (part, of all))``."""
        uses = sorted(
            (self.place[bucket], amount)
            for bucket, amount in option.uses
            if bucket in self.place
        )
        total = sum(amount for _week, amount in uses) or 1
        pieces = [uses[i : i + self.depth] for i in range(0, len(uses), self.depth)]
        before = 0
        for piece in pieces:
            part = sum(amount for _week, amount in piece)
            units = tuple(amount // self.unit for _week, amount in piece)
            yield piece[0][0], units, (before, before + part, total)
            before += part

    # --- One evaluation ---------------------------------------------------------------

    def evaluate(self, prices):
        """The bound at these prices, and how often each job is taken."""
        shape = (self.size + 1,) * (self.depth - 1)
        later = np.zeros((self.persons, *shape), dtype=np.int64)
        steps = [None] * self.weeks
        for week in range(self.weeks - 1, -1, -1):
            table, steps[week] = self._fill_week(week, later, prices)
            later = table[..., 0].copy()
        worth = later[(slice(None), *(0,) * (self.depth - 1))]
        return int(worth.sum()) + int(prices.sum()), self._count(steps)

    def _fill_week(self, week, later, prices):
        size = self.size + 1
        table = np.broadcast_to(
            later[:, None], (self.persons, *(size,) * self.depth)
        ).copy()
        table[np.arange(size)[None, :] > self.capacity[:, week][:, None]] = NEVER
        steps = []
        for units, owners, shares, values in self.items[week]:
            worth, owner = self._get_dearest(units, owners, shares, values, prices)
            for rank in range(worth.shape[1]):
                if (worth[:, rank] > 0).any():
                    took = _take(table, units, worth[:, rank], size)
                    steps.append((units, owner[:, rank], took))
        return table, steps

    def _get_dearest(self, units, owners, shares, values, prices):
        """Of equal pieces nobody needs more than fit at once."""
        net = np.where(values > 0, values - prices[owners][None, :], NEVER)
        begin, end, total = shares.T
        if (end - begin < total).any():
            # Shares of one option add up to it exactly, whatever is rounded.
            net = np.where(net > 0, net * end // total - net * begin // total, NEVER)
        most = min((self.size // amount for amount in units if amount), default=10**6)
        most = min(max(most, 0), net.shape[1])
        if most == 0:
            return net[:, :0], np.broadcast_to(owners, net.shape)[:, :0]
        if most < net.shape[1]:
            chosen = np.argpartition(-net, most - 1, axis=1)[:, :most]
        else:
            chosen = np.broadcast_to(np.arange(net.shape[1]), net.shape)
        return np.take_along_axis(net, chosen, 1), owners[chosen]

    def _count(self, steps):
        count = np.zeros(len(self.jobs), dtype=np.int64)
        for person in range(self.persons):
            taken = [0] * self.depth
            for week in range(self.weeks):
                for units, owner, took in reversed(steps[week]):
                    if _was_taken(took[person], taken):
                        count[owner[person]] += 1
                        for index, amount in enumerate(units):
                            taken[index] += amount
                taken = [*taken[1:], 0]
        return count

    # --- Better prices ----------------------------------------------------------------

    def improve(self, chosen):
        """Look for prices with a smaller bound, from those a plan suggests.

        A generator: each step yields the least bound known, and is sent the worth of
        the best plan known.

        :param chosen: the options of a plan, or None, per job
        """
        prices = self._guess_prices(chosen)
        step, stalled, best_prices = 1.0, 0, prices
        while step > 1e-5:
            whole = np.rint(prices).astype(np.int64)
            bound, count = self.evaluate(whole)
            stalled += 1
            if bound < self.best:
                self.best, best_prices, stalled = bound, prices, 0
            target = yield self.best
            if stalled >= 8:
                step, stalled, prices = step * 0.6, 0, best_prices
            slope = (count - 1).astype(float)
            slope[(prices <= 0) & (slope < 0)] = 0
            norm = float((slope * slope).sum())
            if not norm:
                return
            # Half the way is left to go at most: the target is hardly ever reached.
            length = step * max(bound - target, 1) * 0.5 / norm
            prices = np.maximum(prices + length * slope, 0)

    def _guess_prices(self, chosen):
        """What a job is worth above the least worth an hour of the plan."""
        sizes = [
            sum(amount for bucket, amount in option.uses if bucket in self.place)
            if option
            else 0
            for option in chosen
        ]
        rates = sorted(
            option.value / size
            for option, size in zip(chosen, sizes, strict=True)
            if option and size
        )
        waits = any(
            options and not option
            for options, option in zip(self.jobs, chosen, strict=True)
        )
        least = rates[len(rates) // 12] if rates and waits else 0
        return np.array(
            [
                max(option.value - least * size, 0) if option else 0
                for option, size in zip(chosen, sizes, strict=True)
            ],
            dtype=float,
        )


def _take(table, units, worth, size):
    """One more piece for everybody who gains by it; where he did, for reading back."""
    rest = table.ndim - 1 - len(units)
    source = (slice(None), *(slice(u, None) for u in units), *(slice(None),) * rest)
    target = (slice(None), *(slice(0, size - u) for u in units), *(slice(None),) * rest)
    with_it = table[source] + worth.reshape(-1, *(1,) * (table.ndim - 1))
    gains = (with_it > table[target]) & (with_it > 0)
    # Read the source before it is written: a piece is taken once.
    np.copyto(table[target], with_it, where=gains)
    return gains


def _was_taken(took, taken):
    """Whether the piece was taken in this state of the person's weeks."""
    if any(u >= length for u, length in zip(taken, took.shape, strict=True)):
        return False
    return bool(took[tuple(taken)])
