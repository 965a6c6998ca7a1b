"""The measurements of bench/: ratios against peers and floors, taken in one run."""

import subprocess

from . import databases
from .console import Failure
from .layout import CHECKOUT, PYTHON


def run(*scripts):
    """Measure: bench [bench/bench_x.py ...]; all of them by default."""
    for script in scripts:
        if not (CHECKOUT / script).is_file():
            raise Failure(f"There is no measurement {script}.")
    databases.addon()
    return subprocess.call([PYTHON, "-m", "bench", *scripts], cwd=CHECKOUT)
