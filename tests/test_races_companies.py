"""Two companies at one moment: rights over HTTP, races, kills; both sides or none (C6).

A call may lose: refused with a sentence, or given up after five collisions. One entry
without the other never comes.
"""

import pytest

from .support import pair_world, two_companies
from .support.clients import AccessDenied, ApiError
from .support.pair_world import ACCOUNTANTS, BOTH, EVERYBODY, able, fire, pair_of

DATABASE = "addon"
FEBRUARY = {"date_from": "2026-02-01", "date_to": "2026-02-28"}


@pytest.fixture(scope="module")
def world(database):
    """What was accepted and posted between both, and its ids."""
    return pair_world.make(database)


@pytest.fixture
def call(json2):
    """`call(name, model, method, …)`: over JSON-2 as that person."""

    def call(name, model, method, ids=None, **arguments):
        return json2(f"mci_{name}").call(model, method, ids, **arguments)

    return call


@pytest.fixture
def read(json2):
    """`read(model, domain, *fields)` with all rights."""

    def read(model, domain, *fields):
        return json2("admin").call(
            model,
            "search_read",
            domain=domain,
            fields=fields,
            order="id",
            context={"active_test": False},
        )

    return read


@pytest.fixture
def books(world, read):
    """`books(month)`: state of the statement, and its entries by company and state."""
    return lambda month: pair_world.read_books(read, world["statements"][str(month)])


# --- Rights over HTTP -----------------------------------------------------------------


def test_who_reads(world, call):
    """C6: agreement and invoicing are for accounting of both sides."""
    statement = world["statements"]["1"]
    fields = ["create_date"]
    readers = able(
        call, EVERYBODY, "mci.company.pair", "read", world["pair"], fields=fields
    )
    assert readers == (*ACCOUNTANTS, "mci_manager")
    readers = able(
        *(call, EVERYBODY, "mci.statement", "read", statement),
        fields=["payer_amount_total"],
    )
    assert readers == (*ACCOUNTANTS, "manager_2", "center_lead", "mci_manager")
    # the deals have no salesperson: whoever sells for the company that bears them
    charges = world["charges"]["1"]
    readers = able(call, EVERYBODY, "mci.charge", "read", charges, fields=["amount"])
    sales = ("manager_2", "seller_2b")
    others = ("engineer", "center_lead", "mci_manager")
    assert readers == (*ACCOUNTANTS, *sales, *others)


def test_who_agrees(world, call):
    """C6: an agreement binds both: only who works in both writes it or sets it up."""
    others = set(EVERYBODY) - set(BOTH)
    pair = "mci.company.pair"
    vals = {"company_id": world["company_2"], "payer_company_id": world["company"]}
    for method, ids, arguments in (
        ("action_setup", world["pair"], {}),
        ("write", world["pair"], {"vals": {"post_by": "provider"}}),
        ("create", None, {"vals_list": [vals]}),
    ):
        assert able(call, sorted(others), pair, method, ids, **arguments) == ()
    assert able(call, BOTH, pair, "action_setup", world["pair"]) == BOTH
    assert call("controller_2", pair, "create", vals_list=[vals])


def test_who_posts_corrects_and_moves_deals(world, call, read, books):
    """C6, C7: accountants of both post; the unit's corrects; both move a deal."""
    statement, charge = world["statements"]["1"], world["charges"]["1"]
    others = sorted(set(EVERYBODY) - set(BOTH))
    assert able(call, others, "mci.statement", "action_post", statement) == ()
    assert books(1)[:2] == ("accepted", [])
    call("controller", "mci.statement", "action_post", statement)
    assert books(1)[:2] == ("posted", pair_of(world, "entry"))
    assert able(call, others, "mci.statement", "action_reverse", statement) == ()
    no_correction = sorted({*others} - {"accountant"})
    wrong = {"reason": "Typing error", "hours": 6}
    assert (
        able(call, no_correction, "mci.charge", "action_correct", charge, **wrong) == ()
    )
    lead = world["leads"]["1"]
    move = {"company_id": world["company"], "reason": "Ours", "team_id": world["team"]}
    assert able(call, others, "crm.lead", "mci_change_company", lead, **move) == ()
    assert call("controller_2", "crm.lead", "mci_change_company", lead, **move) == 1
    rows = read(
        "mci.charge", [("corrected_charge_id", "in", charge)], "payer_company_id"
    )
    assert sorted(row["payer_company_id"][0] for row in rows) == sorted(
        [world["company"], world["company_2"]]
    )


