"""The tools that need Node: prettier with its XML plugin, and eslint."""

import shutil

from .console import Failure, run, step
from .layout import DEV, ESLINT, LOGS, NODE, ODOO_PACKAGES, digest
from .locks import fresh_folder, is_stamped, locked


def ensure():
    """Have prettier in `.local/node` and eslint in `.local/eslint`."""
    _ensure(NODE, DEV / "node")
    _ensure(ESLINT, DEV / "eslint")


def _ensure(target, source):
    stamp = digest(source)
    with locked(target.name):
        if is_stamped(target, stamp):
            return
        for program in ("node", "npm"):
            if not shutil.which(program):
                raise Failure(
                    f"The program {program} is missing: prettier and eslint, which "
                    "check XML and JavaScript, need Node 20: "
                    "apt-get install nodejs npm."
                )
        with (
            step(f"Installing the tools of {source.name}"),
            fresh_folder(target, stamp) as folder,
        ):
            shutil.copytree(source, folder, dirs_exist_ok=True)
            run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                "Installing tools of Node (npm)",
                LOGS / "npm.log",
                cwd=folder,
            )


def prettier(*arguments):
    """Return the command line of prettier with the XML plugin."""
    modules = NODE / "node_modules"
    return [
        *("node", modules / "prettier" / "bin" / "prettier.cjs"),
        *("--plugin", modules / "@prettier" / "plugin-xml" / "src" / "plugin.js"),
        *arguments,
    ]


def eslint(*arguments):
    """Return the command line of eslint with the rules of Odoo's own lint tests."""
    addons = ODOO_PACKAGES / "odoo" / "addons"
    return [
        *("node", ESLINT / "node_modules" / "eslint" / "bin" / "eslint.js"),
        *("--no-eslintrc", "-c", addons / "test_lint" / "tests" / "eslintrc"),
        *arguments,
    ]
