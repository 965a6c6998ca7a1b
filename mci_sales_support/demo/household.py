"""Plan and budget (C4): standards, plans, envelopes; then what became of them."""

# grade: (phase, function, level, hours, what for)
STANDARDS = {
    "a": (
        ("initiate", "presales", "level_3", 24, "Concept and cost estimate"),
        ("analyse", "presales", "level_3", 60, "Needs on site"),
        ("bid", "presales", "level_2", 70, "Offer and drawings"),
        ("bid", "test", "level_2", 30, "Proof of the critical part"),
        ("negotiate", "delivery", "level_3", 16, "Delivery plan"),
    ),
    "b": (
        ("initiate", "presales", "level_3", 12, "Concept"),
        ("analyse", "presales", "level_2", 24, "Needs on site"),
        ("bid", "presales", "level_2", 32, "Offer"),
        ("bid", "test", "level_2", 12, "Proof of the critical part"),
    ),
    "c": (
        ("analyse", "presales", "level_2", 12, "Needs"),
        ("bid", "presales", "level_2", 16, "Offer"),
    ),
}
# deal: why it is worth it; approved when it was initiated
APPROVED = {
    "bottling": "Two lines now, four more at the sister plants.",
    "substation": "First reference with this utility.",
    "metro": "The depot sets the standard for the whole network.",
}
# deal: why; waits for its approval
ASKED = {"steel": "The mill pays for the concept when we win."}
DRAFTED = ("water",)
# team: given (last year, this year), how strictly
ENVELOPES = {
    "near": (120_000, 150_000, "soft"),
    "far": (120_000, 150_000, "hard"),
}
# Budget given to another deal of the seller, who is then asked about this one.
GIVER, TAKER, GIVEN = "glass", "cold", 500
STOPPED = {"packaging": "Nobody at the customer decides about it this year."}
FROZEN = "bottling"
REASONS = (
    "The customer brought his own drawings.",
    "Done by a less senior engineer.",
    "More visits than planned: two shifts to listen to.",
)


def tell(story):
    _write_standards(story)
    _give_envelopes(story)
    for key, why in APPROVED.items():
        _approve(story, key, why)


def _write_standards(story):
    story.model("mci_manager", "mci.presales.standard").create(
        [
            {
                "company_id": story.company.id,
                "grade_id": story.ref(f"grade_{code}").id,
                "phase": phase,
                "function_id": story.ref(f"function_{function}").id,
                "level_id": story.ref(level).id,
                "hours": hours,
                "note": note,
                "sequence": number,
            }
            for code, lines in STANDARDS.items()
            for number, (phase, function, level, hours, note) in enumerate(lines)
        ]
    )


def _give_envelopes(story):
    """What the sales manager gave last year, when nothing was planned, and now."""
    year = story.dates.today.year
    story.model("sales_manager", "mci.team.envelope").create(
        [
            {
                "team_id": story.teams[key].id,
                "company_id": story.company.id,
                "year": year + offset,
                "amount": amount,
                "control": control,
            }
            for key, (before, now, control) in ENVELOPES.items()
            for offset, amount in ((-1, before), (0, now))
        ]
    )


def _plan(story, key, why):
    lead = story.deals[key]
    plans = story.env["mci.presales.plan"].with_user(lead.mci_owner_id)
    plan = plans.create({"lead_id": lead.id, "note": why})
    plan.action_propose_standard()
    return plan


def _approve(story, key, why):
    """Asked for at the start of the method and approved two days later."""
    day = story.dates.shift(story.dates.start, 2)
    plan = _plan(story, key, why)
    plan.action_request()
    approver = (plan.sudo().approver_ids - plan.author_id)[:1]
    plan.with_user(approver).action_approve("Agreed.")
    movement = story.env["mci.budget.change"].search([("plan_id", "=", plan.id)])
    story.backdate(plan, story.dates.start, "create_date", "requested_date")
    story.backdate(plan, day, "decision_date")
    story.backdate(movement, day, "create_date", "date", "budget_date")


class Closing:
    """At the end of the story: what waits, and what a closed deal has cost."""

    @staticmethod
    def tell(story):
        for key, why in ASKED.items():
            _plan(story, key, why).action_request()
        for key in DRAFTED:
            _plan(story, key, False)
        _explain(story)
        _transfer(story)
        for key, why in STOPPED.items():
            lead = story.deals[key]
            lead.with_user(lead.mci_owner_id).mci_stop_presales(why)
        _ask_owners(story)


def _explain(story):
    lead = story.deals[FROZEN]
    account = story.env["mci.closing.account"].search([("lead_id", "=", lead.id)])
    account = account.with_user(lead.mci_owner_id)
    account.action_refresh()
    missing = account.line_ids.filtered("needs_reason")
    for number, line in enumerate(missing):
        line.reason = REASONS[number % len(REASONS)]
    account.note = "Ask for the customer's drawings before planning the visits."
    account.action_close()


def _transfer(story):
    giver, taker = story.deals[GIVER], story.deals[TAKER]
    change = story.env["mci.budget.change"].browse(
        taker.with_user(taker.mci_owner_id).mci_request_budget(
            GIVEN, "The test of the alarms is worth more.", "transfer", giver.id
        )
    )
    change.with_user((change.approver_ids - change.requester_id)[:1]).action_approve()


def _ask_owners(story):
    """The nightly question to the owners whose budgets are nearly used up."""
    decisions = story.env["mci.budget.decision"]
    leads = story.env["crm.lead"].browse(decisions._mci_get_candidate_ids())
    leads._mci_ask_spending()
