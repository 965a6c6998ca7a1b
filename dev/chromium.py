"""Chromium, which the browser tests need: the one thing installed into the system."""

import os
import shutil

from .console import Failure, run, step
from .layout import LOGS

NAMES = ("chromium", "chromium-browser", "google-chrome")


def path():
    """Return the path of the browser, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure():
    """Have Chromium, installed with apt if this is root on Debian."""
    if path():
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise Failure(
            "Chromium is missing and the browser tests need it: install it as root "
            "(apt-get install chromium)."
        )
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    with step("Installing Chromium"):
        for name, arguments in (
            ("update", ()),
            ("install", ("-y", "--no-install-recommends", "chromium")),
        ):
            run(
                ["apt-get", name, *arguments],
                f"Installing Chromium (apt-get {name})",
                LOGS / f"chromium-{name}.log",
                env=environment,
            )
