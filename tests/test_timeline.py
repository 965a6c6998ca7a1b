"""The timeline in a browser: bookings are dragged for real."""

import time
from datetime import datetime, timedelta

import pytest

DATABASE = "complete"
TIMELINE = "/odoo/action-mci_sales_support_timeline.mci_booking_action_timeline"


@pytest.fixture
def lead(web_session):
    """A session of the lead, to prepare bookings and to look at what was saved."""
    return web_session("center_lead")


def _moment(week, day, hour):
    """A UTC moment: weeks from now, day of the week from 0."""
    today = datetime.combine(datetime.now().date(), datetime.min.time())
    monday = today - timedelta(days=today.weekday())
    return str(monday + timedelta(weeks=week, days=day, hours=hour))


def _find(lead, model, *domain):
    return lead.call(model, "search", domain=list(domain), limit=1)[0]


def _book(lead, person, day, confirm=False):
    """A full day of a person for internal work, three weeks from now."""
    vals = {
        "kind": "internal",
        "category_id": _find(lead, "mci.work.category"),
        "center_id": _find(lead, "mci.delivery.center", ("code", "=", "IDC")),
        "function_id": _find(lead, "mci.function", ("name", "=", "Presales")),
        "resource_id": _find(lead, "resource.resource", ("name", "=", person)),
        "date_start": _moment(3, day, 8),
        "date_stop": _moment(3, day, 16),
        "hours": 8,
    }
    [booking] = lead.call("mci.booking", "create", args=[[vals]])
    if confirm:
        lead.call("mci.booking", "action_confirm", ids=[booking])
    return booking


def _read(lead, booking):
    fields = ["date_start", "date_stop", "resource_id"]
    [row] = lead.call("mci.booking", "read", ids=[booking], fields=fields)
    return row["date_start"], row["date_stop"], row["resource_id"][1]


def _wait(lead, booking, before, seconds=20):
    """Read a booking as soon as it is no longer as it was."""
    deadline = time.monotonic() + seconds
    while _read(lead, booking) == before and time.monotonic() < deadline:
        time.sleep(0.5)
    return _read(lead, booking)


@pytest.fixture
def drag(browser):
    """`drag(booking, right, to=None, part="center")`: drag an item, or its edge, some
    pixels, or to a person."""
    page = browser.log_in("center_lead")
    browser.open(page, TIMELINE)
    page.wait_for_selector(".vis-item .o_mci_timeline_confirmed")
    page.wait_for_timeout(1000)  # the library draws once more

    def drag(booking, right=0, to=None, part="center"):
        item = page.locator(f".vis-item:has(.o_mci_booking_{booking})").first
        item.click(position={"x": 4, "y": 8})
        page.wait_for_selector(".vis-item.vis-selected .vis-drag-center")
        page.wait_for_timeout(500)  # longer than a double click
        box = page.locator(f".vis-item.vis-selected .vis-drag-{part}").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        down = 0
        if to:
            row = page.locator(f".vis-label:has-text('{to}')").bounding_box()
            down = row["y"] + row["height"] / 2 - y
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 11):
            page.mouse.move(x + right * step / 10, y + down * step / 10)
            page.wait_for_timeout(40)
        page.mouse.up()
        return page

    drag.page = page
    drag.day = page.locator(".vis-panel.vis-center").bounding_box()["width"] / 28
    return drag


def test_conflict_snaps_back(lead, request):
    """M7: a full day takes no second booking; the server says so, nothing moves."""
    first, second = (_book(lead, "Clara Jensen", day, confirm=True) for day in (0, 2))
    before = _read(lead, second)
    drag = request.getfixturevalue("drag")
    page = drag(second, right=-2 * drag.day)
    page.wait_for_selector(".o_notification:has-text('free hours')")
    page.wait_for_timeout(1000)
    assert _read(lead, second) == before
    boxes = [
        page.locator(f".vis-item:has(.o_mci_booking_{booking})").first.bounding_box()
        for booking in (first, second)
    ]
    assert abs(boxes[1]["x"] - boxes[0]["x"] - 2 * drag.day) < 6


def test_moves_by_days_and_keeps_the_hour(lead, request):
    """A confirmed booking goes to another day of the same hours."""
    booking = _book(lead, "Tom Becker", 3, confirm=True)
    before = _read(lead, booking)
    drag = request.getfixturevalue("drag")
    page = drag(booking, right=drag.day)
    moved = _wait(lead, booking, before)
    assert moved[:2] == (_moment(3, 4, 8), _moment(3, 4, 16))
    assert not page.locator(".o_notification").count()


def test_goes_to_another_person(lead, request):
    """Down to another row: the person changes, the dates stay."""
    booking = _book(lead, "Fatima Haddad", 1)
    before = _read(lead, booking)
    drag = request.getfixturevalue("drag")
    drag(booking, to="Wei Zhang")
    assert _wait(lead, booking, before) == (*before[:2], "Wei Zhang")


def test_stretches(lead, request):
    """The end is pulled over more days; the start and the hours stay."""
    booking = _book(lead, "Emil Andersson", 1)
    before = _read(lead, booking)
    drag = request.getfixturevalue("drag")
    drag(booking, right=2 * drag.day, part="right")
    start, stop, person = _wait(lead, booking, before)
    assert (start, person) == (before[0], before[2])
    assert _moment(3, 2, 20) < stop < _moment(3, 4, 8)
