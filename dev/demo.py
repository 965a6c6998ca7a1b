"""The demonstration: a company that works with the addon, in a browser."""

import os

from . import databases, odoo_process, postgres
from .console import say, step
from .layout import PYTHON, addons, database
from .locks import locked
from .server import Server, first_free_port

LOGINS = (
    *("seller", "sales_manager", "center_lead", "office_lead"),
    *("engineer", "accountant", "hr", "mci_manager"),
)


def start():
    """Start the demonstration in the background and print its address."""
    with locked(database("demo-server")):
        server = Server("demo")
        # a port that cannot be had is told before the long steps, not after
        port = None if server.is_running() else first_free_port()
        name = prepare()
        if not server.is_running():
            with step("Starting Odoo"):
                server.start(name, port)
    print(f"\n    {server.url}\n")
    print(f"Log in as one of: {', '.join(LOGINS)} (the password is the login).")
    print("`make stop` ends it, `make demo-reset` starts the story again.")


def prepare():
    """Return the demo database: made if missing, upgraded if the addon changed."""
    name = database("demo")
    recipe = databases.addons_digest()
    if not databases.exists(name):
        databases.clone(databases.complete(), name)
    elif databases.made_from(name) != recipe:
        with step("Upgrading the demo database to the addon as it is now"):
            Server("demo").stop()
            names = ",".join(addons())
            # -i as well: a bridge may have come since
            odoo_process.run_once(name, "-i", names, "-u", names, log_name="upgrade")
    databases.label(name, recipe)
    return name


def reset():
    """Forget what was done in the demonstration; the next start is fresh."""
    Server("demo").stop()
    databases.drop(database("demo"))
    say("The demo database is gone; `make demo` makes it again")


def stop():
    """Stop Odoo, and the embedded PostgreSQL unless others use it."""
    if Server("demo").stop():
        say("Odoo is stopped")
    postgres.stop()


def shell():
    """Run Odoo's shell on the demo database; a script may come from stdin."""
    command = odoo_process.shell_command(prepare())
    os.execve(PYTHON, command, odoo_process.environment())
