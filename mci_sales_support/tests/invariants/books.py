"""The books say what the statements say: entries, analytic items, hours (4)."""

from collections import defaultdict

from . import documents

# Mirrors that an inter-company document made belong to that document.
ENTRIES = """
SELECT move.id, move.state, move.company_id, move.reversed_entry_id,
       move.mci_statement_id AS statement_id, move.name
  FROM account_move move
  LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id
 WHERE move.mci_statement_id IS NOT NULL AND move.mci_replaced_by_id IS NULL
   AND origin.mci_replaced_by_id IS NULL
"""
STATEMENTS = """
SELECT s.id, s.name, s.state, s.company_id, s.payer_company_id, s.move_id,
       s.counterpart_move_id, s.reversal_move_id, s.counterpart_reversal_move_id,
       project.account_id AS unit_account
  FROM mci_statement s
  JOIN mci_delivery_center center ON center.id = s.center_id
  JOIN project_project project ON project.id = center.project_id
"""
CHARGES = """
SELECT statement_id, analytic_account_id AS account_id, move_line_id,
       COALESCE(payer_distribution_key, '') AS key,
       SUM(amount) AS amount, SUM(payer_amount) AS payer_amount, SUM(hours) AS hours
  FROM mci_charge WHERE state IN ('posted', 'reversed')
 GROUP BY 1, 2, 3, 4
"""
# Odoo keeps the plans beside the Project plan as x_plan<id>_id.
PLAN_COLUMNS = r"""
SELECT attname AS name FROM pg_attribute
 WHERE attrelid = 'account_analytic_line'::regclass AND NOT attisdropped
   AND (attname = 'account_id' OR attname ~ '^x_plan\d+_id$')
"""
ITEMS = """
SELECT item.move_id, line.amount, line.unit_amount AS hours,
       ARRAY[{accounts}] AS accounts
  FROM account_analytic_line line
  JOIN account_move_line item ON item.id = line.move_line_id
  JOIN account_move move ON move.id = item.move_id
 WHERE move.mci_statement_id IS NOT NULL
"""


def find(fetch):
    """Sentences about statements whose entries do not say the same."""
    columns = [row["name"] for row in fetch(PLAN_COLUMNS)]
    sentences = [
        sentence
        for statement in _read(fetch, columns)
        for sentence in _compare(statement)
    ]
    sentences += documents.find(fetch, columns)
    return [f"Invariant 4: {sentence}" for sentence in sentences]


def _read(fetch, columns):
    """Statements with their entries, charges and items."""
    entries, charges, items = (defaultdict(list) for _name in range(3))
    for row in fetch(ENTRIES):
        entries[row["statement_id"]].append(row)
    for row in fetch(CHARGES):
        charges[row["statement_id"]].append(row)
    # Each plan has a column of its own.
    accounts = ", ".join(f"line.{name}" for name in columns)
    for row in fetch(ITEMS.format(accounts=accounts)):
        items[row["move_id"]].append(row)
    for statement in fetch(STATEMENTS):
        statement["entries"] = entries[statement["id"]]
        statement["charges"] = charges[statement["id"]]
        statement["items"] = {
            entry["id"]: items[entry["id"]] for entry in statement["entries"]
        }
        yield statement


def _compare(statement):
    if statement["state"] not in ("posted", "reversed"):
        live = [e["name"] for e in statement["entries"] if e["state"] == "posted"]
        return [f"{statement['name']} is {statement['state']} with {live}"] * bool(live)
    return [
        f"{statement['name']}: {sentence}"
        for check in (_check_entries, _check_sides, _check_hours, _check_reversed)
        for sentence in check(statement)
    ]


def _check_entries(statement):
    """One live entry in the books of each company, the ones the statement names."""
    posted = {
        entry["id"]
        for entry in statement["entries"]
        if entry["state"] == "posted" and not entry["reversed_entry_id"]
    }
    named = {statement["move_id"], statement["counterpart_move_id"]} - {None}
    if posted != named:
        yield f"entries {sorted(posted)} are posted, {sorted(named)} are named"


def _payer_entry(statement):
    return statement["counterpart_move_id"] or statement["move_id"]


def _check_sides(statement):
    """Credited to the unit = charges; debited to each deal and cost center its own."""
    total = sum(row["amount"] for row in statement["charges"])
    unit = _sum(statement, statement["move_id"], statement["unit_account"], "amount")
    if statement["move_id"] and abs(total - unit) > 0.005:
        yield f"charges are {total}, the unit is credited {unit}"
    if not statement["move_id"] and any(_groups(statement).values()):
        yield f"charges are {total}, there is no entry"
    wanted = defaultdict(float)
    for row in statement["charges"]:
        for account in {
            row["account_id"],
            *map(int, filter(None, row["key"].split(","))),
        }:
            wanted[account] += float(row["payer_amount"])
    for account, amount in wanted.items():
        booked = _sum(statement, _payer_entry(statement), account, "amount")
        if account != statement["unit_account"] and abs(amount + booked) > 0.005:
            yield f"account {account} is charged {amount}, booked {booked}"


def _groups(statement):
    """What each line of the entry should come to."""
    totals = defaultdict(float)
    for row in statement["charges"]:
        totals[row["account_id"], row["key"]] += float(row["amount"])
    return {key: round(total, 2) for key, total in totals.items()}


def _sum(statement, move_id, account, name):
    return round(
        sum(
            float(item[name])
            for item in statement["items"].get(move_id, ())
            if account in item["accounts"]
        ),
        2,
    )


def _check_hours(statement):
    """Hours only move: what deals get, the unit gives."""
    hours = sum(
        float(item["hours"])
        for entry in statement["entries"]
        if entry["state"] == "posted"
        for item in statement["items"][entry["id"]]
    )
    if abs(hours) > 0.005:
        yield f"{hours} h were made out of nothing"


def _check_reversed(statement):
    """A reversed statement has left nothing on any account, no hour either."""
    if statement["state"] != "reversed":
        return
    totals = defaultdict(lambda: [0.0, 0.0])
    for entry in statement["entries"]:
        for item in statement["items"][entry["id"]]:
            for account in filter(None, item["accounts"]):
                totals[account][0] += float(item["amount"])
                totals[account][1] += float(item["hours"])
    for account, (amount, hours) in totals.items():
        if abs(amount) > 0.005 or abs(hours) > 0.005:
            yield f"account {account} keeps {amount:.2f} and {hours:.2f} h"
