"""What waits is planned at once: a proposal that nobody has accepted yet."""

from datetime import timedelta

from odoo import Command

# Who leads the unit, and the unit whose queue he plans
PLANNERS = (("center_lead", "industry"), ("office_lead", "office"))


def tell(story):
    for login, unit in PLANNERS:
        plan = story.model(login, "mci.plan").create(
            {
                "date_from": story.dates.today,
                "date_to": story.dates.today + timedelta(days=27),
                "center_ids": [Command.set(story.units[unit].ids)],
            }
        )
        plan.action_compute()
