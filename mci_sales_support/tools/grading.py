"""Grading a deal: pure functions on plain values.

A hundred thousand deals have to be graded in the time of one ORM write of them (M1).
Reading fields of records takes longer than that, so what grades a deal is a tuple,
read from records where there are few and from the database where there are many.
"""

from collections import namedtuple

from odoo.tools import float_round

from .bands import buffered_grade, plain_grade

# What is written, in this order; ids of records, None for nothing.
Graded = namedtuple(
    "Graded",
    [
        "mci_grading_amount",
        "mci_graded_amount",
        "mci_computed_grade_id",
        "mci_grade_id",
        "mci_tier",
        "mci_grade_policy_key",
        "mci_graded_evidence",
    ],
)
# What is read: the deal, the company whose policy counts, and what it is graded now.
Facts = namedtuple(
    "Facts",
    [
        "id",
        "company_id",
        "expected_revenue",
        "recurring_revenue_monthly",
        "mci_resold_amount",
        "mci_partner_led",
        "mci_amount_evidence",
        "mci_grade_manual",
        "mci_initiated_date",
        "won_status",
        *Graded._fields,
    ],
)


def present_grade(facts):
    """The :class:`Graded` of the deal as it is."""
    return Graded._make(facts[-len(Graded._fields) :])


def grade_deal(facts, scheme, rounding):
    """The :class:`Graded` of the deal under ``scheme``.

    :param rounding: of the currency of the company
    """
    amount = grading_amount(facts, scheme.months, rounding)
    computed = computed_grade(facts, scheme, amount)
    grade, graded, evidence = facts.mci_grade_id, amount, facts.mci_amount_evidence
    frozen = is_amount_frozen(facts)
    if grade and frozen:
        graded, evidence = facts.mci_graded_amount, facts.mci_graded_evidence
    if not grade or not (frozen or facts.mci_grade_manual):
        grade = computed
    tier = scheme.tiers.get(grade)
    if facts.mci_initiated_date and facts.mci_tier and grade == facts.mci_grade_id:
        tier = facts.mci_tier
    return Graded(amount, graded, computed, grade, tier, scheme.policy_id, evidence)


def grading_amount(facts, months, rounding):
    """Amount that grades the deal, in company currency and without tax (M1)."""
    recurring = facts.recurring_revenue_monthly * months
    amount = facts.expected_revenue + recurring - facts.mci_resold_amount
    if amount <= 0:
        return 0.0
    if rounding <= 1 and amount.is_integer():
        return amount
    return float_round(amount, precision_rounding=rounding)


def computed_grade(facts, scheme, amount):
    """Id of the grade of ``amount``.

    The buffer holds what the same policy computed before; a policy that comes into
    force grades by its bands.
    """
    if facts.mci_partner_led:
        return scheme.partner_grade_id
    if scheme.buffer and facts.mci_grade_policy_key == scheme.policy_id:
        present = facts.mci_computed_grade_id
        return buffered_grade(scheme.bands, amount, present, scheme.buffer)
    return plain_grade(scheme.bands, amount)


def is_amount_frozen(facts):
    """Whether the deal stays graded on the amount it was graded on: initiated, or
    closed, when a corrected amount is a fact and no new question.
    """
    return bool(facts.mci_initiated_date) or facts.won_status in ("won", "lost")
