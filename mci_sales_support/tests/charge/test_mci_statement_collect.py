from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatementCollect(ChargeCommon):
    def _collect(self, user):
        screen = self.env["mci.statement.collect"].with_user(user)
        action = screen.create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        ).action_apply()
        return self.env["mci.statement"].search(action["domain"])

    def test_the_lead_collects_for_his_unit_only(self):
        """C5: what the other unit earned waits for its own lead."""
        own = self._work(8.0)
        other = self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        statement = self._collect(self.center_lead)
        self.assertEqual(statement.charge_ids, own)
        self.assertFalse(other.statement_id)
        self.assertEqual(self._collect(self.center_lead), statement)
        self.assertEqual(self._collect(self.accountant).charge_ids, own | other)

    def test_others_may_not_collect(self):
        self._work(8.0)
        for user in (self.seller, self.sales_manager, self.engineer, self.hr):
            with self.subTest(login=user.login), self.assertRaises(AccessError):
                self._collect(user)