def test_who_invoices(world, call, read):
    """C6: both make and cancel; each posts the document of his own company."""
    invoices, others = "mci.company.invoice", sorted(set(EVERYBODY) - set(ACCOUNTANTS))
    assert able(call, others, invoices, "generate", **FEBRUARY) == ()
    for name in ("accountant", "accountant_2"):
        assert call(name, invoices, "generate", **FEBRUARY) == []
    [run] = call("controller", invoices, "generate", **FEBRUARY)
    [row] = read(invoices, [("id", "=", run)], "invoice_id", "bill_id")
    invoice, bill = row["invoice_id"][0], row["bill_id"][0]
    readers = able(call, EVERYBODY, invoices, "read", run, fields=["amount_total"])
    assert readers == (*ACCOUNTANTS, "mci_manager")
    single = sorted(set(EVERYBODY) - set(BOTH))
    assert able(call, single, invoices, "action_cancel", run) == ()
    vals = {"is_cancelled": True}
    assert able(call, EVERYBODY, invoices, "write", run, vals=vals) == ()
    nobody = sorted(set(single) - {"accountant"})
    assert able(call, nobody, "account.move", "action_post", invoice) == ()
    nobody = sorted(set(single) - {"accountant_2"})
    assert able(call, nobody, "account.move", "action_post", bill) == ()
    call("accountant", "account.move", "action_post", invoice)
    call("accountant_2", "account.move", "action_post", bill)
    states = read("account.move", [("id", "in", [invoice, bill])], "state")
    assert [row["state"] for row in states] == ["posted", "posted"]


@pytest.mark.parametrize(
    ("model", "method", "arguments"),
    [
        ("mci.company.invoice", "generate", {"date_from": "x", "date_to": "y"}),
        ("mci.company.invoice", "generate", {"date_from": [1], "date_to": None}),
        ("crm.lead", "mci_change_company", {"company_id": "x", "reason": "r"}),
        ("crm.lead", "mci_change_company", {"company_id": 10**8, "reason": "r"}),
        ("crm.lead", "mci_change_company", {"company_id": 1, "reason": {"a": 1}}),
    ],
    ids=str,
)
def test_forged(world, call, model, method, arguments):
    """Wrong types and ids: a clear 4xx with a sentence."""
    ids = world["leads"]["3"] if model == "crm.lead" else None
    with pytest.raises(ApiError) as caught:
        call("controller", model, method, ids, **arguments)
    assert 400 <= caught.value.status < 500, caught.value
    assert caught.value.message and "Traceback" not in caught.value.message


def test_month_end_of_its_own_company(world, call):
    """The page reads by SQL: nobody opens it for a company that is not his."""
    vals = {"company_id": world["company"]}
    with pytest.raises(AccessDenied):
        call("accountant_2", "mci.month.end", "create", vals_list=[vals])
    [screen] = call("accountant_2", "mci.month.end", "create", vals_list=[{}])
    [row] = call(
        *("accountant_2", "mci.month.end", "read", screen),
        fields=["company_id", "is_between_companies", "pair_totals"],
    )
    assert row["company_id"][0] == world["company_2"]
    assert row["is_between_companies"]
    with pytest.raises(AccessDenied):
        call("accountant_2", "mci.month.end", "write", screen, vals=vals)


# --- At one moment --------------------------------------------------------------------


def test_posted_once_by_both(world, call, books):
    """The accountants of both companies post at once: one pair of entries."""
    statement = world["statements"]["3"]
    outcome = fire(
        *(
            lambda name=name: call(name, "mci.statement", "action_post", statement)
            for name in (*BOTH, *BOTH)
        )
    )
    assert outcome.results
    assert books(3)[:2] == ("posted", pair_of(world, "entry"))


def test_drafts_while_reversed(world, call, books):
    """One makes invoice and bill, the other reverses: one of them, never both."""
    statement = world["statements"]["4"]
    dates = {"date_from": "2026-04-01", "date_to": "2026-04-30"}
    fire(
        lambda: call("controller", "mci.company.invoice", "generate", **dates),
        lambda: call(
            "controller_2",
            "mci.statement",
            "action_reverse",
            statement,
            date="2026-04-30",
            reason="Wrong deal",
        ),
    )
    state, entries, run = books(4)
    if state == "reversed":
        assert not run
        assert entries == pair_of(world, "entry", "mirror")
    else:
        assert (state, entries) == ("posted", pair_of(world, "entry"))
        assert run


def test_reversed_once_from_both_sides(world, call, read, books):
    """One reverses the statement, the other Odoo's entry of his company: one pair."""
    statement = world["statements"]["5"]
    [entry] = read(
        "account.move",
        [("mci_statement_id", "=", statement), ("company_id", "=", world["company_2"])],
        "journal_id",
    )

    def by_odoo():
        context = {"active_model": "account.move", "active_ids": [entry["id"]]}
        vals = {"journal_id": entry["journal_id"][0], "date": "2026-05-31"}
        [wizard] = call(
            *("controller_2", "account.move.reversal", "create"),
            vals_list=[vals],
            context=context,
        )
        call(
            *("controller_2", "account.move.reversal", "refund_moves", wizard),
            context=context,
        )
        drafts = call(
            *("controller_2", "account.move", "search"),
            domain=[("reversed_entry_id", "=", entry["id"]), ("state", "=", "draft")],
        )
        if drafts:
            call("controller_2", "account.move", "action_post", drafts)

    fire(
        by_odoo,
        lambda: call(
            *("controller", "mci.statement", "action_reverse", statement),
            date="2026-05-31",
            reason="Wrong deal",
        ),
    )
    state, entries, _run = books(5)
    posted = [entry for entry in entries if entry[2] == "posted"]
    assert (state, posted) == ("reversed", pair_of(world, "entry", "mirror"))


