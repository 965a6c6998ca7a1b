"""Starting and stopping an Odoo server in the background."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import psutil

from . import odoo_process
from .console import Failure
from .layout import CHECKOUT, PYTHON, RUN
from .odoo_process import log_problems

START_SECONDS = 120
FIRST_PORT = 8069


class Server:
    """An Odoo server with several workers on one database of this checkout."""

    def __init__(self, name, workers=4):
        self.name = name
        self.workers = workers
        self.log = RUN / f"{name}.log"
        self.state = RUN / f"{name}.pid"

    def is_running(self):
        """Tell whether the server was started and still lives."""
        return self.process() is not None

    @property
    def url(self):
        """Return the address of the running server."""
        return f"http://127.0.0.1:{self.state.read_text().split()[1]}"

    def start(self, database, port=None, options=()):
        """Start in the background and wait until it answers."""
        port = port or first_free_port()
        command = odoo_process.command(
            *("-d", database, f"--db-filter=^{database}$"),
            f"--workers={self.workers}",
            *options,
        )
        with self.log.open("w") as output:
            process = subprocess.Popen(
                [PYTHON, CHECKOUT / "dev" / "front.py", str(port), *command],
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd=RUN,
                env=odoo_process.environment(),
            )
        self.state.write_text(f"{process.pid} {port}")
        self._wait(process)

    def stop(self):
        """Stop the server; return whether there was one."""
        process = self.process()
        if process:
            children = process.children(recursive=True)
            process.send_signal(signal.SIGTERM)
            _, alive = psutil.wait_procs([process, *children], timeout=15)
            for survivor in alive:
                survivor.kill()
        self.state.unlink(missing_ok=True)
        return bool(process)

    def process(self):
        """Return the process of the server, if it is ours and alive."""
        try:
            process = psutil.Process(int(self.state.read_text().split()[0]))
            is_ours = any("front.py" in word for word in process.cmdline())
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return process if is_ours else None

    def _wait(self, process):
        """Wait until the server answers; fail with the reason if it ends instead."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/web/health", timeout=5).close()
                return
            except (OSError, urllib.error.URLError):
                time.sleep(0.2)
        reason = (log_problems(self.log) or ["no answer"])[-1]
        self.stop()
        raise Failure(f"Odoo did not start: {reason} (log: {self.log}).")


def first_free_port():
    """Return the port of the variable PORT, or the first free one from Odoo's own."""
    wanted = os.environ.get("PORT")
    if wanted and not (wanted.isdecimal() and 0 < int(wanted) < 65536):
        raise Failure(f"PORT is a number from 1 to 65535, not {wanted}.")
    ports = [int(wanted)] if wanted else range(FIRST_PORT, FIRST_PORT + 500)
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failure(f"Port {wanted or FIRST_PORT} is taken: choose another with PORT=...")
