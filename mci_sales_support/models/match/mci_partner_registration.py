from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.arguments import arguments, text

# Fields that a decision rests on.
_DECIDED_FIELDS = frozenset(
    {"partner_id", "customer_id", "lead_id", "company_id", "date", "date_to"}
)
LIVE = ("requested", "accepted")


class MciPartnerRegistration(models.Model):
    """A partner registers a customer, or one deal of it, for a time (M1).

    Conflicts are shown, not forbidden: two partners for one customer or deal, or our
    own direct deal of it. The first date should win, and a person decides.
    """

    _name = "mci.partner.registration"
    _description = "Partner Registration"
    _inherit = ["mci.named.approvers.mixin", "mci.lock.mixin"]
    _mci_approval_kind = "registration"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        string="Partner",
        required=True,
        index=True,
        ondelete="restrict",
        help="Who leads the deal with the customer.",
    )
    customer_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        compute="_compute_customer_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    commercial_customer_id = fields.Many2one(
        "res.partner",
        related="customer_id.commercial_partner_id",
        store=True,
        index=True,
        string="Customer Company",
        export_string_translation=False,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Deal",
        index="btree_not_null",
        ondelete="set null",
        domain=[("type", "=", "opportunity")],
        help="Empty: every deal of the customer that this partner leads.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        string="Registered On",
        required=True,
        default=lambda self: self.env.company._mci_today(),
        help="In a conflict the first date should win (M1).",
    )
    date_to = fields.Date(
        string="Valid Until",
        required=True,
        default=lambda self: self.env.company._mci_today() + relativedelta(months=6),
    )
    note = fields.Text(string="Notes")
    state = fields.Selection(
        [
            ("requested", "To Decide"),
            ("accepted", "Registered"),
            ("refused", "Refused"),
            ("ended", "Ended"),
        ],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    is_valid = fields.Boolean(
        string="Valid Today",
        compute="_compute_is_valid",
        search="_search_is_valid",
        help="Registered, and today is within its dates.",
    )
    requester_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index=True,
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False
    )
    decision_date = fields.Datetime(readonly=True, copy=False)
    reason = fields.Text(string="Reason of the Decision", readonly=True, copy=False)
    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date)",
        "A registration cannot end before the day it was made.",
    )
    _accepted_uniq = models.UniqueIndex(
        "(lead_id) WHERE state = 'accepted' AND lead_id IS NOT NULL",
        "This deal is registered for a partner already: end that registration first.",
    )

    def _mci_get_locked_fields(self):
        locked = {
            "state",
            "requester_id",
            "approver_ids",
            "decided_by_id",
            "decision_date",
            "reason",
        }
        if any(record.state != "requested" for record in self):
            locked |= _DECIDED_FIELDS
        return frozenset(locked)

    @api.model_create_multi
    def create(self, vals_list):
        self._mci_check_create(vals_list)
        vals_list = [{**vals, "requester_id": self.env.uid} for vals in vals_list]
        records = super(MciPartnerRegistration, self._mci_unlock()).create(vals_list)
        records._mci_name_approvers()
        return records.with_context(mci_unlock=None)

    @api.model
    def _mci_get_waiting_domain(self):
        return [("state", "in", LIVE)]

    def _mci_get_approval_cases(self):
        return [
            (record.company_id, record.lead_id.mci_grading_amount, None, record.lead_id)
            for record in self
        ]

    def write(self, vals):
        result = super().write(vals)
        if {"lead_id", "company_id"} & set(vals):
            self._mci_name_approvers()
        return result

    @api.depends("lead_id")
    def _compute_customer_id(self):
        for record in self:
            record.customer_id = record.lead_id.partner_id or record.customer_id

    @api.depends("partner_id", "customer_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(partner)s for %(customer)s",
                partner=record.partner_id.sudo().name or "",
                customer=record.customer_id.sudo().name or "",
            )

    @api.depends("state", "date", "date_to", "company_id")
    def _compute_is_valid(self):
        for company, records in self.grouped("company_id").items():
            today = (company or self.env.company)._mci_today()
            for record in records:
                record.is_valid = record.state == "accepted" and bool(
                    record.date
                    and record.date_to
                    and record.date <= today <= record.date_to
                )

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        on_that_day = self.env["res.company"]._mci_domain_by_day(
            lambda today: Domain("date", "<=", today) & Domain("date_to", ">=", today)
        )
        return Domain("state", "=", "accepted") & on_that_day

    @api.depends("state", "requester_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for record in self:
            record.can_decide = (
                record.state in LIVE and record._origin and not record._get_refusal()
            )

    @api.constrains("lead_id", "customer_id", "partner_id")
    def _check_customer(self):
        for record in self:
            lead = record.lead_id.sudo()
            if record.partner_id == record.customer_id:
                raise UserError(
                    self.env._(
                        "%(registration)s: partner and customer are the same.",
                        registration=record.display_name,
                    )
                )
            deal_customer = lead.partner_id.commercial_partner_id
            if deal_customer and deal_customer != record.commercial_customer_id:
                raise UserError(
                    self.env._(
                        "%(registration)s: %(deal)s is a deal of %(customer)s.",
                        registration=record.display_name,
                        deal=lead.display_name,
                        customer=deal_customer.display_name,
                    )
                )

    # ------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------

    @arguments(reason=text)
    def action_accept(self, reason=None):
        """Register the partner (M1).

        :param str reason: needed where another one was first, or in any other conflict
        :raise AccessError: unless an approval rule of kind *registration* names the
            user (or, without rule, a sales manager or administrator), who is neither
            the requester nor his subordinate
        :raise UserError: decided already, conflict without reason, or deal closed
        """
        self._check_can_decide(("requested",))
        for record in self.sudo():
            record._check_can_accept(reason)
        self._mci_decide("accepted", reason)
        self.sudo()._do_name_partner()
        return True

    @arguments(reason=text)
    def action_refuse(self, reason):
        """Do not register the partner.

        :param str reason: why, in words
        :raise AccessError: as for :meth:`action_accept`
        """
        self._check_can_decide(("requested",))
        self._mci_decide("refused", self._mci_need_reason(reason))
        return True

    @arguments(reason=text)
    def action_end(self, reason):
        """End a registration before its date: another partner may have the deal.

        :param str reason: why, in words
        :raise AccessError: as for :meth:`action_accept`
        """
        self._check_can_decide(("accepted",))
        self._mci_decide("ended", self._mci_need_reason(reason))
        return True

    def _check_can_decide(self, states):
        self.check_access("read")
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._("%(name)s is decided.", name=record.display_name)
                )
            if refusal := record._get_refusal():
                raise AccessError(refusal)

    def _check_can_accept(self, reason):
        if self.lead_id and self.lead_id.won_status != "pending":
            raise UserError(
                self.env._(
                    "%(registration)s: %(deal)s is closed.",
                    registration=self.display_name,
                    deal=self.lead_id.display_name,
                )
            )
        if self.has_conflict and not (reason or "").strip():
            raise UserError(
                self.env._(
                    "%(registration)s is in conflict, and the decision needs a reason"
                    " (M1):\n%(conflicts)s",
                    registration=self.display_name,
                    conflicts=self.conflict_note,
                )
            )

    def _get_refusal(self):
        """Why the user may not decide, as text; empty when he may."""
        self.ensure_one()
        record = self.sudo()
        try:
            self.env["mci.approval.rule"]._mci_check_approver(
                "registration",
                record.company_id,
                requester=record.requester_id,
                amount=record.lead_id.mci_grading_amount,
                lead=record.lead_id,
            )
        except AccessError as error:
            return str(error)
        return ""

    def _mci_need_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        return reason

    def _mci_decide(self, state, reason):
        # The write collides with that of whoever decides at the same time.
        records = self.sudo()._mci_unlock()
        if state == "accepted":
            records._mci_end_expired()
        records.write(
            {
                "state": state,
                "reason": reason or False,
                "decided_by_id": self.env.uid,
                "decision_date": fields.Datetime.now(),
            }
        )
        records.flush_recordset()

    def _mci_end_expired(self):
        """What has run out makes room on the deal."""
        expired = self.search(
            Domain("lead_id", "in", self.lead_id.ids)
            & Domain("state", "=", "accepted")
            & self.env["res.company"]._mci_domain_over("date_to")
        )
        expired.write({"state": "ended"})
        expired.flush_recordset()

    def _do_name_partner(self):
        """The deal carries the name of its registered partner."""
        for record in self.filtered("lead_id"):
            if record.lead_id.mci_registered_partner_id != record.partner_id:
                record.lead_id.mci_registered_partner_id = record.partner_id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for record in self:
            if record.state != "requested":
                raise UserError(
                    self.env._(
                        "%(registration)s is decided and stays as it is (M1).",
                        registration=record.display_name,
                    )
                )
