"""Grading to look at: registrations in conflict, a deal in two pieces, an amount that
wobbles at a limit, and a back-test of the draft for the next policy.
"""

# (partner, customer, deal, registered working days ago)
REGISTERED = (
    ("partner", "mining", "mining", 24),
    ("partner_2", None, "shipyard", 10),
)
# Somebody else came later, and the customer has a direct deal of ours too.
RIVAL = ("partner_2", "mining", 4)


def tell(story):
    """Before work begins: a partner-led deal books nobody without a registration."""
    for partner, _customer, deal, ago in REGISTERED:
        lead = story.deals[deal]
        record = _register(story, partner, lead.partner_id, ago, lead)
        story.act("sales_manager", record).action_accept(
            "First to register, and brought the customer's letter."
        )
    partner, deal, ago = RIVAL
    _register(story, partner, story.deals[deal].partner_id, ago)


def _register(story, partner, customer, ago, lead=None):
    dates = story.dates
    login = lead.user_id.login if lead else "seller_2"
    return story.model(login, "mci.partner.registration").create(
        {
            "partner_id": story.customers[partner].id,
            "customer_id": customer.id,
            "lead_id": lead.id if lead else False,
            "company_id": story.company.id,
            "date": dates.workday(-ago),
            "date_to": dates.workday(120),
        }
    )


class Closing:
    """The second half, when the deals of the past are closed and charged."""

    @staticmethod
    def tell(story):
        _wobble(story)
        _find_splits(story)
        _simulate(story)


def _wobble(story):
    """C from 100,000: 110,000 made it a C, and 97,000 keeps it within the buffer."""
    lead = story.act("seller_2", story.deals["rail"])
    lead.expected_revenue = 110_000
    lead.expected_revenue = 97_000


def _find_splits(story):
    customers = story.env["crm.lead"].search([]).partner_id.commercial_partner_id
    story.env["mci.grade.split"].sudo()._mci_refresh(customers)


def _simulate(story):
    draft = story.env["mci.grade.policy"].search(
        [("company_id", "=", story.company.id), ("state", "=", "draft")],
        order="id desc",
        limit=1,
    )
    simulation = story.model("mci_manager", "mci.grade.simulation").create(
        {
            "name": "B from 600,000",
            "policy_id": draft.id,
            "date_from": story.dates.month(-8),
            "date_to": story.dates.today,
            "note": "Two deals of the last half year leave the centers: fewer hours"
            " there, and the win rate of B rises.",
        }
    )
    simulation.action_run()
