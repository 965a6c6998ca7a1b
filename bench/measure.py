"""Fair ratios: both sides in one run, in turns, and the median of the turns.

A measurement is a file `bench_x.py` with a function `measure()` that returns a list of
:func:`row`; everything else here helps to write one.
"""

import statistics
from contextlib import contextmanager

from dev import databases
from dev.layout import database
from tests.support import shell

# Found by every measuring script:
#   timed(function) → seconds, with what it leaves to be written
#   turns(count, ours=function, other=function, …) → {side: median seconds}; each is
#       called once before, unmeasured, and what each call wrote is undone
#   queries(function) → number of queries
CLOCK = """
import gc, statistics, time
def timed(function):
    env.invalidate_all()
    gc.collect()
    start = time.perf_counter()
    function()
    env.flush_all()
    return time.perf_counter() - start

def undone(function, clock=timed):
    env.flush_all()
    with env.cr.savepoint(flush=False) as savepoint:
        result = clock(function)
        savepoint.rollback()
    env.invalidate_all(flush=False)
    return result

def turns(count, **sides):
    seconds = {side: [] for side in sides}
    for turn in range(count + 1):
        for side, function in sides.items():
            taken = undone(function)
            if turn:
                seconds[side].append(taken)
    return {side: statistics.median(values) for side, values in seconds.items()}

def queries(function):
    def count(function):
        env.invalidate_all()
        before = env.cr.sql_log_count
        function()
        env.flush_all()
        return env.cr.sql_log_count - before
    undone(function, count)
    return undone(function, count)
"""


@contextmanager
def clones(**sources):
    """Give a clone of a prepared database for each side of a comparison."""
    names = {
        side: databases.clone(source, database(f"bench_{side}"))
        for side, source in sources.items()
    }
    try:
        yield names
    finally:
        for name in names.values():
            databases.drop(name)


def run(name, script, **values):
    """Run a script with the clock on one database and return its answer."""
    return shell.run(name, CLOCK + script, **values)


def in_turns(names, script, count, **values):
    """Run a script on each database in turns; return side → medians of its answers."""
    answers = {side: [] for side in names}
    for _turn in range(count):
        for side, name in names.items():
            answers[side].append(run(name, script, **values))
    return {side: medians(rows) for side, rows in answers.items()}


def medians(rows):
    """Return the median of each figure of a list of dictionaries."""
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def row(name, ours, other, against, bar=None):
    """One line of the results.

    :param str name: what was measured
    :param float ours: seconds with the addon
    :param float other: seconds of the other side
    :param str against: what the other side is
    :param bar: the ratio that is not to be passed; None for a figure without one
    """
    return {
        "name": name,
        "ours_s": round(ours, 4),
        "other_s": round(other, 4),
        "other": against,
        "ratio": round(ours / other, 3),
        "bar": bar,
    }


def expect(fact, sentence):
    """Stop a measurement whose other promises do not hold."""
    if not fact:
        raise AssertionError(sentence)
