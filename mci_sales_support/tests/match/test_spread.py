from datetime import date

from odoo.tests import BaseCase, tagged

from ...tools.spread import spread

MON, TUE, WED = (date(2030, 1, day) for day in (7, 8, 9))


@tagged("post_install", "-at_install")
class TestSpread(BaseCase):
    def test_in_proportion_to_the_free_hours(self):
        free = {MON: 8, TUE: 8, WED: 4}
        self.assertEqual(spread(10, free, free), {MON: 4, TUE: 4, WED: 2})

    def test_quarters_of_an_hour_where_possible(self):
        free = dict.fromkeys((MON, TUE, WED), 8)
        result = spread(8, free, free)
        self.assertEqual(sum(result.values()), 8)
        self.assertTrue(all(hours * 4 == int(hours * 4) for hours in result.values()))
        self.assertLessEqual(max(result.values()) - min(result.values()), 0.25)

    def test_never_above_the_free_hours_of_a_day(self):
        free = {MON: 7.6, TUE: 0.13, WED: 2}
        result = spread(9.73, free, free)
        self.assertEqual(result, {MON: 7.6, TUE: 0.13, WED: 2})

    def test_too_little_room(self):
        self.assertIsNone(spread(8.01, {MON: 8}, {MON: 8}))
        self.assertIsNone(spread(1, {}, {}))

    def test_exact_to_the_hundredth(self):
        weights = dict.fromkeys((MON, TUE, WED), 1)
        for units in range(1, 400, 7):
            result = spread(units / 100, weights)
            self.assertEqual(round(sum(result.values()) * 100), units)

    def test_without_limits_days_hold_any_hours(self):
        self.assertEqual(spread(80, {MON: 1}), {MON: 80})

    def test_nothing_to_spread(self):
        self.assertEqual(spread(0, {MON: 8}, {MON: 8}), {})
