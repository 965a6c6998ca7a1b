from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CRITERIA = ("skill", "level", "free", "history", "load", "price")
# Weights of a company that saved none for a support tier.
STANDARD = {
    "skill": 35,
    "level": 20,
    "free": 20,
    "history": 15,
    "load": 10,
    "price": 10,
}
# More than this no evaluation moves anybody: it supports a choice, it makes none.
EVALUATION_LIMIT = 10

RankingWeights = namedtuple("RankingWeights", [*CRITERIA, "evaluation"])


class MciRankingProfile(models.Model):
    """What weighs how much when people are ranked for deals of a support tier (M6).

    Companies without a profile rank by standard weights. The price weighs nothing where
    the delivery center supports: A and B deals get the best, not the cheapest.
    """

    _name = "mci.ranking.profile"
    _description = "Ranking Weights"
    _order = "company_id, tier"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
        help="Company of the unit that provides the people.",
    )
    tier = fields.Selection(
        selection="_selection_tier",
        string="Support tier",
        required=True,
        help="Support tier of the deal; of the unit when the work is for no deal.",
    )
    active = fields.Boolean(default=True)
    weight_skill = fields.Integer(
        "Skills",
        default=STANDARD["skill"],
        help="Level of the required skills, and how many of the preferred ones.",
    )
    weight_level = fields.Integer(
        "Level fit",
        default=STANDARD["level"],
        help="Distance from the resource level that was asked for.",
    )
    weight_free = fields.Integer(
        "Free hours",
        default=STANDARD["free"],
        help="Free hours on the days asked; twice the hours needed is best.",
    )
    weight_history = fields.Integer(
        "Worked with",
        default=STANDARD["history"],
        help="Work done for this customer, or with this sales team.",
    )
    weight_load = fields.Integer(
        "Load fairness",
        default=STANDARD["load"],
        help="Whoever is booked less in the weeks around goes first.",
    )
    weight_price = fields.Integer(
        "Price",
        help="The cheaper, the better. Nothing on A and B deals (M6).",
    )
    weight_total = fields.Integer(
        "Sum", compute="_compute_weight_total", help="What a perfect fit reaches."
    )
    evaluation_points = fields.Integer(
        "Evaluations move up to",
        default=0,
        help="Points of 100 by which published evaluations move somebody up or down in"
        " the order; 0 leaves them out. Few forms count little, fewer than three"
        " nothing. The score that is shown never contains them (O5).",
    )

    _company_tier_uniq = models.UniqueIndex(
        "(company_id, tier) WHERE active",
        "A company has one set of ranking weights per support tier.",
    )
    _weights_positive = models.Constraint(
        "CHECK(LEAST(weight_skill, weight_level, weight_free, weight_history,"
        " weight_load, weight_price) >= 0)",
        "Ranking weights cannot be negative.",
    )
    _no_price_at_center = models.Constraint(
        "CHECK(tier != 'delivery_center' OR weight_price = 0)",
        "On A and B deals the price weighs nothing (M6).",
    )
    _evaluation_limited = models.Constraint(
        f"CHECK(evaluation_points BETWEEN 0 AND {EVALUATION_LIMIT})",
        "Evaluations move the order by at most 10 points (M6).",
    )

    @api.model
    def _selection_tier(self):
        return self.env["mci.booking"]._selection_tier()

    @api.depends(lambda self: [f"weight_{name}" for name in CRITERIA])
    def _compute_weight_total(self):
        for profile in self:
            profile.weight_total = sum(profile[f"weight_{name}"] for name in CRITERIA)

    @api.depends("tier", "company_id")
    def _compute_display_name(self):
        tiers = dict(self._selection_tier())
        for profile in self:
            profile.display_name = self.env._(
                "%(company)s, %(tier)s",
                company=profile.company_id.name,
                tier=tiers.get(profile.tier, ""),
            )

    @api.constrains(lambda self: [f"weight_{name}" for name in CRITERIA])
    def _check_weight_total(self):
        for profile in self:
            if not profile.weight_total:
                raise ValidationError(
                    self.env._(
                        "The ranking weights of %s are all zero: give at least one.",
                        profile.display_name,
                    )
                )

    @api.model
    @api.private
    def _mci_get_weights(self, company, tier):
        """:class:`RankingWeights` of a company and tier; the standard ones if none."""
        profile = self.sudo().search(
            [("company_id", "=", company.id), ("tier", "=", tier)], limit=1
        )
        if profile:
            weights = [profile[f"weight_{name}"] for name in CRITERIA]
            return RankingWeights(*weights, profile.evaluation_points)
        price = 0 if tier == "delivery_center" else STANDARD["price"]
        return RankingWeights(**{**STANDARD, "price": price}, evaluation=0)
