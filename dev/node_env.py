"""Prettier with its XML plugin, for the views: the one tool that needs Node."""

import shutil

from .console import Failure, run, step
from .layout import DEV, LOGS, NODE, digest
from .locks import fresh_folder, is_stamped, locked


def ensure():
    """Have prettier in `.local/node`."""
    stamp = digest(DEV / "node")
    with locked("node"):
        if is_stamped(NODE, stamp):
            return
        for program in ("node", "npm"):
            if not shutil.which(program):
                raise Failure(
                    f"The program {program} is missing: prettier, which checks the "
                    "XML files, needs Node 20 (apt-get install nodejs npm)."
                )
        with step("Installing prettier"), fresh_folder(NODE, stamp) as folder:
            shutil.copytree(DEV / "node", folder, dirs_exist_ok=True)
            run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                "Installing prettier (npm)",
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
