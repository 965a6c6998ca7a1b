"""The doors of the system: JSON-2, the web client's session, a browser."""

import pytest

from .support.clients import AccessDenied, Refused

DATABASE = "addon"


def test_json2(json2):
    """A personal API key opens the public methods."""
    assert json2("admin").call("mci.grade", "search_count", domain=[]) == 5


def test_json2_private_method(json2):
    """A private method is no API."""
    with pytest.raises(AccessDenied):
        json2("admin").call("crm.lead", "_mci_regrade", ids=[])


def test_json2_refusal(json2):
    """A refusal carries its sentence."""
    with pytest.raises(Refused) as caught:
        json2("admin").call("mci.booking", "action_done", ids=[999999])
    assert caught.value.message


def test_web_session(web_session):
    """The web client's login and calls."""
    admin = web_session("admin")
    assert admin.info["is_admin"]
    assert admin.call("mci.grade", "search_count", args=[[]]) == 5


def test_browser(browser):
    """The addon's own app opens without an error in the console."""
    page = browser.log_in("admin")
    browser.open(page, "/odoo/action-mci_sales_support.mci_booking_action")
    assert browser.screenshot(page, "bookings").stat().st_size > 10_000
