"""Dividing a percentage so that the parts add up to it exactly."""

from decimal import ROUND_DOWN, Decimal

STEP = Decimal("0.01")


def share(percent, weights):
    """Divide ``percent`` in proportion to ``weights``, in steps of 0.01.

    The largest remainders get the steps that rounding leaves over, in the order of
    ``weights``: the parts add up to ``percent`` to the hundredth.

    :param percent: to divide, a float
    :param weights: ``{key: positive weight}``
    :return: ``{key: percent}``; empty without weights
    """
    total = sum(Decimal(str(weight)) for weight in weights.values())
    if total <= 0:
        return {}
    whole = Decimal(str(percent)).quantize(STEP)
    exact = {
        key: whole * Decimal(str(weight)) / total for key, weight in weights.items()
    }
    parts = {key: value.quantize(STEP, ROUND_DOWN) for key, value in exact.items()}
    steps = int((whole - sum(parts.values())) / STEP)
    remainders = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in remainders[:steps]:
        parts[key] += STEP
    return {key: float(value) for key, value in parts.items()}
