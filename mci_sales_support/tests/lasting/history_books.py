"""What accountants do beside the statements: bills, inter-company invoices, prices."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

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
        on = date(2026, 4, 1) + timedelta(days=day)
        center = world.center if unit else world.office

        def post():
            bill = world._create_bill(on, lead, center, amount)
            bill.with_user(world.controller).action_post()

        self.attempt(f"bill {amount} for {lead.id} on {on}", post)

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

    def credit_whole(self, move, post=True):
        """As Odoo's dialog does, which takes posted documents only."""
        if move.state == "posted":
            credit = move._reverse_moves([{"date": APRIL, "invoice_date": APRIL}])
            if post:
                credit.action_post()

    # --- Between companies ----------------------------------------------------

    @rule(
        pick=PICK,
        bill=st.booleans(),
        steps=st.lists(
            st.sampled_from(["post", "draft", "credit", "post credit", "cancel"]),
            min_size=1,
            max_size=3,
        ),
    )
    def settle_invoice(self, pick, bill, steps):
        """The documents of a month, each by an accountant of its company."""
        controller = self.world.controller
        if not pick % 3:
            runs = self.pick("mci.company.invoice", [], 0, controller)
            dates = date(2026, 1, 1), APRIL
            self.attempt("make documents", runs.generate, *dates)
        run = self.pick("mci.company.invoice", [], pick, controller)
        move = run.sudo().bill_id if bill else run.sudo().invoice_id
        mine = move.with_user(controller).with_company(move.company_id)
        calls = {
            "post": mine.action_post,
            "draft": mine.button_draft,
            "credit": lambda: self.credit_whole(mine, post=False),
            "post credit": lambda: mine.reversal_move_ids[-1:].action_post(),
            "cancel": run.action_cancel,
        }
        for step in steps:
            self.attempt(f"{step} document {move.id}", calls[step])

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
