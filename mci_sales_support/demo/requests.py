"""Requests that are late, passed on, pre-empted; questions, centers asked, the list."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from .story import Plan

# function: (question, kind, required, choices)
QUESTIONS = {
    "presales": (
        ("What does the customer want to decide?", "text", True, ()),
        ("Where is the work?", "choice", True, ("On site", "Remote", "Both")),
        ("Will competitors be in the room?", "yes_no", False, ()),
        ("When is the offer due?", "date", False, ()),
    ),
    "test": (
        ("Which systems have to be connected?", "text", True, ()),
        ("Does the customer provide test data?", "yes_no", True, ()),
    ),
    "delivery": (("When does the plant have to run?", "date", True, ()),),
}
HINTS = {"Which systems have to be connected?": "Names and versions, one a line."}


def tell(story):
    story.date_answers()
    _write_form(story)
    _set_units(story)
    _found_pool(story)
    _ask_incomplete(story)
    _pass_on(story)
    _ask_center(story)
    _preempt(story)
    _rate_ticket(story)
    _publish(story)


def _write_form(story):
    story.model("mci_manager", "mci.request.question").create(
        [
            {
                "name": name,
                "function_id": story.ref(f"function_{function}").id,
                "kind": kind,
                "required": required,
                "sequence": number * 10,
                "hint": HINTS.get(name),
                "choice_ids": [Command.create({"name": choice}) for choice in choices],
            }
            for function, questions in QUESTIONS.items()
            for number, (name, kind, required, choices) in enumerate(questions)
        ]
    )


def _set_units(story):
    """Who is above the heads, and which office helps another one."""
    for key in ("industry", "public", "office", "office_far"):
        story.units[key].escalate_to_id = story.users["vp"]
    team = story.deals["cement"].team_id
    office = story.units["office_far"]
    if team.mci_office_id == office:
        office = story.units["office"]
    team.mci_backup_office_ids = [Command.link(office.id)]


def _found_pool(story):
    """Developers of another department, whom delivery leads may call on A and B."""
    resource = story.employees["diego"].resource_id
    story.model("mci_manager", "mci.delivery.center").create(
        {
            "name": "Developer Pool",
            "code": "DEV",
            "tier": "expert_pool",
            "company_id": story.company.id,
            "lead_id": story.users["center_lead_2"].id,
            "seat_ids": [
                Command.create(
                    {
                        "resource_id": resource.id,
                        "function_id": story.ref(f"function_{function}").id,
                        "date_from": story.dates.month(-1),
                    }
                )
                for function in ("presales", "test")
            ],
        }
    )


def _ask_incomplete(story):
    """A request without two answers that waits past its limit, and goes up."""
    dates = story.dates
    request = story.ask(
        "cement",
        dates.workday(1),
        dates.workday(8),
        [("presales", "level_2", 4)],
        "Dust figures of the second kiln.",
        asked=dates.workday(-3),
    )
    question = story.env["mci.request.question"].search(
        [("function_id", "=", story.ref("function_presales").id)], limit=1
    )
    request.with_user(request.requester_id).action_answer(
        [{"question_id": question.id, "value": "Which kiln comes first."}]
    )
    story.backdate(request, dates.workday(-2), "respond_due")
    request._mci_escalate()


def _pass_on(story):
    """The own office has nobody: the backup office is asked next."""
    dates = story.dates
    lead = story.deals["cement"]
    request = story.ask(
        "cement",
        dates.workday(2),
        dates.workday(10),
        [("presales", "level_2", 6)],
        "Layout of the control room.",
        asked=dates.workday(-1),
    )
    head = request.center_id.lead_id
    if request.center_id == lead.team_id.mci_office_id:
        request.with_user(head).action_refuse("Both of us are at the paper mill.")


def _ask_center(story):
    """A young A or B deal asks the center that covers it; the head has not answered."""
    leads = story.env["crm.lead"].search(
        [
            ("mci_tier", "=", "delivery_center"),
            ("mci_center_id", "=", False),
            ("won_status", "=", "pending"),
            ("mci_owner_id", "!=", False),
            ("team_id", "!=", False),
        ]
    )
    for lead in leads:
        owner = lead.with_user(lead.mci_owner_id)
        if owner.mci_propose_center():
            owner.mci_ask_center()
            return


def _preempt(story):
    """Wei goes from a C deal to a better one: the vice president is asked."""
    dates = story.dates
    weak = story.book(
        [
            Plan(
                "paper",
                "nina",
                "office",
                dates.next_monday + timedelta(days=7),
                4,
                until="confirmed",
            )
        ]
    )[0].booking
    request = story.ask(
        "crane",
        dates.next_monday,
        dates.next_monday + timedelta(days=18),
        [("presales", "level_2", 4)],
        "Answers to the second round of questions.",
        asked=dates.today,
    )
    preemption = (
        story.env["mci.preemption"]
        .sudo()
        .browse(
            request.with_user(request.requester_id).action_ask_preemption(
                weak.id, "The port decides that week, and Nina wrote the concept."
            )
        )
    )
    if story.dates.is_workday(story.dates.today):
        story.act("vp", preemption).action_approve("Seen with both sellers.")


def _rate_ticket(story):
    ticket = story.env["mci.booking"].search(
        [("is_ticket", "=", True), ("state", "=", "confirmed")], limit=1
    )
    if ticket:
        ticket.with_user(ticket.resource_user_id).action_done()
        ticket.with_user(ticket.requester_id).action_rate(5, "In ten minutes.")


def _publish(story):
    first = story.dates.month(0) - relativedelta(months=1)
    story.model("mci_manager", "mci.exception.list").publish(first)
