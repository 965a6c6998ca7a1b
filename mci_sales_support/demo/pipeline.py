"""The pipeline today: deals of all grades, who commands them, grades moved by hand."""

from . import work

PHASES = {
    "new": "verify",
    "qualified": "initiate",
    "proposition": "bid",
    "negotiation": "negotiate",
}
# key: (name, customer, seller, amount, stage, opened working days ago, values)
DEALS = {
    "crane": ("Harbour crane control", "ports", "seller", 3200, "negotiation", 44),
    "steel": (
        "Rolling mill energy management",
        "steel",
        "seller",
        2600,
        "qualified",
        30,
    ),
    "metro": ("Metro depot automation", "metro", "seller_far", 4100, "proposition", 41),
    "water": ("Water network telemetry", "water", "seller_far", 1400, "qualified", 33),
    "brewery": (
        "Brewhouse line control",
        "brewery",
        "seller_2",
        780,
        "proposition",
        36,
    ),
    "pharma": ("Batch records for packaging", "pharma", "seller", 950, "qualified", 24),
    "airport": ("Baggage sorting upgrade", "airport", "seller_far", 1900, "new", 12),
    "cement": ("Kiln monitoring", "cement", "seller_far", 640, "negotiation", 40),
    "dairy_1": ("Filling control, line 1", "dairy", "seller_2", 290, "new", 9),
    "dairy_2": ("Filling control, line 2", "dairy", "seller_2", 280, "new", 7),
    "textile": ("Loom data collection", "textile", "seller", 240, "qualified", 26),
    "school": ("Campus access control", "school", "seller_2", 150, "qualified", 28),
    "hospital": ("Theatre air handling", "hospital", "seller_far", 420, "new", 16),
    "paper": ("Paper machine drives", "paper", "seller", 330, "proposition", 29),
    "glass": (
        "Furnace temperature control",
        "glass",
        "seller_far",
        190,
        "qualified",
        22,
    ),
    "ceramics": ("Press line sensors", "ceramics", "seller", 64, "qualified", 18),
    "packaging": ("Label inspection camera", "packaging", "seller_2", 38, "new", 6),
    "cold": ("Cold room alarms", "cold", "seller_far", 55, "proposition", 20),
    "mining": ("Conveyor safety system", "mining", "seller_far", 1200, "qualified", 25),
    "shipyard": ("Welding cell retrofit", "shipyard", "seller", 260, "new", 11),
    "logistics": ("Parcel hub scanning", "logistics", "seller", 1100, "qualified", 27),
    "rail": ("Signal cabinet monitoring", "rail", "seller_2", 88, "new", 4),
    # Closed since the start: see closing.py
    "campus": ("Smart campus platform", "university", "seller", 2400, "qualified", 46),
    "bottling": (
        "Bottling plant automation",
        "foods",
        "seller_far",
        2200,
        "qualified",
        47,
    ),
    "substation": ("Substation monitoring", "utility", "seller", 860, "qualified", 48),
    "shuttle": (
        "Warehouse shuttle control",
        "cold",
        "seller_far",
        620,
        "qualified",
        38,
    ),
    "pump": ("Pump controllers", "brewery", "seller_2", 45, "qualified", 34),
    "tanks": ("Tank farm control", "paper", "seller_2", 560, "qualified", 45),
    "tunnel": ("Tunnel lighting", "metro", "seller_far", 540, "qualified", 42),
    "stands": ("Test stands", "pharma", "seller", 160, "qualified", 39),
}
PARTNER_LED = {"mining": "partner", "shipyard": "partner_2"}
EVIDENCE = {
    "a": "tender",
    "b": "customer_budget",
    "c": "quotation",
    "d": "estimate",
    "e": "estimate",
}
# Where the amount has another ground than is usual for its grade
WEAK_EVIDENCE = {"campus": "estimate"}
# deal: (center, delivery lead)
COMMANDS = {
    "crane": ("industry", "fatima"),
    "steel": ("industry", "tom"),
    "metro": ("public", "grace"),
    "water": ("public", "grace"),
    "brewery": ("industry", "tom"),
    "pharma": ("industry", "center_lead"),
    "cement": ("industry", "tom"),
    "logistics": ("public", "center_lead_2"),
    "campus": ("industry", "fatima"),
    "bottling": ("industry", "tom"),
    "substation": ("public", "grace"),
    "shuttle": ("industry", "tom"),
    "tanks": ("industry", "tom"),
    "tunnel": ("public", "grace"),
    "school": ("public", "luis"),
}
SOLUTIONS = {
    "industry": ("Machine control", "Plant energy management"),
    "public": ("Network telemetry",),
}
# Working days to the expected closing, and stars, where a deal stands
DAYS_LEFT = {"new": 60, "qualified": 40, "proposition": 20, "negotiation": 8}
STARS = {"a": "3", "b": "2", "c": "1", "d": "0", "e": "0"}
# deal: (days from today, what to do)
NEXT_STEPS = {
    "crane": (0, "Call the harbour master about the crew training"),
    "pharma": (-2, "Send the validation plan"),
    "steel": (3, "Visit to the furnace hall"),
    "paper": (1, "Ask for the drive data sheets"),
    "brewery": (2, "Offer meeting with the brewmaster"),
    "metro": (0, "Test tracks: answer of the depot"),
    "cement": (4, "Negotiate the payment plan"),
    "glass": (-1, "Second quotation"),
    "water": (5, "Workshop with the control room"),
    "rail": (6, "First meeting"),
    "logistics": (1, "Introduce the new buyer"),
}
# deal: (person, message); the oldest first
MESSAGES = {
    "bottling": (
        ("seller_far", "The plant manager wants both lines before Christmas."),
        ("tom", "Feasible if the electrical room is free by the end of the month."),
        ("fatima", "Concept is with the customer, simulation follows."),
    ),
    "crane": (
        ("seller", "Tender is out: twelve cranes, remote control rooms, training."),
        ("fatima", "Latency of the radio link is the risk, we measure on site."),
        ("engineer", "Interface list of the dispatch system is in progress."),
    ),
}
# deal: (amount, reason, approver who has answered)
BUDGETS = {
    "crane": (12_000, "Simulation of twelve cranes for the tender.", "vp"),
    "school": (4_000, "Showcase: the survey of the whole campus.", "vp"),
    "brewery": (3_000, "Load test of the recipes before the offer.", None),
    "metro": (25_000, "Second depot came into the tender.", None),
}


