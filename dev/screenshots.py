"""The pictures of the README, taken from a fresh copy of the demo story."""

from . import databases, system_packages
from .console import Failure, step
from .layout import CHECKOUT, database

FOLDER = CHECKOUT / "docs" / "screenshots"


def take():
    """Take the pictures of the README from the demo story."""
    from playwright.sync_api import Error, sync_playwright

    from tests.support.browser import FLAGS, Browser
    from tests.support.system import System

    system_packages.ensure_browser()
    name = databases.clone(databases.story(), database("screenshots"))
    system = System(name, workers=2)
    try:
        with step("Taking pictures"), sync_playwright() as playwright:
            system.start()
            chrome = playwright.chromium.launch(
                executable_path=system_packages.browser(), args=list(FLAGS)
            )
            browser = Browser(chrome, system)
            for picture in PICTURES:
                page = picture(system, browser)
                page.wait_for_timeout(1000)  # avatars and animations
                browser.screenshot(page, picture.__name__.strip("_"), FOLDER)
            problems = browser.close()
    except Error as error:
        raise Failure(f"No picture: {error.message.splitlines()[0]}") from None
    finally:
        system.server.stop()
        databases.drop(name)
    if problems:
        raise Failure(f"The browser's console complains: {problems[0]}")


def _opportunity(system, browser):
    """The presales ledger of the seller's deal with most internal charges."""
    deal = _best(system, "seller", "mci.charge", "lead_id", [])
    page = browser.log_in("seller")
    page.set_viewport_size({"width": 1400, "height": 1300})
    browser.open(page, f"/odoo/action-crm.crm_lead_action_pipeline/{deal}")
    page.click(".o_notebook .nav-link[name='mci_sales_support']")
    page.wait_for_selector(".o_mci_form_part")
    return page


def _bookings(system, browser):
    """The bookings of the units that the center's lead plans."""
    page = browser.log_in("center_lead")
    browser.open(page, "/odoo/action-mci_sales_support.mci_booking_action")
    return page


def _load_board(system, browser):
    """People by weeks, with the requests that wait on top."""
    page = browser.log_in("center_lead")
    page.set_viewport_size({"width": 1400, "height": 760})
    browser.open(page, "/odoo/action-mci_sales_support.mci_load_board_action")
    page.wait_for_selector(".o_mci_person")
    return page


def _statement(system, browser):
    """The largest statement that waits for the payer, as its manager sees it."""
    [statement] = system.web_session("sales_manager").call(
        "mci.statement",
        "search",
        domain=[("state", "=", "sent")],
        order="hours_total desc",
        limit=1,
    )
    page = browser.log_in("sales_manager")
    browser.open(page, f"/odoo/mci.statement/{statement}")
    return page


def _my_week_phone(system, browser):
    """What an engineer sees on a phone."""
    page = browser.log_in("engineer", phone=True)
    browser.open(page, "/odoo/action-mci_sales_support.mci_booking_action_my_week")
    return page


def _best(system, login, model, field, domain):
    """Return the id that most records of a model, as the user sees them, refer to."""
    groups = system.web_session(login).call(
        model,
        "formatted_read_group",
        domain=domain,
        groupby=[field],
        aggregates=["__count"],
    )
    groups = [group for group in groups if group[field]]
    if not groups:
        raise Failure(f"{login} sees no {model} in the story: nothing to show.")
    return max(groups, key=lambda group: group["__count"])[field][0]


PICTURES = (_opportunity, _load_board, _bookings, _statement, _my_week_phone)
