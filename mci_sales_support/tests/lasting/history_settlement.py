"""What happens to charges on their way to the books and back."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from odoo import fields

from .history import HOURS, PICK, Work
from .world import NOW


class Settlement(Work):
    """Statements from draft to reversed, prices, periods."""

    @rule(month=st.integers(1, 6))
    def generate(self, month):
        first = date(2026, month, 1)
        last = date(2026, month + 1, 1) - timedelta(days=1)
        statements = self.pick("mci.statement", [], 0, self.world.controller)
        self.attempt(f"collect month {month}", statements.generate, first, last)

    @rule(pick=PICK, far=st.integers(1, 3))
    def settle(self, pick, far):
        """One statement, one to three steps on."""
        statement = self.pick_statement(("draft", "sent", "accepted"), pick)
        for _step in range(far if statement else 0):
            user, step = {
                "draft": (statement.center_id.lead_id, "action_send"),
                "sent": (statement.team_id.user_id, "action_accept"),
                "accepted": (self.world.controller, "action_post"),
            }.get(statement.state, (None, None))
            if not step or not user.active:
                return
            mine = self.world._as(statement, user)
            if not self.attempt(f"{step} {statement.id}", getattr(mine, step)):
                return

    @rule(
        pick=PICK,
        kind=st.sampled_from(["hours", "price", "deal"]),
        lead=st.none() | PICK,
    )
    def dispute(self, pick, kind, lead):
        """The payer may name the deal that it belongs to."""
        charge = self.pick_charge(["sent"], pick)
        if charge:
            charge = self.world._as(charge, charge.team_id.user_id)
            named = {} if lead is None else {"lead_id": self.pick_lead(lead).id}
            self.attempt(
                f"dispute {charge.id} {named}",
                charge.action_dispute,
                "Not agreed",
                kind,
                **named,
            )

    @rule(pick=PICK)
    def withdraw_dispute(self, pick):
        charge = self.pick_charge(["disputed"], pick)
        if charge:
            mine = self.world._as(charge, charge.team_id.user_id)
            self.attempt(
                f"withdraw dispute of {charge.id}",
                mine.action_withdraw_dispute,
                "Seen the hours",
            )

    @rule(
        pick=PICK,
        decision=st.sampled_from(["stands", "reduced", "repriced", "dropped", "moved"]),
        figure=st.sampled_from([0.0, 0.5, 33.33]),
        lead=PICK,
    )
    def arbitrate(self, pick, decision, figure, lead):
        charge = self.pick_charge(["disputed"], pick)
        if charge:
            user = charge.arbiter_ids[:1] or self.world.arbiter
            args = {
                "reduced": {"hours": figure},
                "repriced": {"price_unit": figure},
                "moved": {"lead_id": self.pick_lead(lead).id},
            }.get(decision, {})
            self.attempt(
                f"decide {charge.id}: {decision} {figure}",
                self.world._as(charge, user).action_decide,
                decision,
                "Both sides were heard",
                **args,
            )

    @rule(pick=PICK, day=st.sampled_from([date(2026, 3, 31), date(2026, 4, 30), None]))
    def reverse(self, pick, day):
        statement = self.pick_statement(["posted"], pick, self.world.controller)
        if statement:
            self.attempt(
                f"reverse {statement.id}", statement.action_reverse, day, "Wrong"
            )

    @rule(pick=PICK, counterpart=st.booleans())
    def reverse_entry(self, pick, counterpart):
        """From Odoo's own screen of journal entries."""
        domain = [("mci_statement_id", "!=", False), ("state", "=", "posted")]
        move = self.pick("account.move", domain, pick, self.world.controller)
        if move:
            wizard = self.env["account.move.reversal"].with_user(self.world.controller)
            context = {
                "active_model": "account.move",
                "active_ids": move.ids,
                "allowed_company_ids": move.company_id.ids,
            }

            def reverse():
                record = wizard.with_context(**context).create(
                    {"date": date(2026, 4, 30), "journal_id": move.journal_id.id}
                )
                record.refund_moves()
                if counterpart:
                    record.new_move_ids.filtered(
                        lambda m: m.state == "draft"
                    ).action_post()

            self.attempt(f"reverse entry {move.id}", reverse)

    @rule(pick=PICK, hours=st.none() | HOURS, price=st.sampled_from([None, 0.0, 77.7]))
    def correct(self, pick, hours, price):
        charge = self.pick_charge(["posted"], pick, self.world.controller)
        if charge:
            self.attempt(
                f"correct {charge.id} to {hours} h at {price}",
                charge.action_correct,
                "Found out later",
                hours=hours,
                price_unit=price,
                correct_timesheet=bool(pick % 2),
            )

    @rule(pick=PICK, lead=PICK)
    def move_posted(self, pick, lead):
        """Posted work was for another deal, of the same payer or of another."""
        charge = self.pick_charge(["posted"], pick, self.world.controller)
        if charge:
            lead = self.pick_lead(lead)
            self.attempt(
                f"move {charge.id} to deal {lead.id}",
                charge.action_move,
                "It was for the other one",
                lead.id,
            )

    @rule(pick=PICK)
    def withdraw(self, pick):
        domain = [("correction_kind", "!=", False), ("state", "=", "open")]
        charge = self.pick("mci.charge", domain, pick, self.world.controller)
        if charge:
            self.attempt(f"withdraw {charge.id}", charge.action_withdraw_correction)

    @rule(pick=PICK)
    def zero_rate(self, pick):
        charge = self.pick_charge(["open"], pick, self.world.sales_manager)
        if charge:
            self.attempt(f"zero rate {charge.id}", charge.action_zero_rate, "Goodwill")

    @rule(price=st.sampled_from([0.01, 99.99, 133.333]), posted=st.booleans())
    def new_rate(self, price, posted):
        """A dearer rate from March on, and everything priced again."""
        rates = self.env["mci.rate"].search(
            [("level_id", "=", self.world.rates["level_2"].level_id.id)],
            order="date_from desc",
        )
        rate, day = rates[0], fields.Date.today() - timedelta(days=31)

        def publish():
            rate.with_user(self.world.accountant).date_to = day - timedelta(days=1)
            self.env.flush_all()
            fresh = self.world._create_rate("level_2", price, date_from=day)
            fresh.with_user(self.world.accountant).action_publish()

        self.attempt(f"publish {price} from {day}", publish)
        record = self.attempt(
            "prepare prices",
            self.env["mci.reprice"].with_user(self.world.accountant).create,
            {
                "name": "Published late",
                "date_from": "2026-01-01",
                "date_to": "2026-06-30",
                "include_posted": posted,
            },
        )
        if self.attempt("list prices", record.action_compute):
            self.attempt("apply prices", record.action_apply)

    @rule(pick=PICK, step=st.sampled_from(["cut_off", "close", "reopen"]))
    def period(self, pick, step):
        periods = self.env["mci.period"].with_user(self.world.accountant)
        month = pick % 4 + 1
        first = date(2026, month, 1)
        last = date(2026, month + 1, 1) - timedelta(days=1)
        period = periods.search([("date_from", "=", first)], limit=1)
        if not period:
            period = self.attempt(
                f"period {first}",
                periods.create,
                {"date_from": first, "date_to": last},
            )
        if period:
            done = self.attempt(f"{step} {first}", getattr(period, f"action_{step}"))
            assert not (done and step == "close") or not self.env[
                "mci.charge"
            ].search_count(
                [
                    ("company_id", "=", period.company_id.id),
                    ("date", "<=", last),
                    ("state", "=", "open"),
                    ("statement_id", "=", False),
                ]
            ), f"Invariant 3: {first} is closed with charges on no statement"

    @rule(days=st.integers(1, 12))
    def days_pass(self, days):
        self.world.clock.move_to(fields.Datetime.now() + timedelta(days=days))
        if fields.Datetime.now() > NOW + timedelta(days=90):
            self.world.clock.move_to(NOW)
        silent = self.env["mci.statement"].sudo().search([])
        self.attempt(f"{days} days pass", silent._do_accept_silent)
