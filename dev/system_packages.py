"""What the tests need of the system: a browser, and the printer of Odoo's reports."""

import os
import shutil

from .console import Failure, run, step
from .layout import LOGS

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PRINTERS = ("wkhtmltopdf",)


def browser():
    """Return the path of Chromium, or None."""
    return _find(BROWSERS)


def ensure_browser():
    """Have Chromium."""
    _ensure("chromium", BROWSERS, "the browser tests need it")


def ensure_printer():
    """Have wkhtmltopdf, with which Odoo prints."""
    _ensure("wkhtmltopdf", PRINTERS, "the tests of printed pages need it")


def _find(names):
    return next(filter(None, map(shutil.which, names)), None)


def _ensure(package, names, why):
    """Have a package of Debian, installed with apt if this is root there."""
    if _find(names):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise Failure(
            f"{package} is missing and {why}: install it as root "
            f"(apt-get install {package})."
        )
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Installing {package}"):
        for name, arguments in (
            ("update", ()),
            ("install", ("-y", "--no-install-recommends", package)),
        ):
            run(
                ["apt-get", name, *arguments],
                f"Installing {package} (apt-get {name})",
                LOGS / f"{package}-{name}.log",
                env=environment,
            )
