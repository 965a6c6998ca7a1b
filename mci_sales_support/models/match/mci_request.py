from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.arguments import arguments, text
from ...tools.retry import run_each


class MciRequest(models.Model):
    """What a deal needs; who comes and when are its bookings.

    Nothing asked is lost (M9): a request that was refused, withdrawn or not answered in
    time stays, with deal, office and reason. The state follows from the bookings, or
    from how the request was closed.
    """

    _name = "mci.request"
    _inherit = ["mail.thread", "mci.lock.mixin"]
    _description = "Support request"
    _order = (
        "is_reoffered desc, is_override desc, grade_id, date_needed, create_date, id"
    )

    _mci_locked_fields = frozenset(
        {
            "name",
            "requester_id",
            "company_id",
            "team_id",
            "grade_id",
            "tier",
            "lead_name",
            "partner_id",
            "outcome",
            "state",
            "close_reason",
            "close_date",
            "closed_by_id",
        }
    )

    name = fields.Char(
        "Reference",
        copy=False,
        readonly=True,
        default=lambda self: self.env._("New"),
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('type', '=', 'opportunity')]",
    )
    requester_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, copy=False, index=True
    )
    date_from = fields.Date("Earliest date", help="Before it nobody is needed.")
    date_needed = fields.Date(
        "Needed by",
        required=True,
        tracking=True,
        help="Latest useful day; it orders the queue and ends an unanswered request.",
    )
    brief = fields.Text(help="What the customer wants and what has to be prepared.")
    line_ids = fields.One2many(
        "mci.request.line", "request_id", string="What is needed", copy=True
    )
    booking_ids = fields.One2many("mci.booking", "request_id", string="Bookings")
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit asked",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The center of an A or B deal, else the office of the sales team (M2).",
    )

    # Who it was when it was asked (M9)
    company_id = fields.Many2one(
        "res.company", compute="_compute_snapshot", store=True, index=True
    )
    team_id = fields.Many2one(
        "crm.team", compute="_compute_snapshot", store=True, index="btree_not_null"
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

    outcome = fields.Selection(
        [
            ("open", "Undecided"),
            ("refused", "Refused"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="open",
        copy=False,
    )
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("partly_filled", "Partly filled"),
            ("filled", "Filled"),
            ("refused", "Refused"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        help="Filled counts the hours of confirmed and done bookings.",
    )
    close_reason = fields.Char("Reason", copy=False, tracking=True)
    close_date = fields.Datetime("Closed on", copy=False)
    closed_by_id = fields.Many2one("res.users", copy=False)
    hours = fields.Float("Hours asked", compute="_compute_hours", store=True)
    filled_hours = fields.Float("Hours filled", compute="_compute_hours", store=True)
    can_decide = fields.Boolean(compute="_compute_can")
    can_withdraw = fields.Boolean(compute="_compute_can")

    @api.model
    def _selection_tier(self):
        return self.env["mci.booking"]._selection_tier()

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("lead_id")
    def _compute_snapshot(self):
        for request in self:
            # Frozen with the first save, whatever a later merge does to the deal.
            frozen = bool(request._origin.company_id and request._origin.lead_name)
            lead = request.lead_id
            vals = {
                "company_id": lead._mci_get_company() if lead else False,
                "team_id": lead.team_id,
                "grade_id": lead.mci_grade_id,
                "tier": lead.mci_tier,
                "lead_name": lead.name,
                "partner_id": lead.partner_id,
            }
            for name, value in vals.items():
                request[name] = request._origin[name] if frozen else value

    @api.depends("line_ids.hours", "line_ids.filled_hours")
    def _compute_hours(self):
        for request in self:
            request.hours = sum(request.line_ids.mapped("hours"))
            request.filled_hours = sum(
                min(line.hours, line.filled_hours) for line in request.line_ids
            )

    @api.depends("outcome", "hours", "filled_hours")
    def _compute_state(self):
        for request in self:
            if request.outcome != "open":
                request.state = request.outcome
            elif not request.filled_hours:
                request.state = "asked"
            elif round(request.filled_hours - request.hours, 2) < 0:
                request.state = "partly_filled"
            else:
                request.state = "filled"

    @api.depends_context("uid")
    @api.depends("lead_id", "center_id", "outcome")
    def _compute_can(self):
        user = self.env.user
        for request in self:
            is_open = request.outcome == "open"
            request.can_decide = is_open and request.sudo()._mci_is_decider(user)
            request.can_withdraw = (
                is_open and bool(request.lead_id) and request._mci_is_deal_side()
            )

    def _mci_is_decider(self, user=None):
        """Who answers: the delivery lead on A and B, else the unit asked."""
        self.ensure_one()
        user = user or self.env.user
        lead = self.lead_id
        if lead.mci_tier == "delivery_center" and lead.mci_delivery_lead_id:
            return lead.mci_delivery_lead_id == user
        return self.center_id._mci_is_lead(user)

    def _mci_is_deal_side(self):
        self.ensure_one()
        return self.sudo().lead_id.with_user(self.env.user)._mci_can_manage()

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _mci_get_locked_fields(self):
        # EXTENDS mci.lock.mixin: a request stays with the deal it was made for
        locked = super()._mci_get_locked_fields()
        return locked | {"lead_id"} if self else locked

    def write(self, vals):
        # The days are the deal's consent: a unit does not move them (C10).
        if not {"date_needed", "date_from"}.isdisjoint(vals) and not self.env.su:
            self.sudo().lead_id.with_user(self.env.user)._mci_check_can_manage()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        if not self._mci_is_unlocked():
            requests._mci_check_may_ask()
        sequence = self.env["ir.sequence"].sudo()
        for request in requests.sudo()._mci_unlock():
            number = sequence.with_company(request.company_id).next_by_code(
                "mci.request"
            )
            request.write(
                {
                    "name": number or request.name,
                    "center_id": request.center_id.id
                    or request.lead_id._mci_get_unit_asked().id,
                }
            )
        requests.sudo().lead_id._mci_on_event("request")
        return requests

    def _mci_check_may_ask(self):
        for request in self:
            request.lead_id._mci_check_can_manage()
        self.sudo().lead_id._mci_check_support_gaps()
        for request in self:
            if not request.line_ids:
                raise UserError(
                    self.env._(
                        "Say what %s needs: at least one function and its hours.",
                        request.lead_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for request in self:
            raise UserError(
                self.env._(
                    "%s stays, so that nothing asked is lost: withdraw it (M9).",
                    request.display_name,
                )
            )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    @arguments(reason=text)
    def action_withdraw(self, reason=None):
        """The deal no longer needs it; bookings not confirmed are cancelled.

        :param str reason: kept with the request
        :raise AccessError: for whoever does not decide about the deal
        """
        self.check_access("read")
        self.sudo().lead_id.with_user(self.env.user)._mci_check_can_manage()
        self._mci_check_open()
        self._mci_close("withdrawn", reason)
        return True

    def _mci_check_decider(self):
        if self.env.su:
            return
        for request in self.sudo():
            if not request._mci_is_decider(self.env.user):
                raise UserError(
                    self.env._(
                        "%(request)s: %(who)s decides (M3).",
                        request=request.display_name,
                        who=(
                            request.lead_id.mci_delivery_lead_id
                            or request.center_id.lead_id
                        ).display_name
                        or self.env._("nobody yet"),
                    )
                )

    def _mci_check_open(self):
        for request in self.sudo():
            if request.outcome != "open":
                raise UserError(
                    self.env._("%s is closed already.", request.display_name)
                )

    def _mci_close(self, outcome, reason=None):
        requests = self.sudo()._mci_unlock()
        requests.write(
            {
                "outcome": outcome,
                "close_reason": reason or False,
                "close_date": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        requests.booking_ids.filtered(
            lambda booking: booking.state in ("draft", "requested", "held")
        )._do_cancel(reason)

    def _cron_expire(self):
        """End requests whose day has passed without anybody, one by one."""
        run_each(self.search(self._mci_get_expired_domain()), "_do_expire")

    def _mci_get_expired_domain(self):
        over = self.env["res.company"]._mci_domain_over("date_needed")
        return Domain("state", "=", "asked") & over

    def _do_expire(self):
        self.filtered_domain(self._mci_get_expired_domain())._mci_close(
            "expired", self.env._("Nobody was booked in time.")
        )

    def action_plan(self):
        """Draft a booking for every line that is not filled, and open them.

        Two who plan at once get the same drafts.

        :raise UserError: no unit is asked yet
        """
        self.ensure_one()
        self.check_access("read")
        self._mci_check_decider()
        self._mci_check_open()
        return self._mci_open_drafts(self._mci_draft_bookings())

    def _mci_draft_bookings(self, center=None):
        """Drafts for the open hours: those that are there, and what they leave."""
        self.ensure_one()
        self._mci_bump()
        lines = self.sudo().line_ids.filtered(lambda line: line.open_hours > 0)
        drafts = self.sudo().booking_ids.filtered(
            lambda booking: booking.state == "draft"
            and (not center or booking.center_id == center)
        )
        lines -= drafts.request_line_id
        return drafts | self.env["mci.booking"].sudo().create(
            [line._prepare_booking_vals(center) for line in lines]
        )

    def _mci_open_drafts(self, drafts):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_booking_action"
        )
        return {
            **action,
            "domain": [("id", "in", drafts.ids)],
            "context": {"default_lead_id": self.lead_id.id},
        }
