"""The accountant's corner: what old deals had cost, and a posted charge set right."""

# What an old list says of the time before anything was recorded: deal, unit, level,
# person, hours, price.
OPENING = (
    ("b12", "industry", "level_3", "F. Haddad", 26, 120),
    ("b13", "public", "level_3", "G. Okafor", 18, 120),
    ("b9", "industry", "level_2", "An engineer", 12, 90),
)


def tell(story):
    _open(story)
    _correct(story)


def _open(story):
    story.model("accountant", "mci.opening.charge").create(
        [
            {
                "date": story.dates.nth(-9, number + 3),
                "opportunity": story.deals[deal].name,
                "center_id": story.units[unit].id,
                "function_id": story.ref("function_presales").id,
                "level_id": story.ref(level).id,
                "person": person,
                "hours": hours,
                "price_unit": price,
                "note": "List of the old time sheets",
            }
            for number, (deal, unit, level, person, hours, price) in enumerate(OPENING)
        ]
    )


def _correct(story):
    """An hour too much was posted; the pair waits for the next statement."""
    posted = story.env["mci.charge"].search(
        [("state", "=", "posted"), ("origin", "=", "booking"), ("hours", ">", 2)],
        order="hours desc, id",
        limit=1,
    )
    story.act("accountant", posted).action_correct(
        "The last hour was the way home.", hours=posted.hours - 1
    )
