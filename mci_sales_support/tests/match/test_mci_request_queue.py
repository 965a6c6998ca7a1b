from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import FRI, WED, BookingCommon


@tagged("post_install", "-at_install")
class TestRequestQueue(BookingCommon):
    """M5: an override needs a reason and somebody else, is counted and said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.last = (
            cls.deal.with_user(cls.seller).mci_ask_support(
                {
                    "date_needed": day.isoformat(),
                    "lines": [{"function_id": cls.function_presales.id, "hours": 8}],
                }
            )
            for day in (WED, FRI)
        )

    def test_m5_override(self):
        self.assertEqual((self.first | self.last).mapped("queue_rank"), [1, 2])
        self.last.action_ask_override("The minister comes on Friday")
        self.last.with_user(self.sales_manager).action_override()
        self.env.invalidate_all()
        self.assertEqual((self.first | self.last).mapped("queue_rank"), [2, 1])
        self.assertIn("approved by Sales manager", self.last.queue_reason)
        self.assertIn("The minister", self.last.queue_reason)
        event = self.env["mci.rule.event"].search([("rule", "=", "M5")])
        self.assertRecordValues(
            event,
            [
                {
                    "is_approved": True,
                    "lead_id": self.deal.id,
                    "user_id": self.sales_manager.id,
                    "reason": "The minister comes on Friday",
                    "res_id": self.last.id,
                }
            ],
        )
        with self.assertRaises(UserError):
            self.last.with_user(self.sales_manager).action_override("Twice")

    def test_m5_sentences_end_once(self):
        for why in ("The minister comes.", "部长周五来。"):
            self.last._mci_unlock().write({"override_reason": why, "is_override": True})
            self.last.invalidate_recordset()
            self.assertNotRegex(self.last.queue_reason, r"[.。]\s*[.。]")
            self.assertIn(why.rstrip(".。") + ". ", self.last.queue_reason)

    def test_m5_who_overrides(self):
        with self.assertRaises(UserError):
            self.last.with_user(self.sales_manager).action_override(" ")
        for user in (self.seller, self.office_lead):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.last.with_user(user).action_override("Mine first")
        self.last.with_user(self.sales_manager).action_ask_override("Mine")
        with self.assertRaises(AccessError):
            self.last.with_user(self.sales_manager).action_override()
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.last.with_user(self.seller_2).action_ask_override("Mine")

    def test_m5_the_rule_names_who_approves(self):
        self.env["mci.approval.rule"].create(
            {"kind": "override", "approver_id": self.mci_manager.id}
        )
        with self.assertRaises(AccessError):
            self.last.with_user(self.sales_manager).action_override("Why not")
        self.last.with_user(self.mci_manager).action_override("The board asked")
        self.assertTrue(self.last.is_override)

    def test_m5_locked(self):
        with self.assertRaises(AccessError):
            self.last.sudo().write({"is_override": True})
