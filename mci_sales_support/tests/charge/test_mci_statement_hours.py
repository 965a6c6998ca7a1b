from odoo.tests import tagged

from .. import invariants
from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatementHours(ChargeCommon):
    """C6: the hours on all accounts are those worked, whatever the amounts come to."""

    def test_c6_corrections_that_come_to_nothing(self):
        """One deal is charged less by as much as another is charged more."""
        lead = self._create_lead("Another deal")
        fewer = self._work(8.0)  # × 100
        dearer = self._work(2.0, lead=lead, role="center_lead")  # × 200
        self._settle()
        fewer.action_correct("Half of it", hours=4.0)
        dearer.action_correct("Abroad", price_unit=400.0)
        statement = self._settle(month=4)
        self.assertEqual((statement.amount_total, statement.hours_total), (0.0, -4.0))
        unit = self.center.project_id.account_id
        self.assertEqual(self._balance(fewer.analytic_account_id), (-400.0, 4.0))
        self.assertEqual(self._balance(dearer.analytic_account_id), (-800.0, 2.0))
        self.assertEqual(self._balance(unit)[1], 4.0, "worked 10 h and charged 6 h")
        self.assertEqual(invariants.broken(self.env), [])
