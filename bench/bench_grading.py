"""Grading 100,000 leads when a policy comes into force.

The floor is one `write` of a plain stored field on the same leads, in batches as large
as ours. Both run in processes of their own: the memory of each is its own.
"""

from dev import databases

from .bench_install import fill
from .measure import clones, expect, row, run
from .policy import POLICY

LEADS = 100_000
TURNS = 3
MEMORY = 1024  # MB that the process stays below

WORK = """
import resource
leads = env["crm.lead"].search([], order="id")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def grade():
    env["crm.lead"]._mci_regrade_company(env.company)

def write():
    for batch in range(0, len(leads), 1000):
        part = env["crm.lead"].browse(leads.ids[batch:batch + 1000])
        part.write({"referred": "Bench"})
        part.flush_recordset()
        part.invalidate_recordset()

function = {"grade": grade, "write": write}[values["what"]]
seconds = undone(function)
env.cr.execute("SELECT count(*) FROM crm_lead WHERE mci_grade_id IS NOT NULL")
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
answer({"seconds": seconds, "memory": memory})
"""


def measure():
    """Compare in turns, each in a process of its own."""
    with clones(grading=databases.addon()) as names:
        fill(names["grading"], LEADS)
        run(names["grading"], POLICY.replace("policy.action_activate()", _QUIET))
        found = {"grade": [], "write": []}
        for _turn in range(TURNS):
            for what, answers in found.items():
                answers.append(run(names["grading"], WORK, what=what))
    memory = max(answer["memory"] for answer in found["grade"])
    print(f"  memory while grading: {memory} MB")
    expect(memory < MEMORY, f"Grading took {memory} MB of memory.")
    seconds = {
        what: sorted(answer["seconds"] for answer in answers)[TURNS // 2]
        for what, answers in found.items()
    }
    return [
        row(
            f"Grading {LEADS:,} leads (at most {memory} MB of memory)",
            seconds["grade"],
            seconds["write"],
            "one write of a plain field on them, in batches",
            1.0,
        )
    ]


# In force without grading anybody yet.
_QUIET = "policy._mci_unlock().write({'state': 'active'})"
