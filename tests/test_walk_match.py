"""Screens of *Match* as people meet them: what was broken on one stays mended."""

import re

import pytest
from playwright.sync_api import expect

from .support.screen import Screen

SIMULATIONS = "/odoo/action-mci_sales_support.mci_grade_simulation_action"
REQUESTS = "/odoo/action-mci_sales_support.mci_request_action"
BOOKINGS = "/odoo/action-mci_sales_support.mci_booking_action"
CLOCK = re.compile(r"\d:\d\d")
PREEMPTIONS = "/odoo/action-mci_sales_support.mci_preemption_action"
CARDS = ".o_kanban_record:not(.o_kanban_ghost)"
MORE = ".o_control_panel button:visible:has([class*='ellipsis-v'])"
# Headings, or cells with figures, that are wider than their column or out of the page.
CUT = """
table => [...table.querySelectorAll("thead th[data-name], td.o_list_number")]
    .filter(cell => {
        const inner = cell.querySelector("div > span, .o_field_widget") || cell;
        return cell.getBoundingClientRect().right > window.innerWidth
            || inner.scrollWidth > inner.clientWidth + 1 && inner.clientWidth;
    })
    .map(cell => cell.innerText)
"""


@pytest.fixture
def act(browser):
    """`act(login)`: a page of a person of the story."""
    return lambda login, **options: Screen(browser, login, **options)


def test_my_week_answers_what_was_tapped(act):
    """The sheet of buttons closes, and a declined booking says what happens now."""
    phone = act("engineer", phone=True)
    phone.app()
    phone.page.tap(MORE)
    phone.say("Close my week")
    phone.see(".modal")
    phone.say("Discard", ".modal")
    phone.gone(".modal")
    phone.gone(".o_bottom_sheet")
    card = phone.page.locator(CARDS).filter(has_text="Confirmed (hard)")
    card = card.filter(has=phone.page.locator("button", has_text="Decline")).first
    name = card.inner_text().splitlines()[0]
    card.locator("button", has_text="Decline").tap()
    phone.settle()
    expect(phone.see(".modal")).to_contain_text(name)
    phone.fill("reason", "At another customer", ".modal")
    phone.press("action_apply", ".modal")
    phone.gone(".modal")
    declined = phone.page.locator(CARDS, has_text="You cannot come").first
    expect(declined).to_contain_text(name)
    expect(declined.locator("button", has_text="Decline")).to_have_count(0)


def test_simulation_is_read_without_pulling_columns(act):
    """Every heading and figure of the comparison is whole; each change has a reason."""
    manager = act("mci_manager")
    manager.go(SIMULATIONS)
    manager.page.click(".o_data_row .o_data_cell")
    table = manager.see(".o_field_widget[name='line_ids'] table")
    manager.settle()
    assert table.evaluate(CUT) == []
    manager.press("action_view_changes")
    whys = manager.page.locator(".o_data_row td[name='why']")
    expect(whys.first).to_contain_text(
        re.compile("from .* today, from .* by the draft")
    )


def test_queues_are_read_unit_by_unit(act):
    """Places in the queue rise within a unit, and the day needed is a date."""
    lead = act("center_lead")
    lead.go(REQUESTS)
    rows = [
        [row.locator(f"td[name='{name}']").inner_text() for name in names]
        for names in [("center_id", "queue_rank", "date_needed")]
        for row in lead.see(".o_data_row").all()
    ]
    places = [(unit, int(place)) for unit, place, _day in rows]
    assert len(places) > 3
    assert places == sorted(places)
    assert all(re.search(r"\d", day) for *_place, day in rows)


def test_whole_days_read_as_days_and_others_with_their_time(act):
    """In lists and on cards; the list still sorts and groups by the moment."""
    lead = act("center_lead")
    lead.go(BOOKINGS)
    lead.see(".o_list_renderer")
    lead.filter_off()
    lead.see(".o_data_row")
    shown = lead.column("date_start")
    assert not [text for text in shown if "12:00 AM" in text]
    assert [text for text in shown if CLOCK.search(text)]
    assert [text for text in shown if not CLOCK.search(text)]
    lead.page.click("th[data-name='date_start']")
    lead.settle()
    rising = lead.column("date_start")
    lead.page.click("th[data-name='date_start']")
    lead.settle()
    assert lead.column("date_start") == shown != rising
    lead.go(f"{BOOKINGS}?view_type=kanban")
    lead.filter_off()
    cards = lead.see(f"{CARDS} [name='date_start']").all_inner_texts()
    assert not [text for text in cards if "12:00 AM" in text]
    assert [text for text in cards if CLOCK.search(text)]


