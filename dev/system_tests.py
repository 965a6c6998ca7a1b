"""The tests of what is seen from outside: real servers, HTTP, a browser, crashes."""

import shlex
import subprocess

from . import databases, system_packages
from .console import step
from .layout import CHECKOUT, PYTHON

# Two files at once, and not one per core: servers and the browser need their time.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile")


def prepare():
    """Have what these tests stand on: a browser, a printer, the databases."""
    system_packages.ensure_browser()
    system_packages.ensure_printer()
    databases.addon()
    databases.story()
    databases.bridged()
    databases.complete()


def run(*selection):
    """Run top-level tests: test-system [PATH | -k EXPRESSION | pytest option] ..."""
    selection = [word for part in selection for word in shlex.split(part)]
    prepare()
    has_path = any((CHECKOUT / word.split("::")[0]).exists() for word in selection)
    with step("Tests from outside"):
        return subprocess.call(
            [
                # not pytest-odoo: Odoo runs in processes of its own here
                *(PYTHON, "-m", "pytest", "-p", "no:odoo", "-p", "no:cacheprovider"),
                *("-q", "--durations=10", "-W", "ignore::DeprecationWarning"),
                *selection,
                *([] if has_path else [*SIDE_BY_SIDE, "tests"]),
            ],
            cwd=CHECKOUT,
        )
