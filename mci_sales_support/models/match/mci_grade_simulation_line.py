from odoo import api, fields, models
from odoo.tools import SQL

from ..integrate.mci_delivery_center import TIERS


class MciGradeSimulationLine(models.Model):
    """One grade or tier of a simulation: today beside the draft (M1)."""

    _name = "mci.grade.simulation.line"
    _description = "Grading Simulation Comparison"
    _inherit = ["mci.lock.mixin"]
    _order = "simulation_id, kind, sequence, id"
    _rec_name = "label"
    _log_access = False

    simulation_id = fields.Many2one(
        "mci.grade.simulation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    kind = fields.Selection(
        [("grade", "By grade"), ("tier", "By support tier")],
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True, ondelete="cascade")
    tier = fields.Selection(TIERS, string="Support Tier", readonly=True)
    label = fields.Char(string="Grade or Tier", compute="_compute_label")
    old_deals = fields.Integer(string="Deals Today", readonly=True)
    deals = fields.Integer(string="Deals by Draft", readonly=True)
    old_win_rate = fields.Float(string="Win Rate % Today", readonly=True)
    win_rate = fields.Float(string="Win Rate % by Draft", readonly=True)
    old_amount = fields.Monetary(string="Amount Today", readonly=True)
    amount = fields.Monetary(string="Amount by Draft", readonly=True)
    old_hours = fields.Float(string="Hours Today", readonly=True)
    hours = fields.Float(string="Hours by Draft", readonly=True)
    old_load = fields.Float(
        string="Load % Today",
        readonly=True,
        help="Share of all presales hours of the deals in the simulation.",
    )
    load = fields.Float(
        string="Load % by Draft",
        readonly=True,
        help="Share of all presales hours of the deals in the simulation.",
    )
    old_budget_hours = fields.Float(
        string="Budget Hours of Open Deals Today",
        readonly=True,
        help="What the open deals may normally still be given in all.",
    )
    budget_hours = fields.Float(
        string="Budget Hours of Open Deals by Draft", readonly=True
    )
    old_charge = fields.Monetary(string="Charged Today", readonly=True)
    charge = fields.Monetary(string="Charged by Draft", readonly=True)

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.depends("kind", "grade_id", "tier")
    def _compute_label(self):
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        for line in self:
            by_grade = line.kind == "grade"
            name = line.grade_id.display_name if by_grade else tiers.get(line.tier)
            line.label = name or self.env._("None")

    @api.model
    def _mci_sum_up(self, simulation):
        """The comparison of a simulation that has run, from its rows."""
        self.env.flush_all()
        tiers = {key: number for number, (key, _label) in enumerate(TIERS)}
        ranks = {grade.id: grade.sequence for grade in self.env["mci.grade"].search([])}
        vals_list = []
        for kind, old, new, order in (
            ("grade", "old_grade_id", "grade_id", ranks),
            ("tier", "old_tier", "tier", tiers),
        ):
            today = self._mci_sum_side(
                simulation, old, "old_amount", "old_budget_hours"
            )
            draft = self._mci_sum_side(simulation, new, "amount", "budget_hours")
            for key in sorted(set(today) | set(draft), key=lambda k: order.get(k, 99)):
                vals_list.append(
                    {
                        "simulation_id": simulation.id,
                        "kind": kind,
                        "sequence": order.get(key, 99),
                        "grade_id" if kind == "grade" else "tier": key,
                        **{f"old_{k}": v for k, v in today.get(key, {}).items()},
                        **draft.get(key, {}),
                    }
                )
        self.sudo()._mci_unlock().create(vals_list)

    @api.model
    def _mci_sum_side(self, simulation, column, amount, budget):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(column)s, COUNT(*),
                       COALESCE(100.0 * SUM(won_count)
                                / NULLIF(SUM(closed_count), 0), 0),
                       SUM(%(amount)s), SUM(hours), SUM(charge),
                       COALESCE(SUM(%(budget)s) FILTER (WHERE outcome = 'open'), 0),
                       COALESCE(100.0 * SUM(hours)
                                / NULLIF(SUM(SUM(hours)) OVER (), 0), 0)
                  FROM mci_grade_simulation_deal
                 WHERE simulation_id = %(simulation)s
              GROUP BY %(column)s
                """,
                column=SQL.identifier(column),
                amount=SQL.identifier(amount),
                budget=SQL.identifier(budget),
                simulation=simulation.id,
            )
        )
        names = (
            *("deals", "win_rate", "amount", "hours", "charge"),
            *("budget_hours", "load"),
        )
        return {
            row[0]: {
                name: float(value) for name, value in zip(names, row[1:], strict=True)
            }
            | {"deals": row[1]}
            for row in rows
        }

    def action_view_today(self):
        """The deals behind today's figures."""
        return self._view_deals("old_grade_id", "old_tier")

    def action_view_draft(self):
        """The deals behind the draft's figures."""
        return self._view_deals("grade_id", "tier")

    def _view_deals(self, grade_field, tier_field):
        self.ensure_one()
        field, value = grade_field, self.grade_id.id
        if self.kind == "tier":
            field, value = tier_field, self.tier
        return self.simulation_id._view_deals(self.label, [(field, "=", value)])
