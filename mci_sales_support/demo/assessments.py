"""Assessments of the open deals: reviewed ones, vetoed ones, one that waits.

The answers are in the order of the template: event, budget, fit, people, place, reason
to choose us, margin, delivery; ``n`` is not known yet.
"""

# deal: versions as (answers, working days ago), the oldest first
REVIEWED = {
    "crane": (("3322n232", 38), ("44343433", 12)),
    "steel": (("33433333", 15),),
    "metro": (("34233333", 34), ("34343343", 9)),
    "water": (("33323332", 20),),
    "brewery": (("43443333", 18),),
    "logistics": (("32332332", 11),),
    # Under the floor of the margin, whatever else is good
    "cement": (("44343412", 8),),
    # Not in the top three
    "textile": (("32321232", 10),),
    # No compelling event, and no veto by an anchor: nobody has asked yet
    "airport": (("n233n233", 6),),
    # A wish: it can wait until next year
    "paper": (("23332222", 7),),
    "school": (("33443344", 9),),
    "glass": (("43333333", 5),),
    "dairy_1": (("34334333", 4),),
}
WAITING = {"pharma": ("33433343", 1), "hospital": ("3n3nn333", 0)}
# Percent after presales that go with the answer; the policy's floor is 15.
MARGIN = 6
MARGINS = {"4": 28.0, "3": 22.0, "2": 15.0, "1": 9.5}
REMARKS = {
    "1": "Said by the buyer himself, on the phone.",
    "n": "To be asked at the next visit.",
}
CONCLUSIONS = {
    "crane": "The berth opens in spring: contract before the year ends, or we lose it.",
    "cement": "At this price only with the service contract: ask for it or leave.",
    "textile": "We are the comparison offer. Not one more day unless that changes.",
    "airport": "Ask the airport what happens if the belts stay as they are.",
    "paper": "No date binds them. Call again when the budget round starts.",
}


def tell(story):
    for key, versions in REVIEWED.items():
        for answers, days in versions:
            form = _assess(story, key, answers, days)
            reviewer = _get_reviewer(story, form)
            story.act(reviewer, form).action_review()
            day = story.dates.shift(form.submitted_date.date(), 1)
            story.backdate(form, min(day, story.dates.today), "reviewed_date")
    for key, (answers, days) in WAITING.items():
        _assess(story, key, answers, days)
    _spend_anyway(story)


def _assess(story, key, answers, days):
    lead = story.deals[key]
    form = lead.with_user(lead.mci_owner_id).mci_assess()
    for line, answer in zip(form.line_ids, answers, strict=True):
        line.write(
            {
                "rating": "na" if answer == "n" else answer,
                "comment": REMARKS.get(answer, False),
            }
        )
    form.expected_margin = MARGINS.get(answers[MARGIN], 0)
    form.comment = CONCLUSIONS.get(key, False)
    form.action_submit()
    story.backdate(form.sudo(), story.dates.workday(-days), "submitted_date")
    return form.sudo()


def _get_reviewer(story, form):
    """The manager of the other team where the first one is the author."""
    manager = story.users["sales_manager"]
    return "sales_manager_far" if form.author_id == manager else "sales_manager"


def _spend_anyway(story):
    """A deal without a compelling event asks for more people, with a reason (M5)."""
    lead = story.deals["airport"]
    lead.with_user(lead.mci_owner_id).mci_ask_support(
        {
            "date_needed": story.dates.workday(9),
            "brief": "Walk through the baggage hall with the operations manager.",
            "reason": "The operations manager offers to name the event on the spot.",
            "lines": [
                {
                    "function_id": story.ref("function_presales").id,
                    "level_id": story.ref("level_2").id,
                    "hours": 6,
                }
            ],
        }
    )
