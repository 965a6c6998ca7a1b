"""Run measurements: python -m bench [bench/bench_x.py ...]; all of them by default."""

import importlib
import sys
import traceback
from pathlib import Path

from dev import postgres

from . import results


def main(scripts):
    """Run the scripts one after the other and save their rows; return the exit code."""
    postgres.ensure()
    everything = sorted(path.stem for path in results.FOLDER.glob("bench_*.py"))
    names = [Path(script).stem for script in scripts] or everything
    rows, failed = [], []
    for name in names:
        print(f"# {name}", flush=True)
        try:
            found = importlib.import_module(f"bench.{name}").measure()
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        rows += found
        print("".join(map(results.line, found)), flush=True)
    results.save(rows, complete=not scripts and not failed)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
