"""What helping with a request is worth to a plan (M5): a pure function.

The same rules that order the queue, turned into points an hour, so that a plan can
weigh two small requests against a large one:

- the grade doubles the worth from step to step (with five grades E 1, D 2, C 4, B 8,
  A 16);
- an assessment of 0 to 100 moves it by a quarter up or down, none leaves it;
- up to a quarter is added the nearer the date needed is (within four weeks);
- a hundredth a day is added for waiting, at most a quarter;
- an approved queue override lifts a request above every grade;
- the level that fits exactly adds a twentieth: better people are for harder work;
- work done for the customer adds 3 %, with the sales team more than half of it; hours
  booked already in the period take off up to 2 %, so that the load is shared.
"""

OVERRIDE = 64
NEAR_DAYS = 28
LEVEL_FIT = 0.05
HISTORY_FIT = 0.03
TEAM_SHARE = 0.6
LOAD_FIT = 0.02


def points_an_hour(
    grade_step, days_left, days_waited, assessment=None, is_override=False
):
    """:param int grade_step: 0 for the last grade, one more for each better one
    :param int days_left: until the date needed
    :param int days_waited: since the request was asked
    :param float assessment: 0 to 100, or None
    :return: points, rounded to 0.01
    """
    points = 2.0**grade_step
    if assessment is not None:
        points *= 0.75 + 0.5 * min(max(assessment, 0), 100) / 100
    nearness = 1 - min(max(days_left, 0), NEAR_DAYS) / NEAR_DAYS
    points *= 1 + 0.25 * nearness
    points *= 1 + min(max(days_waited, 0), 25) / 100
    return round(points * (OVERRIDE if is_override else 1), 2)
