"""The virtual environment with Odoo's Python dependencies and the development tools."""

import subprocess
import sys

from .console import Failure, run, step
from .layout import DEV, LOGS, ODOO_PACKAGES, PYTHON, VENV, digest
from .locks import is_stamped

REQUIREMENTS = ("requirements-odoo.txt", "requirements-dev.txt", "constraints.txt")
# Added to an environment that is there already: bridges come and go.
BRIDGES = "requirements-bridges.txt"


def ensure():
    """Have the virtual environment in `.local/venv`, with Odoo importable in it."""
    stamp = digest(*(DEV / name for name in REQUIREMENTS)) + f" {ODOO_PACKAGES}"
    if not is_stamped(VENV, stamp):
        _make(stamp)
    _ensure_bridges()


def _make(stamp):
    with step("Installing the Python dependencies"):
        create(VENV)
        link_odoo(PYTHON)
        install(
            PYTHON,
            *("-r", DEV / "requirements-odoo.txt"),
            *("-r", DEV / "requirements-dev.txt"),
        )
        (VENV / ".stamp").write_text(stamp)


def _ensure_bridges():
    """Have what the bridges need beside Odoo."""
    stamp = digest(DEV / BRIDGES, DEV / "constraints.txt")
    done = VENV / ".bridges"
    if not done.exists() or done.read_text() != stamp:
        with step("Installing what the bridges need"):
            install(PYTHON, "-r", DEV / BRIDGES)
        done.write_text(stamp)


def create(folder):
    """Make an empty virtual environment."""
    if sys.version_info[:2] not in ((3, 10), (3, 11), (3, 12)):
        raise Failure(
            f"Odoo 19 needs Python 3.10 to 3.12, this is {sys.version.split()[0]}: "
            "name another one with `make PYTHON=python3.11 ...`."
        )
    if subprocess.run(
        [sys.executable, "-c", "import venv, ensurepip"],
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode:
        raise Failure(
            "This Python cannot make virtual environments: install the package "
            "python3-venv (apt-get install python3-venv)."
        )
    run(
        [sys.executable, "-m", "venv", "--clear", folder],
        "Making the virtual environment",
        LOGS / "venv.log",
    )


def link_odoo(python):
    """Make the unpacked Odoo importable, and visible to pip as installed."""
    site_packages = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        text=True,
    ).strip()
    with open(f"{site_packages}/odoo-19.pth", "w") as handle:
        handle.write(f"{ODOO_PACKAGES}\n")


def install(python, *arguments):
    """Install Python packages in a virtual environment, at the pinned versions."""
    run(
        [
            *(python, "-m", "pip", "install", "--no-input"),
            *("--disable-pip-version-check", "-c", DEV / "constraints.txt"),
            *arguments,
        ],
        "Installing Python packages (pip)",
        LOGS / "pip.log",
    )
