"""The score of an appraisal period from the forms about one person (O6)."""


def period_score(forms):
    """Average of scores weighted by hours, where no rater has more than half.

    A form without hours (an accepted role) weighs as one hour. A rater above half of
    the weight is brought down to the weight of all others together; a single rater
    keeps his weight, the caller tells that this is not enough.

    :param forms: ``[(rater, score, hours), …]``
    :return: score 0 to 100 rounded to 0.01, or None without forms
    """
    weights, points = {}, {}
    for rater, score, hours in forms:
        weight = max(hours, 1.0)
        weights[rater] = weights.get(rater, 0.0) + weight
        points[rater] = points.get(rater, 0.0) + weight * score
    if not weights:
        return None
    averages = {rater: points[rater] / weights[rater] for rater in weights}
    total = sum(weights.values())
    for rater, weight in weights.items():
        others = total - weight
        if others and weight > others:
            weights[rater] = others
            break
    total = sum(weights.values())
    score = sum(averages[rater] * weight for rater, weight in weights.items()) / total
    return round(score, 2)
