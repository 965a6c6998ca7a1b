"""Instances of planning everything at once, the same for every method.

``easy`` has capacity enough: 300 requests, 100 people, 8 weeks. In ``scarce`` 1,500
requests ask 200 people, over 13 weeks, for about one and a half times their hours.

A request asks for ``hours`` a week during ``weeks`` weeks in a row, starting in a week
from ``first`` to ``last``, from one person who has ``skill`` at ``level`` or above. It
is worth ``value``, and 5 % more when the level fits exactly. Nobody may exceed
``capacity[person][week]``; the aim is the largest total worth.
"""

import random

SHAPES = {
    "easy": (300, 100, 8, (4, 8, 16, 24, 32)),
    "scarce": (1500, 200, 13, (8, 16, 24, 32, 40)),
}
SEED = 3


def instance(shape, seed=SEED):
    """Return the instance as lists and dictionaries of whole numbers."""
    rnd = random.Random(seed)
    n_requests, n_people, n_weeks, hours = SHAPES[shape]
    people = [
        {str(skill): rnd.randint(1, 4) for skill in rnd.sample(range(10), 3)}
        for _person in range(n_people)
    ]
    capacity = [
        [40 - rnd.choice((0, 0, 8, 16, 24, 40)) for _week in range(n_weeks)]
        for _person in range(n_people)
    ]
    requests = [_request(rnd, n_weeks, hours) for _request_no in range(n_requests)]
    return {"people": people, "capacity": capacity, "requests": requests}


def _request(rnd, n_weeks, hours):
    weeks, per_week = rnd.choice((1, 1, 2, 3)), rnd.choice(hours)
    first = rnd.randint(0, n_weeks - weeks)
    return {
        "weeks": weeks,
        "hours": per_week,
        "first": first,
        "last": min(n_weeks - weeks, first + rnd.randint(0, 3)),
        "skill": str(rnd.randrange(10)),
        "level": rnd.randint(1, 3),
        "value": rnd.choice((1, 2, 4, 8, 16)) * per_week * weeks * rnd.randint(5, 15),
    }


def options(case):
    """What the planner gets: for each request ``(value, person, uses)`` that can be.

    Values are twentieths, so that 5 % are a whole number.
    """
    return [
        [
            (
                request["value"] * (21 if level == request["level"] else 20),
                person,
                tuple((week, request["hours"]) for week in range(start, start + weeks)),
            )
            for person, skills in enumerate(case["people"])
            for level in [skills.get(request["skill"], 0)]
            if level >= request["level"]
            for weeks in [request["weeks"]]
            for start in range(request["first"], request["last"] + 1)
            if all(
                case["capacity"][person][week] >= request["hours"]
                for week in range(start, start + weeks)
            )
        ]
        for request in case["requests"]
    ]
