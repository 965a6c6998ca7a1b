"""Checks of the sources that need no database, and the tools that mend them."""

import subprocess

from . import node_env
from .console import Failure, say
from .layout import CHECKOUT, VENV, addons

PYTHON_FILES = (".",)
PRETTIER_FILES = ("**/*.xml", "static/**/*.{js,scss}")  # in each addon
# A bridge to an addon of the OCA takes over its license.
LICENSE = "LGPL-3"
LICENSES = {"mci_sales_support_timeline": "AGPL-3"}


def run():
    """Run all linters; tell all that failed, not only the first."""
    node_env.ensure()
    failed = [
        name for name, command in _linters().items() if not _passes(name, command)
    ]
    if failed:
        raise Failure(f"Lint failed: {', '.join(failed)} (`make format` mends layout).")
    say("Lint: all good")


def mend():
    """Format Python and XML, and mend what the tools can mend by themselves."""
    node_env.ensure()
    subprocess.call(_tool("ruff", "check", "--fix", "-q", *PYTHON_FILES), cwd=CHECKOUT)
    subprocess.call(_tool("ruff", "format", *PYTHON_FILES), cwd=CHECKOUT)
    # mends XML only; its remaining messages are `make lint`'s business
    subprocess.call(
        _tool("oca-checks-odoo-module", "--fix", *addons()),
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
    )
    subprocess.call(_prettier("--write", "--log-level", "warn"), cwd=CHECKOUT)


def _linters():
    """Return the command line of each linter, by name."""
    return {
        "ruff check": _tool("ruff", "check", *PYTHON_FILES),
        "ruff format": _tool("ruff", "format", "--check", *PYTHON_FILES),
        **{f"pylint-odoo {name}": _pylint(name) for name in addons()},
        "oca-checks-odoo-module": _tool("oca-checks-odoo-module", *addons()),
        "oca-checks-po": _tool("oca-checks-po", *_translations()),
        "prettier": _prettier("--check"),
        "eslint": node_env.eslint(
            "--no-error-on-unmatched-pattern",
            *(f"{name}/static/src/**/*.js" for name in addons()),
        ),
    }


def _passes(name, command):
    """Run one linter and show what it says only if it fails."""
    result = subprocess.run(
        command,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    say(f"{name}: {'failed' if result.returncode else 'ok'}")
    if result.returncode:
        print(result.stdout.strip(), flush=True)
    return result.returncode == 0


def _tool(name, *arguments):
    """Return the command line of a Python tool of the virtual environment."""
    return [VENV / "bin" / name, *arguments]


def _pylint(name):
    """Return the command line of pylint-odoo on one addon, its license checked."""
    allowed = LICENSES.get(name, LICENSE)
    return _tool("pylint", "--rcfile=.pylintrc", f"--license-allowed={allowed}", name)


def _prettier(*options):
    """Return the command line of prettier on our files."""
    files = [f"{name}/{pattern}" for name in addons() for pattern in PRETTIER_FILES]
    return node_env.prettier("--no-error-on-unmatched-pattern", *options, *files)


def _translations():
    """Return the translation files."""
    return sorted(
        path for name in addons() for path in (CHECKOUT / name / "i18n").glob("*.po*")
    )
