"""One optimization in a process of its own: the web server stays free.

    python -m tools.worker FOLDER PLANNER

reads ``problem.json`` in the folder, writes ``progress.json`` about once a second, ends
early when a file ``stop`` appears, and writes ``result.json``. It knows neither Odoo
nor the database. ``PLANNER`` is the path of the planner of the main addon.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

from .optimize import optimize


def load_planner(path):
    spec = importlib.util.spec_from_file_location("planner", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["planner"] = module
    spec.loader.exec_module(module)
    return module


def write(path, content):
    """All of it or nothing: the reader may look at any moment."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(content))
    draft.replace(path)


def main(folder, planner_path):
    begin = time.monotonic()
    planner = load_planner(planner_path)
    problem = json.loads((folder / "problem.json").read_text())
    capacity = problem["capacity"]
    jobs = [
        [
            planner.Option(value, person, tuple(map(tuple, uses)))
            for value, person, uses in options
        ]
        for options in problem["jobs"]
    ]
    stop = folder / "stop"
    core = planner.plan(capacity, jobs, tick=lambda _share: not stop.exists())

    def report(share, value, bound):
        progress = {"share": share, "value": value, "bound": bound}
        write(folder / "progress.json", progress)
        return not stop.exists()

    # The limit is that of the whole: reading and the first plan took some of it.
    left = problem["seconds"] - (time.monotonic() - begin)
    found = optimize(capacity, jobs, core.chosen, problem["axis"], left, report)
    planner.verify(capacity, jobs, found.chosen)
    write(
        folder / "result.json",
        {
            "chosen": found.chosen,
            "value": found.value,
            "core_value": core.value,
            "greedy_value": core.greedy_value,
            "moves": core.moves,
            "bound": found.bound,
            "status": found.status,
        },
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
