from odoo import fields, models

OUTCOMES = [("won", "Won"), ("lost", "Lost"), ("open", "Still open")]


class MciDealStoryMixin(models.AbstractModel):
    """What presales charged to a deal, what became of it, and who it was then (C3).

    Team, office, people, grade, tier and stage are frozen with the charges; outcome and
    lost reason are those of today. Amounts are in ``currency_id``.
    """

    _name = "mci.deal.story.mixin"
    _description = "Charged deal in a report"
    _inherit = ["mci.ratio.mixin"]

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    # Who it was, frozen
    team_id = fields.Many2one("crm.team", string="Charged to", readonly=True)
    office_id = fields.Many2one(
        "mci.delivery.center", string="Office of the sales team", readonly=True
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    owner_id = fields.Many2one("res.users", string="Accountable owner", readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    tier = fields.Selection(
        selection=lambda self: self.env["mci.charge"]
        ._fields["tier"]
        ._description_selection(self.env),
        string="Support tier",
        readonly=True,
    )
    stage_id = fields.Many2one("crm.stage", readonly=True)
    stage_name = fields.Char("Stage at the time", readonly=True)
    # Figures
    currency_id = fields.Many2one("res.currency", readonly=True)
    hours = fields.Float("Hours charged", readonly=True)
    won_amount = fields.Monetary(
        "Charged to won deals", readonly=True, help="Charged to deals that were won."
    )
    lost_amount = fields.Monetary(
        "Cost of lost pursuits", readonly=True, help="Charged to deals that were lost."
    )
    open_amount = fields.Monetary(
        "Charged to open deals",
        readonly=True,
        help="Charged to deals that are neither won nor lost yet.",
    )
    presales_return = fields.Float(
        "Return on presales",
        readonly=True,
        aggregator="avg",
        help="Revenue of won deals for one unit of money charged, to lost and open"
        " deals too (C9). Of sums, never an average; empty over several currencies.",
    )
    lost_share = fields.Float(
        "Share of lost pursuits (%)",
        readonly=True,
        aggregator="avg",
        help="What was charged to lost deals, in all that was charged.",
    )
