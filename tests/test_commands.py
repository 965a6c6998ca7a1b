"""What is missing is told in one sentence, with a non-zero exit and no trace."""

import os
import socket
import subprocess

import pytest

from dev.layout import CHECKOUT, PYTHON
from dev.server import Server


def _demo(**variables):
    """Run `make demo` with other variables; return exit code and what it complains."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("PG") and key != "MCI_EMBEDDED_PG"
    }
    result = subprocess.run(
        [PYTHON, "-m", "dev", "demo"],
        env={**environment, **variables},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return result.returncode, result.stderr.strip().splitlines()


def _taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield {"PORT": str(other.getsockname()[1])}, "is taken"


def _other(variables, sentence):
    yield variables, sentence


CASES = {
    "port taken": _taken,
    "no port": lambda: _other({"PORT": "eighty"}, "PORT is a number"),
    "no such server": lambda: _other(
        {"PGHOST": "127.0.0.1", "PGPORT": "1", "PGUSER": "odoo"}, "does not answer"
    ),
    "no network name": lambda: _other(
        {"PGHOST": "no-such-host.invalid"}, "does not answer"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_sentence(case):
    """Non-zero, one line, no trace, and at once."""
    if "port" in case and Server("demo").is_running():
        pytest.skip("The demo runs and has its port already: `make stop`.")
    for variables, sentence in CASES[case]():
        code, lines = _demo(**variables)
        assert code == 1
        assert len(lines) == 1, lines
        assert sentence in lines[0]


def test_server_of_the_user():
    """A server that PGHOST names is used as it is."""
    script = (
        "from dev import postgres; postgres.ensure();"
        "print(postgres.is_external());"
        "connection = postgres.connect('postgres');"
        "print(connection.__enter__().info.dbname)"
    )
    environment = {**os.environ}
    environment.pop("MCI_EMBEDDED_PG", None)
    answer = subprocess.run(
        [PYTHON, "-c", script],
        env=environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert answer == ["True", "postgres"]
