from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ..match.mci_ranking_profile import EVALUATION_LIMIT
from .mci_evaluation import PUBLISHED

# Forms are looked at so far back; fewer than so many about one person count nothing.
MONTHS = 24
LEAST_FORMS = 3
# As many forms weigh as much as the mean of everybody: few forms say little.
PRIOR_FORMS = 5
# So far from the mean of everybody, the whole of the points is reached.
WIDE = 20.0


class MciBooking(models.Model):
    """Evaluations may move the order of candidates, if the profile says so (M6, O5).

    Only the order: the score that is shown, its parts and its reasons are the same with
    and without, so that nobody can read a score of a form from a ranking.
    """

    _inherit = "mci.booking"

    def _mci_gather_order(self, resources, facts):
        order = super()._mci_gather_order(resources, facts)
        limit = min(facts["weights"].evaluation, EVALUATION_LIMIT)
        if limit:
            for resource, points in self._mci_get_evaluation_order(limit).items():
                order[resource.id] = order.get(resource.id, 0) + points
        return order

    def _mci_get_evaluation_order(self, limit):
        """:return: ``{resource: whole points from -limit to limit}``"""
        groups = self.env["mci.evaluation"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", PUBLISHED),
                ("is_scored", "=", True),
                ("date", ">=", fields.Date.today() - relativedelta(months=MONTHS)),
            ],
            ["resource_id"],
            ["score:sum", "__count"],
        )
        total = sum(count for _resource, _score, count in groups)
        if not total:
            return {}
        mean = sum(score for _resource, score, _count in groups) / total
        return {
            resource: _get_points(score, count, mean, limit)
            for resource, score, count in groups
            if count >= LEAST_FORMS
        }


def _get_points(score, count, mean, limit):
    shrunk = (score + PRIOR_FORMS * mean) / (count + PRIOR_FORMS)
    return round(limit * max(min((shrunk - mean) / WIDE, 1), -1))
