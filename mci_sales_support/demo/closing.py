"""Won and lost since the start: an inflated amount, a commitment nobody had told."""

from .commitments import move

# deal: (month, working day, signed amount, contract), offer ten working days before
WON = {
    "substation": (-2, 19, 845_000, "BDE-4711"),
    "tanks": (-2, 18, 548_000, "SBP-3005"),
    "pump": (-1, 7, 45_000, "NGB-0815"),
    "bottling": (-1, 14, 2_150_000, "KHF-2201"),
}
# The same, by working days ago
WON_LATELY = {
    # Graded A on what the seller hoped for
    "campus": (-4, 310_000, "ASH-1009"),
    "shuttle": (-3, 605_000, "SCS-3320"),
}
# deal: (month, working day, reason)
LOST = {
    "tunnel": (-2, 20, "expensive"),
    "stands": (-2, 14, "expensive"),
}
# Still open: who will carry the number is agreed already (O4).
AGREED = ("crane", "metro", "cement")
OFFERED = ("substation", "tanks", "bottling", "campus", "shuttle")


def tell(story):
    dates = story.dates
    for key, (month, number, signed, contract) in WON.items():
        _win(story, key, dates.nth(month, number), signed, contract)
    for key, (ago, signed, contract) in WON_LATELY.items():
        _win(story, key, dates.workday(ago), signed, contract)
    for key, (month, number, reason) in LOST.items():
        lead = story.deals[key]
        lead = lead.with_user(lead.mci_owner_id)
        story.close(lead, dates.nth(month, number), story.lost_reasons[reason])
    for key in AGREED:
        lead = story.deals[key]
        lead.with_user(lead.mci_owner_id).mci_agree_credits()
    _find_undeclared(story)
    _keep_and_break(story)


def _win(story, key, day, signed, contract):
    lead = story.deals[key]
    if key in OFFERED:
        lead.with_user(lead.mci_owner_id).mci_agree_credits()
        move(story, key, "proposition", story.dates.shift(day, -10))
        move(story, key, "negotiation", story.dates.shift(day, -4))
    owner = lead.with_user(lead.mci_owner_id)
    owner.write(
        {
            "mci_signed_amount": signed,
            "mci_signed_date": day,
            "mci_contract_ref": contract,
            "date_deadline": day,
        }
    )
    story.close(owner, day)
    story.date_ledger(lead, day)


def _find_undeclared(story):
    """At the start of delivery the customer asks for what nobody had declared (O3)."""
    lead = story.act("grace", story.deals["substation"])
    promise = story.env["mci.promise"].browse(
        lead.mci_report_undeclared(
            "A free second control room, promised at dinner by the seller"
        )
    )
    day = story.dates.nth(-1, 10)
    story.backdate(promise, day, "date", "decided_date", "create_date")


def _keep_and_break(story):
    """Commitments that fell due: one kept, one broken."""
    bottling = story.act("tom", story.deals["bottling"].mci_promise_ids)
    bottling[1].action_keep("All three shifts trained.")
    substation = story.deals["substation"].mci_promise_ids.filtered(
        lambda promise: promise.state == "accepted"
    )
    story.act("grace", substation).action_break(
        "Two seconds: the old field devices are slower than assumed."
    )
