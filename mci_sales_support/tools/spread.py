"""Spreading hours over days: a pure function, so that it can be tested by itself."""

# Hundredths of an hour: sums of whole numbers cannot drift as sums of floats do.
UNIT = 100
STEP = 25


def spread(hours, weights, limits=None, step=STEP):
    """Spread ``hours`` over the days of ``weights`` in proportion to their weight.

    Whole quarters of an hour are used where they fit. What is left over goes to the
    day with the largest remainder, the earlier one first, so that equal input gives
    equal output.

    :param float hours: the total, met exactly to 0.01 h
    :param dict weights: day -> weight above zero
    :param dict limits: day -> most hours of that day; without it no day is limited
    :param int step: size of a step in hundredths of an hour
    :return: day -> hours, only days with hours; ``None`` when the limits are too small
    """
    total = _to_units(hours)
    days = sorted(day for day, weight in weights.items() if weight > 0)
    room = {day: _to_units(limits.get(day, 0)) if limits else total for day in days}
    if total > sum(room.values()):
        return None
    sum_weights = sum(weights[day] for day in days)
    shares = {day: total * weights[day] / sum_weights for day in days}
    parts = {day: min(int(shares[day]) // step * step, room[day]) for day in days}
    missing = total - sum(parts.values())
    missing = _fill(parts, room, missing, shares, step)
    _fill(parts, room, missing, shares, 1)
    return {day: units / UNIT for day, units in parts.items() if units}


def _to_units(hours):
    return round(hours * UNIT)


def _fill(parts, room, missing, shares, step):
    """Hand out ``missing`` units; a day takes one step a turn, fine rests at once."""
    while missing:
        order = sorted(parts, key=lambda day: (parts[day] - shares[day], day))
        before = missing
        for day in order:
            free = room[day] - parts[day]
            portion = step if step > 1 else min(free, missing)
            if 0 < portion <= min(free, missing):
                parts[day] += portion
                missing -= portion
        if missing == before:
            break
    return missing