def tell(story):
    _mark_stages(story)
    for key, row in DEALS.items():
        _open(story, key, *row)
    _open_unowned(story)
    _move_grades(story)
    for key, row in DEALS.items():
        _initiate(story, key, row[4])
    for key, (center, person) in COMMANDS.items():
        _name_command(story, key, center, person)
    for key, row in BUDGETS.items():
        _ask_budget(story, key, *row)


def _mark_stages(story):
    """From now on the stages stand for phases, and gates fall due."""
    stages = story.stages
    names = ("new", "qualified", "proposition", "won")
    for number, name in enumerate(names, start=1):
        stages[name] = story.env.ref(f"crm.stage_lead{number}")
    stages["negotiation"] = story.env["crm.stage"].create(
        {"name": "Negotiation", "sequence": stages["proposition"].sequence + 1}
    )
    for name, phase in PHASES.items():
        stages[name].mci_phase = phase


def _open(story, key, name, customer, login, amount, stage, age):
    dates = story.dates
    values = {}
    if partner := PARTNER_LED.get(key):
        values = {
            "mci_partner_led": True,
            "mci_registered_partner_id": story.customers[partner].id,
        }
    if command := COMMANDS.get(key):
        offers = [story.solutions[offer].id for offer in SOLUTIONS[command[0]]]
        values["mci_solution_ids"] = offers
    lead = story.add_deal(
        key,
        login,
        name=name,
        partner_id=story.customers[customer].id,
        expected_revenue=amount * 1000,
        date_deadline=dates.workday(DAYS_LEFT[stage] + age % 9),
        **values,
    )
    grade = lead.mci_grade_id.code.lower()
    evidence = WEAK_EVIDENCE.get(key, EVIDENCE[grade])
    story.act(login, lead).write(
        {"mci_amount_evidence": evidence, "priority": STARS[grade]}
    )
    opened = min(dates.workday(-age), dates.shift(work.first_day(story, key), -12))
    story.backdate(lead, opened, "create_date", "date_open")


