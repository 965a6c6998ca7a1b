"""The grade of an amount: pure functions, so that they can be tested by themselves."""


def plain_grade(bands, amount):
    """Grade of ``amount`` by the bands alone.

    :param bands: ``((lowest amount, grade), …)`` by falling amount, the last from 0
    """
    return next(grade for floor, grade in bands if amount >= floor)


def buffer_limits(bands, grade, percent):
    """Amounts between which a deal that has ``grade`` keeps it.

    :param percent: buffer around the limits of the band, in percent of the limit
    :return: ``(lowest amount that keeps it, first amount that lifts it or None)``; None
        for a grade without band
    """
    upper = None
    for floor, band_grade in bands:
        if band_grade == grade:
            return (
                floor * (1 - percent / 100.0),
                None if upper is None else upper * (1 + percent / 100.0),
            )
        upper = floor
    return None


def buffered_grade(bands, amount, present, percent):
    """Grade of ``amount`` for a deal that has the grade ``present`` already (M1).

    Amounts that wobble within ``percent`` of a limit do not flip the grade.
    """
    plain = plain_grade(bands, amount)
    if not percent or plain == present:
        return plain
    limits = buffer_limits(bands, present, percent)
    if not limits:
        return plain
    lower, upper = limits
    if lower <= amount and (upper is None or amount < upper):
        return present
    return plain
