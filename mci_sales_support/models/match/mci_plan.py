from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

LONGEST_PERIOD = timedelta(days=371)
# Requests that are planned while the user waits; more go to the scheduled action.
SMALL = 100


class MciPlan(models.Model):
    """A plan for all open requests of units in a period: a proposal until accepted.

    Best first, then swaps: see ``tools/planner.py``; what a request is worth stands in
    ``tools/plan_worth.py``. Nothing is booked before lines are accepted, and bookings
    that are held or confirmed are never moved: they only take their hours.

    =========  ================================================================
    draft      period and units are chosen
    queued     waits for the scheduled action, or is being computed
    computed   the proposal stands, some of it may be booked already
    accepting  lines are being booked by the scheduled action
    accepted   every line that was placed is booked or failed
    discarded  nobody wants it; what was booked stays
    =========  ================================================================
    """

    _name = "mci.plan"
    _inherit = ["mci.lock.mixin"]
    _description = "Plan of open requests"
    _order = "id desc"
    _rec_name = "display_name"

    _mci_locked_fields = frozenset(
        {
            "state",
            "user_id",
            "company_id",
            "computed_date",
            "accepted_date",
            "accepted_by_id",
            "accept_reason",
            "is_held",
            "progress",
            "error",
            "is_cancelled",
            "line_ids",
            "placed_line_ids",
            "open_line_ids",
            "grade_ids",
            "value_total",
            "value_first",
            "hours_placed",
            "hours_open",
            "count_placed",
            "count_open",
        }
    )

    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self._default_date_from(),
        help="Days before today are not planned.",
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: self._default_date_from() + timedelta(days=55),
    )
    center_ids = fields.Many2many(
        "mci.delivery.center",
        string="Units",
        required=True,
        default=lambda self: self._default_center_ids(),
        help="Their open requests and their people are planned.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        index=True,
    )
    method = fields.Selection(
        [("core", "Best first, then swaps")],
        required=True,
        default="core",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Planned by",
        default=lambda self: self.env.user,
        index=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("queued", "Being computed"),
            ("computed", "Proposal"),
            ("accepting", "Being booked"),
            ("accepted", "Booked"),
            ("discarded", "Discarded"),
        ],
        required=True,
        default="draft",
        copy=False,
        index=True,
    )
    base_id = fields.Many2one(
        "mci.plan",
        string="Compared with",
        copy=False,
        ondelete="set null",
        help="Another plan; persons that differ are shown line by line.",
    )
    computed_date = fields.Datetime("Computed on", copy=False)
    accepted_date = fields.Datetime("Accepted on", copy=False)
    accepted_by_id = fields.Many2one("res.users", "Accepted by", copy=False)
    accept_reason = fields.Char("Reason", copy=False)
    is_held = fields.Boolean("Only held", copy=False)
    progress = fields.Float(copy=False, help="Share of the work done, in percent.")
    is_cancelled = fields.Boolean("To be stopped", copy=False)
    error = fields.Char(copy=False)

    line_ids = fields.One2many("mci.plan.line", "plan_id", string="Lines")
    placed_line_ids = fields.One2many(
        "mci.plan.line",
        "plan_id",
        string="Placed lines",
        domain=[("state", "!=", "unplaced")],
    )
    open_line_ids = fields.One2many(
        "mci.plan.line",
        "plan_id",
        string="Lines not placed",
        domain=[("state", "=", "unplaced")],
    )
    grade_ids = fields.One2many("mci.plan.grade", "plan_id", string="By grade")
    value_total = fields.Float("Worth placed", copy=False)
    value_first = fields.Float(
        "Worth of best first",
        copy=False,
        help="What the queue order alone places, without swaps.",
    )
    base_value = fields.Float(
        related="base_id.value_total", string="Worth of that plan"
    )
    value_gain = fields.Float(
        "More worth (%)",
        compute="_compute_value_gain",
        help="Against the plan it is compared with, else against best first alone.",
    )
    hours_placed = fields.Float("Hours placed", copy=False)
    hours_open = fields.Float("Hours not placed", copy=False)
    count_placed = fields.Integer("Placed", copy=False)
    count_open = fields.Integer("Not placed", copy=False)
    can_plan = fields.Boolean(compute="_compute_can_plan")

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "The period of a plan ends after it begins."
    )

    @api.model
    def _default_date_from(self):
        return fields.Date.context_today(self)

    @api.model
    def _default_center_ids(self):
        user = self.env.user
        centers = self.env["mci.delivery.center"]
        return centers.search(
            [
                ("company_id", "=", self.env.company.id),
                "|",
                ("lead_id", "=", user.id),
                ("deputy_id", "=", user.id),
            ]
        )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("center_ids")
    def _compute_company_id(self):
        for plan in self:
            plan.company_id = plan.sudo().center_ids.company_id[:1] or self.env.company

    @api.depends("date_from", "date_to", "center_ids", "method")
    def _compute_display_name(self):
        labels = dict(self._fields["method"]._description_selection(self.env))
        for plan in self:
            units = ", ".join(plan.sudo().center_ids[:3].mapped("code"))
            plan.display_name = self.env._(
                "%(units)s, %(first)s – %(last)s (%(method)s)",
                units=units or "–",
                first=format_date(self.env, plan.date_from),
                last=format_date(self.env, plan.date_to),
                method=labels.get(plan.method, ""),
            )

    @api.depends("value_total", "value_first", "base_id.value_total")
    def _compute_value_gain(self):
        for plan in self:
            base = plan.base_id.value_total if plan.base_id else plan.value_first
            gain = (plan.value_total / base - 1) * 100 if base else 0
            plan.value_gain = round(gain, 2)

    @api.depends_context("uid")
    @api.depends("center_ids")
    def _compute_can_plan(self):
        for plan in self:
            plan.can_plan = plan._mci_may_plan()

    # ------------------------------------------------------------------
    # Rights and facts
    # ------------------------------------------------------------------

    def _mci_may_plan(self):
        """Whether the user leads all units: who does not, plans nobody's people."""
        self.ensure_one()
        if self.env.su or self.env.user.has_group("mci_sales_support.group_manager"):
            return True
        centers = self.sudo().center_ids
        return bool(centers) and all(
            center._mci_is_lead(self.env.user) for center in centers
        )

    def _mci_check_may_plan(self):
        self.check_access("write")
        for plan in self:
            if not plan._mci_may_plan():
                raise AccessError(
                    self.env._(
                        "%s: only who leads all its units plans their people.",
                        plan.display_name,
                    )
                )

    def _mci_check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for plan in self:
            if plan.state not in states:
                raise UserError(
                    self.env._(
                        "%(plan)s: this step needs the status %(states)s, and it is"
                        " %(state)s.",
                        plan=plan.display_name,
                        states=", ".join(labels[state] for state in states),
                        state=labels[plan.state],
                    )
                )

    def _mci_check_facts(self):
        today = fields.Date.context_today(self)
        for plan in self:
            if not plan.center_ids:
                raise UserError(self.env._("Name the units to plan."))
            if len(plan.sudo().center_ids.company_id) > 1:
                raise UserError(self.env._("A plan is for the units of one company."))
            if plan.date_to < today:
                raise UserError(
                    self.env._("The period of %s is over.", plan.display_name)
                )
            if plan.date_to - max(plan.date_from, today) > LONGEST_PERIOD:
                raise UserError(
                    self.env._(
                        "%s is longer than a year: choose a shorter period.",
                        plan.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._mci_check_may_plan()
        plans.base_id.check_access("read")
        return plans

    def write(self, vals):
        if not self._mci_is_unlocked():
            self._mci_check_may_plan()
            if {"date_from", "date_to", "center_ids", "method"} & set(vals):
                self._mci_check_state("draft", "computed")
        result = super().write(vals)
        if not self._mci_is_unlocked():
            if "center_ids" in vals:
                self._mci_check_may_plan()
            if "base_id" in vals:
                self.base_id.check_access("read")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        for plan in self:
            if plan.state not in ("draft", "computed", "discarded") or any(
                line.booking_id for line in plan.sudo().line_ids
            ):
                raise UserError(
                    self.env._(
                        "%s is being worked on, or bookings were made of it: it stays.",
                        plan.display_name,
                    )
                )
