"""The addon's checks of a whole database, on a database seen from outside."""

import importlib.util
import sys
from decimal import Decimal

import psycopg2.extras

from dev import postgres
from dev.layout import ADDON, CHECKOUT

NAME = "mci_invariants"


def _load():
    """Import the checks by their path: the addon itself only loads inside Odoo."""
    if NAME not in sys.modules:
        folder = CHECKOUT / ADDON / "tests" / "invariants"
        spec = importlib.util.spec_from_file_location(
            NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    return sys.modules[NAME]


def fetch_from(database):
    """Return `fetch(query)`: rows of a query on the database as dictionaries."""

    def fetch(query):
        factory = psycopg2.extras.RealDictCursor
        with (
            postgres.connect(database) as connection,
            connection.cursor(cursor_factory=factory) as cursor,
        ):
            cursor.execute(query)
            return [
                {name: _number(value) for name, value in row.items()}
                for row in cursor.fetchall()
            ]

    return fetch


def _number(value):
    """Return a figure as Odoo reads it."""
    return float(value) if isinstance(value, Decimal) else value


def find(database):
    """Return sentences about what breaks an invariant now."""
    return _load().find(fetch_from(database))


def memory():
    """Return what remembers frozen charges and statements: `look(fetch)`."""
    return _load().Memory()
