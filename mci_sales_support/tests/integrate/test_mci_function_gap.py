from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged

from ..common import MciCommon


@tagged("post_install", "-at_install")
class TestMciFunctionGap(MciCommon):
    """Functions nobody holds today are seen on the unit and as one list (I1)."""

    def _gaps(self, center=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return (center or self.center).function_gap_ids

    def _take(self, function, **values):
        return self.env["mci.center.seat"].create(
            {
                "center_id": self.center.id,
                "resource_id": self.resources["engineer"].id,
                "function_id": function.id,
                "date_from": date(2020, 1, 1),
                **values,
            }
        )

    def test_gap_closes_with_a_member_and_opens_when_he_leaves(self):
        functions = self.env["mci.function"].search([])
        self.assertEqual(self._gaps(), functions - self.function_presales)
        seat = self._take(self.function_test)
        self.assertNotIn(self.function_test, self._gaps())
        yesterday = fields.Date.context_today(seat) - timedelta(1)
        seat.date_to = yesterday
        self.assertIn(self.function_test, self._gaps())
        gap = self.env["mci.function.gap"].search(
            [
                ("center_id", "=", self.center.id),
                ("function_id", "=", self.function_test.id),
            ]
        )
        self.assertEqual(gap.last_date, yesterday)
        self.assertEqual(gap.lead_id, self.center_lead)
        self.assertEqual(gap.action_view_center()["res_id"], self.center.id)

    def test_future_member_does_not_close_it(self):
        tomorrow = fields.Date.context_today(self.center) + timedelta(1)
        self._take(self.function_test, date_from=tomorrow)
        self.assertIn(self.function_test, self._gaps())

    def test_archived_people_functions_and_units_do_not_count(self):
        seat = self._take(self.function_test)
        seat.resource_id.active = False
        self.assertIn(self.function_test, self._gaps())
        seat.resource_id.active = True
        self.function_test.active = False
        seat.date_to = date(2020, 1, 2)
        self.assertNotIn(self.function_test, self._gaps())
        self.function_test.active = True
        self.center.active = False
        self.assertFalse(self._gaps())

    def test_only_delivery_centers_offer_everything(self):
        self.assertFalse(self._gaps(self.office))
        self.assertFalse(self.office.has_function_gap)
        self.office.tier = "delivery_center"
        self.assertTrue(self._gaps(self.office))

    def test_search(self):
        centers = self.env["mci.delivery.center"]
        found = centers.search([("has_function_gap", "=", True)])
        self.assertIn(self.center, found)
        self.assertNotIn(self.office, found)
        others = centers.search([("has_function_gap", "=", False)])
        self.assertIn(self.office, others)
        self.assertNotIn(self.center, others)

    def test_members_of_a_function(self):
        self.env.flush_all()
        self.env.invalidate_all()
        # Engineer and head at the center, office lead and engineer 2 elsewhere.
        self.assertEqual(self.function_presales.member_count, 4)
        self.assertEqual(self.function_test.member_count, 0)
        action = self.function_presales.action_view_members()
        self.assertEqual(
            action["context"]["search_default_function_id"],
            self.function_presales.id,
        )

    def test_code_of_functions_and_levels_is_unique(self):
        for model, code in (("mci.function", "presales"), ("mci.level", "L1")):
            with self._mci_quiet(), self.assertRaises(IntegrityError):
                self.env[model].create({"name": "Twice", "code": code})

    def test_queries_do_not_grow_with_functions(self):
        def count(number):
            functions = self.env["mci.function"].create(
                [
                    {"name": f"F {number}-{index}", "code": f"f{number}_{index}"}
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            functions.mapped("member_count")
            return self.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(20))
