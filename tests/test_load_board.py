"""The load board and the timeline in a browser: what is dragged becomes a booking."""

import pytest
from playwright.sync_api import expect

BOARD = "/odoo/action-mci_sales_support.mci_load_board_action"
DATABASE = "complete"
FREE = ".o_mci_cell.o_mci_free"


@pytest.fixture
def board(browser):
    """The board of a center's lead."""
    page = browser.log_in("center_lead")
    browser.open(page, BOARD)
    page.wait_for_selector(".o_mci_person")
    return page


@pytest.fixture
def bookings(web_session):
    """`bookings(domain)`: ids of bookings, as the lead reads them."""

    def search(*domain):
        return web_session("center_lead").call(
            "mci.booking", "search", domain=list(domain), order="id desc"
        )

    return search


def _line(page):
    """The first requested line that the lead decides on."""
    return page.locator(".o_mci_line[draggable=true]").first


def _cell(page, person="Wei Zhang", column=1):
    row = page.locator(".o_mci_person", has_text=person).first
    return row.locator(".o_mci_cell").nth(column)


def test_drag_a_request_onto_a_person(board, bookings, web_session):
    """The drop holds the person; the notification says so and the cell fills."""
    line = int(_line(board).get_attribute("data-line"))
    before, cell = bookings(), _cell(board, column=1)
    text = cell.inner_text()
    _line(board).drag_to(cell)
    board.click(".o_notification:has-text('Held') button:has-text('Open')")
    board.wait_for_selector(".o_form_view")
    [new] = set(bookings()) - set(before)
    [booking] = web_session("center_lead").call(
        "mci.booking", "read", ids=[new], fields=["state", "request_line_id"]
    )
    assert booking["state"] == "held" and booking["request_line_id"][0] == line
    board.go_back()
    expect(cell).not_to_have_text(text)


def test_plan_all_at_once(board):
    """The button opens a new plan of the shown unit, which is computed at once."""
    units = board.locator("select[aria-label='Unit'] option")
    unit = units.nth(1).inner_text()
    board.select_option("select[aria-label='Unit']", label=unit)
    board.click(".o_mci_plan_all")
    board.wait_for_selector(".o_form_view button[name=action_compute]")
    expect(board.locator("div[name=center_ids] .o_tag")).to_have_count(1)
    board.click("button[name=action_compute]")
    board.wait_for_selector(".o_arrow_button_current:has-text('Proposal')")


def test_a_refusal_is_shown_and_nothing_stays(board, bookings):
    """Weeks after the day a deal needs it are refused with the server's sentence."""
    before = bookings()
    _line(board).drag_to(_cell(board, column=11))
    board.wait_for_selector(".o_notification:has-text('can be worked on from')")
    assert bookings() == before


def test_keyboard(board, bookings):
    """Arrows walk over the cells, Enter opens; a line is picked, Escape lets it go."""
    _cell(board, "Clara Jensen", 0).focus()
    for key in ("ArrowDown", "ArrowRight"):
        board.keyboard.press(key)
    focused = "document.activeElement.getAttribute('aria-label')"
    assert board.evaluate(focused).startswith("Emil Andersson, ")
    _line(board).focus()
    board.keyboard.press("Enter")
    board.wait_for_selector(".o_mci_picked_hint")
    board.keyboard.press("Escape")
    board.wait_for_selector(".o_mci_picked_hint", state="detached")
    _line(board).focus()
    board.keyboard.press("Enter")
    _cell(board, column=12).focus()
    board.keyboard.press("Enter")
    board.wait_for_selector(".o_notification:has-text('can be worked on from')")
    _cell(board, "Emil Andersson", 1).focus()
    board.keyboard.press("Enter")
    board.wait_for_selector(".o_list_view .o_data_row")
    names = board.locator(".o_data_row td[name=resource_id]").all_inner_texts()
    assert names and all("Emil Andersson" in name for name in names)


def test_filters_and_zoom(board):
    """Text and choices narrow the rows; days are a zoom into the same people."""
    everybody = board.locator(".o_mci_person").count()
    board.fill(".o_mci_board_search", "wei")
    assert everybody > 1
    expect(board.locator(".o_mci_person")).to_have_count(1)
    board.fill(".o_mci_board_search", "")
    board.select_option("select[aria-label='Function']", label="Test")
    expect(board.locator(".o_mci_person")).not_to_have_count(everybody)
    assert board.locator(".o_mci_person", has_text="Wei Zhang").count()
    assert not board.locator(".o_mci_person", has_text="Emil Andersson").count()
    board.select_option("select[aria-label='Function']", value="0")
    board.click(".o_mci_zoom_day")
    board.wait_for_function(
        "document.querySelector('.o_mci_person').querySelectorAll('td').length === 14"
    )
    board.select_option("select[aria-label='Group by']", value="level")
    board.wait_for_selector(".o_mci_group:has-text('Senior')")


def test_phone(browser):
    """On a phone the weeks stand below each person, and nothing is wider than it."""
    page = browser.log_in("center_lead", phone=True)
    browser.open(page, BOARD)
    page.wait_for_selector(".o_mci_phone .o_mci_person")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    _line(page).tap()
    page.wait_for_selector(".o_mci_picked_hint")


def test_an_engineer_sees_his_row(browser):
    """Without requests, without others, without a plan."""
    page = browser.log_in("engineer")
    browser.open(page, BOARD)
    page.wait_for_selector(".o_mci_person")
    assert page.locator(".o_mci_person").count() == 1
    assert not page.locator(".o_mci_requests, .o_mci_plan_all").count()
