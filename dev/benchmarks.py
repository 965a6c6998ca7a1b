"""The measurements of bench/: ratios against Odoo without us, taken in one run."""

import subprocess

from . import databases
from .console import Failure
from .layout import CHECKOUT, PYTHON


def run(*scripts):
    """Measure: bench [bench/bench_x.py ...]; all of them by default."""
    scripts = scripts or sorted(
        str(path.relative_to(CHECKOUT)) for path in CHECKOUT.glob("bench/bench_*.py")
    )
    databases.addon()
    for script in scripts:
        if not (CHECKOUT / script).is_file():
            raise Failure(f"There is no measurement {script}.")
        module = script.removesuffix(".py").replace("/", ".")
        subprocess.run([PYTHON, "-m", module], cwd=CHECKOUT, check=True)
