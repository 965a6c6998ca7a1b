"""Fixtures of what is seen from outside: databases, servers, clients, a browser.

A module of tests runs on a clone of the story (the addon with its demo), or of the
database its constant `DATABASE` names: "story", "complete" (with the bridges), or
"addon" and "bridged" (the same without demo).
"""

import signal

import pytest

from dev import addon_tests, databases, system_packages

from .support import system as systems
from .support.browser import FLAGS, Browser

SECONDS = 300
FIGURES = pytest.StashKey[list]()


def pytest_configure(config):
    config.addinivalue_line("markers", "seconds(n): time limit of one test")
    config.stash[FIGURES] = []
    if _is_worker(config):
        # xdist hands it to the process that prints the summary
        config.workeroutput["figures"] = config.stash[FIGURES]
    else:
        addon_tests.drop_leftovers()
        systems.stop_leftovers()


def _is_worker(config):
    """Tell whether another process shares the tests out, and this is one of many."""
    return hasattr(config, "workerinput")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Collect what a process measured that ran a part of the tests."""
    output = getattr(node, "workeroutput", {})  # none of one that broke down
    node.config.stash[FIGURES] += output.get("figures", [])


def pytest_terminal_summary(terminalreporter, config):
    """Print what the tests measured."""
    if config.stash[FIGURES]:
        terminalreporter.section("figures")
        for line in config.stash[FIGURES]:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figure(pytestconfig):
    """`figure(text)`: report a measurement at the end of the run."""
    return pytestconfig.stash[FIGURES].append


def _limited(item):
    """Fail a step that hangs."""
    marker = item.get_closest_marker("seconds")
    seconds = marker.args[0] if marker else SECONDS

    def too_long(number, frame):
        raise TimeoutError(f"{item.nodeid} took longer than {seconds} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        return (yield)
    finally:
        signal.alarm(0)


pytest_runtest_setup = pytest.hookimpl(wrapper=True)(_limited)
pytest_runtest_call = pytest_runtest_teardown = pytest_runtest_setup


def _clone(source, request):
    name = systems.copy(source, request.module.__name__.rpartition(".")[2])
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def story_database(request):
    """A clone of the database with the demo story."""
    yield from _clone(databases.story(), request)


@pytest.fixture(scope="module")
def addon_database(request):
    """A clone of the database with the addon and no demo data."""
    yield from _clone(databases.addon(), request)


@pytest.fixture(scope="module")
def bridged_database(request):
    """A clone of the database with all our addons and no demo data."""
    yield from _clone(databases.bridged(), request)


@pytest.fixture(scope="module")
def complete_database(request):
    """A clone of the database with the demo story and all our addons."""
    yield from _clone(databases.complete(), request)


@pytest.fixture(scope="module")
def broad_database(request):
    """A clone of the template with what our bridges need, nothing of ours installed."""
    yield from _clone(databases.broad(), request)


@pytest.fixture(scope="module")
def template_database(request):
    """A clone of the database of Odoo's own addons, ours not installed."""
    yield from _clone(databases.template(), request)


@pytest.fixture(scope="module")
def database(request):
    """The database of the module's tests."""
    purpose = getattr(request.module, "DATABASE", "story")
    return request.getfixturevalue(f"{purpose}_database")


@pytest.fixture(scope="module")
def server(database):
    """Odoo with several workers on the module's database; its log stays clean."""
    system = systems.System(database)
    system.start()
    try:
        yield system
    finally:
        problems = system.stop()
    assert not problems, "\n".join(["Odoo's log complains:", *problems])


@pytest.fixture
def json2(server):
    """`json2(login)`: a JSON-2 client of the user."""
    return server.json2


@pytest.fixture
def web_session(server):
    """`web_session(login)`: a web client's session of the user."""
    return server.web_session


@pytest.fixture(scope="session")
def chrome():
    """One Chromium for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        process = playwright.chromium.launch(
            executable_path=system_packages.browser(), args=list(FLAGS)
        )
        yield process
        process.close()


@pytest.fixture
def browser(chrome, server):
    """A browser that fails the test on an error in its console."""
    browser = Browser(chrome, server)
    yield browser
    problems = browser.close()
    assert not problems, "\n".join(["The browser's console complains:", *problems])
