"""The commands behind the Makefile: `python3 -m dev COMMAND`.

The first part of a run needs only Python itself: it has Odoo unpacked and the virtual
environment made. Then the command starts again inside that environment.
"""

import errno
import os
import shutil
import sys

from . import odoo_source, python_env
from .console import Failure
from .layout import LOCAL, PYTHON, VENV
from .locks import locked

FREE_SPACE = 4  # GB that a first set-up needs


def main(arguments):
    """Run one command and return the exit code."""
    try:
        if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
            set_up()
            os.execv(PYTHON, [str(PYTHON), "-m", "dev", *arguments])
        from . import commands

        return commands.main(arguments)
    except Failure as failure:
        print(failure, file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted; the next start goes on from here.", file=sys.stderr)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("The disk is full.", file=sys.stderr)
    return 1


def set_up():
    """Have Odoo and the virtual environment."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    with locked("set-up"):
        if not PYTHON.exists():
            _check_space()
        odoo_source.ensure()
        python_env.ensure()


def _check_space():
    free = shutil.disk_usage(LOCAL).free / 1e9
    if free < FREE_SPACE:
        raise Failure(
            f"The set-up needs {FREE_SPACE} GB of disk, but {LOCAL} has {free:.1f} GB."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
