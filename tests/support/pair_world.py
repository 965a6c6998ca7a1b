"""What two companies settled, month by month, for rights, races and kills."""

from . import shell, two_companies
from .clients import AccessDenied
from .races import at_once

# Statements by month; each test has its own. 1-2: rights, 3-7: races, 8-11: kills.
WORLD = """
journals = {
    "pair_2": company.company_2.mci_charge_journal_id.id,
    "pair": company.company.mci_charge_journal_id.id,
    "bills": env["account.journal"].search(
        [("company_id", "=", company.company_2.id), ("type", "=", "purchase")]).id,
}
states = {1: "accepted", 2: "posted", 3: "accepted", 4: "posted", 5: "posted",
          6: "posted", 7: "posted", 8: "accepted", 9: "posted", 10: "posted",
          11: "posted"}
statements = {month: company.settled(month, state) for month, state in states.items()}
answer({
    "statements": {month: s.id for month, s in statements.items()},
    "charges": {month: s.charge_ids.ids for month, s in statements.items()},
    "leads": {month: s.charge_ids.lead_id.ids for month, s in statements.items()},
    "journals": journals,
    "company": company.company.id,
    "company_2": company.company_2.id,
    "team": company.team.id,
    "pair": company.pair.id,
})
env.cr.commit()
"""
EVERYBODY = (
    *("accountant", "accountant_2", "controller", "controller_2", "manager_2"),
    *("seller_2b", "seller", "sales_manager", "engineer", "center_lead", "hr"),
    "mci_manager",
)
BOTH = ("controller", "controller_2")
ACCOUNTANTS = ("accountant", "accountant_2", *BOTH)


def make(database):
    """Settle it on the database; return the ids."""
    return shell.run(database, two_companies.script(WORLD))


def read_books(read, statement):
    """Return state of the statement, its entries by company and state, its invoicing.

    `read(model, domain, *fields)` reads with all rights.
    """
    [row] = read(
        "mci.statement", [("id", "=", statement)], "state", "company_invoice_id"
    )
    moves = read(
        "account.move",
        [("mci_statement_id", "=", statement)],
        *("company_id", "state", "reversed_entry_id", "mci_replaced_by_id"),
    )
    entries = [
        (
            move["company_id"][0],
            "mirror" if move["reversed_entry_id"] else "entry",
            move["state"],
        )
        for move in moves
    ]
    run = row["company_invoice_id"] and row["company_invoice_id"][0]
    return row["state"], sorted(entries), run


def able(call, names, model, method, ids=None, **arguments):
    """Who is not refused for his rights."""
    found = []
    for name in names:
        try:
            call(name, model, method, ids, **arguments)
        except AccessDenied:
            continue
        found.append(name)
    return tuple(found)


def fire(*calls):
    """All at one moment: each is done, or given up after its collisions."""
    outcome = at_once(*calls)
    assert not outcome.others, outcome.others
    assert len(outcome.failures) == outcome.exhausted, outcome.failures
    return outcome


def pair_of(world, *kinds):
    """The entries of both companies, posted."""
    return sorted(
        (company, kind, "posted")
        for company in (world["company"], world["company_2"])
        for kind in kinds
    )
