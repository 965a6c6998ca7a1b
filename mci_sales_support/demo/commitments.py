"""Commitments to customers, the two signatures before the offer, a handover."""

from . import pipeline

# deal: ((commitment, days until due, answer), …); the owner declares the list complete
COMMITMENTS = {
    "crane": (
        ("Remote control of all twelve cranes before the autumn season", 120, "accept"),
        ("Training of both crane crews in English and Polish", 150, "accept"),
    ),
    "cement": (("Monthly report of kiln efficiency", 90, "accept"),),
    "metro": (
        ("No night closure of the depot during the change", 200, "accept"),
        ("Spare parts kept for fifteen years", 60, "accept"),
    ),
    "brewery": (("Recipes of the old system are taken over", 80, "accept"),),
    "campus": (("Doors, lights and heating in one application", 100, "accept"),),
    "bottling": (
        ("Two lines run at full speed before Christmas", 60, "accept"),
        ("Operators are trained on site for a week", 70, "accept"),
    ),
    "substation": (("Alarms reach the control room within one second", 40, "accept"),),
    "tanks": (("Level readings on the site managers' phones", 30, "accept"),),
    "shuttle": (("Works in the deep-freeze hall at minus 28 degrees", 75, "accept"),),
}
CONDITIONS = {"metro": "The depot gives us two test tracks from the first month on."}
# Declared, not signed yet: it waits for the delivery lead.
WAITING = {
    "pharma": ("Paperless release of a batch within an hour", 110),
    "steel": ("Ten percent less energy in the first year", 180),
}
# deal: phases it has reached, with how many working days ago
STAGES = {
    "crane": (("proposition", 18), ("negotiation", 5)),
    "cement": (("proposition", 15), ("negotiation", 6)),
    "metro": (("proposition", 9),),
    "brewery": (("proposition", 7),),
    "paper": (("proposition", 10),),
    "cold": (("proposition", 8),),
}


def tell(story):
    _date_ledgers(story)
    for key in COMMITMENTS:
        _promise(story, key, COMMITMENTS[key])
        _sign(story, key)
    _declare_only(story)
    for key, steps in STAGES.items():
        for stage, ago in steps:
            move(story, key, stage, story.dates.workday(-ago))
    _offer_handover(story)
    pipeline.talk(story)


def _date_ledgers(story):
    """Ledgers opened by the first request date from then, not from the installation."""
    for lead in story.deals.values():
        day = (lead.mci_initiated_date or lead.create_date).date()
        story.date_ledger(lead, day)


def move(story, key, stage, day):
    """The owner moves the deal on; ledger and offer date from that day."""
    lead = story.deals[key]
    owner = lead.with_user(lead.mci_owner_id)
    owner.mci_move_stage(story.stages[stage].id)
    story.date_ledger(lead, day)
    story.backdate(lead, day, "date_last_stage_update")
    if stage == "proposition":
        story.backdate(lead, day, "mci_offer_date")


def _promise(story, key, rows):
    lead = story.deals[key]
    opened = story.dates.shift(lead.create_date.date(), 8)
    promises = (
        story.env["mci.promise"]
        .with_user(lead.mci_owner_id)
        .create(
            [
                {
                    "lead_id": lead.id,
                    "name": name,
                    "date": min(opened, story.dates.today),
                    "date_due": story.dates.workday(days),
                }
                for name, days, *_answer in rows
            ]
        )
    )
    return promises.sudo()


def _sign(story, key):
    """Owner declares, delivery lead accepts each and signs (O3)."""
    lead = story.deals[key]
    commander = lead.mci_delivery_lead_id
    lead.with_user(lead.mci_owner_id).mci_declare_promises()
    lead.mci_promise_ids.with_user(commander).action_accept()
    lead.with_user(commander).mci_sign_feasibility(CONDITIONS.get(key))
    day = min(story.dates.shift(lead.create_date.date(), 10), story.dates.workday(-1))
    story.backdate(lead.mci_signoff_ids, day, "date", "create_date")
    story.backdate(lead.mci_promise_ids, day, "decided_date")


def _declare_only(story):
    """One list waits for its signature; one commitment cannot be delivered."""
    for key, (name, days) in WAITING.items():
        _promise(story, key, [(name, days)])
        lead = story.deals[key]
        lead.with_user(lead.mci_owner_id).mci_declare_promises()
    steel = story.deals["steel"]
    steel.mci_promise_ids.with_user(steel.mci_delivery_lead_id).action_reject(
        "Depends on the furnace, which is not ours."
    )


def _offer_handover(story):
    """Sofia and Marcus offer each other a deal; neither has answered yet."""
    lead = story.act("seller", story.deals["logistics"])
    lead.mci_offer_handover(
        story.users["seller_2"].id,
        note="Their new buyer sits near you; the test tracks are agreed.",
    )
    lead = story.act("seller_2", story.deals["rail"])
    lead.mci_offer_handover(
        story.users["seller"].id, note="You know their workshop manager."
    )
