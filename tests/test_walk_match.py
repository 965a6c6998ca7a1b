"""Screens of *Match* as people meet them: what was broken on one stays mended."""

import re

import pytest
from playwright.sync_api import expect

from .support.screen import Screen

SIMULATIONS = "/odoo/action-mci_sales_support.mci_grade_simulation_action"
REQUESTS = "/odoo/action-mci_sales_support.mci_request_action"
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
