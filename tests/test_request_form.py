"""A seller asks for support on the screen; questions say what is still missing."""

import pytest

LEAD = "Welding cell retrofit"


@pytest.fixture
def dialog(browser, json2):
    """The form to ask for support, with one line for presales."""
    [lead] = json2("seller").call(
        "crm.lead", "search_read", domain=[("name", "=", LEAD)], fields=["id"]
    )
    page = browser.log_in("seller")
    page.set_default_timeout(60_000)
    browser.open(page, f"/odoo/crm/{lead['id']}")
    page.get_by_role("button", name="Ask for support").first.click()
    dialog = page.locator(".modal")
    dialog.locator(".o_field_x2many_list_row_add a").first.click()
    dialog.locator("td[name=function_id] input").fill("Presales")
    page.locator(".o-autocomplete--dropdown-item", has_text="Presales").first.click()
    dialog.locator(".modal-title").click()
    dialog.locator(".o_mci_request_answers").wait_for()
    return dialog


def test_questions_are_answered_before_asking(dialog, json2):
    """Each answer shortens what is missing, and all of them arrive."""
    page = dialog.page
    missing = dialog.locator("div[name=missing_answers]")
    assert len(missing.inner_text().strip().splitlines()) == 2
    first = dialog.get_by_label("What does the customer want to decide?")
    first.fill("Whether we get the pilot")
    first.blur()
    dialog.get_by_label("Where is the work?").select_option(label="Remote")
    missing.wait_for(state="hidden")
    dialog.get_by_role("button", name="Yes").click()
    dialog.get_by_label("When is the offer due?").fill("2031-01-15")
    dialog.locator(".modal-title").click()
    dialog.get_by_role("button", name="Ask for support").click()
    page.wait_for_selector(".o_form_view .o_field_widget[name=queue_reason]")
    [request] = json2("admin").call(
        "mci.request",
        "search_read",
        domain=[("lead_name", "=", LEAD)],
        fields=["is_incomplete", "answer_ids"],
        order="id desc",
        limit=1,
    )
    assert request["is_incomplete"] is False
    answers = json2("admin").call(
        "mci.request.answer",
        "read",
        ids=request["answer_ids"],
        fields=["kind", "text", "choice_id", "yes_no", "date"],
    )
    by_kind = {answer["kind"]: answer for answer in answers}
    assert by_kind["text"]["text"] == "Whether we get the pilot"
    assert by_kind["choice"]["choice_id"][1] == "Remote"
    assert by_kind["yes_no"]["yes_no"] == "yes"
    assert by_kind["date"]["date"] == "2031-01-15"
