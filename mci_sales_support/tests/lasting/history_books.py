"""What accountants do beside the statements: bills, inter-company invoices, prices."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from odoo import Command

from .history import PICK
from .history_settlement import Settlement

PURCHASES = ("in_invoice", "in_refund")
AMOUNTS = st.sampled_from([0.01, 33.33, 1200.0, -50.0])
APRIL = date(2026, 4, 30)


class Books(Settlement):
    """Expenses of deals at cost, documents between companies, actual prices."""

    # --- Expenses and subcontractors ------------------------------------------

    def pick_bill(self, states, number):
        domain = [
            ("move_type", "in", PURCHASES),
            ("company_id", "=", self.world.company.id),
            ("state", "in", states),
        ]
        return self.pick("account.move", domain, number, self.world.controller)

    @rule(lead=PICK, unit=st.booleans(), amount=AMOUNTS, day=st.integers(-60, 0))
    def bill(self, lead, unit, amount, day):
        """A subcontractor's bill, marked with the deal, and posted."""
        world, lead = self.world, self.pick_lead(lead)
        bills = self.env["account.move"].with_user(world.controller)
        on = date(2026, 4, 1) + timedelta(days=day)
        vals = {
            "move_type": "in_invoice",
            "journal_id": world.bill_journal.id,
            "partner_id": world.vendor.id,
            "invoice_date": on,
            "date": on,
            "invoice_line_ids": [
                self.prepare_cost(value, deal, unit)
                for value, deal in ((amount, lead), (500.0, lead.browse()))
            ],
        }

        def post():
            bills.with_company(world.company).create(vals).action_post()

        self.attempt(f"bill {amount} for {lead.id} on {on}", post)

    def prepare_cost(self, amount, lead, unit):
        center = self.world.center if unit else self.world.office
        return Command.create(
            {
                "name": "Load test",
                "account_id": self.world.cost_account.id,
                "price_unit": amount,
                "tax_ids": [Command.clear()],
                "mci_lead_id": lead.id,
                "mci_center_id": center.id if lead else False,
            }
        )

    @rule(
        pick=PICK,
        how=st.sampled_from(["draft", "cancel", "credit", "price", "deal", "no deal"]),
        lead=PICK,
        amount=AMOUNTS,
    )
    def change_bill(self, pick, how, lead, amount):
        bill = self.pick_bill(("draft", "posted"), pick)
        line = bill.invoice_line_ids[:1] if bill else bill
        if not line:
            return
        deal = self.pick_lead(lead).id

        def price():
            bill.button_draft()
            line.price_unit = amount
            bill.action_post()

        steps = {
            "draft": bill.action_post if bill.state == "draft" else bill.button_draft,
            "cancel": bill.button_cancel,
            "credit": lambda: self.credit_whole(bill),
            "price": price,
            "deal": lambda: line.write({"mci_lead_id": deal}),
            "no deal": lambda: line.write({"mci_lead_id": False}),
        }
        self.attempt(f"bill {bill.id}: {how} {deal} {amount}", steps[how])

    def credit_whole(self, move):
        dates = {"date": APRIL, "invoice_date": APRIL}
        move._reverse_moves([dates]).action_post()

    # --- Between companies ----------------------------------------------------

    @rule(month=st.integers(1, 4))
    def make_invoices(self, month):
        first = date(2026, month, 1)
        last = date(2026, month + 1, 1) - timedelta(days=1)
        runs = self.pick("mci.company.invoice", [], 0, self.world.controller)
        self.attempt(f"inter-company invoices of {first}", runs.generate, first, last)

    @rule(
        pick=PICK,
        bill=st.booleans(),
        how=st.sampled_from(["post", "post", "draft", "credit", "cancel", "run"]),
    )
    def settle_invoice(self, pick, bill, how):
        """Each document by an accountant of its company; the run as a whole."""
        run = self.pick("mci.company.invoice", [], pick, self.world.controller)
        if not run:
            return
        move = run.sudo().bill_id if bill else run.sudo().invoice_id
        mine = move.with_user(self.world.controller).with_company(move.company_id)
        steps = {
            "post": mine.action_post,
            "draft": mine.button_draft,
            "credit": lambda: self.credit_whole(mine),
            "cancel": mine.button_cancel,
            "run": run.action_cancel,
        }
        self.attempt(f"{how} document {move.id} of run {run.id}", steps[how])

    # --- Actual prices --------------------------------------------------------

    @rule(
        pick=PICK,
        step=st.sampled_from(["confirm", "post", "reverse", "posting"]),
        ledger=st.booleans(),
    )
    def actual_price(self, pick, step, ledger):
        """Computed, confirmed, posted and reversed, whatever the charges do meanwhile.

        ``posting`` changes what becomes of the differences from then on.
        """
        company = self.world.company
        if step == "posting":
            posting = "show" if company.mci_actual_posting == "post" else "post"
            source = "ledger" if ledger else "standard"
            vals = {"mci_actual_posting": posting, "mci_actual_source": source}
            self.attempt(f"actual prices: {vals}", company.write, vals)
            return
        period = self.pick("mci.period", [], pick)
        if not period:
            return
        prices = self.env["mci.actual.price"].with_user(self.world.controller)
        found = self.attempt(
            f"compute prices of {period.name}", prices.generate, period.id
        )
        if found:
            price = found[pick % len(found)]
            args = (APRIL, "Wrong") if step == "reverse" else ()
            self.attempt(
                f"{step} price {price.id}", getattr(price, f"action_{step}"), *args
            )