def test_who_may_call_whom_is_one_page(web_session):
    """One sheet of paper holds it all."""
    session = web_session("seller")
    [policy] = session.call(
        "mci.grade.policy", "search", domain=[("state", "=", "active")], limit=1
    )
    path = f"/report/pdf/mci_sales_support.report_who_may_call/{policy}"
    answer = session.session.get(session.url + path)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", answer.content)) == 1


@pytest.fixture
def commanded(web_session):
    """Name of a request the center's lead decides on, that may pre-empt somebody."""
    session = web_session("center_lead")
    rows = session.call(
        "mci.request",
        "search_read",
        domain=[("outcome", "=", "open")],
        fields=["name", "can_decide", "can_withdraw"],
    )
    return next(
        row["name"]
        for row in rows
        if row["can_decide"]
        and row["can_withdraw"]
        and session.call("mci.request", "find_preemptible", row["id"])
    )


def _open_request(screen, name):
    screen.go(REQUESTS)
    screen.filter_off()
    screen.row(name)


def test_people_go_to_the_better_deal_by_clicks(act, commanded):
    """Asked by the lead, approved by somebody else; the hours are held at once."""
    lead = act("center_lead")
    _open_request(lead, commanded)
    lead.say("Pre-empt a booking")
    lead.fill("reason", "The tender closes that week", ".modal")
    line = lead.see(".modal .o_data_row").first
    person = line.locator("td[name='person']").inner_text()
    line.locator("button[name='action_ask']").click()
    lead.gone(".modal")
    lead.settle()
    chief = act("vp")
    chief.go(PREEMPTIONS)
    chief.filter_off()
    chief.row(person, "The tender closes that week")
    chief.press("action_approve", confirm=True)
    chief.wait_state("approved")
    assert person in chief.read("new_booking_id")


def test_a_queue_override_is_asked_and_approved(act, commanded):
    """The dialog says what it asks for; somebody else puts the request first."""
    lead = act("center_lead")
    _open_request(lead, commanded)
    lead.say("Ask for a queue override")
    expect(lead.see(".modal-title")).to_have_text("Ask for a queue override")
    lead.fill("reason", "The customer decides on Friday", ".modal")
    lead.say("Ask", ".modal-footer")
    lead.gone(".modal")
    chief = act("vp")
    _open_request(chief, commanded)
    chief.press("action_override", confirm=True)
    assert "The customer decides on Friday" in chief.read("queue_reason")


def test_the_best_is_held_and_experts_are_called(act, commanded):
    """One of the ranked people is pinned, compared, held; a pool does the rest."""
    lead = act("center_lead")
    _open_request(lead, commanded)
    lead.say("Plan bookings")
    drafts = lead.see(".o_data_row:has-text('Draft')").filter(has_text="Presales")
    drafts.first.locator(".o_data_cell").first.click()
    lead.see(".o_form_view")
    lead.say("Find people")
    rows = lead.see(".modal .o_data_row")
    able = rows.filter(has=lead.page.locator("button[name='action_hold']"))
    second = able.nth(1).locator("td[name='resource_id']").inner_text()
    able.nth(1).locator("button[name='action_pin']:visible").click()
    expect(rows.first.locator("td[name='resource_id']")).to_have_text(second)
    lead.settle()
    rows.first.locator("button[name='action_shortlist']:visible").click()
    lead.settle()
    lead.say("Compare", ".modal-footer")
    expect(lead.see(".modal th[scope='col']").last).to_have_text(second)
    lead.say("Hold", ".modal-footer")
    lead.gone(".modal")
    lead.wait_state("held")
    assert lead.read("resource_id") == second
    _open_request(lead, commanded)
    lead.say("Call the experts")
    lead.see(".o_data_row:has-text('Draft')").first.locator(
        ".o_data_cell"
    ).first.click()
    lead.see(".o_form_view")
    lead.settle()
    assert lead.read("center_id") == "Developer Pool"
