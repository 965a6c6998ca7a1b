"""The demo story holds what it promises, whatever day it was told."""

import pytest

from .support import shell, story_facts

STATES = {
    "mci.request": "asked partly_filled filled refused expired withdrawn",
    "mci.booking": "requested held confirmed done refused cancelled",
    "mci.statement": "draft sent accepted posted reversed",
    "mci.charge": "open sent disputed accepted posted reversed",
    "mci.evaluation": "draft submitted published appealed final",
    "mci.credit": "agreed frozen released",
    "mci.promise": "made accepted rejected kept broken undeclared",
    "mci.signoff": "signed conditional",
    "mci.ownership": "offered active ended",
    "mci.grade.change": "requested approved",
    "mci.budget.change": "requested approved",
    "mci.presales.plan": "draft requested approved",
    "mci.budget.decision": "asked stopped",
    "mci.closing.account": "open closed",
    "mci.score.period": "draft frozen",
    "mci.grade.policy": "draft active",
    "mci.period": "open cutoff closed",
    "mci.grade.split": "open",
    "mci.partner.registration": "requested accepted",
    "mci.grade.simulation": "done",
    "mci.actual.price": "draft confirmed posted",
}
PEOPLE = (
    *("vp", "sales_manager", "sales_manager_far", "seller", "seller_2", "seller_far"),
    *("center_lead", "center_lead_2", "office_lead", "office_lead_far", "hotline"),
    *("engineer", "fatima", "wei", "tom", "grace", "luis", "diego", "nina", "ravi"),
    *("accountant", "hr", "mci_manager", "accountant_cn", "controller"),
)
CHINESE = {"wei", "manager_cn", "seller_cn"}


@pytest.fixture(scope="module")
def facts(story_database):
    """What the story's database holds, read in one go."""
    return shell.run(story_database, story_facts.FACTS)


@pytest.mark.parametrize("model", STATES)
def test_every_state_is_present(facts, model):
    """Screens, filters and journeys find each state of each document."""
    assert not set(STATES[model].split()) - set(facts["states"][model])


def test_all_grades(facts):
    """A pipeline with all grades."""
    assert set("ABCDE") <= set(facts["grades"])


def test_people(facts):
    """Everybody of the story logs in; one engineer and Shanghai work in Chinese."""
    assert not set(PEOPLE) - set(facts["logins"])
    others = {facts["logins"][login] for login in PEOPLE if login not in CHINESE}
    assert {facts["logins"][login] for login in CHINESE} == {"zh_CN"}
    assert others == {"en_US"}


def test_never_two_owners(facts):
    """Invariant 2."""
    assert facts["two_owners"] == []


def test_statement_is_the_sum_of_its_charges_and_of_its_entry(facts):
    """Invariant 4; a reversed statement keeps its charges and its entry."""
    for name, total, charges, entry in facts["sums"]:
        assert (name, round(charges, 2)) == (name, round(total, 2))
        assert (name, round(entry, 2)) == (name, round(total, 2))


def test_every_presales_hour_has_one_live_charge(facts):
    """Invariant 3."""
    assert facts["uncharged"] == []


def test_the_rules_are_kept(facts):
    """Invariants 1 and 6: capacity, hard budgets, primary credits; nothing ahead."""
    assert facts["overbooked"] == []
    assert facts["over_hard_budget"] == []
    assert facts["not_primary"] == []
    assert facts["in_future"] == []


def test_month_end_has_something_in_each_list(facts):
    """The accountant sees each kind of case; what a controller asks finds nothing."""
    controls = ("silent", "plan", "leaderless", "mail", "foreign", "earlier")
    counts = dict(facts["month_end"])
    assert [counts.pop(name) for name in controls] == [0] * len(controls)
    assert all(counts.values()), counts


def test_month_end_is_true(facts):
    """Provider = payer = ledger; arbiters, a correction that waits, opening charges."""
    assert facts["difference"] == [0.0, 0.0]
    assert facts["arbiters"] == ["vp"]
    assert facts["corrections"] == ["delta", "reversal"]
    assert facts["opening"] == [[3, 0]]


