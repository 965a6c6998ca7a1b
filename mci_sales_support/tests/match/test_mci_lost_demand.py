from odoo.exceptions import AccessError
from odoo.tests import tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestLostDemand(RequestCommon):
    """M9: nothing asked is lost, and what nobody asked is seen."""

    def _rows(self, deal, user=None):
        self.env.flush_all()
        report = self.env["mci.lost.demand"].with_user(user or self.env.user)
        return report.search([("lead_id", "=", deal.id)], order="id")

    def _initiate(self, deal):
        deal._mci_write_plain({"mci_initiated_date": "2030-01-05 08:00:00"})

    def test_refused_keeps_deal_office_reason(self):
        request = self._ask()
        self.assertFalse(self._rows(self.deal))
        request.with_user(self.office_lead).action_refuse("Nobody knows cranes")
        row = self._rows(self.deal)
        self.assertEqual(
            (row.kind, row.center_id, row.reason, row.hours, row.request_id),
            ("refused", self.office, "Nobody knows cranes", 8, request),
        )

    def test_never_asked(self):
        self.company.mci_start_date = "2030-01-01"
        self._initiate(self.big_deal)
        row = self._rows(self.big_deal)
        self.assertEqual((row.kind, row.center_id), ("never_asked", self.office))
        self._initiate(self.deal)
        self.assertFalse(self._rows(self.deal))
        self._ask(self.big_deal)
        self.assertFalse(self._rows(self.big_deal))

    def test_history_is_not_counted(self):
        self._initiate(self.big_deal)
        self.company.mci_start_date = "2030-01-06"
        self.assertFalse(self._rows(self.big_deal))
        self.company.mci_start_date = "2030-01-01"
        self.big_deal._mci_write_plain({"mci_created_closed": True})
        self.assertFalse(self._rows(self.big_deal))

    def test_who_sees_it(self):
        self._ask().with_user(self.office_lead).action_refuse("No")
        for role in (
            "seller",
            "sales_manager",
            "office_lead",
            "mci_manager",
            "accountant",
        ):
            self.assertTrue(self._rows(self.deal, getattr(self, role)), role)
        for role in ("seller_2", "center_lead"):
            self.assertFalse(self._rows(self.deal, getattr(self, role)), role)
        for role in ("engineer", "plain_user"):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._rows(self.deal, getattr(self, role))
