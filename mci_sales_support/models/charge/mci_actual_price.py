from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from .mci_actual_figures import SUMS

_lt = LazyTranslate(__name__)
FUNCTIONS_JOINED = _lt("Functions joined")
LEVELS_JOINED = _lt("Levels joined")

ACCOUNTING = "account.group_account_invoice,account.group_account_readonly"
# What may still change once the figures are frozen.
MOVING_FIELDS = frozenset(
    {
        "state",
        "accounting_date",
        "move_id",
        "reversal_move_id",
        "posted_date",
        "posted_by_id",
        "reverse_reason",
    }
)


class MciActualPrice(models.Model):
    """Actual price of a unit in a settlement period (I4).

    What an hour cost, beside what it was planned and charged at: cost from one source
    ÷ charged hours; over- or under-absorption = charged income less cost; unassigned
    hours valued. Computed for all units of a period at once and again as long as it is
    a draft; frozen when it is confirmed (invariant 7), at the latest when the period is
    closed. Posted or only shown, by company. Amounts in the currency of the company,
    rounded to it; days are those worked.
    """

    _name = "mci.actual.price"
    _description = "Actual price"
    _inherit = [
        "mci.actual.figures",
        "mail.thread",
        "mci.lock.mixin",
        "mci.posting.mixin",
    ]
    _order = "date_from desc, center_id, id desc"
    _mci_claim_states = ("confirmed", "posted")

    name = fields.Char(readonly=True, required=True)
    period_id = fields.Many2one(
        "mci.period",
        string="Settlement period",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Draft: computed again as often as you like. Confirmed: frozen. Posted:"
        " the difference left the unit's account. Reversed: a new one takes its place.",
    )
    source = fields.Selection(
        [("standard", "Standard cost"), ("ledger", "Ledger")],
        string="Cost from",
        required=True,
        readonly=True,
        help="The one source of the cost, by the company's settings then (I4).",
    )
    recovery_low = fields.Float("Band from (%)", readonly=True, aggregator=None)
    recovery_high = fields.Float("Band to (%)", readonly=True, aggregator=None)
    recovery_state = fields.Selection(
        [
            ("none", "No cost"),
            ("below", "Below the band"),
            ("within", "In the band"),
            ("above", "Above the band"),
        ],
        string="Cost recovery",
        readonly=True,
        help="A unit is judged by cost recovery in a band, never by its income (I4).",
    )
    line_ids = fields.One2many(
        "mci.actual.price.line", "price_id", string="By function", readonly=True
    )
    confirmed_date = fields.Datetime("Confirmed on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    # Posting
    is_posting = fields.Boolean(compute="_compute_is_posting")
    accounting_date = fields.Date(
        copy=False,
        help="Date of the journal entry; empty: the last day of the period.",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=ACCOUNTING,
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Mirror entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=ACCOUNTING,
    )
    posted_date = fields.Datetime("Posted on", readonly=True, copy=False)
    posted_by_id = fields.Many2one(
        "res.users", string="Posted by", readonly=True, copy=False
    )
    reverse_reason = fields.Char(readonly=True, copy=False)

    _period_center_uniq = models.UniqueIndex(
        "(period_id, center_id) WHERE state <> 'reversed'",
        "A unit has one actual price in a settlement period.",
    )

    @api.depends("name")
    def _compute_display_name(self):
        for price in self:
            price.display_name = price.name

    @api.depends("company_id", "state")
    def _compute_is_posting(self):
        for price in self:
            price.is_posting = price.sudo()._mci_is_to_post()

    def _mci_is_to_post(self):
        """Confirmed, posted by the company, and of a period that is not showback."""
        self.ensure_one()
        company = self.company_id
        until = company.mci_showback_until
        return (
            self.state == "confirmed"
            and company.mci_actual_posting == "post"
            and not (until and self.date_to <= until)
        )

    # --- Locks ----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        """Figures are written by methods only; the date of the entry until it is."""
        free = {"accounting_date"}
        if any(price.state in ("posted", "reversed") for price in self):
            free = set()
        chatter = ("message_", "website_message")
        return frozenset(
            name
            for name in self._fields
            if name not in free and not name.startswith(chatter)
        )

    def write(self, vals):
        if set(vals) & set(self._mci_get_frozen_fields()):
            self._mci_check_draft()
        return super().write(vals)

    @api.model
    def _mci_get_frozen_fields(self):
        columns = (name for name, field in self._fields.items() if field.store)
        return (
            name
            for name in columns
            if name not in MOVING_FIELDS and not name.startswith("message_")
        )

    def _mci_check_draft(self):
        """Even our own methods change no frozen figures (invariant 7)."""
        for price in self:
            if price.state != "draft":
                raise UserError(
                    self.env._(
                        "%(price)s is confirmed and frozen (I4): reverse it, then it is"
                        " computed again.",
                        price=price.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._mci_check_draft()

    def _check_accountant(self):
        self.check_access("read")
        self._mci_check_accountant()

    @api.model
    def _mci_check_accountant(self, company=None):
        if self.env.su:
            return
        if not self.env.user.has_group("account.group_account_invoice") or (
            company and company not in self.env.user.company_ids
        ):
            raise AccessError(
                self.env._(
                    "Actual prices are computed, confirmed and posted by an accountant"
                    " of the company (I4)."
                )
            )

    # --- Screens --------------------------------------------------------------

    def action_view_move(self):
        """Open the journal entry, for who reads accounting."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "views": [(False, "form")],
            "res_id": self.move_id.id,
        }


class MciActualPriceLine(models.Model):
    """A function, or function and level, of the unit: at least three people (C8)."""

    _name = "mci.actual.price.line"
    _description = "Actual price by function"
    _inherit = ["mci.actual.figures", "mci.lock.mixin"]
    _order = "date_from desc, center_id, function_id, level_id, id"

    price_id = fields.Many2one(
        "mci.actual.price",
        string="Actual price of the unit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="price_id.company_id", store=True, index=True)
    center_id = fields.Many2one(
        related="price_id.center_id", string="Unit", store=True, index=True
    )
    date_from = fields.Date(
        related="price_id.date_from", string="Period from", store=True
    )
    state = fields.Selection(related="price_id.state", store=True)
    source = fields.Selection(related="price_id.source", string="Cost from", store=True)
    function_id = fields.Many2one(
        "mci.function",
        readonly=True,
        ondelete="restrict",
        falsy_value_label=FUNCTIONS_JOINED,
        help="Empty: functions of fewer than three people, joined (C8).",
    )
    level_id = fields.Many2one(
        "mci.level",
        string="Resource level",
        readonly=True,
        ondelete="restrict",
        falsy_value_label=LEVELS_JOINED,
        help="Empty: levels of fewer than three people, joined (C8).",
    )
    recovery_state = fields.Selection(
        lambda self: self.env["mci.actual.price"]._fields["recovery_state"].selection,
        string="Cost recovery",
        readonly=True,
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    @api.depends("function_id", "level_id", "price_id.line_ids")
    def _compute_display_name(self):
        for line in self:
            function = line.function_id.name
            if not function and line.price_id.line_ids == line:
                function = self.env._("All functions")  # no rest of anything
            elif not function:
                function = self.env._("Other functions")
            parts = [function, line.level_id.name]
            line.display_name = " / ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.price_id._mci_check_draft()
        return lines

    def write(self, vals):
        if set(vals) - {"state"}:
            self.price_id._mci_check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.price_id._mci_check_draft()

    @api.model
    def _mci_get_sums(self, lines):
        """What adds up over the lines of a unit, so that the parts are the whole."""
        return {name: sum(line[name] for line in lines) for name in SUMS}
