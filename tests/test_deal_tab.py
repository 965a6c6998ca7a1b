"""The tab *Sales Support* of a deal: loaded when it is opened, one record with the form
around it."""

import json

import pytest

from .support.screen import Screen

DEALS = "/odoo/action-crm.crm_lead_action_pipeline?view_type=list"
TAB = "mci_sales_support"
PART = ".o_mci_form_part"


@pytest.fixture
def seller(browser):
    """A seller at the list of her deals; ``asked`` holds what the screen reads."""
    screen = Screen(browser, "seller")
    screen.asked = []
    screen.page.on("request", lambda request: _note(screen.asked, request))
    screen.go(DEALS)
    screen.page.wait_for_selector(".o_list_view")
    return screen


def _note(asked, request):
    if request.url.endswith("/crm.lead/web_read"):
        asked.append(json.loads(request.post_data)["params"]["kwargs"]["specification"])


def _open_first(screen):
    screen.page.click(".o_data_row >> nth=0 >> .o_data_cell[name='name']")
    screen.page.wait_for_selector(".o_form_view")
    screen.settle()


def test_sums_are_asked_for_when_the_tab_is_opened(seller):
    _open_first(seller)
    assert seller.asked
    assert not any("mci_budget_amount" in fields for fields in seller.asked)
    before = len(seller.asked)
    seller.tab(TAB)
    seller.settle()
    assert [
        set(fields) >= {"mci_budget_amount"} for fields in seller.asked[before:]
    ] == [True]
    seller.tab("internal_notes")
    seller.tab(TAB)
    seller.settle()
    assert len(seller.asked) == before + 1
    seller.see(f"{PART} .o_field_widget[name='mci_budget_amount']")


def test_form_and_tab_are_saved_and_discarded_as_one(seller):
    _open_first(seller)
    name = seller.read("name")
    seller.fill("name", f"{name} (checked)")
    seller.tab(TAB)  # while a change waits
    seller.settle()
    assert seller.read("name") == f"{name} (checked)"
    seller.fill("mci_resold_amount", "1500", PART)
    seller.save()
    seller.page.reload()
    seller.page.wait_for_selector(".o_form_view")
    seller.settle()  # the form shows what it knew, then what is true
    assert seller.read("name") == f"{name} (checked)"
    seller.tab(TAB)
    seller.settle()
    assert seller.number("mci_resold_amount", PART) == 1500
    seller.fill("mci_resold_amount", "9", PART)
    seller.fill("name", "Another name")
    seller.page.click(".o_form_button_cancel")
    seller.settle()
    assert seller.number("mci_resold_amount", PART) == 1500
    assert seller.read("name") == f"{name} (checked)"


def test_change_of_the_tab_answers_at_once(seller):
    """Partner-led asks for the partner before it is saved (M1)."""
    _open_first(seller)
    seller.tab(TAB)
    seller.settle()
    partner = f"{PART} .o_field_widget[name='mci_registered_partner_id']"
    assert not seller.page.locator(partner).count()
    seller.page.click(f"{PART} .o_field_widget[name='mci_partner_led'] input")
    seller.see(partner)
    seller.page.click(".o_form_button_save")
    seller.page.wait_for_selector(f"{partner}.o_field_invalid")
    seller.page.click(".o_form_button_cancel")
    seller.settle()
    assert not seller.page.locator(partner).count()


def test_tab_goes_along_from_deal_to_deal(seller):
    _open_first(seller)
    seller.tab(TAB)
    seller.settle()
    owner = f"{PART} .o_field_widget[name='mci_owner_id']"
    amounts = set()
    for _deal in range(3):
        seller.see(owner)
        amounts.add((seller.read("name"), seller.number("mci_grading_amount", PART)))
        seller.page.click(".o_pager_next")
        seller.settle()
    assert len({amount for _name, amount in amounts}) == 3, amounts


def test_new_deal_gets_the_tab_with_its_first_save(seller):
    seller.page.click(".o_list_button_add")
    seller.page.wait_for_selector(".o_form_view")
    tab = f".o_notebook .nav-link[name='{TAB}']"
    assert not seller.page.locator(tab).count()
    seller.fill("name", "Conveyor retrofit")
    seller.save()
    seller.tab(TAB)
    seller.settle()
    assert seller.number("mci_budget_amount", PART) == 0
