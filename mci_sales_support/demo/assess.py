"""Everyone is assessed: forms in every state, a harsh rater, results for HR, quotas."""

from datetime import timedelta

# How far the forms of a deal are; below, single persons who are elsewhere
STATES = {
    "substation": "final",
    "tanks": "final",
    "tunnel": "final",
    "stands": "final",
    "pump": "final",
    "bottling": "final",
    "shuttle": "published",
    # Closed days ago: they wait for the seller and his manager.
    "campus": "draft",
}
PERSONS = {
    ("shuttle", "seller_far"): "submitted",
    ("shuttle", "wei"): "submitted",
    ("bottling", "engineer"): "appealed",
    ("bottling", "tom"): "decided",
}
STEPS = ("draft", "submitted", "published", "final")
# Ratings in turn: Frank gives everybody twos and threes.
RATINGS = {"seller_far": "3322", None: "4543"}
REMARKS = {
    "2": "I had expected more at this price.",
    "5": "The customer thanked us for it.",
}
# All carry the number: quota of a month by login, and of a team
QUOTAS = {
    "seller": 900_000,
    "seller_2": 500_000,
    "seller_far": 1_500_000,
    "engineer": 400_000,
    "fatima": 800_000,
    "grace": 700_000,
    "wei": 300_000,
    "tom": 1_000_000,
}
TEAM_QUOTAS = {"near": 1_500_000, "far": 1_500_000}


def tell(story):
    for key, state in STATES.items():
        for number, form in enumerate(story.deals[key].mci_evaluation_ids.sorted("id")):
            login = form.resource_id.user_id.login
            _fill(story, form, PERSONS.get((key, login), state), number)
    _set_quotas(story)
    _appraise(story)


def _fill(story, form, state, number):
    if state == "draft":
        return
    rater = form.with_user(form.evaluator_id)
    scale = RATINGS.get(form.evaluator_id.login, RATINGS[None])
    for index, line in enumerate(rater.line_ids):
        rating = scale[(number + index) % len(scale)]
        line.write({"rating": rating, "comment": REMARKS.get(rating, False)})
    rater.action_submit()
    if state != "submitted":
        rater.action_publish()
    rated = form.with_user(form.resource_id.user_id)
    if state in ("appealed", "decided"):
        rated.action_appeal("The dates were changed twice, and I was told too late.")
    elif state == "final":
        rated.action_acknowledge()
    if state == "decided":
        _decide(story, form)
    _date(story, form)


def _decide(story, form):
    """HR decides: the appeal is right about one answer, the original is kept (O6)."""
    form = form.with_user(story.users["hr"])
    form.action_decide(
        "upheld",
        "The mails of both sides show it.",
        points={form.line_ids[1].id: 90},
    )


def _date(story, form):
    """Filled three days after the close, answered two days later."""
    today = story.dates.today
    filled = min(form.date + timedelta(days=3), today)
    answered = min(form.date + timedelta(days=5), today)
    for column, day in (
        ("submitted_date", filled),
        ("published_date", filled),
        ("appeal_date", answered),
        ("decision_date", today),
    ):
        if form[column]:
            story.backdate(form, day, column)
    events = story.env["mci.evaluation.event"].search([("evaluation_id", "=", form.id)])
    for kinds, day in (
        (("created",), form.date),
        (("submitted", "published"), filled),
        (("appealed", "final"), answered),
    ):
        story.backdate(events.filtered(lambda e, k=kinds: e.kind in k), day, "date")


def _set_quotas(story):
    """The quotas of each month since the method began."""
    dates = story.dates
    vals_list = []
    for month in (-2, -1, 0):
        common = {
            "company_id": story.company.id,
            "date_from": dates.month(month),
            "date_to": dates.month_end(month),
        }
        vals_list += [
            {**common, "user_id": story.users[login].id, "amount": amount}
            for login, amount in QUOTAS.items()
        ]
        vals_list += [
            {
                **common,
                "team_id": story.teams[key].id,
                "amount": amount,
                "kind": "primary",
            }
            for key, amount in TEAM_QUOTAS.items()
        ]
    story.model("sales_manager", "mci.quota").create(vals_list)


def _appraise(story):
    """HR has frozen the first month and computed the second one."""
    dates = story.dates
    for month, step in ((-2, "action_freeze"), (-1, "action_compute")):
        first = dates.month(month)
        period = story.model("hr", "mci.score.period").create(
            {
                "name": first.strftime("%Y-%m"),
                "company_id": story.company.id,
                "date_from": first,
                "date_to": dates.month_end(month),
                "min_forms": 1,
            }
        )
        getattr(period, step)()
    frozen = story.env["mci.score.period"].search([("state", "=", "frozen")])
    day = min(dates.nth(-1, 10), dates.today)
    story.backdate(frozen, day, "frozen_date")
