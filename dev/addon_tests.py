"""The addon's own tests, run by pytest-odoo on a clone of a prepared database."""

import os
import shlex
import subprocess
from contextlib import contextmanager

import psutil

from . import databases, odoo_process, postgres
from .console import Failure, step
from .layout import ADDON, ADDON_PATH, CHECKOUT, PYTHON, RUN, database


def run(*selection):
    """Run addon tests: test-fast [PATH | -k EXPRESSION | any pytest option] ..."""
    selection = [word for part in selection for word in shlex.split(part)]
    with scratch_database(databases.addon) as name, step("Addon tests"):
        return subprocess.call(
            [
                *(PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-q"),
                *("-W", "ignore::DeprecationWarning", "--rootdir", RUN),
                f"--odoo-config={odoo_process.config_file()}",
                f"--odoo-database={name}",
                "--odoo-http",
                *_absolute(selection or [ADDON]),
            ],
            # not in the checkout: tests must import the addon as odoo.addons.…
            cwd=RUN,
            env=odoo_process.environment(),
        )


@contextmanager
def scratch_database(source):
    """Give a clone of a prepared database, dropped afterwards."""
    drop_leftovers()
    name = databases.clone(source(), database(f"test_{os.getpid()}"))
    try:
        yield name
    finally:
        databases.drop(name)


def drop_leftovers():
    """Drop the databases of test runs that were killed."""
    prefix = database("test_")
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        names = [name for (name,) in cursor.fetchall() if name.startswith(prefix)]
    for name in names:
        process = name.removeprefix(prefix).split("_")[0].split("-")[0]
        if not psutil.pid_exists(int(process)):
            databases.drop(name)


def _absolute(words):
    """Make the test paths among pytest's arguments absolute (they are relative to
    the checkout or to the addon); run all tests if there is no path."""
    result = []
    has_path = False
    for index, word in enumerate(words):
        path, *rest = word.split("::")
        places = [base / path for base in (CHECKOUT, ADDON_PATH, ADDON_PATH / "tests")]
        found = [place for place in places if place.exists()]
        is_value = index and words[index - 1] in ("-k", "-m", "-n", "-p")
        if found and not word.startswith("-") and not is_value:
            word, has_path = "::".join([str(found[0]), *rest]), True
        elif word.endswith(".py") or "/" in word and not is_value:
            raise Failure(f"There is no test {word}.")
        result.append(word)
    return result if has_path else [*result, ADDON_PATH]
