"""The commands themselves. Runs inside the virtual environment."""

import os
import subprocess
import sys

import psycopg2

from . import (
    addon_tests,
    benchmarks,
    databases,
    demo,
    lint,
    odoo_process,
    postgres,
    screenshots,
    system_tests,
    translations,
)
from .console import Failure
from .layout import PYTHON


def main(arguments):
    """Run the command that the first argument names, with the other arguments."""
    if not arguments or arguments[0] not in COMMANDS:
        print(_usage(), file=sys.stderr)
        return 2
    name, *rest = arguments
    try:
        if name not in WITHOUT_SERVER:
            postgres.ensure()
        return COMMANDS[name](*rest) or 0
    except subprocess.CalledProcessError as error:
        raise Failure(f"{name} failed: {error}") from None
    except psycopg2.OperationalError as error:  # a full disk, a server that went away
        reason = (str(error).strip().splitlines() or ["no answer"])[0]
        raise Failure(f"{name} failed, PostgreSQL says: {reason}.") from None


def _usage():
    """Return the list of commands."""
    lines = [
        f"  {name:16} {function.__doc__.splitlines()[0]}"
        for name, function in COMMANDS.items()
    ]
    return "\n".join(["python3 -m dev COMMAND ARGUMENTS", "", *lines])


def template():
    """Print the name of the template database (Odoo's addons, no demo data)."""
    print(databases.template())


def clone(source, target):
    """Copy a database: clone SOURCE TARGET (SOURCE: a name, or template, addon …)."""
    makers = {
        "template": databases.template,
        "addon": databases.addon,
        "story": databases.story,
        "bridged": databases.bridged,
        "complete": databases.complete,
    }
    source = makers[source]() if source in makers else source
    print(databases.clone(source, target))


def drop(*names):
    """Drop databases and their files: drop NAME ..."""
    for name in names:
        databases.drop(name)


def odoo(*arguments):
    """Run any Odoo command with the right configuration: odoo -d NAME -u ..."""
    os.execve(PYTHON, odoo_process.command(*arguments), odoo_process.environment())


def psql(*arguments):
    """Run psql on the project's server: psql -d NAME -c ..."""
    return subprocess.call(["psql", *arguments])


COMMANDS = {
    "template": template,
    "clone": clone,
    "drop": drop,
    "odoo": odoo,
    "psql": psql,
    "test-fast": addon_tests.run,
    "test-prepare": system_tests.prepare,
    "test-system": system_tests.run,
    "demo": demo.start,
    "demo-reset": demo.reset,
    "shell": demo.shell,
    "stop": demo.stop,
    "lint": lint.run,
    "format": lint.mend,
    "i18n": translations.update,
    "i18n-check": translations.check,
    "screenshots": screenshots.take,
    "bench": benchmarks.run,
}
WITHOUT_SERVER = {"stop", "lint", "format"}
