"""The databases: one template of the dependencies, and clones of it.

    mci_template_<hash>       the addons we depend on, no demo data; shared
    mci_<checkout>_addon      + our addon, no demo data: addon tests run on clones
    mci_<checkout>_story      + our addon with its demo data: the tests of the story
    mci_broad_<hash>          the template + what the bridges need of others; shared
    mci_<checkout>_bridged    + our addon and its bridges, no demo data
    mci_<checkout>_complete   the story + the bridges: the demo is a clone

A comment on each database holds what it was made from, so that it is made again
when that changes. Runs inside the virtual environment.
"""

import hashlib
import shutil
import time

import psycopg2
from psycopg2 import sql

from . import odoo_process, odoo_source, postgres
from .console import Failure, step
from .layout import (
    ADDON,
    ADDON_PATH,
    CHECKOUT,
    DATA,
    DEV,
    addons,
    bridges,
    database,
    digest,
    manifest,
)
from .locks import locked

DEPENDENCIES = ("crm", "hr_timesheet", "hr_skills", "account", "project_account")
LANGUAGES = "en_US,zh_CN"  # the first one is that of new users


def template():
    """Return the template database of the dependencies, made if it is missing."""
    recipe = " ".join(
        [odoo_source.version(), *DEPENDENCIES, LANGUAGES, digest(_PREPARE)]
    )
    name = "mci_template_" + hashlib.sha256(recipe.encode()).hexdigest()[:8]
    with locked("template"):
        if not _is_made_from(name, recipe):
            with step("Building the template database of Odoo's own addons"):
                with _replacing(name, recipe) as draft:
                    odoo_process.run_once(
                        draft,
                        *("-i", ",".join(DEPENDENCIES), "--load-language", LANGUAGES),
                        log_name="install",
                    )
                    odoo_process.run_script(draft, _PREPARE.read_text())
    return name


_PREPARE = DEV / "prepare_template.py"


def addon():
    """Return the database with our addon installed without demo data."""
    return _with_addon("addon", demo=False)


def story():
    """Return the database with our addon installed with its demo data."""
    return _with_addon("story", demo=True)


def bridged():
    """Return the database with our addon and all its bridges, without demo data."""
    base = broad()
    name = database("bridged")
    recipe = f"{base} {addons_digest()}"
    with locked(name):
        if not _is_made_from(name, recipe):
            with step(f"Installing {ADDON} and its bridges"):
                with _replacing(name, recipe) as draft:
                    clone(base, draft)
                    odoo_process.run_once(
                        draft, "-i", ",".join(addons()), log_name="install"
                    )
    return name


def complete():
    """Return the database with the story and all bridges."""
    base = story()
    name = database("complete")
    recipe = f"{made_from(base)} {addons_digest()}"
    with locked(name):
        if not _is_made_from(name, recipe):
            with step("Installing the bridges beside the demo data"):
                with _replacing(name, recipe) as draft:
                    clone(base, draft)
                    odoo_process.run_once(
                        draft, "-i", ",".join(addons()), log_name="install"
                    )
    return name


def broad():
    """Return the template with what the bridges need of others, made if missing."""
    base = template()
    others = sorted(
        {name for bridge in bridges() for name in manifest(bridge)["depends"]}
        - set(addons())
    )
    recipe = " ".join([base, *others])
    name = "mci_broad_" + hashlib.sha256(recipe.encode()).hexdigest()[:8]
    with locked("broad"):
        if not _is_made_from(name, recipe):
            with step("Installing what the bridges need"):
                with _replacing(name, recipe) as draft:
                    clone(base, draft)
                    if others:
                        odoo_process.run_once(
                            draft, "-i", ",".join(others), log_name="install"
                        )
    return name


