"""Fair ratios: both sides in one run, in turns, and the median of the pairs."""

import json
import statistics
from contextlib import contextmanager

from dev import databases
from dev.layout import database
from tests.support import shell

# Found by every measuring script: `timed(function)` → seconds.
CLOCK = """
import time
def timed(function):
    env.invalidate_all()
    start = time.perf_counter()
    result = function()
    env.flush_all()
    return time.perf_counter() - start
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


def in_turns(names, script, turns, **values):
    """Run a script on each database in turns; return side → list of its answers."""
    answers = {side: [] for side in names}
    for _turn in range(turns):
        for side, name in names.items():
            answers[side].append(shell.run(name, CLOCK + script, **values))
    return answers


def medians(rows):
    """Return the median of each figure of a list of dictionaries."""
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def report(name, figures):
    """Print the figures of a measurement as one line of JSON."""
    print(json.dumps({"bench": name, **figures}), flush=True)
