from odoo import Command
from odoo.tests import new_test_user

from .capture_common import CaptureCommon


class ExpenseCommon(CaptureCommon):
    """A vendor, a journal of bills and somebody who keeps it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create({"name": "Load Test Ltd"})
        accounts = cls.env["account.account"].with_company(cls.company)
        cls.cost_account = accounts.create(
            {"name": "Subcontractors", "code": "699901", "account_type": "expense"}
        )
        cls.payable = accounts.create(
            {
                "name": "Payables",
                "code": "299901",
                "account_type": "liability_payable",
                "reconcile": True,
            }
        )
        cls.vendor.property_account_payable_id = cls.payable
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Bills",
                "code": "BLX",
                "type": "purchase",
                "company_id": cls.company.id,
                "default_account_id": cls.cost_account.id,
            }
        )
        cls.bookkeeper = new_test_user(
            cls.env,
            login="mci_bookkeeper",
            groups="account.group_account_invoice,account.group_account_readonly",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _bill(cls, amount=1200.0, post=True, move_type="in_invoice", **line):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "journal_id": cls.journal.id,
                "partner_id": cls.vendor.id,
                "invoice_date": "2026-03-12",
                "date": "2026-03-12",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Load test of the crane control",
                            "account_id": cls.cost_account.id,
                            "quantity": 2,
                            "price_unit": amount / 2,
                            "tax_ids": [Command.clear()],
                            "mci_lead_id": cls.lead.id,
                            **line,
                        }
                    )
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def _charges(self, move):
        return move.line_ids.mci_charge_ids
