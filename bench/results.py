"""The results of all measurements: `results.json`, and the table made from it."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results.json"
README = FOLDER / "README.md"
BEGIN, END = "<!-- results: begin -->\n", "<!-- results: end -->\n"
HEADER = """
| what | ours | other | against | ratio | bar | |
| --- | ---: | ---: | --- | ---: | ---: | --- |
"""


def save(rows, complete):
    """Write the rows; those of an incomplete run replace the rows of their names."""
    if not complete and RESULTS.exists():
        new = {row["name"]: row for row in rows}
        kept = [new.pop(row["name"], row) for row in json.loads(RESULTS.read_text())]
        rows = [*kept, *new.values()]
    RESULTS.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    before, _begin, rest = README.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}{table(rows)}\n{END}{after}")


def table(rows):
    """Return the rows as a Markdown table."""
    return HEADER + "".join(map(line, rows))


def line(row):
    """Return one row as a line of the table, or of the screen."""
    ours, other = (_time(row[side]) for side in ("ours_s", "other_s"))
    bar = "" if row["bar"] is None else f"{row['bar']:.2f}"
    cells = row["name"], ours, other, row["other"], f"{row['ratio']:.2f}", bar
    return "| " + " | ".join([*cells, verdict(row)]) + " |\n"


def verdict(row):
    """Tell whether the bar is met, in a word."""
    if row["bar"] is None:
        return ""
    return "met" if row["ratio"] <= row["bar"] else "**above**"


def _time(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
