"""Random histories: real users do what their screens let them, in whatever order.

Each rule picks people and records by small numbers, so that a failing history prints as
a short list of steps and is replayed by them. A refusal with a sentence is right;
anything else, or a broken invariant, ends the history.
"""

from collections import Counter
from datetime import timedelta

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from odoo import fields

from .. import invariants
from .world import REFUSALS

PICK = st.integers(0, 11)
HOURS = st.sampled_from([0.25, 1.0, 2.0, 3.5, 7.99, 8.0])
LIVE = ("open", "sent", "disputed", "accepted", "posted")


class History(RuleBasedStateMachine):
    """The base: how a step is tried, and what must hold after it."""

    world = None  # the test case with its class fixture
    tally = Counter()  # (first word of the step, done or refused)

    def __init__(self):
        super().__init__()
        self.savepoint = self.world.begin()
        self.env = self.world.env
        self.fetch = invariants.fetch_from(self.env)
        self.memory = invariants.Memory()
        self.memory.look(self.fetch)

    def teardown(self):
        self.world.end(self.savepoint)

    # --- Steps ----------------------------------------------------------------

    def attempt(self, what, call, *args, **kwargs):
        """Run a step of a user; a refusal leaves nothing behind."""
        try:
            with self.env.cr.savepoint():
                result = call(*args, **kwargs)
                self.env.flush_all()
        except REFUSALS as error:
            self.tally[self.word(what), "refused"] += 1
            note(f"  {what}: refused: {str(error).splitlines()[0][:160]}")
            return None
        self.tally[self.word(what), "done"] += 1
        note(f"  {what}: done")
        return result

    def word(self, what):
        words = (word for word in what.split() if word.replace("_", "").isalpha())
        return " ".join(words)

    def pick(self, model, domain, number, user=None, order="id"):
        """One record of those there are, or none, as the user sees it."""
        found = (
            self.env[model]
            .sudo()
            .with_context(active_test=False)
            .search(domain, order=order)
        )
        record = found[number % len(found)] if found else found
        return record.with_user(user or self.env.user).with_context(
            allowed_company_ids=(user or self.env.user).company_ids.ids
        )

    def pick_lead(self, number, user=None):
        domain = [
            ("type", "=", "opportunity"),
            ("partner_id", "=", self.world.customer.id),
        ]
        return self.pick("crm.lead", domain, number, user)

    def pick_charge(self, states, number, user=None):
        return self.pick("mci.charge", [("state", "in", states)], number, user)

    def pick_statement(self, states, number, user=None):
        return self.pick("mci.statement", [("state", "in", states)], number, user)

    @invariant()
    def nothing_is_lost(self):
        found = invariants.find(self.fetch) + self.memory.look(self.fetch)
        assert not found, "\n".join(found)


