from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

# A charge in one of these states is frozen: nobody changes it any more (C3).
FROZEN_STATES = frozenset({"sent", "accepted", "posted", "reversed"})
# What stays free on a frozen charge: its way through the statement, and the deal when
# Odoo merges two of them.
MOVING_FIELDS = frozenset(
    {
        "state",
        "statement_id",
        "disputed_statement_id",
        "dispute_reason",
        "dispute_class",
        "disputed_by_id",
        "disputed_date",
        "arbiter_ids",
        "move_line_id",
        "analytic_account_id",
        "lead_id",
    }
)


class MciCharge(models.Model):
    """Internal charge (C3): the frozen story of one timesheet line.

    While *open* it follows its timesheet and may be priced again; from *sent* on it is
    frozen, and so is the timesheet. Nothing writes it but the methods of the addon.

    ``amount`` = ``hours`` × ``price_unit`` × ``exchange_rate``, rounded to the currency
    of ``company_id``, the provider's company. ``date`` is the day worked in the zone of
    the person.
    """

    _name = "mci.charge"
    _description = "Internal charge"
    _inherit = ["mci.lock.mixin", "mci.words.mixin", "mci.currency.row.mixin"]
    _order = "date desc, id desc"
    _mci_row_currency = "company_currency_id"

    # The story
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    lead_name = fields.Char(string="Opportunity at the time", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    timesheet_id = fields.Many2one(
        "account.analytic.line",
        string="Timesheet line",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    booking_id = fields.Many2one(
        "mci.booking", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    origin = fields.Selection(
        [
            ("booking", "Booking"),
            ("timesheet", "Timesheet"),
            ("expense", "Expense"),
            ("adjustment", "Adjustment"),
            ("opening", "Opening"),
        ],
        required=True,
        readonly=True,
        default="timesheet",
    )
    date = fields.Date(required=True, readonly=True, help="The day worked (C3).")
    is_late = fields.Boolean(
        string="Late charge",
        readonly=True,
        help="Worked before the statement's period and charged with it (C5).",
    )
    hours = fields.Float(string="Hours charged", readonly=True)
    hours_agreed = fields.Float(
        string="Hours agreed",
        readonly=True,
        help="Hours the payer agreed to for this day when the booking was confirmed"
        " (C10).",
    )
    is_overrun = fields.Boolean(
        string="Overrun",
        readonly=True,
        help="More hours than agreed, beyond the share the company tolerates (C10). The"
        " payer may dispute them.",
    )
    # The price
    rate_id = fields.Many2one(
        "mci.rate",
        string="Rate line",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    price_unit = fields.Monetary(string="Unit price", readonly=True, aggregator=None)
    currency_id = fields.Many2one(
        "res.currency", string="Price currency", required=True, readonly=True
    )
    exchange_rate = fields.Float(
        digits=(16, 8),
        readonly=True,
        default=1.0,
        aggregator=None,
        help="Company currency for one unit of the price currency.",
    )
    rate_date = fields.Date(string="Date of exchange", readonly=True)
    company_currency_id = fields.Many2one(
        "res.currency", string="Company currency", required=True, readonly=True
    )
    amount = fields.Monetary(currency_field="company_currency_id", readonly=True)
    explanation = fields.Char(string="Price explained", readonly=True)
    is_unpriced = fields.Boolean(
        string="Unpriced",
        readonly=True,
        help="No published rate was found: publish one, then price again. An unpriced"
        " charge holds its statement back (C1).",
    )
    zero_rate_reason = fields.Char(
        readonly=True, help="Why these hours cost nothing (C1)."
    )
    zero_rate_approver_id = fields.Many2one(
        "res.users", string="Zero rate approved by", readonly=True, ondelete="restrict"
    )
    # Who it was then
    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    function_id = fields.Many2one("mci.function", readonly=True, ondelete="restrict")
    level_id = fields.Many2one(
        "mci.level", string="Resource level", readonly=True, ondelete="restrict"
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", string="Company", required=True, index=True, readonly=True
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Charged to",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    office_id = fields.Many2one(
        "mci.delivery.center",
        string="Office of the sales team",
        readonly=True,
        ondelete="restrict",
        help="The local office that supported the sales team at the time (C3).",
    )
    payer_company_id = fields.Many2one(
        "res.company",
        string="Company charged",
        required=True,
        index=True,
        readonly=True,
    )
    payer_distribution_key = fields.Char(
        string="Cost center accounts",
        readonly=True,
        help="Accounts of the payer besides the deal's own, as they were then.",
    )
    grade_id = fields.Many2one("mci.grade", readonly=True, ondelete="restrict")
    tier = fields.Selection(
        [
            ("delivery_center", "Delivery center"),
            ("local_office", "Local office"),
            ("hotline", "Service hotline"),
            ("expert_pool", "Expert pool"),
        ],
        string="Support tier",
        readonly=True,
    )
    stage_id = fields.Many2one("crm.stage", readonly=True, ondelete="set null")
    stage_name = fields.Char(string="Stage at the time", readonly=True)
    owner_id = fields.Many2one(
        "res.users",
        string="Accountable owner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    # Its way
    state = fields.Selection(
        [
            ("open", "Open"),
            ("sent", "Sent"),
            ("disputed", "Disputed"),
            ("accepted", "Accepted"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    statement_id = fields.Many2one(
        "mci.statement",
        string="Statement",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal item",
        index="btree_not_null",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        string="Account of the deal",
        index="btree_not_null",
        readonly=True,
        help="Set when the charge is posted.",
    )
    reversed_charge_id = fields.Many2one(
        "mci.charge",
        string="Takes the place of",
        index="btree_not_null",
        readonly=True,
        help="The charge of the reversed statement that this one replaces.",
    )
    # Dispute
    dispute_class = fields.Selection(
        [
            ("hours", "Hours"),
            ("price", "Price"),
            ("deal", "Not this deal"),
            ("agreed", "Not agreed"),
            ("quality", "Quality"),
            ("other", "Other"),
        ],
        string="Kind of dispute",
        readonly=True,
    )
    dispute_reason = fields.Char("Reason of the dispute", readonly=True)
    disputed_by_id = fields.Many2one(
        "res.users", "Disputed by", readonly=True, ondelete="restrict"
    )
    disputed_statement_id = fields.Many2one(
        "mci.statement", "Disputed statement", index="btree_not_null", readonly=True
    )
    decision = fields.Selection(
        [
            ("stands", "The charge stands"),
            ("reduced", "Fewer hours"),
            ("repriced", "Another price"),
            ("dropped", "Dropped (zero rate)"),
        ],
        readonly=True,
    )
    decision_note = fields.Char("Reason of the decision", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, ondelete="restrict"
    )
    event_ids = fields.One2many("mci.charge.event", "charge_id", readonly=True)

    _timesheet_uniq = models.UniqueIndex(
        "(timesheet_id) WHERE timesheet_id IS NOT NULL AND state <> 'reversed'",
        "A timesheet line has one live charge (C3).",
    )
    _open_idx = models.Index(
        "(company_id, date) WHERE state = 'open' AND statement_id IS NULL"
    )

    # --- Locks ----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        # Every field: the charge is written by methods only.
        return frozenset(self._fields)

    def write(self, vals):
        if set(vals) - MOVING_FIELDS:
            self._check_not_frozen()
        return super().write(vals)

    def _check_not_frozen(self):
        """Even our own methods change no frozen charge (invariant 5)."""
        for charge in self:
            if charge.state in FROZEN_STATES:
                raise UserError(
                    self.env._(
                        "%(charge)s is %(state)s and frozen (C3): reverse its statement"
                        " to change it.",
                        charge=charge.display_name,
                        state=charge._mci_state_label(),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for charge in self:
            if charge.state != "open" or not self._mci_is_unlocked():
                raise UserError(
                    self.env._(
                        "%(charge)s cannot be deleted: correct its timesheet while the"
                        " charge is open (C3).",
                        charge=charge.display_name,
                    )
                )

    def _mci_state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    @api.depends("lead_name", "date", "hours")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for charge in self:
            charge.display_name = self.env._(
                "%(deal)s, %(date)s, %(hours).2f h",
                deal=charge.lead_name or charge.sudo().lead_id.name or "",
                date=format_date(self.env, charge.date) if charge.date else "",
                hours=charge.hours,
            )

    def _mci_is_frozen(self):
        """Whether the timesheet behind may change no more."""
        self.ensure_one()
        return self.state != "open" or bool(self.decision)

    # --- Mass writes ----------------------------------------------------------

    def _mci_write_sql(self, condition, **vals):
        """One UPDATE for all charges that meet ``condition`` (a :class:`SQL`).

        A month's statements hold tens of thousands of charges that change state
        together: row by row through the ORM this would be most of the posting time.
        """
        self.flush_model()
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in vals.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE mci_charge SET %s, write_uid = %s, write_date = now()"
                " AT TIME ZONE 'UTC' WHERE %s",
                assignments,
                self.env.uid,
                condition,
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model([*vals, "write_uid", "write_date"], flush=False)
        return count
