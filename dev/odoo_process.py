"""Running Odoo: its configuration, one-off commands, and scripts in its shell."""

import os
import subprocess

from .console import Failure
from .layout import ADDON, CHECKOUT, DATA, LOGS, ODOO, PYTHON, RUN


def config_file(data=DATA):
    """Write and return the configuration file of this checkout.

    One for files in another folder lies in that folder.
    """
    options = {
        "data_dir": data,
        "addons_path": CHECKOUT if _has_addons() else "",
        "db_maxconn": 32,
        "http_interface": "127.0.0.1",
        "list_db": False,
        "limit_time_cpu": 600,
        "limit_time_real": 1200,
        "limit_memory_hard": 0,
        "limit_memory_soft": 0,
        "admin_passwd": "admin",
    }
    RUN.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {value}" for key, value in options.items() if value != ""]
    folder = RUN if data == DATA else data
    draft = folder / f"odoo.conf.{os.getpid()}"
    draft.write_text("[options]\n" + "\n".join(lines) + "\n")
    return draft.rename(folder / "odoo.conf")


def command(*arguments):
    """Return the command line of an Odoo command (subcommands first, if any)."""
    arguments = [str(argument) for argument in arguments]
    subcommand = []
    while arguments and not arguments[0].startswith("-"):
        subcommand.append(arguments.pop(0))
    program = [str(PYTHON), str(ODOO / "usr" / "bin" / "odoo")]
    return [*program, *subcommand, "-c", str(config_file()), *arguments]


def environment():
    """Return the environment of Odoo's processes."""
    # safe path: the current folder must not shadow Python or Odoo modules
    return {**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONSAFEPATH": "1"}


def run_once(database, *arguments, log_name):
    """Run Odoo until it stops by itself, its log checked for warnings."""
    log = LOGS / f"{database}-{log_name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        result = subprocess.run(
            command("-d", database, "--no-http", "--stop-after-init", *arguments),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment(),
            cwd=RUN,
            check=False,
        )
    problems = log_problems(log)
    if result.returncode or problems:
        reason = problems[0] if problems else f"exit code {result.returncode}"
        raise Failure(f"Odoo {log_name} on {database} failed: {reason} (log: {log}).")
    return log


def log_problems(log):
    """Return the warnings and errors of an Odoo log, but for those we know of."""
    marks = (" WARNING ", " ERROR ", " CRITICAL ")
    return [
        line
        for line in log.read_text(errors="replace").splitlines()
        if any(mark in line for mark in marks) and not _is_known(line)
    ]


def _is_known(line):
    """Tell whether a warning is about Odoo's own code, not about ours.

    Two tabs of a person tell his presence at once: Odoo logs it and tries again. A
    browser that leaves says so on a websocket that its server has just given up: a
    closing frame, 0x88, where gevent expects a request.
    """
    presence = " odoo.addons.bus.websocket: could not serialize access " in line
    farewell = " longpolling: " in line and r"Got command='\x88" in line
    return presence or farewell or " py.warnings: " in line and ADDON not in line


def run_script(database, script, capture=False):
    """Run a Python script in Odoo's shell; return its output if asked to capture."""
    result = subprocess.run(
        shell_command(database),
        input=script,
        text=True,
        stdout=subprocess.PIPE if capture else None,
        env=environment(),
        cwd=RUN,
        check=False,
    )
    if result.returncode:
        raise Failure(f"A script in the Odoo shell of {database} failed (see above).")
    return result.stdout


def shell_command(database):
    """Return the command line of Odoo's shell on a database, its log kept quiet."""
    return command(
        *("shell", "-d", database, "--no-http", "--log-level", "warn"),
        *("--shell-interface", "python"),
    )


def _has_addons():
    """Tell whether the checkout holds the addon (Odoo refuses a path without one)."""
    return (CHECKOUT / ADDON / "__manifest__.py").is_file()
