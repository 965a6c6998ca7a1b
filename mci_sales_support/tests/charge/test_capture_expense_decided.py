from odoo.tests import tagged

from .expense_common import ExpenseCommon


@tagged("post_install", "-at_install")
class TestExpensesDecided(ExpenseCommon):
    """C1, C5: what was decided about an expense, and what becomes of it later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls._bill()
        cls.other = cls._create_lead("Another deal", mci_center_id=cls.center.id)

    def _decide(self, decision, **figures):
        """Disputed, decided and posted with the next statement."""
        charge = self._settle("sent").charge_ids
        charge.action_dispute("Not all of it", "price")
        charge.action_decide(decision, "Both were heard", **figures)
        return self._settle("posted", month=4)

    def _get_live(self):
        charges = self._charges(self.bill)
        return charges.filtered(lambda charge: charge.state != "reversed")

    def test_c7_reversed_after_another_price(self):
        """The fresh charge follows the bill again, as hours follow the timesheet."""
        self._decide("repriced", price_unit=600.0).action_reverse("2026-04-30", "Wrong")
        fresh = self._get_live()
        self.assertRecordValues(
            fresh, [{"state": "open", "decision": False, "amount": 1200.0}]
        )
        self.assertEqual(fresh.payer_amount, 1200.0)

    def test_c7_reversed_after_it_was_dropped(self):
        """It stays free of charge, with the reason and who approved it (C1)."""
        self._decide("dropped").action_reverse("2026-04-30", "Wrong")
        fresh = self._get_live()
        self.assertEqual((fresh.state, fresh.amount), ("open", 0.0))
        self.assertEqual(fresh.zero_rate_reason, "Both were heard")

    def test_c1_free_of_charge_for_another_deal(self):
        charge = self._get_live()
        charge.action_zero_rate("Goodwill")
        self.bill.invoice_line_ids[0].mci_lead_id = self.other
        self.assertRecordValues(
            charge,
            [{"lead_id": self.other.id, "amount": 0.0, "zero_rate_reason": "Goodwill"}],
        )
