"""Finding people: the weights of the company, and a shortlist (M6)."""

# On A and B deals knowing the matter weighs more, in offices a fair load.
WEIGHTS = (
    ("delivery_center", {"weight_skill": 40, "weight_free": 15}),
    ("local_office", {"weight_load": 20, "weight_price": 5}),
)
# A requested booking of this deal is being decided between these people.
DEAL, CANDIDATES = "cement", ("engineer", "fatima", "wei")


def tell(story):
    story.model("mci_manager", "mci.ranking.profile").create(
        [
            {"company_id": story.company.id, "tier": tier, **weights}
            for tier, weights in WEIGHTS
        ]
    )
    _shortlist(story)


def _shortlist(story):
    booking = story.env["mci.booking"].search(
        [("lead_id", "=", story.deals[DEAL].id), ("state", "=", "requested")], limit=1
    )
    if not booking:
        return
    deciding = booking.with_user(booking.approver_id)
    for login in CANDIDATES:
        deciding.action_shortlist(story.employees[login].resource_id.id)
    deciding.action_pin(story.employees[CANDIDATES[0]].resource_id.id)
