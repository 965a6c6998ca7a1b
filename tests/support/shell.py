"""Scripts in Odoo's shell of a database, and what they answer."""

import json
import subprocess
from pathlib import Path

from dev import odoo_process

MARK = "answer:"
PROLOGUE = """
import json as _json
values = _json.loads({values!r})
def answer(value):
    print({mark!r} + _json.dumps(value, default=str))
"""


def run(database, script, **values):
    """Run a script, text or path, in Odoo's shell and return its answer.

    The script finds `env`, the dictionary `values` (JSON-able) and the function
    `answer(value)`. What it writes is kept only if it calls `env.cr.commit()`.
    """
    source = script.read_text() if isinstance(script, Path) else script
    prologue = PROLOGUE.format(values=json.dumps(values), mark=MARK)
    result = subprocess.run(
        odoo_process.shell_command(database),
        input=f"{prologue}\n{source}",
        capture_output=True,
        text=True,
        env=odoo_process.environment(),
        cwd=odoo_process.RUN,
        timeout=600,
        check=False,
    )
    if result.returncode:
        raise AssertionError(f"The script failed: {result.stderr[-4000:]}")
    answers = [
        line.removeprefix(MARK)
        for line in result.stdout.splitlines()
        if line.startswith(MARK)
    ]
    return json.loads(answers[-1]) if answers else None
