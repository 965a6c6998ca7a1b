from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestCrmLeadBudget(ChargeCommon):
    def test_c4_charged_and_remaining(self):
        self.lead._mci_write_plain({"mci_budget_approved": 1000.0})
        self._work(8.0)
        self.assertRecordValues(
            self.lead,
            [
                {
                    "mci_budget_amount": 1000.0,
                    "mci_charged_amount": 800.0,
                    "mci_remaining_amount": 200.0,
                    "mci_budget_state": "warning",
                }
            ],
        )
        self._work(3.0)
        self.assertEqual(self.lead.mci_remaining_amount, -100.0, "work is recorded")
        self.assertEqual(self.lead.mci_budget_state, "over")

    def test_c4_reversed_charges_do_not_count(self):
        self._work(8.0)
        self._settle("posted").action_reverse("2026-04-01")
        self.assertEqual(self.lead.mci_charged_amount, 800.0, "the fresh one alone")

    def test_c4_request_and_approve(self):
        seller, manager = self.seller, self.sales_manager
        change = self.env["mci.budget.change"].browse(
            self.lead.with_user(seller).mci_request_budget(5000.0, "Tender")
        )
        self.assertEqual((change.kind, change.state), ("grant", "requested"))
        for user in (seller, self.engineer, self.center_lead):
            with self.assertRaises(AccessError):
                change.with_user(user).action_approve()
        change.with_user(manager).action_approve("Fine")
        self.assertEqual(self.lead.mci_budget_amount, 5000.0)
        self.assertEqual(change.approver_id, manager)
        with self.assertRaises(UserError):
            change.with_user(manager).action_approve()
        more = self.env["mci.budget.change"].browse(
            self.lead.with_user(seller).mci_request_budget(1000.0, "Second round")
        )
        self.assertEqual(more.kind, "increase")
        more.with_user(manager).action_approve()
        self.assertEqual(self.lead.mci_budget_amount, 6000.0)

    def test_c4_own_request_is_not_approved(self):
        change = self.env["mci.budget.change"].browse(
            self.lead.with_user(self.sales_manager).mci_request_budget(1.0, "Mine")
        )
        with self.assertRaises(AccessError):
            change.with_user(self.sales_manager).action_approve()

    def test_c4_transfer(self):
        source = self._create_lead("Source")
        source._mci_write_plain({"mci_budget_approved": 1000.0})
        change = self.env["mci.budget.change"].browse(
            self.lead.with_user(self.seller).mci_request_budget(
                400.0, "Needed here", "transfer", source.id
            )
        )
        change.with_user(self.sales_manager).action_approve()
        self.assertEqual(source.mci_budget_amount, 600.0)
        self.assertEqual(self.lead.mci_budget_amount, 400.0)

    def test_c4_refuse(self):
        change = self.env["mci.budget.change"].browse(
            self.lead.with_user(self.seller).mci_request_budget(400.0, "Please")
        )
        with self.assertRaises(UserError):
            change.with_user(self.sales_manager).action_refuse(" ")
        change.with_user(self.sales_manager).action_refuse("Too early")
        self.assertEqual(self.lead.mci_budget_amount, 0.0)

    def test_c4_who_asks(self):
        with self.assertRaises(AccessError):
            self.lead.with_user(self.engineer).mci_request_budget(400.0, "Please")
        for vals in ({"mci_budget_approved": 1.0}, {"mci_analytic_account_id": 1}):
            with self.assertRaises(AccessError):
                self.lead.with_user(self.seller).write(vals)

    def test_ledger_queries_do_not_grow(self):
        leads = self.lead
        for number in range(20):
            leads |= self._create_lead(f"Deal {number}")
        self.env.flush_all()
        leads[:1].mapped("mci_remaining_amount")

        def count(deals):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            deals.mapped("mci_remaining_amount")
            return self.cr.sql_log_count - before

        self.assertEqual(count(leads[:2]), count(leads))

    def test_merge_moves_the_ledger(self):
        """Posted amounts go to the head's account by open adjustments (C7)."""
        tail = self._create_lead("Twin")
        charge = self._work(8.0, lead=tail)
        self._work(1.0)
        posted = self._settle("posted")
        line = self._work(2.0, lead=tail).timesheet_id
        old_account = tail.mci_analytic_account_id
        head = (self.lead | tail)._merge_opportunity(auto_unlink=True)
        other = (charge.lead_id | self.lead) - head
        self.assertFalse(other.exists())
        self.assertEqual(charge.lead_id, head)
        self.assertEqual(line.mci_lead_id, head)
        self.assertEqual(charge.analytic_account_id, old_account, "frozen")
        self.assertEqual(charge.amount, 800.0)
        self.assertEqual(posted.state, "posted")
        self._settle("posted", 4)
        self.assertEqual(self._balance(head.mci_analytic_account_id), (-1100.0, 11.0))
        accounts = old_account | head.mci_analytic_account_id
        self.assertEqual(sum(self._balance(a)[0] for a in accounts), -1100.0)
