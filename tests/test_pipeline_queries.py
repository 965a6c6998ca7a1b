"""The pipeline with the addon against without it, in queries: few more, ever so many
deals. The seconds are measured in bench/bench_screens.py, by the same requests."""

import pytest

from bench.bench_install import fill
from bench.bench_screens import COUNT, QUERIES
from bench.measure import clones, run
from bench.policy import POLICY
from dev import databases

FEW, MANY = 90, 900
MOST = {"kanban": QUERIES, "list": QUERIES, "form": QUERIES}


@pytest.fixture(scope="module")
def counts():
    """``{(side, deals): {screen: queries}}``"""
    found = {}
    sides = {"plain": databases.template(), "ours": databases.addon()}
    with clones(**sides) as names:
        for number, more in ((FEW, FEW), (MANY, MANY - FEW)):
            for side, name in names.items():
                fill(name, more)
                if side == "ours" and number == FEW:
                    run(name, POLICY)
                found[side, number] = run(name, COUNT)
    return found


@pytest.mark.parametrize("screen", ["kanban", "list", "form"])
def test_few_queries_are_added(counts, screen):
    added = counts["ours", MANY][screen] - counts["plain", MANY][screen]
    assert added <= MOST[screen], counts


@pytest.mark.parametrize("screen", ["kanban", "list", "form"])
def test_queries_do_not_grow_with_the_number_of_deals(counts, screen):
    assert counts["ours", MANY][screen] <= counts["ours", FEW][screen], counts
