from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

UNDECIDED = ("draft", "requested", "held")
OPEN = ("requested", "held", "confirmed")


class MciBooking(models.Model):
    """Who works when, for which deal or for which internal work.

    ============  ==========================================================
    requested     waits for the decision, takes no capacity
    held          soft: takes capacity and budget while the hold lasts
    confirmed     hard: takes capacity, its price is frozen
    done          hours really spent; they became timesheets and charges
    ============  ==========================================================

    The deal's side requests and cancels; the approver holds, confirms, refuses; the
    person booked declines and reports the work. After the draft every field that
    others rely on changes through methods only.
    """

    _name = "mci.booking"
    _inherit = ["mail.thread", "mail.activity.mixin", "mci.lock.mixin"]
    _description = "Presales booking"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _mci_locked_fields = frozenset(
        {
            "name",
            "state",
            "request_id",
            "resource_user_id",
            "level_id",
            "company_id",
            "payer_company_id",
            "team_id",
            "grade_id",
            "tier",
            "lead_name",
            "partner_id",
            "approver_id",
            "requester_id",
            "request_date",
            "hold_until",
            "hold_user_id",
            "decided_by_id",
            "decided_date",
            "refuse_reason",
            "decline_reason",
            "cancel_reason",
            "cancelled_by_id",
            "is_late_cancel",
            "has_conflict",
            "hours_done",
            "done_date",
            "exception_reason",
            "exception_requester_id",
            "exception_approver_id",
            "exception_date",
            "exception_note",
            "day_ids",
        }
    )
    # Free in a draft, agreed with others afterwards.
    _mci_agreed_fields = frozenset(
        {
            "kind",
            "category_id",
            "request_line_id",
            "lead_id",
            "center_id",
            "function_id",
            "skill_id",
            "skill_level_id",
            "resource_id",
            "date_start",
            "date_stop",
            "hours",
        }
    )
    _mci_capacity_fields = frozenset(
        {"state", "resource_id", "date_start", "date_stop", "hours", "hold_until"}
    )

    name = fields.Char(
        "Reference",
        copy=False,
        readonly=True,
        default=lambda self: self.env._("New"),
    )
    kind = fields.Selection(
        [("deal", "Opportunity"), ("internal", "Internal work")],
        required=True,
        default="deal",
    )
    category_id = fields.Many2one(
        "mci.work.category",
        string="Work category",
        help="M10: work for no deal takes capacity and is billed to nobody.",
    )
    request_line_id = fields.Many2one(
        "mci.request.line", string="Requested line", index=True, ondelete="restrict"
    )
    request_id = fields.Many2one(
        related="request_line_id.request_id",
        string="Support request",
        store=True,
        index=True,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        index=True,
        ondelete="restrict",
        domain="[('type', '=', 'opportunity')]",
        tracking=True,
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        required=True,
        index=True,
        ondelete="restrict",
    )
    function_id = fields.Many2one(
        "mci.function", required=True, index=True, ondelete="restrict"
    )
    skill_id = fields.Many2one("hr.skill", string="Skill", ondelete="restrict")
    skill_level_id = fields.Many2one(
        "hr.skill.level", string="Least skill level", ondelete="restrict"
    )
    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        index=True,
        ondelete="restrict",
        domain="[('resource_type', '=', 'user')]",
        tracking=True,
    )
    resource_user_id = fields.Many2one(
        related="resource_id.user_id",
        string="User of the person",
        store=True,
        index="btree_not_null",
    )
    level_id = fields.Many2one(
        "mci.level",
        string="Resource level",
        compute="_compute_level_id",
        store=True,
        help="Level of the person when the booking was requested; it sets the price.",
    )
    date_start = fields.Datetime(
        "From", required=True, default=lambda self: self._default_date(1), tracking=True
    )
    date_stop = fields.Datetime(
        "To", required=True, default=lambda self: self._default_date(9), tracking=True
    )
    hours = fields.Float(
        "Hours booked",
        required=True,
        default=8.0,
        tracking=True,
        help="Total, spread over the working days between the two dates.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("held", "Held (soft)"),
            ("confirmed", "Confirmed (hard)"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        group_expand="_mci_expand_states",
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    day_ids = fields.One2many("mci.booking.day", "booking_id", string="Days")
    note = fields.Text("Work note")
    brief = fields.Text(help="What the person has to prepare or to do.")

    # Who it was then, for filters, groups and charges (C3, M9)
    company_id = fields.Many2one(
        related="center_id.company_id",
        string="Provider's company",
        store=True,
        index=True,
    )
    payer_company_id = fields.Many2one(
        "res.company",
        string="Payer's company",
        compute="_compute_snapshot",
        store=True,
        index="btree_not_null",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Charged to",
        compute="_compute_snapshot",
        store=True,
        index="btree_not_null",
    )
    grade_id = fields.Many2one("mci.grade", compute="_compute_snapshot", store=True)
    tier = fields.Selection(
        selection="_selection_tier",
        string="Support tier",
        compute="_compute_snapshot",
        store=True,
    )
    lead_name = fields.Char("Opportunity name", compute="_compute_snapshot", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", compute="_compute_snapshot", store=True
    )

    # Decision
    requester_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, copy=False, index=True
    )
    request_date = fields.Datetime("Requested on", copy=False)
    approver_id = fields.Many2one(
        "res.users",
        compute="_compute_approver_id",
        store=True,
        copy=False,
        index="btree_not_null",
        help="M3: on A and B the delivery lead decides, else the lead of the unit.",
    )
    hold_until = fields.Datetime(copy=False, help="M8: a hold ends at this moment.")
    hold_user_id = fields.Many2one("res.users", string="Held by", copy=False)
    decided_by_id = fields.Many2one("res.users", copy=False)
    decided_date = fields.Datetime("Decided on", copy=False)
    refuse_reason = fields.Char(copy=False, tracking=True)
    decline_reason = fields.Char(
        copy=False,
        tracking=True,
        help="What the person said who cannot come; the approver decides.",
    )
    cancel_reason = fields.Char(copy=False, tracking=True)
    cancelled_by_id = fields.Many2one("res.users", copy=False)
    is_late_cancel = fields.Boolean("Late cancellation", copy=False)
    has_conflict = fields.Boolean(
        "In conflict",
        copy=False,
        help="Leave or working time changed later: the plan no longer fits (M7).",
    )
    exception_reason = fields.Char(copy=False, tracking=True)
    exception_requester_id = fields.Many2one("res.users", copy=False)
    exception_approver_id = fields.Many2one("res.users", copy=False)
    exception_date = fields.Datetime(copy=False)
    exception_note = fields.Char(copy=False)
    hours_done = fields.Float("Hours done", copy=False)
    done_date = fields.Datetime("Reported on", copy=False)

    can_decide = fields.Boolean(compute="_compute_can")
    can_ask = fields.Boolean(compute="_compute_can")
    can_commit = fields.Boolean(compute="_compute_can")
    can_report = fields.Boolean(compute="_compute_can")
    is_mine = fields.Boolean(compute="_compute_can", search="_search_is_mine")
    is_started = fields.Boolean(compute="_compute_is_started")

    _dates_ordered = models.Constraint(
        "CHECK(date_stop > date_start)", "A booking ends after it starts."
    )
    _hours_positive = models.Constraint(
        "CHECK(hours > 0)", "A booking has more than zero hours."
    )
    _kind_consistent = models.Constraint(
        "CHECK((kind = 'deal' AND lead_id IS NOT NULL)"
        " OR (kind = 'internal' AND lead_id IS NULL AND category_id IS NOT NULL))",
        "A booking names an opportunity, or a work category when it is internal work.",
    )
    _state_date_idx = models.Index("(state, date_start)")

    @api.model
    def _selection_tier(self):
        return (
            self.env["mci.delivery.center"]
            ._fields["tier"]
            ._description_selection(self.env)
        )

    @api.model
    def _default_date(self, hour):
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return today + timedelta(days=1, hours=hour)

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("date_start")
    def _compute_is_started(self):
        now = fields.Datetime.now()
        for booking in self:
            booking.is_started = bool(booking.date_start) and booking.date_start <= now

    @api.depends("name", "resource_id", "lead_name", "category_id")
    def _compute_display_name(self):
        for booking in self:
            parts = (
                booking.name,
                booking.sudo().resource_id.name,
                booking.lead_name or booking.category_id.name,
            )
            booking.display_name = " · ".join(part for part in parts if part)

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("request_line_id", "lead_id")
    def _check_request_line(self):
        for booking in self:
            line = booking.request_line_id
            if line and line.request_id.lead_id != booking.lead_id:
                raise UserError(
                    self.env._(
                        "%(booking)s is for another opportunity than request"
                        " %(request)s.",
                        booking=booking.display_name,
                        request=line.request_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _mci_get_locked_fields(self):
        # EXTENDS mci.lock.mixin: what was agreed is locked with the first request
        locked = super()._mci_get_locked_fields()
        if any(booking.state != "draft" for booking in self.sudo()):
            return locked | self._mci_agreed_fields
        return locked

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("name"):
                vals.pop("name", None)
        bookings = super().create(vals_list)
        sequence = self.env["ir.sequence"].sudo()
        for booking in bookings.sudo()._mci_unlock():
            number = sequence.with_company(booking.company_id).next_by_code(
                "mci.booking"
            )
            booking.name = number or booking.name
        bookings._mci_take_capacity()
        return bookings

    def write(self, vals):
        # Capacity is taken wherever hours rise, not in one button: whatever path a
        # later module finds to a confirmed booking, it passes here (M7).
        changes = self._mci_capacity_fields.intersection(vals)
        before = self.resource_id if changes else None
        result = super().write(vals)
        if changes:
            self._mci_take_capacity(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for booking in self:
            if booking.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%s is no draft: cancel it, so that its story stays.",
                        booking.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_requested_once(self):
        for booking in self:
            if booking.request_date:
                raise UserError(
                    self.env._(
                        "%s was requested once: its story stays (M9).",
                        booking.display_name,
                    )
                )
