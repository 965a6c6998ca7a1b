from odoo import fields, models

# Figures that add up; everything else follows from them.
SUMS = (
    "charged_hours",
    "deal_hours",
    "internal_hours",
    "recorded_hours",
    "available_hours",
    "unassigned_hours",
    "uncosted_hours",
    "planned_hours",
    "planned_amount",
    "income",
    "cost",
)


class MciActualFigures(models.AbstractModel):
    """Cost, hours and prices of a unit in a period, whole or by function (I4).

    Amounts are in the currency of the unit's company, rounded to it; prices are per
    hour, rounded to it too; shares in percent. Stored and written together, so that a
    frozen document gives the same figures for ever (invariant 7).
    """

    _name = "mci.actual.figures"
    _description = "Figures of an actual price"
    _inherit = ["mci.ratio.mixin"]

    _mci_ratios = {
        "recovery:avg": ("income", "cost"),
        "utilisation:avg": ("charged_hours", "available_hours"),
    }
    _mci_quotients = {
        "actual_price:avg": ("cost", "charged_hours"),
        "hour_cost:avg": ("cost", "recorded_hours"),
        "planned_price:avg": ("planned_amount", "planned_hours"),
    }

    currency_id = fields.Many2one("res.currency", readonly=True, required=True)
    person_count = fields.Integer(
        "People",
        readonly=True,
        aggregator="max",
        help="People who had working hours in the unit or recorded hours for it.",
    )
    # Hours
    charged_hours = fields.Float(
        readonly=True,
        help="Hours of the internal charges of these days, reversed ones left out.",
    )
    deal_hours = fields.Float(
        "Hours on deals",
        readonly=True,
        help="Hours recorded on the unit's project for deals, charged or not.",
    )
    internal_hours = fields.Float(
        "Hours by category",
        readonly=True,
        help="Hours recorded on the unit's project for no deal (M10).",
    )
    recorded_hours = fields.Float(
        readonly=True, help="All hours recorded on the unit's project."
    )
    available_hours = fields.Float(
        "Working hours",
        readonly=True,
        help="Working time of the unit's people by calendar, leave and overtime. Who"
        " works for several units gives each an equal share of the day.",
    )
    unassigned_hours = fields.Float(
        readonly=True,
        help="Working time of the unit's people that no timesheet explains.",
    )
    uncosted_hours = fields.Float(
        "Hours without standard cost",
        readonly=True,
        help="Recorded hours whose level had no standard cost: the cost of the unit is"
        " too low by them.",
    )
    # Amounts
    income = fields.Monetary(
        "Charged income",
        readonly=True,
        help="Internal charges of these days, posted or not; expenses at cost and"
        " opening charges are left out.",
    )
    cost = fields.Monetary(
        readonly=True, help="From the one source that the settings name (I4)."
    )
    absorption = fields.Monetary(
        "Over- / under-absorption",
        readonly=True,
        help="Charged income less cost. Above zero the charges brought more than the"
        " hours cost (over-absorbed), below zero less (under-absorbed).",
    )
    planned_amount = fields.Monetary(
        "Charged hours at planned rate",
        readonly=True,
        help="Charged hours at the published internal rate, before zero rates, fixed"
        " prices and decisions about disputes.",
    )
    rate_gap = fields.Monetary(
        "Planned rate less cost",
        readonly=True,
        help="Absorption because the planned rate is above or below what an hour cost.",
    )
    price_gap = fields.Monetary(
        "Charged less planned rate",
        readonly=True,
        help="Absorption because hours were charged at another price than the planned"
        " rate: zero rates, fixed prices, decided disputes.",
    )
    unassigned_cost = fields.Monetary(
        "Unassigned hours valued",
        readonly=True,
        help="Unassigned hours at the actual price; at the cost of a recorded hour when"
        " no hour was charged. Shown beside, not part of the absorption.",
    )
    # Prices and shares
    planned_price = fields.Monetary(
        "Planned rate",
        readonly=True,
        aggregator="avg",
        help="Published internal rates, weighted by the charged hours.",
    )
    actual_price = fields.Monetary(
        "Actual price",
        readonly=True,
        aggregator="avg",
        help="Cost in a charged hour: cost ÷ charged hours.",
    )
    hour_cost = fields.Monetary(
        "Cost of a recorded hour",
        readonly=True,
        aggregator="avg",
        help="Cost ÷ all recorded hours.",
    )
    recovery = fields.Float(
        "Cost recovery rate (%)",
        readonly=True,
        aggregator="avg",
        help="Charged income in the cost.",
    )
    utilisation = fields.Float(
        "Utilisation (%)",
        readonly=True,
        aggregator="avg",
        help="Charged hours in all working hours.",
    )
    planned_hours = fields.Float(
        "Hours with planned rate",
        readonly=True,
        help="Charged hours for which a rate was published.",
    )

    def _mci_prepare_figures(self, currency, sums):
        """All figures of one record from those that add up.

        :param dict sums: the keys of :data:`SUMS`
        """
        amounts = {name: round(float(sums.get(name) or 0.0), 2) for name in SUMS}
        for name in ("income", "cost", "planned_amount"):
            amounts[name] = currency.round(float(sums.get(name) or 0.0))
        cost, charged = amounts["cost"], amounts["charged_hours"]
        actual = _divide(cost, charged)
        hour_cost = _divide(cost, amounts["recorded_hours"])
        idle = amounts["unassigned_hours"] * (actual if charged > 0 else hour_cost)
        return {
            **amounts,
            "currency_id": currency.id,
            "absorption": currency.round(amounts["income"] - cost),
            "rate_gap": currency.round(amounts["planned_amount"] - cost),
            "price_gap": currency.round(amounts["income"] - amounts["planned_amount"]),
            "unassigned_cost": currency.round(idle),
            "actual_price": currency.round(actual),
            "hour_cost": currency.round(hour_cost),
            "planned_price": currency.round(
                _divide(amounts["planned_amount"], amounts["planned_hours"])
            ),
            "recovery": round(100 * _divide(amounts["income"], cost), 2),
            "utilisation": round(100 * _divide(charged, amounts["available_hours"]), 2),
        }


def _divide(part, whole):
    return part / whole if whole > 0 else 0.0