class Work(History):
    """Bookings and hours."""

    @rule(lead=PICK, who=st.booleans(), hours=HOURS, day=st.integers(-20, 10))
    def book(self, lead, who, hours, day):
        world = self.world
        role, unit = ("engineer", world.center) if who else ("engineer_2", world.office)
        lead = self.pick_lead(lead)
        on = fields.Date.today() + timedelta(days=day)
        vals = {
            "lead_id": lead.id,
            "center_id": unit.id,
            "function_id": world.function_presales.id,
            "resource_id": world.resources[role].id,
            "date_start": world._moment(on, 9),
            "date_stop": world._moment(on, 18),
            "hours": hours,
        }
        seller = lead.sudo().user_id or world.seller
        if not seller.active:
            return
        booking = self.attempt(
            f"book {hours} h of {role} on {on}",
            self.pick("mci.booking", [], 0, seller).create,
            vals,
        )
        if booking:
            self.attempt("ask for it", booking.action_request)

    @rule(pick=PICK, hold=st.booleans())
    def decide_booking(self, pick, hold):
        booking = self.pick(
            "mci.booking", [("state", "in", ("requested", "held"))], pick
        )
        if booking:
            lead = booking.center_id.lead_id
            booking = booking.with_user(lead)
            call = booking.action_hold if hold else booking.action_confirm
            if self.attempt(f"{'hold' if hold else 'confirm'} {booking.id}", call):
                self.check_booked(booking.sudo())

    def check_booked(self, booking):
        """Invariant 1, at the moment it is about."""
        for day in booking.day_ids:
            used = booking.resource_id._mci_get_used(day.date, day.date)
            capacity = 8.0 if day.date.weekday() < 5 else 0.0
            planned = used[booking.resource_id][day.date]
            done = sum(
                self.env["mci.booking.day"]
                .search(
                    [
                        ("resource_id", "=", booking.resource_id.id),
                        ("date", "=", day.date),
                        ("state", "=", "done"),
                    ]
                )
                .mapped("hours_done")
            )
            assert planned - done <= capacity + 0.001, f"Invariant 1: {planned} h"
        lead = booking.lead_id
        lead.invalidate_recordset()
        used = lead.mci_reserved_amount + lead.mci_charged_amount
        if lead.mci_budget_control == "hard":
            assert used <= lead.mci_budget_amount + 0.01, (
                f"Invariant 1: {used} of {lead.mci_budget_amount} are used"
            )

    @rule(pick=PICK, hours=st.none() | HOURS)
    def report(self, pick, hours):
        booking = self.pick("mci.booking", [("state", "=", "confirmed")], pick)
        if booking:
            booking = booking.with_user(booking.resource_id.user_id)
            self.attempt(
                f"report {hours} h of {booking.id}",
                booking.action_done,
                hours=hours,
                note="As it was",
            )

    @rule(pick=PICK, hours=HOURS)
    def correct_report(self, pick, hours):
        booking = self.pick("mci.booking", [("state", "=", "done")], pick)
        if booking:
            booking = booking.with_user(booking.resource_id.user_id)
            self.attempt(
                f"correct {booking.id} to {hours} h",
                booking.action_correct,
                hours=hours,
                note="Looked it up",
            )

    @rule(pick=PICK, how=st.sampled_from(["cancel", "no_show", "undo", "refuse"]))
    def drop_booking(self, pick, how):
        booking = self.pick("mci.booking", [], pick)
        if not booking:
            return
        booking = booking.with_user(booking.center_id.lead_id)
        steps = {
            "cancel": lambda: booking.action_cancel("Not needed"),
            "no_show": lambda: booking.action_no_show("customer", "Nobody came"),
            "undo": lambda: booking.action_undo_no_show("He came after all"),
            "refuse": lambda: booking.action_refuse("Nobody is free"),
        }
        self.attempt(f"{how} {booking.id}", steps[how])

    @rule(lead=PICK, hours=HOURS, day=st.integers(-70, 0))
    def record_hours(self, lead, hours, day):
        """In Odoo's own timesheets."""
        lead = self.pick_lead(lead)
        vals = self.world._prepare_work(
            hours, fields.Date.today() + timedelta(days=day), lead
        )
        lines = self.env["account.analytic.line"].with_user(self.world.engineer)
        self.attempt(f"record {hours} h for {lead.id}", lines.create, vals)

    @rule(
        pick=PICK,
        how=st.sampled_from(["hours", "day", "deal", "no deal", "unit", "delete"]),
        lead=PICK,
        hours=HOURS,
    )
    def change_timesheet(self, pick, how, lead, hours):
        line = self.pick(
            "account.analytic.line",
            [("project_id.mci_center_id", "!=", False)],
            pick,
            order="id desc",
        )
        if not line:
            return
        # Whoever it is, Odoo's administrator included.
        if how == "delete":
            self.attempt(f"delete timesheet {line.id}", line.unlink)
            return
        vals = {
            "hours": {"unit_amount": hours},
            "day": {"date": line.date - timedelta(days=1)},
            "deal": {"mci_lead_id": self.pick_lead(lead).id},
            "no deal": {"mci_lead_id": False},
            "unit": {"project_id": self.world.office.project_id.id},
        }[how]
        self.attempt(f"change {how} of timesheet {line.id}", line.write, vals)

    @rule(pick=PICK, yes=st.booleans())
    def consent(self, pick, yes):
        charge = self.pick("mci.charge", [("consent", "=", "asked")], pick)
        if charge:
            charge = charge.with_user(charge.consent_user_id or self.env.user)
            call = (
                charge.action_consent
                if yes
                else (lambda: charge.action_dissent("Nobody asked for it"))
            )
            self.attempt(f"consent {yes} to {charge.id}", call)