def _with_addon(purpose, demo):
    """Return a clone of the template with this checkout's addon, made if outdated."""
    if not (ADDON_PATH / "__manifest__.py").is_file():
        raise Failure(f"There is no addon {ADDON} in this checkout.")
    base = template()
    name = database(purpose)
    recipe = f"{base} {addon_digest()}"
    with locked(name):
        if not _is_made_from(name, recipe):
            what = "with its demo data" if demo else "without demo data"
            with step(f"Installing {ADDON} {what}"):
                with _replacing(name, recipe) as draft:
                    clone(base, draft)
                    install_addon(draft, demo)
    return name


def addon_digest():
    """Return a hash of the main addon's files, but for its tests."""
    return _digest_of(ADDON)


def addons_digest():
    """Return a hash of the files of all our addons, but for their tests."""
    return "-".join(_digest_of(name) for name in addons())


def _digest_of(name):
    parts = [
        path
        for path in sorted((CHECKOUT / name).iterdir())
        if path.name not in ("tests", "readme", "__pycache__")
    ]
    return digest(*parts)


def install_addon(name, demo):
    """Install our addon; its demo data needs none of its dependencies' demo data."""
    if demo:
        _mark_demo(name, "state = 'installed'")
    odoo_process.run_once(name, "-i", ADDON, log_name="install")
    if demo:
        _check_demo(name)


def _mark_demo(name, where):
    """Tell Odoo which installed addons count as having their demo data.

    Odoo loads the demo data of an addon only if all its dependencies have theirs.
    """
    with postgres.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute(f"UPDATE ir_module_module SET demo = ({where})")


def _check_demo(name):
    """Fail if Odoo went on without our demo data; take the marks of others back."""
    with postgres.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT demo FROM ir_module_module WHERE name = %s", [ADDON])
        [loaded] = cursor.fetchone()
    _mark_demo(name, f"name = '{ADDON}'")
    if not loaded:
        raise Failure(f"Odoo did not load the demo data of {ADDON} into {name}.")


def exists(name):
    """Tell whether a database exists."""
    return _comment(name) is not None


def clone(source, target):
    """Make `target` a copy of `source`, its files included; replace an old one."""
    drop(target)
    with postgres.connect() as connection, connection.cursor() as cursor:
        _retried(
            cursor,
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(target), sql.Identifier(source)
            ),
        )
    if filestore(source).is_dir():
        shutil.copytree(filestore(source), filestore(target), dirs_exist_ok=True)
    return target


def drop(name):
    """Drop a database with its files, whoever is connected."""
    with postgres.connect() as connection, connection.cursor() as cursor:
        _retried(
            cursor,
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(name)
            ),
        )
    shutil.rmtree(filestore(name), ignore_errors=True)


def filestore(name):
    """Return the folder with the files of a database."""
    return DATA / "filestore" / name


def label(name, recipe):
    """Write down on a database what it was made from."""
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name)),
            [recipe],
        )


def made_from(name):
    """Return what a database was made from."""
    return _comment(name)


def _is_made_from(name, recipe):
    return _comment(name) == recipe


def _comment(name):
    """Return the comment on a database, or None if there is no such database."""
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '')"
            " FROM pg_database WHERE datname = %s",
            [name],
        )
        row = cursor.fetchone()
    return row and row[0]


class _replacing:
    """Build a database under a draft name; it takes its place when all went well."""

    def __init__(self, name, recipe):
        self.name, self.recipe, self.draft = name, recipe, f"{name}_draft"

    def __enter__(self):
        drop(self.draft)
        return self.draft

    def __exit__(self, kind, error, trace):
        if error:
            return
        drop(self.name)
        with postgres.connect() as connection, connection.cursor() as cursor:
            _retried(
                cursor,
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(self.draft), sql.Identifier(self.name)
                ),
            )
        if filestore(self.draft).is_dir():
            filestore(self.draft).rename(filestore(self.name))
        label(self.name, self.recipe)


def _retried(cursor, statement, seconds=20):
    """Run a statement that needs the database to itself, waiting for others."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return cursor.execute(statement)
        # the latter: PostgreSQL's own autovacuum is at work there
        except (psycopg2.errors.ObjectInUse, psycopg2.errors.InsufficientPrivilege):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
