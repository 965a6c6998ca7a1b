from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools import arguments
from ..common import MciCommon

NAN = float("nan")


@tagged("post_install", "-at_install")
class TestArguments(MciCommon):
    """Over RPC anything may come in: a wrong type is a sentence, never a failure."""

    def test_number(self):
        for value in (8, 7.5, -1, 0):
            self.assertTrue(arguments.number(value))
        for value in ("8", True, NAN, float("inf"), 1e300, [8], {"a": 1}):
            self.assertFalse(arguments.number(value))

    def test_identifiers(self):
        self.assertTrue(arguments.identifier(5))
        self.assertTrue(arguments.identifiers([5, 6]))
        for value in ("5", 5.0, True, -5, 2**40, [5], {}):
            self.assertFalse(arguments.identifier(value))
        for value in (5, "5", ["5"], [-1]):
            self.assertFalse(arguments.identifiers(value))

    def test_dates(self):
        for value in (date(2026, 1, 1), "2026-01-01"):
            self.assertTrue(arguments.date(value))
        for value in (datetime(2026, 1, 1), "2026-01-01 08:00:00"):
            self.assertTrue(arguments.moment(value))
        for value in ("soon", "2026-02-31", 5, ["2026-01-01"], {"day": 1}, "99999-1-1"):
            self.assertFalse(arguments.date(value))
            self.assertFalse(arguments.moment(value))

    def test_methods_refuse_wrong_types(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        for method, values in (
            ("mci_set_center", {"center_id": "north"}),
            ("mci_set_center", {"center_id": [self.center.id]}),
            ("mci_ask_support", {"vals": "people"}),
            ("mci_ask_support", {"vals": {"lines": "people"}}),
            ("mci_ask_support", {"vals": {"lines": [{"hours": NAN}]}}),
            ("mci_ask_support", {"vals": {"date_needed": "soon"}}),
            ("mci_offer_handover", {"user_id": "me"}),
            ("mci_close", {"won": "yes"}),
        ):
            with self.subTest(f"{method} {values}"):
                with self.assertRaisesRegex(UserError, "is no valid value of"):
                    getattr(lead, method)(**values)

    def test_values_of_our_models(self):
        """Also where a record is created or written without a method of ours."""
        booking = {
            "kind": "internal",
            "center_id": self.center.id,
            "function_id": self.function_test.id,
        }
        for name, value in (
            ("resource_id", "somebody"),
            ("function_id", [1]),
            ("date_start", "soon"),
            ("hours", NAN),
            ("kind", "party"),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "no valid"):
                self.env["mci.booking"].create({**booking, name: value})
        for name, value in (("tier", "palace"), ("lead_id", "me")):
            with self.subTest(name), self.assertRaisesRegex(UserError, "no valid"):
                self.office.write({name: value})
