"""A running Odoo on a database of its own, and its clients."""

import os
import re
import threading
from pathlib import Path

import psutil

from dev import databases
from dev.front import free_port
from dev.layout import ADDON, RUN, database
from dev.odoo_process import log_problems
from dev.server import Server

from . import shell
from .clients import Json2, WebSession

# What Odoo logs when it refuses a user, and when transactions collide and it tries
# again: tests provoke both, and look at the answers. Debian's wkhtmltopdf is a plain
# one that leaves out headers.
EXPECTED = (
    r" WARNING .* odoo\.http: ",
    r" (WARNING|ERROR) .* odoo\.addons\.base\.models\.ir_rule: ",
    r" ERROR .* odoo\.sql_db: bad query: ",
    r" WARNING .*ir_actions_report: wkhtmltopdf: The switch .* unpatched qt",
)
KEYS = """
from datetime import datetime, timedelta
until = datetime.now() + timedelta(days=1)
keys = {}
for user in env["res.users"].search([("share", "=", False)]):
    api_keys = env["res.users.apikeys"].with_user(user).sudo()
    keys[user.login] = api_keys._generate("rpc", "tests", until)
env.cr.commit()
answer(keys)
"""


def scratch_name(purpose):
    """Return a database name that later runs can tell is of a run that ended."""
    return database(f"test_{os.getpid()}_{purpose}")


class System:
    """An Odoo server with several workers on one database."""

    def __init__(self, name, workers=3):
        self.database = name
        self.server = Server(f"server-{name}", workers=workers)
        self.expected = list(EXPECTED)
        self._keys = {}
        self._lock = threading.Lock()

    def start(self, options=()):
        """Start on a free port of its own; crons do not run by themselves."""
        options = ("--max-cron-threads=0", *options)
        self.server.start(self.database, port=free_port(), options=options)

    def stop(self):
        """Stop the server; return what its log complains about."""
        self.server.stop()
        problems = self.problems()
        if not problems:
            self.server.log.unlink(missing_ok=True)
        return problems

    @property
    def url(self):
        """Return the address of the server."""
        return self.server.url

    def json2(self, login):
        """Return a JSON-2 client with an API key of the user."""
        with self._lock:  # tests of races ask for clients in several threads
            if login not in self._keys:
                self._keys = shell.run(self.database, KEYS)
        return Json2(self.url, self._keys[login])

    def web_session(self, login, password=None):
        """Return a web client's session; the password is the login by default."""
        return WebSession(self.url, self.database, login, password or login)

    def expect(self, pattern):
        """Accept log lines of a failure that a test provokes."""
        self.expected.append(pattern)

    def problems(self):
        """Return warnings, errors and tracebacks of ours in the log."""
        expected = re.compile("|".join(self.expected))
        found = [
            line for line in log_problems(self.server.log) if not expected.search(line)
        ]
        text = self.server.log.read_text(errors="replace")
        found += [
            block.strip().splitlines()[-1]
            for block in re.findall(r"Traceback .*?(?=\n\d{4}-)", text, re.DOTALL)
            if f"{ADDON}/" in block and not expected.search(block)
        ]
        return found

    def workers(self):
        """Return the processes that answer HTTP requests, oldest first."""
        [odoo] = self.server.process().children()
        return [child for child in odoo.children() if "gevent" not in child.cmdline()]


def stop_leftovers():
    """Stop servers of test runs that were killed."""
    for state in Path(RUN).glob(f"server-{database('test_')}*.pid"):
        process = state.name.partition("_test_")[2].split("_")[0]
        if not (process.isdigit() and psutil.pid_exists(int(process))):
            Server(state.stem).stop()


def copy(source, purpose):
    """Clone a prepared database under a name of this run."""
    return databases.clone(source, scratch_name(purpose))