def _open_unowned(story):
    """An enquiry nobody has taken: neither salesperson nor team."""
    lead = story.add_deal(
        "council",
        None,
        name="Tunnel ventilation enquiry",
        partner_id=story.customers["council"].id,
        company_id=story.company.id,
        expected_revenue=700_000,
        user_id=False,
        team_id=False,
    )
    story.backdate(lead, story.dates.workday(-8), "create_date")


def _move_grades(story):
    """A showcase that was approved, and one that waits."""
    dates = story.dates
    changes = story.env["mci.grade.change"]
    school = changes.browse(
        story.act("seller_2", story.deals["school"]).mci_request_grade(
            "B", "showcase", "First campus of the county: five more will look at it."
        )
    )
    story.act("sales_manager", school).action_approve()
    story.backdate(school, dates.workday(-26), "date")
    story.backdate(school, dates.workday(-25), "decision_date")
    hospital = changes.browse(
        story.act("seller_far", story.deals["hospital"]).mci_request_grade(
            "B", "showcase", "Reference in a new industry for the whole West."
        )
    )
    story.backdate(hospital, dates.workday(-3), "date")


def _initiate(story, key, stage):
    """Deals beyond *New* pass initiation; the later stages come with their chapter."""
    lead = story.deals[key]
    if stage == "new":
        return
    lead.with_user(lead.user_id).stage_id = story.stages["qualified"]
    day = story.dates.shift(lead.create_date.date(), 3)
    story.backdate(lead, day, "mci_initiated_date", "date_last_stage_update")
    story.date_ledger(lead, day)


def _name_command(story, key, center, person):
    """The seller sets the center, its lead names the delivery lead (M4)."""
    lead = story.deals[key]
    unit = story.units[center]
    lead.with_user(lead.user_id).mci_set_center(unit.id)
    named = lead.with_user(unit.lead_id).mci_name_delivery_lead(story.users[person].id)
    offer = lead.mci_ownership_ids.filtered(
        lambda row: row.id == named and row.state == "offered"
    )
    offer.with_user(offer.user_id).action_accept()
    story.date_ledger(lead, story.dates.shift(lead.create_date.date(), 4))


def _ask_budget(story, key, amount, reason, approver):
    """More than the share of the policy is asked for and approved by table (C4)."""
    lead = story.deals[key]
    change = story.env["mci.budget.change"].browse(
        lead.with_user(lead.user_id).mci_request_budget(amount, reason)
    )
    day = story.dates.workday(-2)
    if approver:
        story.act(approver, change).action_approve()
        day = story.dates.shift(lead.create_date.date(), 5)
        story.backdate(change, day, "date", "budget_date")
    story.backdate(change, day, "create_date")


def talk(story):
    """What the people of a deal wrote to each other, and what its seller does next."""
    for key, (days, summary) in NEXT_STEPS.items():
        lead = story.deals[key]
        lead.with_user(lead.user_id).activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=story.dates.workday(days),
            summary=summary,
            user_id=lead.user_id.id,
        )
    for key, messages in MESSAGES.items():
        lead = story.deals[key]
        day = story.dates.shift(lead.create_date.date(), 4)
        for number, (login, text) in enumerate(messages):
            author = story.users[login].partner_id
            message = lead.message_post(
                body=text, author_id=author.id, subtype_xmlid="mail.mt_note"
            )
            story.backdate(message, story.dates.shift(day, number * 3), "date")
