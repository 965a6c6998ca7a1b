"""Addons of others to measure against, kept apart from everything else."""

import os
from contextlib import contextmanager

from dev import databases, odoo_process
from dev.console import run, step
from dev.layout import CHECKOUT, LOCAL, LOGS, PYTHON, database, digest
from dev.locks import fresh_folder, is_stamped, locked

REQUIREMENTS = CHECKOUT / "bench" / "requirements.txt"
FOLDER = LOCAL / "peers"


@contextmanager
def importable():
    """Let Odoo find the peers while it lasts; they are downloaded the first time."""
    _download()
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(FOLDER)
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


@contextmanager
def clone_with(*addons, side="peer"):
    """Give a clone of the template with addons of the peers, and without ours."""
    with importable():
        name = databases.clone(databases.template(), database(f"bench_{side}"))
        try:
            odoo_process.run_once(name, "-i", ",".join(addons), log_name="peers")
            yield name
        finally:
            databases.drop(name)


def _download():
    stamp = digest(REQUIREMENTS)
    with locked("peers"):
        if is_stamped(FOLDER, stamp):
            return
        with step("Installing the peers to measure against"):
            with fresh_folder(FOLDER, stamp) as draft:
                run(
                    [
                        *(PYTHON, "-m", "pip", "install", "--no-input", "--no-deps"),
                        *("--disable-pip-version-check", "--target", draft),
                        *("-r", REQUIREMENTS),
                    ],
                    "Installing the peers (pip)",
                    LOGS / "pip-peers.log",
                )
