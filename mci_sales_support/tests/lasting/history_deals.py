"""What happens to deals, teams and people while their hours are settled."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from .history import LIVE, PICK
from .history_books import Books

# Story of a charge that nobody may forge, the superuser's ordinary write included.
FORGED = {
    "amount": 1.0,
    "hours": 1.0,
    "state": "open",
    "team_id": False,
    "date": "2026-05-05",
}


class Life(Books):
    """Deals are regraded, merged, moved, won and lost; people come and go."""

    @rule(pick=PICK, amount=st.sampled_from([0.0, 1e5, 2e7, 4e7]))
    def regrade(self, pick, amount):
        lead = self.pick_lead(pick)
        self.attempt(
            f"{lead.id} is worth {amount}", lead.write, {"expected_revenue": amount}
        )

    @rule(pick=PICK, code=st.sampled_from("ABCD"), yes=st.booleans())
    def move_grade(self, pick, code, yes):
        lead = self.pick_lead(pick, self.world.sales_manager)
        change = self.attempt(
            f"ask grade {code} of {lead.id}",
            lead.mci_request_grade,
            code,
            "strategic",
            "A door opener",
        )
        if change:
            change = self.env["mci.grade.change"].browse(change)
            change = change.with_user(
                change.sudo().approver_ids[:1] or self.world.mci_manager
            )
            call = (
                change.action_approve if yes else (lambda: change.action_refuse("No"))
            )
            self.attempt(f"decide on {change.id}", call)

    @rule(pick=PICK, other=PICK)
    def merge_deals(self, pick, other):
        leads = self.pick_lead(pick) | self.pick_lead(other)
        if len(leads) == 2:
            self.attempt(
                f"merge deals {leads.ids}", leads.merge_opportunity, auto_unlink=True
            )

    @rule(pick=PICK, other=PICK, how=st.sampled_from(["archive", "delete"]))
    def merge_teams(self, pick, other, how):
        """Deals go to another team and the first is archived, or deleted."""
        teams = self.world.teams.exists()
        team, target = teams[pick % len(teams)], teams[other % len(teams)]
        if team == target:
            return

        def merge():
            leads = self.env["crm.lead"].with_context(active_test=False)
            leads.search([("team_id", "=", team.id)]).write({"team_id": target.id})
            if how == "archive":
                team.active = False
            else:
                team.unlink()

        self.attempt(f"merge team {team.id} into {target.id} ({how})", merge)
        team.exists().filtered(lambda t: not t.active).active = True

    @rule(pick=PICK, plainly=st.booleans())
    def change_company(self, pick, plainly):
        lead = self.pick_lead(pick, self.world.controller)
        companies = self.world.company, self.world.company_2
        company = companies[lead.company_id == companies[0]]
        team = self.world.teams.exists().filtered(lambda t: t.company_id == company)[:1]
        if plainly:
            vals = {"company_id": company.id, "team_id": team.id, "user_id": False}
            self.attempt(f"{lead.id} to {company.id}", lead.sudo().write, vals)
        else:
            self.attempt(
                f"{lead.id} to {company.id} with its charges",
                lead.mci_change_company,
                company.id,
                "Sold by the other one",
                team_id=team.id,
            )

    @rule(pick=PICK, team=PICK)
    def change_team(self, pick, team):
        lead = self.pick_lead(pick)
        teams = self.world.teams.exists()
        team = teams[team % len(teams)]
        self.attempt(f"{lead.id} to team {team.id}", lead.write, {"team_id": team.id})

    @rule(
        pick=PICK, whom=st.booleans(), how=st.sampled_from(["offer", "write", "accept"])
    )
    def hand_over(self, pick, whom, how):
        lead = self.pick_lead(pick, self.world.sales_manager)
        user = self.world.seller if whom else self.world.sales_manager
        if how == "offer":
            self.attempt(f"offer {lead.id}", lead.mci_offer_handover, user.id)
        elif how == "write":
            self.attempt(f"salesperson of {lead.id}", lead.write, {"user_id": user.id})
        else:
            offer = self.pick("mci.ownership", [("state", "=", "offered")], pick)
            if offer:
                offer = offer.with_user(offer.user_id)
                self.attempt(f"accept {offer.id}", offer.action_accept)

    @rule(pick=PICK, how=st.sampled_from(["win", "lose", "open", "delete"]))
    def close_deal(self, pick, how):
        lead = self.pick_lead(pick, self.world.sales_manager)
        steps = {
            "win": lead.action_set_won,
            "lose": lead.action_set_lost,
            "open": lead.toggle_active
            if hasattr(lead, "toggle_active")
            else lead.action_unarchive,
            "delete": lead.unlink,
        }
        self.attempt(f"{how} deal {lead.id}", steps[how])

    @rule(
        pick=PICK,
        how=st.sampled_from(["agree", "adjust", "approve"]),
        amount=st.sampled_from([1.0, -33.33, 1e5]),
    )
    def credit(self, pick, how, amount):
        if how == "agree":
            lead = self.pick_lead(pick, self.world.sales_manager)
            self.attempt(f"agree credits of {lead.id}", lead.mci_agree_credits)
            return
        states = ("provisional",) if how == "approve" else ("frozen", "released")
        domain = [
            ("state", "in", states),
            ("adjusts_id", "!=" if how == "approve" else "=", False),
        ]
        credit = self.pick("mci.credit", domain, pick, self.world.accountant)
        if credit and how == "approve":
            self.attempt(
                f"approve credit {credit.id}", credit.action_approve_adjustment
            )
        elif credit:
            primary = credit.search(
                [
                    ("lead_id", "=", credit.lead_id.id),
                    ("kind", "=", "primary"),
                    ("id", "!=", credit.id),
                ],
                limit=1,
            )
            self.attempt(
                f"adjust credit {credit.id} by {amount}",
                credit.action_adjust,
                amount,
                "Settled by hand",
                counterpart_id=primary.id or None,
            )

    @rule(
        who=st.sampled_from(["seller_2", "engineer_2", "office_lead", "deputy"]),
        how=st.sampled_from(["archive", "delete", "employee", "back", "leave"]),
    )
    def person_goes(self, who, how):
        user = getattr(self.world, who).exists()
        employee = self.env["hr.employee"].with_context(active_test=False)
        employee = (
            employee.search([("name", "=", user.name)], limit=1) if user else employee
        )
        steps = {
            "archive": lambda: user.write({"active": False}),
            "delete": lambda: user.unlink(),
            "employee": lambda: employee.unlink(),
            "leave": lambda: employee.write({"active": False}),
            "back": lambda: (user | user).write({"active": True}),
        }
        if user:
            self.attempt(f"{who}: {how}", steps[how])

    @rule(
        pick=PICK,
        name=st.sampled_from(sorted(FORGED)),
        how=st.sampled_from(["write", "unlink", "draft", "item"]),
    )
    def forge(self, pick, name, how):
        """The superuser's ordinary writes, from any screen or import."""
        charge = self.pick_charge(LIVE, pick)
        move = self.pick("account.move", [("mci_statement_id", "!=", False)], pick)
        items = move.line_ids.analytic_line_ids if move else move
        steps = {
            "write": lambda: charge.sudo().write({name: FORGED[name]}),
            "unlink": lambda: charge.sudo().unlink(),
            "draft": lambda: move.sudo().button_draft(),
            "item": lambda: items[:1].sudo().write({"unit_amount": 99.0}),
        }
        self.attempt(f"forge {how} {name} of {charge.id}", steps[how])
