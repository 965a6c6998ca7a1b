from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..common import MciCommon


class TestMciRuleLevel(MciCommon):
    def _set(self, level, days=0, rule="M2"):
        return (
            self.env["mci.rule.level"]
            .with_user(self.mci_manager)
            .create(
                {
                    "rule": rule,
                    "company_id": self.company.id,
                    "level": level,
                    "date_from": fields.Date.today() + timedelta(days=days),
                }
            )
        )

    def _enforce(self, **kwargs):
        levels = self.env["mci.rule.level"].with_user(self.seller)
        return levels._mci_enforce("M2", "Too much", self.company, **kwargs)

    def test_observe_is_the_default_and_counts(self):
        event = self._enforce()
        self.assertEqual(
            (event.level, event.user_id, event.message),
            ("observe", self.seller, "Too much"),
        )

    def test_warn_asks_for_a_reason(self):
        self._set("warn")
        with self.assertRaises(UserError):
            self._enforce()
        self.assertEqual(
            self._enforce(reason="Customer waits").reason, "Customer waits"
        )

    def test_enforce_refuses_unless_approved(self):
        self._set("enforce")
        with self.assertRaises(UserError):
            self._enforce(reason="Customer waits")
        self.assertTrue(self._enforce(approved=True).is_approved)

    def test_levels_are_dated_and_per_company(self):
        levels = self.env["mci.rule.level"]
        self._set("warn", days=-5)
        self._set("enforce", days=5)
        today = fields.Date.today()
        other = self.env["res.company"].create({"name": "Other"})
        for company, days, level in (
            (self.company, -6, "observe"),
            (self.company, 0, "warn"),
            (self.company, 5, "enforce"),
            (other, 0, "observe"),
        ):
            date = today + timedelta(days=days)
            self.assertEqual(levels._mci_get_level("M2", company, date), level)

    def test_only_the_administrator_sets_levels(self):
        level = self._set("warn")
        for user in (self.seller, self.sales_manager, self.center_lead):
            with self.assertRaises(AccessError):
                level.with_user(user).level = "observe"

    def test_the_list_is_written_by_the_system_only(self):
        event = self._enforce()
        with self.assertRaises(AccessError):
            event.sudo().write({"message": "Nothing"})
        with self.assertRaises(AccessError):
            event.with_user(self.mci_manager).unlink()
        self.assertEqual(event.action_open_document()["res_model"], "crm.lead")
