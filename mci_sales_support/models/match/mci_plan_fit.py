from collections import defaultdict
from dataclasses import dataclass, field

from odoo import models
from odoo.tools import LazyTranslate

from ...tools.plan_worth import HISTORY_FIT, LEVEL_FIT, LOAD_FIT, TEAM_SHARE

_lt = LazyTranslate(__name__)
# Loads are told apart in quarters: who is booked as much as others stays equal to them.
LOAD_STEP = 0.25


@dataclass
class PlanFit:
    """What speaks for a person beside who can at all (M6).

    ``customers`` and ``teams`` have who worked for whom: id of the customer or team →
    ids of people; ``loads`` the share of each person's hours that is booked in the
    period, in quarters; ``weights`` the ranking weights of each support tier.
    """

    customers: dict = field(default_factory=lambda: defaultdict(set))
    teams: dict = field(default_factory=lambda: defaultdict(set))
    loads: dict = field(default_factory=dict)
    weights: dict = field(default_factory=dict)


class MciPlan(models.Model):
    """Worked together before, and booked less: what the ranking weighs as well (M6).

    A criterion that weighs nothing in the ranking weights of the deal's tier weighs
    nothing in a plan. Facts come in two queries, whatever the number of requests.
    """

    _inherit = "mci.plan"

    def _mci_gather_fit(self, lines, resources):
        """:return: :class:`PlanFit` of these people for the deals of these lines"""
        fit = PlanFit()
        leads = lines.request_id.lead_id
        for resource, partner, team in self.env["mci.booking"]._read_group(
            [
                ("resource_id", "in", resources.ids),
                ("state", "=", "done"),
                "|",
                ("partner_id", "in", leads.partner_id.ids),
                ("team_id", "in", leads.team_id.ids),
            ],
            ["resource_id", "partner_id", "team_id"],
        ):
            fit.customers[partner.id].add(resource.id)
            fit.teams[team.id].add(resource.id)
        profiles = self.env["mci.ranking.profile"]
        for tier in {self._mci_get_tier(line) for line in lines}:
            fit.weights[tier] = profiles._mci_get_weights(self.company_id, tier)
        return fit

    def _mci_get_tier(self, line):
        request = line.request_id
        return request.lead_id.mci_tier or request.center_id.tier

    def _mci_get_loads(self, resources, free):
        """Share of each person's hours that is booked, in quarters rounded down."""
        days = self._mci_get_first_day(), self.date_to
        used = resources._mci_get_used(*days) if resources else {}
        loads = {}
        for resource in resources:
            taken = sum(used[resource].values())
            whole = taken + sum(free[resource].values())
            share = taken / whole if whole else 0
            loads[resource.id] = share // LOAD_STEP * LOAD_STEP
        return loads

    def _mci_get_fit_shares(self, fit, line):
        """Three functions of a person's id: what he adds to the worth, or takes off.

        :return: ``{"customer": …, "team": …, "load": …}``
        """
        weights, lead = fit.weights[self._mci_get_tier(line)], line.request_id.lead_id
        customers = fit.customers.get(lead.partner_id.id) if lead.partner_id else None
        teams = fit.teams.get(lead.team_id.id) if lead.team_id else None
        customers, teams = customers or (), teams or ()
        if not weights.history:
            customers = teams = ()
        loads = fit.loads if weights.load else {}
        return {
            "customer": lambda person: HISTORY_FIT if person in customers else 0,
            "team": lambda person: (
                HISTORY_FIT * TEAM_SHARE
                if person in teams and person not in customers
                else 0
            ),
            "load": lambda person: -LOAD_FIT * loads.get(person, 0),
        }

    def _mci_get_fits(self, fit, line, persons):
        """:return: ``{index of the human: share the worth grows or shrinks by}``"""
        shares = self._mci_get_fit_shares(fit, line).values()
        return {
            person: sum(share(resource.id) for share in shares)
            + (LEVEL_FIT if is_exact else 0)
            for person, resource, is_exact in persons
        }

    def _mci_explain_fit(self, problem, index, option):
        """:return: lazy sentences, what speaks for the person, and against him"""
        resource = problem.people[index][option.person]
        shares = self._mci_get_fit_shares(problem.fit, problem.lines[index])
        sentences = {
            "customer": _lt("Worked for this customer"),
            "team": _lt("Worked with this team"),
            "load": _lt(
                "%s %% or more booked in the period",
                round(problem.fit.loads.get(resource.id, 0) * 100),
            ),
        }
        return [sentences[name] for name, share in shares.items() if share(resource.id)]


def group_by_person(people, person_of):
    """People by human; the first employment that can do the work stands for all.

    :return: ``[(index of the human, resource, exact), …]``
    """
    result = defaultdict(list)
    for resource, exact in people:
        result[person_of[resource]].append((resource, exact))
    return [(person, *found[0]) for person, found in sorted(result.items())]
