"""What a user does on a page of Odoo's web client: click, type, look."""

import re

# Counts the calls of the web client that are under way, so that a step can wait for
# the answers of the one before.
COUNT_CALLS = """
window.mciCalls = {open: 0, last: performance.now()};
const send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (...args) {
    window.mciCalls.open += 1;
    this.addEventListener("loadend", () => {
        window.mciCalls.open -= 1;
        window.mciCalls.last = performance.now();
    });
    return send.apply(this, args);
};
"""
AT_REST = """
() => window.mciCalls && !window.mciCalls.open
    && performance.now() - window.mciCalls.last > 250
    && !document.querySelector(".o_loading_indicator, .o_blockUI")
"""
ERROR = ".o_error_dialog, .modal:has(.o_error_dialog), .o_notification_bar.bg-danger"


class Screen:
    """A page in the hands of one user; every step waits for what it needs."""

    def __init__(self, browser, login, phone=False):
        self.browser = browser
        self.phone = phone
        self.login = login
        self.page = browser.log_in(login, phone=phone)
        self.page.add_init_script(COUNT_CALLS)

    # --- Ways -----------------------------------------------------------------------

    def app(self, xmlid="mci_sales_support.mci_menu_root"):
        """Choose an app in the web client's menu of apps."""
        if not self.page.locator(".o_main_navbar").count():
            self.page.goto("/odoo")
        if self.phone:
            self.page.tap(".o_main_navbar .o_menu_toggle")
            self.page.tap(".o_app_menu_sidebar .o_sidebar_topbar .btn-primary")
        else:
            self.page.click(".o_navbar_apps_menu button")
        self.page.click(f".o_app[data-menu-xmlid='{xmlid}']")
        self.page.wait_for_selector(".o_action_manager .o_view_controller")
        self.settle()

    def menu(self, section, entry):
        """Open a menu of our app."""
        section, entry = (f"mci_sales_support.{name}" for name in (section, entry))
        if not self.page.locator(f"[data-menu-xmlid='{section}']").count():
            self.app()
        self.page.click(f"[data-menu-xmlid='{section}']")
        self.page.click(f".o-dropdown--menu [data-menu-xmlid='{entry}']")
        self.settle()

    def walk(self):
        """Open every menu of our app that opens a list or a form, one by one."""
        menus = self.page.context.request.get("/web/webclient/load_menus").json()
        todo = [
            menu["id"]
            for menu in menus.values()
            if menu.get("xmlid") == "mci_sales_support.mci_menu_root"
        ]
        while todo:
            menu = menus[str(todo.pop())]
            todo += menu["children"]
            if menu["children"] or not menu["actionID"]:
                continue
            self.page.goto(f"/odoo/action-{menu['actionID']}")
            # a report is shown in a frame, not in a view
            self.page.wait_for_selector(
                ".o_view_controller:visible, .modal:visible, .o_action iframe:visible"
            )
            self.settle()
            yield menu["xmlid"]

    def go(self, path):
        """Follow a link, as from a message."""
        self.browser.open(self.page, path)

    def tab(self, name):
        """Turn to a tab of the form."""
        self.page.click(f".o_notebook .nav-link[name='{name}']")

    def row(self, *texts):
        """Open the only row of the list, or card, that holds all these texts."""
        rows = self.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
        for text in texts:
            rows = rows.filter(has_text=text)
        rows.locator(".o_data_cell").first.click()
        self.page.wait_for_selector(".o_form_view")
        self.settle()

    def filter_off(self):
        """Take all filters out of the search bar."""
        facets = self.page.locator(".o_searchview_facet .o_facet_remove")
        while facets.count():
            facets.first.click()
            self.settle()

    def search(self, text):
        """Look for a text by the first field of the search bar."""
        self.filter_off()
        self.page.fill(".o_searchview_input", text)
        self.page.click(".o_searchview_autocomplete .dropdown-item >> nth=0")
        self.page.wait_for_selector(".o_searchview_facet")
        self.settle()

    # --- Hands ----------------------------------------------------------------------

    def press(self, name, inside="", confirm=False):
        """Press the button of a method or action; answer the question if one comes."""
        before = self._count_dialogs()
        self.page.click(f"{inside} button[name='{name}']:visible")
        if confirm:
            self.page.click(".modal-footer .btn-primary:visible")
            self.page.wait_for_function(
                "count => document.querySelectorAll('.modal').length <= count",
                arg=before,
            )
        self.settle()

    def say(self, text, inside=""):
        """Press the visible button with this text."""
        self.page.click(f"{inside} button:visible:has-text('{text}')")
        self.settle()

    def fill(self, field, value, inside=""):
        """Type into a field of the form."""
        box = self.page.locator(self._field(field, inside)).locator("input, textarea")
        box.first.fill(value)
        box.first.press("Tab")

    def choose(self, field, text, inside=""):
        """Choose a record in a field by typing its name."""
        box = self.page.locator(self._field(field, inside)).locator("input").first
        box.click()
        box.fill(text)
        self.page.locator(".o-autocomplete--dropdown-item").filter(
            has_text=text
        ).first.click()

    def fill_dates(self, field, *values, inside=""):
        """Type a date, or begin and end of a range, into a field."""
        place = self.page.locator(self._field(field, inside))
        ends = place.locator("[data-field]")
        for number, value in enumerate(values):
            self._fill_date(place, ends.nth(number), value)
        self.settle()
        # An answer of the server to the first day may have emptied the second one.
        for number, value in enumerate(values):
            if not ends.nth(number).evaluate("end => end.value || end.textContent"):
                self._fill_date(place, ends.nth(number), value)
                self.settle()

    def _fill_date(self, place, end, value):
        end.click()  # a button until the picker stands on it, then a box
        box = place.locator(f"input[data-field='{end.get_attribute('data-field')}']")
        box.fill(value)
        box.press("Enter")
        self.gone(".o_datetime_picker")

    def save(self):
        """Save the form by its button, and wait until it is saved."""
        self.page.click(".o_form_button_save")
        self.settle()
        self.page.wait_for_selector(
            ".o_form_status_indicator_buttons.invisible", state="attached"
        )

    # --- Eyes -----------------------------------------------------------------------

    def settle(self):
        """Wait until the web client is at rest, and no error is shown."""
        self.page.mouse.move(1, 1)  # no tooltip in the way of the next click
        self.page.wait_for_function(AT_REST)
        error = self.page.locator(ERROR)
        assert not error.count(), f"{self.login} sees: {error.first.inner_text()}"

    def read(self, field, inside=""):
        """Return what a field of the form shows."""
        place = self.page.locator(self._field(field, inside)).first
        place.wait_for(state="visible")
        box = place.locator("input:visible, select:visible, textarea:visible")
        return (box.first.input_value() if box.count() else place.inner_text()).strip()

    def number(self, field, inside=""):
        """Return a number or an amount that a field shows."""
        return number(self.read(field, inside))

    def wait_state(self, value):
        """Wait until the status bar stands at a state."""
        self.page.wait_for_selector(
            # on a narrow form the states fold, the current one is out of sight
            f".o_statusbar_status .o_arrow_button_current[data-value='{value}']",
            state="attached",
        )

    def see(self, selector, **options):
        """Wait until something is on the page and return it."""
        self.page.wait_for_selector(selector, **options)
        return self.page.locator(selector)

    def gone(self, selector):
        """Wait until something is no longer on the page."""
        self.page.wait_for_selector(selector, state="detached")

    def column(self, name, inside=""):
        """Return the texts of one column of the list on screen."""
        cells = self.page.locator(f"{inside} .o_data_row td[name='{name}']:visible")
        return [text.strip() for text in cells.all_inner_texts()]

    def _field(self, field, inside=""):
        return f"{inside} .o_field_widget[name='{field}']"

    def _count_dialogs(self):
        return self.page.locator(".modal").count()


def number(text):
    """Return the number in a text as Odoo shows it in English; 7:30 is 7.5."""
    if clock := re.search(r"(-?\d+):(\d\d)", text):
        hours, minutes = int(clock[1]), int(clock[2])
        return hours + minutes / 60
    digits = re.sub(r"[^\d.\-]", "", text.replace("\N{MINUS SIGN}", "-"))
    return float(digits)
