"""A price that came too late: the accountant lists what would change, and how much."""

from .rules import prepare_rate, publish


def tell(story):
    """The public center's own price holds since last month: nobody has applied it yet.

    Open charges of its engineers come out dearer, what was sent is left alone.
    """
    dates = story.dates
    since = dates.month(-1)
    publish(
        story,
        [prepare_rate(story, "presales", "level_2", 99, since, unit="public")],
    )
    reprice = story.model("accountant", "mci.reprice").create(
        {
            "name": "The price of the public center was published too late",
            "company_id": story.company.id,
            "date_from": since,
            "date_to": dates.month_end(0),
            "center_ids": story.units["public"].ids,
        }
    )
    reprice.action_compute()
