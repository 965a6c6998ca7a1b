"""The addons' own tests, run by pytest-odoo on clones of prepared databases: the main
addon without its bridges, the bridges all together."""

import os
import shlex
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from . import databases, odoo_process, postgres
from .console import Failure, step
from .layout import ADDON, CHECKOUT, PYTHON, RUN, addons, bridges, database

NOTHING_FOUND = 5  # pytest's exit code when no test was collected
# Two files of tests at once, each process on databases of its own: the tests need
# their time for Odoo and PostgreSQL beside them, so not one process per core.
PROCESSES = 2


def run(*selection):
    """Run addon tests: test-fast [PATH | -k EXPRESSION | any pytest option] ..."""
    words = [word for part in selection for word in shlex.split(part)]
    options, paths = _split(words)
    groups = (
        ("Addon tests", databases.addon, [ADDON]),
        ("Tests of the bridges", databases.bridged, bridges()),
    )
    codes = []
    for title, source, names in groups:
        mine = [path for path in paths if _addon_of(path) in names] if paths else names
        if mine:
            folders = [CHECKOUT / name for name in mine] if not paths else mine
            run_pytest = _run_pytest if paths else _run_side_by_side
            codes.append(run_pytest(title, source, [*options, *folders]))
    # nothing found in one group is fine if the other one had something
    found = [code for code in codes if code != NOTHING_FOUND]
    return next(filter(None, found), 0) if found else NOTHING_FOUND


def _run_pytest(title, source, words):
    with scratch_database(source) as name, step(title):
        return _call_pytest(name, words)


def _run_side_by_side(title, source, words):
    """Each process has the files of its database in a folder of its own: Odoo removes
    what its database does not know, and pytest-odoo would let them share one."""
    with (
        scratch_database(source) as name,
        TemporaryDirectory(prefix="files_", dir=RUN) as folder,
        step(title),
    ):
        parts = ["--dist", "loadfile"]
        for number in range(PROCESSES):
            data = Path(folder) / str(number)
            files = databases.filestore(name)
            if files.is_dir():
                shutil.copytree(files, data / "filestore" / name)
            config = odoo_process.config_file(data)
            parts += ["--tx", f"popen//env:ODOO_RC={config}"]
        return _call_pytest(name, [*parts, *words])


def _call_pytest(name, words):
    return subprocess.call(
        [
            *(PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-q"),
            *("-W", "ignore::DeprecationWarning", "--rootdir", RUN),
            f"--odoo-database={name}",
            "--odoo-http",
            *words,
        ],
        # not in the checkout: tests must import the addon as odoo.addons.…
        cwd=RUN,
        env={**odoo_process.environment(), "ODOO_RC": str(odoo_process.config_file())},
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


def _split(words):
    """Part pytest's options from test paths, which become absolute (they are relative
    to the checkout, to an addon, or to an addon's tests)."""
    options, paths = [], []
    roots = [CHECKOUT, *(CHECKOUT / name for name in addons())]
    roots += [CHECKOUT / name / "tests" for name in addons()]
    for index, word in enumerate(words):
        path, *rest = word.split("::")
        is_value = index and words[index - 1] in ("-k", "-m", "-n", "-p")
        found = [root / path for root in roots if (root / path).exists()]
        if found and not word.startswith("-") and not is_value:
            paths.append("::".join([str(found[0]), *rest]))
        elif word.endswith(".py") or "/" in word and not is_value:
            raise Failure(f"There is no test {word}.")
        else:
            options.append(word)
    return options, paths


def _addon_of(path):
    """Return the name of the addon that a test path lies in."""
    return Path(path.split("::")[0]).relative_to(CHECKOUT).parts[0]
