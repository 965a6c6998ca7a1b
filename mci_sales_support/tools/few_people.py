"""No figure for fewer than three people (C8): small groups are joined with others."""

# A figure of fewer people would give the pay of one of them away.
FEWEST_PEOPLE = 3


def join_small(groups, people, coarser):
    """Join the groups of fewer than three people under one coarser key.

    When even all small groups together are too few, the smallest of the others joins
    them: otherwise the total less the figures shown would be the figure of the few.
    Groups are joined in the order of their size, then of their key, so that the same
    people always give the same groups.

    :param groups: ``{key: list of parts}``
    :param people: function from a list of parts to the set of their people
    :param coarser: key under which what is joined is shown
    :return: ``{key: list of parts}``; one group of fewer people only when the whole has
        no more
    """

    def size(key):
        return len(people(groups[key])), str(key)

    order = sorted(groups, key=size)
    joined, kept = [], []
    for key in order:
        if len(people(groups[key])) < FEWEST_PEOPLE or (
            joined and len(people(joined)) < FEWEST_PEOPLE
        ):
            joined = joined + groups[key]
        else:
            kept.append(key)
    result = {key: list(groups[key]) for key in sorted(kept, key=str)}
    if joined:
        result[coarser] = result.get(coarser, []) + joined
    return result


def keep_apart(groups):
    """Those of the groups whose figures, in whatever sum or difference, hide everybody.

    From the figures of groups nobody can compute more than the sums of people who are
    in the same of them: as long as there are never fewer than three of these, no figure
    of fewer comes out. Groups are tried in the order given; one that would split off
    fewer than three people, within itself or from the rest, is left out.

    :param groups: ``{key: set of people}``, the most wanted first
    :return: ``{key: set of people}``
    """
    kept = {}
    parts = []  # the people seen so far, apart as the kept groups tell them apart
    for key, people in groups.items():
        rest = people.difference(*parts)
        split = [part & people for part in parts] + [part - people for part in parts]
        split = [part for part in [*split, rest] if part]
        if people and all(len(part) >= FEWEST_PEOPLE for part in split):
            kept[key], parts = people, split
    return kept
