"""Charging: collecting and posting hours, and the reports on them.

The floors: the ORM creating as many plain analytic lines, Odoo posting the same entry,
and the SQL that a report cannot do without.
"""

from dev import databases

from .charge_reports import OUTCOMES, REPORTS
from .measure import clones, expect, in_turns, medians, row, run
from .policy import POLICY
from .world import CHARGES, PEOPLE

MEMORY = 1024  # MB that the process stays below
LINES, DEALS = 50_000, 2_000
CHARGED = 1_000_000
TURNS = 3

SETTING_UP = (
    PEOPLE
    + CHARGES
    + """
center, teams = charging_world(persons=300, teams=50)
hours(center, teams, values["lines"], values["deals"])
env.cr.commit()
"""
)

# --- A month of hours ---------------------------------------------------------------

MONTH = """
import resource
env = env(user=env.ref("base.user_admin"))
env.user.group_ids += env.ref("account.group_account_manager")

def settle():
    statements = env["mci.statement"].generate("2029-12-01", "2029-12-31")
    statements.action_send()
    statements.sudo().filtered(lambda s: s.state == "sent")._do_accept("person")
    statements.action_post()
    env.flush_all()
    assert set(statements.mapped("state")) == {"posted"}, statements.mapped("state")
    assert sum(statements.mapped("charge_count")) == values["lines"]

def plain():
    plan = env["account.analytic.plan"].sudo().search([], limit=1)
    account = plan.account_ids.create({"name": "Bench", "plan_id": plan.id})
    for batch in range(0, values["lines"], 1000):
        lines = env["account.analytic.line"].create([{
            "name": "Bench", "account_id": account.id, "date": "2029-12-03",
            "unit_amount": 1.0, "amount": -100.0,
        } for _number in range(1000)])
        env.flush_all()
        lines.invalidate_recordset()

function = {"settle": settle, "plain": plain}[values["what"]]
seconds = undone(function)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
answer({"seconds": seconds, "memory": memory})
"""


def _measure_month():
    """Collecting, sending, accepting, posting against as many plain analytic lines."""
    source = databases.addon()
    sizes = {"once": LINES, "twice": 2 * LINES}
    with clones(once=source, twice=source, plain=databases.template()) as names:
        for side, lines in sizes.items():
            run(names[side], POLICY)
            run(names[side], SETTING_UP, lines=lines, deals=DEALS)
        found = {side: [] for side in names}
        for _turn in range(TURNS):
            for side, name in names.items():
                what = "plain" if side == "plain" else "settle"
                lines = sizes.get(side, LINES)
                found[side].append(run(name, MONTH, what=what, lines=lines))
    memory = {side: max(one["memory"] for one in found[side]) for side in sizes}
    for side, lines in sizes.items():
        expect(memory[side] < MEMORY, f"{lines:,} lines took {memory[side]} MB.")
    once, twice, plain = (medians(answers)["seconds"] for answers in found.values())
    what = f"Collecting and posting {LINES:,} hour lines of {DEALS:,} deals"
    return [
        row(
            f"{what} (at most {memory['once']} MB of memory)",
            once,
            plain,
            "creating as many plain analytic lines in batches, without the addon",
            1.0,
        ),
        row(
            f"Collecting and posting {2 * LINES:,} hour lines"
            f" (at most {memory['twice']} MB of memory)",
            twice,
            once,
            f"the same for {LINES:,}",
            2.2,
        ),
    ]


# --- One entry -----------------------------------------------------------------------

ENTRY = """
values_of_lines = [("Deal %s" % number, 100.0 + number) for number in range(40)]
if values["ours"]:
    env = env(user=env.ref("base.user_admin"))
    env.user.group_ids += env.ref("account.group_account_manager")
    statement = env["mci.statement"].search([("state", "=", "accepted")], limit=1)
    work = statement.action_post
else:
    plan = env["account.analytic.plan"].search([], limit=1)
    journal = env["account.journal"].create({
        "name": "Bench", "code": "BEN", "type": "general",
    })
    account = env["account.account"].create({
        "name": "Bench", "code": "698001", "account_type": "expense",
    })
    accounts = env["account.analytic.account"].create([
        {"name": name, "plan_id": plan.id} for name, _amount in values_of_lines
    ] + [{"name": "Center", "plan_id": plan.id}])
    env.flush_all()

    def work():
        total = sum(amount for _name, amount in values_of_lines)
        move = env["account.move"].create({
            "move_type": "entry", "journal_id": journal.id, "date": "2029-12-31",
            "line_ids": [(0, 0, {
                "name": "Bench", "account_id": account.id, "balance": amount,
                "quantity": 1.0, "analytic_distribution": {str(target.id): 100},
            }) for target, amount in zip(
                accounts, [amount for _name, amount in values_of_lines] + [-total],
            )],
        })
        move.with_context(validate_analytic=True)._post(soft=False)

answer(turns(3, post=work))
"""
ACCEPTED = """
env = env(user=env.ref("base.user_admin"))
statements = env["mci.statement"].generate("2029-12-01", "2029-12-31")
statements.action_send()
statements.sudo().filtered(lambda s: s.state == "sent")._do_accept("person")
statements.charge_ids.lead_id._mci_get_analytic_accounts()
env.cr.commit()
"""


def _measure_posting():
    """One statement of 40 deals against the same entry without the addon."""
    sides = {"plain": databases.template(), "ours": databases.addon()}
    with clones(**sides) as names:
        run(names["ours"], POLICY)
        run(names["ours"], SETTING_UP, lines=4_000, deals=DEALS)
        run(names["ours"], ACCEPTED)
        seconds = {
            side: in_turns({side: name}, ENTRY, TURNS, ours=side == "ours")[side]
            for side, name in names.items()
        }
    return [
        row(
            "Posting a statement of 40 deals",
            seconds["ours"]["post"],
            seconds["plain"]["post"],
            "creating and posting the same entry without the addon",
            1.3,
        )
    ]


# --- Reports ------------------------------------------------------------------------


def _measure_reports():
    with clones(reports=databases.addon()) as names:
        run(names["reports"], POLICY)
        run(names["reports"], SETTING_UP, lines=CHARGED, deals=20 * DEALS)
        run(names["reports"], PEOPLE + OUTCOMES)
        found = run(names["reports"], REPORTS)
    few, many = found["queries"]
    expect(many <= few, f"Explaining a price takes {few} queries, of a hundred {many}.")
    return [
        row(
            f"{name}, {CHARGED:,} charges",
            taken["ours"],
            taken["raw"],
            "the same by plain SQL",
            1.5,
        )
        for name, taken in found["seconds"].items()
    ]


def measure():
    return [
        *_measure_posting(),
        *_measure_month(),
        *_measure_reports(),
    ]
