from odoo import fields, models
from odoo.tools import format_amount

from ..integrate.mci_delivery_center import TIERS


class MciGradeSimulationDeal(models.Model):
    """What a deal is under today's policy and would be under the draft (M1).

    Written by SQL in ``mci.grade.simulation``; a picture of the day it ran.
    """

    _name = "mci.grade.simulation.deal"
    _description = "Deal in a Grading Simulation"
    _inherit = ["mci.ratio.mixin", "mci.deal.row.mixin", "mci.lock.mixin"]
    _order = "simulation_id, amount desc, id"
    _rec_name = "lead_name"
    # A group's win rate is that of its closed deals.
    _mci_ratios = {"win_rate:avg": ("won_count", "closed_count")}
    _log_access = False

    simulation_id = fields.Many2one(
        "mci.grade.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    lead_id = fields.Many2one(
        "crm.lead",
        string="Deal",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    lead_name = fields.Char(string="Deal at the Time", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, ondelete="set null"
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", readonly=True, ondelete="set null"
    )
    outcome = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("open", "Still open")], readonly=True
    )
    old_amount = fields.Monetary(
        string="Grading Amount Today",
        readonly=True,
        help="Under the policy in force; company currency, without tax.",
    )
    amount = fields.Monetary(
        string="Grading Amount by Draft",
        readonly=True,
        help="It differs where the draft counts other months of recurring revenue.",
    )
    old_grade_id = fields.Many2one(
        "mci.grade", string="Grade Today", readonly=True, ondelete="cascade"
    )
    grade_id = fields.Many2one(
        "mci.grade", string="Grade by Draft", readonly=True, ondelete="cascade"
    )
    old_tier = fields.Selection(TIERS, string="Tier Today", readonly=True)
    tier = fields.Selection(TIERS, string="Tier by Draft", readonly=True)
    direction = fields.Selection(
        [("same", "Same grade"), ("up", "Up"), ("down", "Down")], readonly=True
    )
    effect = fields.Selection(
        [
            ("none", "Nothing changes"),
            ("moves", "Its grade changes"),
            ("locked", "Locked: stays, an approver decides"),
            ("manual", "Moved by hand: stays"),
            ("closed", "Closed: back-test only"),
        ],
        string="On Activation",
        readonly=True,
        help="What the activation of the draft would do to the deal.",
    )
    hours = fields.Float(
        string="Presales Hours",
        readonly=True,
        help="Hours spent on the deal so far, as charged.",
    )
    charge = fields.Monetary(
        string="Charged", readonly=True, help="Live presales charges of the deal."
    )
    old_budget_hours = fields.Float(
        string="Budget Hours Today",
        readonly=True,
        help="Hours a deal of this grade may normally spend, by the policy in force.",
    )
    budget_hours = fields.Float(
        string="Budget Hours by Draft",
        readonly=True,
        help="Hours a deal of this grade may normally spend, by the draft.",
    )
    won_count = fields.Integer(string="Won", readonly=True)
    closed_count = fields.Integer(string="Closed", readonly=True)
    win_rate = fields.Float(
        string="Win Rate %",
        readonly=True,
        aggregator="avg",
        help="Won of all closed deals.",
    )
    why = fields.Char(compute="_compute_why")

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    def _compute_why(self):
        policies = self.simulation_id.policy_id | self.simulation_id.base_policy_id
        bands = {(line.policy_id, line.grade_id): line for line in policies.line_ids}
        for deal in self:
            deal.why = deal._mci_describe(bands)

    def _mci_describe(self, bands):
        """The limit that decides, on both sides; ``bands`` by policy and grade."""
        self.ensure_one()
        grades = self.old_grade_id | self.grade_id
        if len(grades) < 2 or self.direction == "same":
            return ""
        if any(grades.mapped("is_partner_led")):
            return self.env._("Partner-led")
        simulation = self.simulation_id
        top = grades.sorted("sequence")[0]
        old_band = bands.get((simulation.base_policy_id, top))
        band = bands.get((simulation.policy_id, top))
        if not old_band or not band:
            return ""
        values = {
            "amount": self._mci_money(self.amount),
            "grade": top.code,
            "floor": self._mci_money(band.amount_min),
            "old_floor": self._mci_money(old_band.amount_min),
        }
        if self.old_amount != self.amount:
            return self.env._(
                "%(old_amount)s becomes %(amount)s by the months of recurring revenue;"
                " %(grade)s from %(floor)s",
                old_amount=self._mci_money(self.old_amount),
                **values,
            )
        if old_band.amount_min == band.amount_min:
            return self.env._(
                "%(amount)s: %(grade)s from %(floor)s; today's grade is kept by the"
                " buffer",
                **values,
            )
        return self.env._(
            "%(amount)s: %(grade)s from %(old_floor)s today, from %(floor)s by the"
            " draft",
            **values,
        )

    def _mci_money(self, amount):
        """An amount in the company's currency, without empty decimals."""
        return format_amount(
            self.env,
            amount,
            self.currency_id,
            trailing_zeroes=not self.currency_id.decimal_places,
        )