def test_invoiced_once_and_both_documents_at_once(world, call, read, books):
    """Two make drafts at once: one run; both post at once: each replaced once."""
    dates = {"date_from": "2026-06-01", "date_to": "2026-06-30"}
    outcome = fire(
        *(
            lambda name=name: call(name, "mci.company.invoice", "generate", **dates)
            for name in BOTH
        )
    )
    made = [run for runs in outcome.results for run in runs]
    assert len(made) == 1
    [row] = read("mci.company.invoice", [("id", "in", made)], "invoice_id", "bill_id")
    documents = {"accountant": row["invoice_id"][0], "accountant_2": row["bill_id"][0]}
    outcome = fire(
        *(
            lambda name=name, move=move: call(name, "account.move", "action_post", move)
            for name, move in documents.items()
        )
    )
    assert len(outcome.results) + outcome.exhausted == 2
    for name, move in documents.items():
        [state] = read("account.move", [("id", "=", move)], "state")
        if state["state"] == "draft":
            call(name, "account.move", "action_post", move)
    assert books(6)[:2] == ("posted", pair_of(world, "entry", "mirror"))


def test_cancelled_while_posted(world, call, read, books):
    """The invoice is posted while the run is cancelled: one of them."""
    dates = {"date_from": "2026-07-01", "date_to": "2026-07-31"}
    [run] = call("controller", "mci.company.invoice", "generate", **dates)
    [row] = read("mci.company.invoice", [("id", "=", run)], "invoice_id")
    fire(
        lambda: call("accountant", "account.move", "action_post", row["invoice_id"][0]),
        lambda: call("controller_2", "mci.company.invoice", "action_cancel", run),
    )
    [after] = read(
        "mci.company.invoice", [("id", "=", run)], "is_cancelled", "invoice_state"
    )
    state, entries, left = books(7)
    if after["is_cancelled"]:
        assert after["invoice_state"] == "cancel"
        assert (state, entries, left) == ("posted", pair_of(world, "entry"), False)
    else:
        assert after["invoice_state"] == "posted"
        assert left == run
        assert (world["company"], "mirror", "posted") in entries


# --- The worker dies between the two sides --------------------------------------------


@pytest.mark.seconds(120)
def test_killed_between_the_entries(world, server, call, books):
    """C6: the first entry is posted, the worker dies: nothing; then both."""
    statement = world["statements"]["8"]

    def post():
        return call("controller", "mci.statement", "action_post", statement)

    two_companies.kill_at_row(
        server, "account_journal", world["journals"]["pair_2"], post
    )
    assert books(8)[:2] == ("accepted", [])
    post()
    assert books(8)[:2] == ("posted", pair_of(world, "entry"))


@pytest.mark.seconds(120)
def test_killed_between_the_reversals(world, server, call, books):
    """C7: one mirror is posted, the worker dies: nothing; then both."""
    statement = world["statements"]["9"]

    def reverse():
        return call(
            *("controller", "mci.statement", "action_reverse", statement),
            date="2026-09-30",
            reason="Wrong deal",
        )

    two_companies.kill_at_row(
        server, "account_journal", world["journals"]["pair_2"], reverse
    )
    assert books(9)[:2] == ("posted", pair_of(world, "entry"))
    reverse()
    assert books(9)[:2] == ("reversed", pair_of(world, "entry", "mirror"))


@pytest.mark.seconds(120)
def test_killed_between_invoice_and_bill(world, server, call, read, books):
    """C6: the invoice is made, the worker dies before the bill: nothing; then both."""
    dates = {"date_from": "2026-10-01", "date_to": "2026-10-31"}

    def make():
        return call("controller", "mci.company.invoice", "generate", **dates)

    two_companies.kill_at_row(
        server, "account_journal", world["journals"]["bills"], make
    )
    assert books(10)[2] is False
    assert not read("mci.company.invoice", [("date_from", "=", "2026-10-01")])
    assert len(make()) == 1
    assert books(10)[2]


@pytest.mark.seconds(120)
def test_killed_before_the_accrual_is_replaced(world, server, call, read, books):
    """C6: the invoice is posted, the worker dies before the mirror: a draft still."""
    dates = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
    [run] = call("controller", "mci.company.invoice", "generate", **dates)
    [row] = read("mci.company.invoice", [("id", "=", run)], "invoice_id")

    def post():
        return call("accountant", "account.move", "action_post", row["invoice_id"][0])

    two_companies.kill_at_row(
        server, "account_journal", world["journals"]["pair"], post
    )
    [after] = read("mci.company.invoice", [("id", "=", run)], "invoice_state")
    assert after["invoice_state"] == "draft"
    assert books(11)[:2] == ("posted", pair_of(world, "entry"))
    post()
    assert (world["company"], "mirror", "posted") in books(11)[1]
