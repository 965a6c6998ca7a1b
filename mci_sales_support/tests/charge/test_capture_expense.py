from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .expense_common import ExpenseCommon


@tagged("post_install", "-at_install")
class TestExpenses(ExpenseCommon):
    """C1: expenses and subcontractors of a deal are charged to it at cost."""

    def test_c1_charged_at_cost(self):
        bill = self._bill()
        charge = self._charges(bill)
        self.assertRecordValues(
            charge,
            [
                {
                    "origin": "expense",
                    "state": "open",
                    "hours": 0.0,
                    "amount": 1200.0,
                    "lead_id": self.lead.id,
                    "center_id": self.center.id,
                    "team_id": self.team.id,
                    "is_unpriced": False,
                }
            ],
        )
        self.assertEqual(str(charge.date), "2026-03-12")
        for word in (bill.name, "Load Test Ltd", "crane control", "at cost"):
            self.assertIn(word, charge.explanation)
        self.assertIn("at cost", charge.display_name)
        self.assertEqual(self.lead.mci_charged_amount, 1200.0)

    def test_c1_printed_without_hours_and_price_of_an_hour(self):
        self._bill()
        statement = self._settle("sent")
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "mci_sales_support.mci_statement_report", statement.ids
        )
        self.assertEqual(statement.charge_ids.mapped("price_unit"), [1200.0])
        # line, total of the deal and total of the statement
        self.assertEqual(content.decode().count("1,200.00"), 3)

    def test_c6_the_deal_bears_it_once(self):
        self._bill()
        unit = self.center.analytic_account_id
        self.assertEqual(self._balance(unit)[0], -1200.0, "the unit paid")
        self._work(8.0)
        statement = self._settle("posted")
        self.assertEqual(statement.amount_total, 2000.0)
        account = self.lead.mci_analytic_account_id
        self.assertEqual(self._balance(account), (-2000.0, 8.0))
        # The bill −1,200 and the hours' cost −480, against 2,000 charged.
        self.assertEqual(self._balance(unit)[0], 320.0)

    def test_c6_never_on_the_account_of_the_deal(self):
        account = self.lead._mci_get_analytic_account()
        bill = self._bill(post=False, analytic_distribution={str(account.id): 100})
        with self.assertRaisesRegex(UserError, "twice"):
            bill.action_post()
        bill.invoice_line_ids.analytic_distribution = False
        bill.action_post()
        self.assertEqual(
            bill.invoice_line_ids.analytic_distribution,
            {str(self.center.analytic_account_id.id): 100.0},
        )
        with self.assertRaisesRegex(UserError, "twice"):
            bill.invoice_line_ids.analytic_distribution = {str(account.id): 100}

    def test_c1_what_cannot_be_charged(self):
        self.lead.mci_center_id = False
        self.team.mci_office_id = False
        with self.assertRaisesRegex(UserError, "name the unit"):
            self._bill()
        self.team.mci_office_id = self.office
        self.assertEqual(self._charges(self._bill()).center_id, self.office)
        sale = self.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SLX",
                "type": "sale",
                "company_id": self.company.id,
                "default_account_id": self.cost_account.id,
            }
        )
        receivable = self.payable.copy({"account_type": "asset_receivable"})
        self.vendor.property_account_receivable_id = receivable
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": sale.id,
                "partner_id": self.vendor.id,
                "invoice_date": "2026-03-12",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Sold",
                            "account_id": self.cost_account.id,
                            "price_unit": 5.0,
                            "tax_ids": [Command.clear()],
                            "mci_lead_id": self.lead.id,
                        }
                    )
                ],
            }
        )
        with self.assertRaisesRegex(UserError, "no cost of presales"):
            invoice.action_post()

    def test_c1_a_journal_item(self):
        general = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": general.id,
                "date": "2026-03-13",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Flight to the port",
                            "account_id": self.cost_account.id,
                            "balance": 310.0,
                            "mci_lead_id": self.lead.id,
                            "mci_center_id": self.office.id,
                        }
                    ),
                    Command.create(
                        {"account_id": self.cost_account.id, "balance": -310.0}
                    ),
                ],
            }
        )
        entry.action_post()
        charge = self._charges(entry)
        self.assertEqual((charge.amount, charge.center_id), (310.0, self.office))

    def test_c3_it_follows_the_bill(self):
        bill = self._bill()
        self.assertTrue(self._charges(bill))
        bill.button_draft()
        self.assertFalse(self._charges(bill))
        bill.invoice_line_ids.price_unit = 500.0
        bill.action_post()
        self.assertEqual(self._charges(bill).amount, 1000.0)
        statement = self._generate()
        self.assertEqual(statement.amount_total, 1000.0)
        other = self._create_lead("Another deal", mci_center_id=self.center.id)
        bill.invoice_line_ids.mci_lead_id = other
        charge = self._charges(bill)
        self.assertEqual((charge.lead_id, charge.event_ids.kind), (other, "follow"))
        bill.invoice_line_ids.mci_lead_id = False
        self.assertFalse(self._charges(bill))
        bill.button_draft()
        bill.invoice_line_ids.mci_lead_id = other
        bill.button_cancel()
        self.assertFalse(self._charges(bill))

    def test_c3_frozen_once_sent(self):
        bill = self._bill()
        statement = self._settle("sent")
        line = bill.invoice_line_ids
        with self.assertRaisesRegex(UserError, f"{statement.name}.* credit note"):
            bill.button_draft()
        with self.assertRaisesRegex(UserError, "frozen"):
            line.mci_lead_id = False
        with self.assertRaisesRegex(UserError, "frozen"):
            line.mci_center_id = self.office
        line.write({"mci_lead_id": self.lead.id, "name": "A better text"})
        self.assertEqual(self._charges(bill).state, "sent")

    def test_c7_credit_note_and_reversal(self):
        bill = self._bill()
        first = self._settle("posted")
        refund = bill._reverse_moves(
            [{"date": "2026-04-02", "invoice_date": "2026-04-02"}]
        )
        refund.action_post()
        credit = self._charges(refund)
        self.assertEqual((credit.amount, credit.origin), (-1200.0, "expense"))
        self._settle("posted", month=4)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id)[0], 0.0, "back and forth"
        )
        first.action_reverse(date="2026-04-15", reason="Wrong deal")
        live = self._charges(bill).filtered(lambda c: c.state != "reversed")
        self.assertEqual((live.state, live.amount), ("open", 1200.0))
        bill.button_draft()
        self.assertFalse(self._charges(bill).filtered(lambda c: c.state == "open"))

    def test_c5_disputes_and_prices(self):
        self._bill()
        charge = self._settle("sent").charge_ids
        charge.with_user(self.sales_manager).action_dispute("Not ordered", "other")
        with self.assertRaises(UserError):
            charge.with_user(self.mci_manager).action_decide("reduced", "Half", 1.0)
        charge.with_user(self.mci_manager).action_decide("dropped", "Ordered by unit")
        self.assertEqual(charge.amount, 0.0)

    def test_c5_a_dispute_moves_it_to_another_deal(self):
        other = self._create_lead("Another deal", mci_center_id=self.center.id)
        bill = self._bill()
        charge = self._settle("sent").charge_ids
        charge.with_user(self.sales_manager).action_dispute(
            "Not ours", lead_id=other.id
        )
        charge.with_user(self.mci_manager).action_decide("moved", "It was tested there")
        self.assertEqual(bill.invoice_line_ids.mci_lead_id, other)
        fresh = self._charges(bill) - charge
        self.assertRecordValues(
            charge | fresh,
            [
                {"state": "reversed", "lead_id": self.lead.id, "amount": 1200.0},
                {"state": "open", "lead_id": other.id, "amount": 1200.0},
            ],
        )
        self.assertEqual(fresh.reversed_charge_id, charge)

    def test_reprice_leaves_expenses(self):
        charge = self._charges(self._bill())
        self.assertEqual(charge.action_reprice(), 0)
        self.assertEqual(charge.amount, 1200.0)

    def test_merged_deals_keep_their_bills(self):
        bill = self._bill()
        head = self._create_lead("Head deal", expected_revenue=999999.0)
        (head | self.lead)._merge_opportunity(user_id=False, team_id=False)
        target = bill.invoice_line_ids.mci_lead_id
        self.assertTrue(target.exists())
        self.assertEqual(self._charges(bill).lead_id, target)

    def test_rights_accountant_marks_and_opens(self):
        """He finds the deals that were charged before, no others."""
        self._work(8.0)
        hidden = self._create_lead("Harbour nobody works on")
        leads = self.env["crm.lead"].with_user(self.bookkeeper)
        found = [lead_id for lead_id, _name in leads.name_search("Harbour")]
        self.assertIn(self.lead.id, found)
        self.assertNotIn(hidden.id, found)
        bill = self._bill(post=False, mci_lead_id=False).with_user(self.bookkeeper)
        bill.invoice_line_ids.mci_lead_id = self.lead
        bill.action_post()
        charge = self._charges(bill.sudo())
        action = charge.with_user(self.bookkeeper).action_view_expense()
        self.assertEqual(action["res_id"], bill.id)
        bill.invalidate_recordset(["mci_expense_charge_count"])
        self.assertEqual(bill.mci_expense_charge_count, 1)
        action = bill.action_mci_view_charges()
        self.assertEqual(charge.search(action["domain"]), charge)
        with self._mci_quiet(), self.assertRaises(AccessError):
            charge.with_user(self.seller).action_view_expense()
        with self._mci_quiet(), self.assertRaises(AccessError):
            bill.invoice_line_ids.with_user(self.seller).write({"mci_lead_id": False})

    def test_the_bill_proposes_unit_and_account(self):
        bill = self._bill(post=False, mci_lead_id=False)
        with Form(bill) as form, form.invoice_line_ids.edit(0) as line:
            line.mci_lead_id = self.lead
            self.assertEqual(line.mci_center_id, self.center)
        self.assertEqual(bill.invoice_line_ids.mci_center_id, self.center)

    def test_many_lines_in_constant_queries(self):
        counts = []
        for size in (2, 8):
            bill = self._bill(post=False)
            bill.invoice_line_ids = [
                Command.create(
                    {
                        "name": f"Line {number}",
                        "account_id": self.cost_account.id,
                        "price_unit": 10.0,
                        "tax_ids": [Command.clear()],
                        "mci_lead_id": self.lead.id,
                        "mci_center_id": self.center.id,
                    }
                )
                for number in range(size - 1)
            ]
            bill.action_post()
            self.env.flush_all()
            self.env.invalidate_all()
            lines = bill.line_ids.browse(bill.invoice_line_ids.ids)
            lines._mci_get_live_expenses()._mci_unlock().unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines._mci_sync_expenses()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(lines.mci_charge_ids), size)
        self.assertLessEqual(counts[1] - counts[0], 3)

    def test_c3_the_state_written_without_a_button(self):
        """Over RPC as by the buttons: open charges go, posted ones hold the bill."""
        bill, other = self._bill(), self._bill()
        other.write({"state": "cancel"})
        self.assertFalse(self._charges(other))
        self._settle()
        for state in ("cancel", "draft"):
            with self.assertRaisesRegex(UserError, "frozen"):
                bill.with_user(self.bookkeeper).write({"state": state})
        self.assertEqual((bill.state, self._charges(bill).state), ("posted", "posted"))

    def test_c1_a_marked_bill_is_posted_with_its_button(self):
        """A posting written over RPC would make no charge; other bills are free."""
        bill = self._bill(post=False).with_user(self.bookkeeper)
        with self.assertRaisesRegex(UserError, "with its button"):
            bill.write({"state": "posted"})
        self.assertEqual(bill.state, "draft")
        bill.action_post()
        bill.write({"state": "posted"})
        self.assertEqual(self._charges(bill.sudo()).amount, 1200.0)
        free = self._bill(post=False, mci_lead_id=False).with_user(self.bookkeeper)
        free.write({"state": "posted"})
        self.assertEqual(free.state, "posted")

    def test_c5_another_price_of_an_expense(self):
        """It has no hours: the price is the whole of it."""
        charge = self._charges(self._bill())
        self._generate().action_send()
        charge.action_dispute("Half of it was for somebody else", "price")
        with self.assertRaises(UserError):
            charge.action_decide("reduced", "Half", hours=0.0)
        charge.action_decide("repriced", "Half", price_unit=600.0)
        self.assertEqual((charge.hours, charge.amount), (0.0, 600.0))

    def test_c7_a_posted_expense_is_corrected(self):
        charge = self._charges(self._bill())
        self._settle()
        with self.assertRaisesRegex(UserError, "no hours"):
            charge.action_correct("Half", hours=1.0)
        wizard = Form(
            self.env["mci.charge.correct"].with_context(
                active_model="mci.charge", active_id=charge.id
            )
        )
        wizard.price_unit, wizard.reason = 600.0, "Half of it"
        self.assertEqual((wizard.amount, wizard.difference), (600.0, -600.0))
        wizard.save().action_apply()
        delta = charge.correction_ids.filtered(lambda c: c.correction_kind == "delta")
        self.assertEqual(
            sorted(charge.correction_ids.mapped("amount")), [-1200.0, 600.0]
        )
        self._settle(month=4)
        self.assertEqual(delta.state, "posted")
        [back] = self.env["mci.charge"].browse(
            delta.action_correct("All of it", price_unit=0.0)
        )
        self.assertEqual((back.correction_kind, back.amount), ("reversal", -600.0))
