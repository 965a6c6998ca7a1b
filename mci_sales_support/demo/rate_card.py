"""Next year's prices: indexed by the administrator, shown to everybody, disputed."""

INDEX = 4.0


def tell(story):
    start = story.dates.month(3)
    card = story.model("mci_manager", "mci.rate.card").create(
        {
            "name": f"Internal rates from {start:%B %Y}",
            "date_from": start,
            "consultation_date": story.dates.month_end(0),
            "company_id": story.company.id,
            "currency_id": story.company.currency_id.id,
            "note": "Wages rose by 4 %; the utilisation aimed at stays at 75 %.",
        }
    )
    card.action_fill(percent=INDEX)
    card.action_consult()
    dearest = card.line_ids.sorted("price_unit")[-1]
    _object(
        story,
        "seller",
        card,
        "Every deal gets dearer, whatever the customer pays for it.",
    ).with_user(story.users["accountant"]).action_answer(
        "Budgets are a share of the reviewed amount: they are proposed 4 % higher too."
    )
    _object(
        story,
        "office_lead",
        card,
        "At this price the offices will not ask for the best people any more.",
        dearest,
    )


def _object(story, login, card, text, line=None):
    return story.model(login, "mci.rate.objection").create(
        {"card_id": card.id, "rate_id": line.id if line else False, "description": text}
    )