def test_two_companies(facts):
    """Shanghai pays in yuan: invoiced and posted, accrued, and one to be accepted."""
    told = facts["abroad"]
    assert told["currencies"] == [["USD"], ["CNY"]]
    assert sorted(told["states"]) == ["posted", "posted", "sent"]
    assert sorted(map(str, told["sides"])) == sorted(
        [*[str(["posted", "posted"])] * 2, str([False, False])]
    )
    assert told["timesheets"] == [1], "the timesheet stays with the person's company"
    assert all(told["rates"]), "priced for the company charged"
    assert told["runs"] == [["posted", "posted"]]
    assert told["mirrored"] == ["posted", "posted"]
    assert told["month_end"] == {
        "payer_sent": 1,
        "payer_disputed": 0,
        "payer_accepted": 0,
        "payer_posted": 1,
        "bill": 1,
        "invoice": 0,
    }
    assert told["difference"] == [0.0] * 3
    assert told["periods"] == ["closed"]


def test_special_characters(facts):
    """An exception that was approved, observed ones, an inflated deal, a full week."""
    assert set(facts["rules"]) == {"true", "false"}
    assert facts["inflated"] == [[1]]
    assert facts["my_week"] >= 3


def test_grading(facts):
    """A possible split, a registration conflict, a deal in the buffer, a back-test."""
    assert facts["registration_conflicts"] >= 1
    [[total, changed]] = facts["simulated"]
    assert total > 30
    assert 1 <= changed < total
    assert ["5 %" in text for text in facts["wobbling"]] == [True]
    assert facts["signed_over_graded"][0][0] >= 6


def test_capacity(facts):
    """An extra day, overtime, a conflict by leave, a series, favours, a closed week."""
    told = facts["capacity"]
    assert told["extra"] == 1
    assert told["overtime"] == ["accepted", "asked"]
    assert told["conflicts"] >= 1
    assert told["series"] >= 3
    assert told["favours"] == ["accepted", "asked"]
    assert told["weeks"] == 1


def test_budgets(facts):
    """Movements add up to the budget of each deal; envelopes carry over."""
    assert facts["ledger"] == []
    first, _second, now, other = facts["envelopes"]
    assert first[0] + 1 == now[0] == other[0]
    assert now[1:] == other[1:] == [True, True]


def test_one_deal_is_above_its_budget(facts):
    """Soft control lets it work on and shows it."""
    assert facts["over_budget"] == ["Press line sensors"]


def test_capture(facts):
    """Steps, a no-show that is paid, a forgotten report, hours asked about, a bill."""
    told = facts["capture"]
    assert told["steps"] == [[0.25]]
    assert dict(told["reported"])["cutoff"] == 1
    [[who, paid]] = told["no_show"]
    assert who == "customer"
    assert paid > 0
    assert {"asked", "accepted", "refused"} == set(dict(told["consent"]))
    assert told["expenses"] == [[1280.0, 0.0]]


def test_actual_prices(facts):
    """A closed month with an over- and an under-absorbed unit, all posted."""
    signs = facts["absorption"]
    assert [sign for sign, _count, _moves in signs] == [-1, 1]
    assert all(count == moves for _sign, count, moves in signs)


def test_plans(facts):
    """Proposals that wait, and in them who is placed."""
    assert facts["states"]["mci.plan"] == {"computed": 2}
    assert facts["states"]["mci.plan.line"]["planned"] >= 4


EXPENSES = """
charges = env["mci.charge"].search(
    [("origin", "=", "expense"), ("lead_id.name", "=", "Harbour crane control")]
)
answer(sorted(charges.filtered(lambda c: c.state != "reversed").mapped("amount")))
"""


def test_an_expense_beside_the_story(complete_database):
    """The bridge to Odoo's expenses tells of one more, posted and charged."""
    assert shell.run(complete_database, EXPENSES) == [184.5, 1280.0]
