"""Rules and rates: grading policy, internal rates, approvals, enforcement levels."""

from odoo import Command

# grade: (from amount, tier, budget %, hours, control, needs a center)
BANDS = {
    "a": (2_000_000, "delivery_center", 1.5, 240, "hard", True),
    "b": (500_000, "delivery_center", 2.0, 90, "hard", True),
    "c": (100_000, "local_office", 3.0, 40, "soft", False),
    "d": (0, "local_office", 4.0, 16, "soft", False),
    "e": (0, "local_office", 1.0, 16, "none", False),
}
PRICES = {"level_1": 70, "level_2": 95, "level_3": 130, "level_4": 180}
COSTS = {"level_1": 44, "level_2": 60, "level_3": 82, "level_4": 112}
# Nobody has priced customization yet: hours of it wait at the month end.
FACTORS = {"presales": 1.0, "test": 0.9, "delivery": 1.0, "after_sales": 0.85}
RULES = ("M2", "M4", "M5", "O1", "O3", "O5")
# kind: (approver, deputy, from amount)
APPROVALS = (
    ("grade", "sales_manager", "vp", 0),
    ("tier", "vp", "sales_manager", 0),
    ("gate", "vp", False, 0),
    ("override", "vp", False, 0),
    ("zero_rate", "sales_manager", "vp", 0),
    ("budget", "sales_manager", "sales_manager_far", 0),
    ("budget", "vp", False, 20_000),
    ("budget_over", "vp", False, 0),
    ("cancel", "sales_manager", "vp", 0),
    ("credit", "vp", False, 0),
    ("dispute", "vp", False, 0),
    ("assessment", "sales_manager", "sales_manager_far", 0),
)


def tell(story):
    story.model("mci_manager", "mci.service.level").action_propose()
    _write_policy(story)
    _publish_rates(story)
    _name_approvers(story)
    set_level(story, "observe", story.dates.month(-8))


def prepare_bands(story, factor=1):
    """The bands of the story, amounts by ``factor`` for another currency."""
    return [
        Command.create(
            {
                "grade_id": story.ref(f"grade_{code}").id,
                "amount_min": amount * factor,
                "tier": tier,
                "budget_percent": percent,
                "budget_hours": hours,
                "budget_control": control,
                "requires_center": needs_center,
            }
        )
        for code, (
            amount,
            tier,
            percent,
            hours,
            control,
            needs_center,
        ) in BANDS.items()
    ]


def _write_policy(story):
    policies = story.model("mci_manager", "mci.grade.policy")
    policy = policies.create(
        {
            "name": "Grading of deals",
            "company_id": story.company.id,
            "date_from": story.dates.month(-8),
            "buffer_percent": 5.0,
            "margin_floor": 15.0,
            "line_ids": prepare_bands(story),
        }
    )
    policy.action_activate()
    draft = policy.copy({"date_from": story.dates.month(2)})
    draft.note = "Proposal of the sales managers: B from 600,000."
    band_b = draft.line_ids.filtered(lambda line: line.grade_id.code == "B")
    band_b.amount_min = 600_000


def _publish_rates(story):
    """The administrator proposes, the accountant adds the costs and publishes."""
    dates = story.dates
    first, change = dates.month(-8), dates.month(-1)
    vals_list = [
        prepare_rate(story, function, level, round(price * factor), date_from=first)
        for function, factor in FACTORS.items()
        for level, price in PRICES.items()
    ]
    vals_list.append(
        prepare_rate(
            story, "presales", "level_4", 195, date_from=first, unit="industry"
        )
    )
    rates = publish(story, vals_list)
    old = rates.filtered(
        lambda rate: rate.level_id == story.ref("level_3")
        and rate.function_id == story.ref("function_presales")
    )
    story.act("accountant", old).date_to = dates.month_end(-2)
    publish(
        story,
        [prepare_rate(story, "presales", "level_3", 138, date_from=change)],
    )


def prepare_rate(story, function, level, price, date_from, unit=None):
    return {
        "function_id": story.ref(f"function_{function}").id,
        "level_id": story.ref(level).id,
        "center_id": story.units[unit].id if unit else False,
        "company_id": story.company.id,
        "currency_id": story.company.currency_id.id,
        "price_unit": price,
        "date_from": date_from,
    }


def publish(story, vals_list):
    drafts = story.model("mci_manager", "mci.rate").create(vals_list)
    rates = story.act("accountant", drafts)
    costs = {story.ref(level): cost for level, cost in COSTS.items()}
    for level, same in rates.grouped("level_id").items():
        same.write({"cost_unit": costs[level.sudo()]})
    rates.action_publish()
    return rates


def _name_approvers(story):
    story.model("mci_manager", "mci.approval.rule").create(
        [
            {
                "kind": kind,
                "company_id": story.company.id,
                "amount_min": amount,
                "approver_type": "user",
                "approver_id": story.users[approver].id,
                "deputy_id": story.users[deputy].id if deputy else False,
                "escalate_to_id": story.users["vp"].id,
            }
            for kind, approver, deputy, amount in APPROVALS
        ]
    )


def set_level(story, level, date_from):
    """How strictly the company takes all rules from a day on."""
    story.model("mci_manager", "mci.rule.level").create(
        [
            {
                "rule": rule,
                "company_id": story.company.id,
                "level": level,
                "date_from": date_from,
            }
            for rule in RULES
        ]
    )
