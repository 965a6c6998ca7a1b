"""From days to the buckets of the planner and back: pure functions.

The planner thinks in weeks. A request whose days begin or end inside a week may use
only a part of it, so that the sum of a week is not all there is to test: hours that are
bound to parts of a week fit exactly when, for every stretch of days, what is bound to
lie inside it is not more than what is free there. Each such stretch is a bucket.
"""

from collections import defaultdict
from datetime import timedelta

from .spread import spread

WEEK = timedelta(days=7)


def split_weeks(first, last):
    """``[(first day, last day), …]`` of the calendar weeks, cut at both ends."""
    result = []
    while first <= last:
        sunday = first + timedelta(days=6 - first.weekday())
        result.append((first, min(sunday, last)))
        first = sunday + timedelta(days=1)
    return result


def list_stretches(windows):
    """All stretches that can bind: from a first day to a last day in one week."""
    firsts, lasts = defaultdict(set), defaultdict(set)
    for first, last in windows:
        for begin, end in split_weeks(first, last):
            week = begin - timedelta(days=begin.weekday())
            firsts[week].add(begin)
            lasts[week].add(end)
    return sorted(
        (begin, end)
        for week, begins in firsts.items()
        for begin in begins
        for end in lasts[week]
        if begin <= end
    )


def list_placements(first, last, hours, weeks, whole_week, exact=False):
    """How ``hours`` can lie in the window, as even parts of weeks in a row.

    :param int weeks: how many weeks in a row
    :param float whole_week: most hours of one person's week
    :param bool exact: not in more weeks, where they are too few
    :return: ``[[((first day, last day), hours), …], …]``
    """
    stretches = split_weeks(first, last)
    result = []
    for count in {weeks} if exact else {weeks, weeks + 1}:
        for start in range(len(stretches) - count + 1):
            parts = stretches[start : start + count]
            shares = {part: _count_workdays(*part) for part in parts}
            if not all(shares.values()):
                continue
            spread_hours = spread(hours, shares)
            if len(spread_hours) == count and max(spread_hours.values()) <= whole_week:
                result.append(sorted(spread_hours.items()))
    return result


def _count_workdays(first, last):
    """Days from Monday to Friday; a stretch of a weekend counts its days."""
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    return sum(day.weekday() < 5 for day in days) or len(days)


def spread_days(free, parts):
    """Give each part its days: the one that has to end first takes the first hours.

    :param dict free: day -> hours of one person
    :param parts: ``[(key, first day, last day, hours), …]``
    :return: ``{key: {day: hours}}``; ``None`` when they do not fit together
    """
    left = {index: round(part[3] * 100) for index, part in enumerate(parts)}
    room = {day: round(hours * 100) for day, hours in free.items()}
    result = defaultdict(lambda: defaultdict(float))
    for day in sorted(room):
        here = [i for i, part in enumerate(parts) if part[1] <= day <= part[2]]
        for index in sorted(here, key=lambda i: (parts[i][2], i)):
            taken = min(left[index], room[day])
            if taken:
                left[index] -= taken
                room[day] -= taken
                result[parts[index][0]][day] += taken / 100
    return None if any(left.values()) else result
