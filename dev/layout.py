"""Where things are: the checkout, its ignored folder, and the names made from them."""

import ast
import hashlib
import os
from pathlib import Path

ADDON = "mci_sales_support"
CHECKOUT = Path(__file__).resolve().parent.parent
ADDON_PATH = CHECKOUT / ADDON
DEV = CHECKOUT / "dev"

# Everything that is downloaded or made lives here. Several checkouts (git worktrees)
# may share one such folder by setting MCI_LOCAL.
LOCAL = Path(os.environ.get("MCI_LOCAL") or CHECKOUT / ".local").resolve()
ODOO = LOCAL / "odoo"
ODOO_PACKAGES = ODOO / "usr" / "lib" / "python3" / "dist-packages"
VENV = LOCAL / "venv"
PYTHON = VENV / "bin" / "python"
NODE = LOCAL / "node"
ESLINT = LOCAL / "eslint"
POSTGRES = LOCAL / "postgres"
DATA = LOCAL / "data"
LOGS = LOCAL / "log"

# Names of one checkout: worktrees that share a PostgreSQL server must not collide.
CHECKOUT_ID = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:6]
RUN = LOCAL / "run" / CHECKOUT_ID


def bridges():
    """Return the names of the addons beside the main one, found by their manifests."""
    manifests = CHECKOUT.glob(f"{ADDON}_*/__manifest__.py")
    return sorted(path.parent.name for path in manifests)


def addons():
    """Return the names of all addons of the checkout, the main one first."""
    return [ADDON, *bridges()]


def manifest(name):
    """Return the manifest of an addon of the checkout."""
    return ast.literal_eval((CHECKOUT / name / "__manifest__.py").read_text("utf-8"))


def database(purpose):
    """Return the name of this checkout's database for a purpose."""
    return f"mci_{CHECKOUT_ID}_{purpose}"


def digest(*paths):
    """Return a short hash of the contents of files and folders."""
    result = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                result.update(str(file.relative_to(path.parent)).encode() + b"\0")
                result.update(file.read_bytes() + b"\0")
    return result.hexdigest()[:12]
