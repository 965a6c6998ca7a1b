"""How the set-up talks: progress on stderr, failures as one sentence."""

import subprocess
import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """What went wrong and what to do about it, in one sentence for a person."""


def say(message):
    """Print one progress line (stdout stays free for results)."""
    print(f"==> {message}", file=sys.stderr, flush=True)


@contextmanager
def step(message):
    """Announce a step that may take long, and tell how long it took."""
    say(f"{message} ...")
    start = time.monotonic()
    yield
    say(f"{message}: done in {time.monotonic() - start:.0f} s")


def run(command, what, log, **kwargs):
    """Run a command quietly into the file `log`; fail with its last line."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        result = subprocess.run(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
            **kwargs,
        )
    if result.returncode:
        raise Failure(f"{what} failed: {_reason(log)} (whole output: {log}).")


def _reason(log):
    """Return the line of the log that says best why a command failed."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    lines = [line for line in lines if line]
    for line in lines:
        if "No space left on device" in line:
            return "the disk is full"
    errors = [line for line in lines if line.startswith(("E:", "ERROR", "npm error"))]
    return (errors or lines or ["no output"])[-1]
