from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, LazyTranslate

_lt = LazyTranslate(__name__)

# What the list of charges was made for.
SELECTION = frozenset(
    {
        "company_id",
        "date_from",
        "date_to",
        "card_id",
        "center_ids",
        "include_posted",
    }
)


class MciReprice(models.Model):
    """Pricing many charges again, with every amount before and after (C7).

    The accountant chooses what the new prices are about, reads the list, gives a reason
    and applies it, once. Open charges get the new price; posted ones, if he wants, a
    reversal and a delta. What is with a payer at the moment stays as it is.
    """

    _name = "mci.reprice"
    _description = "Mass re-pricing"
    _inherit = ["mail.thread", "mci.lock.mixin"]
    _order = "id desc"

    _mci_locked_fields = frozenset(
        {"state", "author_id", "applied_by_id", "applied_date", "line_ids"}
    )

    name = fields.Char(string="Reason", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="Worked from", required=True)
    date_to = fields.Date(string="Worked to", required=True)
    card_id = fields.Many2one(
        "mci.rate.card",
        string="Rate card",
        domain="[('company_id', '=', company_id), ('state', '=', 'published')]",
        help="Only charges that a line of this card prices now. Empty: whatever line.",
    )
    center_ids = fields.Many2many(
        "mci.delivery.center",
        string="Provided by",
        domain="[('company_id', '=', company_id)]",
        help="Empty: every unit.",
    )
    include_posted = fields.Boolean(
        string="Posted charges too",
        help="By a reversal and a delta on the next statement. Off: only open charges.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("applied", "Applied")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    author_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    applied_by_id = fields.Many2one(
        "res.users", string="Applied by", readonly=True, copy=False
    )
    applied_date = fields.Datetime(string="Applied on", readonly=True, copy=False)
    line_ids = fields.One2many("mci.reprice.line", "reprice_id", readonly=True)
    amount_before = fields.Monetary(string="Amount before", compute="_compute_totals")
    amount_after = fields.Monetary(string="Amount after", compute="_compute_totals")
    difference = fields.Monetary(compute="_compute_totals")
    change_count = fields.Integer(string="Charges changed", compute="_compute_totals")
    skip_count = fields.Integer(string="Charges left alone", compute="_compute_totals")

    _date_order = models.Constraint(
        "CHECK (date_to >= date_from)", "The days worked end before they begin."
    )

    def _compute_totals(self):
        rows = self.env["mci.reprice.line"]._read_group(
            [("reprice_id", "in", self.ids)],
            ["reprice_id", "kind"],
            ["amount_before:sum", "amount_after:sum", "__count"],
        )
        totals = {}
        for record, kind, before, after, count in rows:
            total = totals.setdefault(record.id, [0.0, 0.0, 0, 0])
            if kind == "skip":
                total[3] += count
            else:
                total[0] += before
                total[1] += after
                total[2] += count
        for record in self:
            before, after, changed, skipped = totals.get(record.id, (0.0, 0.0, 0, 0))
            record.amount_before = before
            record.amount_after = after
            record.difference = after - before
            record.change_count = changed
            record.skip_count = skipped

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(record.state == "applied" for record in self):
            locked |= frozenset(self._fields) - {"message_ids", "message_follower_ids"}
        return locked

    def write(self, vals):
        result = super().write(vals)
        if SELECTION & vals.keys():
            # A list of other charges than those asked for must not be applied.
            self.sudo()._mci_unlock().line_ids.unlink()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for record in self.filtered(lambda record: record.state == "applied"):
            raise UserError(
                self.env._(
                    "%(reprice)s was applied and stays as evidence.",
                    reprice=record.display_name,
                )
            )

    # --- Prepare --------------------------------------------------------------

    def action_compute(self):
        """List every charge the selection is about, with its amount before and after.

        :raises AccessError: the user is no accountant
        :raises UserError: applied already
        """
        for record in self:
            record._check_can_work()
            record.sudo()._do_compute()
        return True

    def _check_can_work(self):
        self.check_access("read")
        if not self.env["mci.statement"]._mci_is_accountant():
            raise AccessError(
                self.env._("Charges are priced again in mass by an accountant (C7).")
            )
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(reprice)s was applied by %(user)s: it happens once.",
                    reprice=self.display_name,
                    user=self.applied_by_id.name,
                )
            )

    def _do_compute(self):
        self._mci_unlock().line_ids.unlink()
        charges = self.env["mci.charge"].search(
            self._get_charge_domain(), order="date, id"
        )
        self.env["mci.reprice.line"]._mci_unlock().create(
            self._prepare_line_vals(charges)
        )

    def _get_charge_domain(self):
        states = ["open", "sent", "disputed", "accepted"]
        if self.include_posted:
            states.append("posted")
        domain = [
            ("company_id", "=", self.company_id.id),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
            ("state", "in", states),
            ("origin", "in", ("booking", "timesheet")),
        ]
        if self.center_ids:
            domain.append(("center_id", "in", self.center_ids.ids))
        return domain

    def _prepare_line_vals(self, charges):
        """One dict for each charge whose price changes, or would; constant queries."""
        stories = {charge: charge._prepare_key_vals() for charge in charges}
        keys = {c: charges._mci_price_key(vals) for c, vals in stories.items()}
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        closed = self._get_closed_periods()
        vals_list = []
        for charge, key in keys.items():
            rate = rates.get(key)
            if not rate or (self.card_id and rate.card_id != self.card_id):
                continue
            price = charges._mci_price_of_rate(rate, rate.price_unit)
            after = charges._prepare_price_vals(stories[charge], price)
            if charge.state != "open" and rate.currency_id == charge.currency_id:
                # What was sent keeps its rate of exchange (C3).
                amount = charge._mci_get_amount(charge.hours, rate.price_unit)
                after = {**after, "amount": amount, "is_unpriced": False}
            if after["amount"] != charge.amount:
                vals_list.append(self._prepare_line(charge, rate, after, closed))
        return vals_list

    def _get_closed_periods(self):
        return self.env["mci.period"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "closed")]
        )

    def _prepare_line(self, charge, rate, after, closed):
        kind, note = self._get_way(charge, closed)
        amount = after["amount"]
        if after["is_unpriced"]:
            # no rate of exchange: what it would come to is not known
            kind, note, amount = "skip", after["explanation"], charge.amount
        return {
            "reprice_id": self.id,
            "charge_id": charge.id,
            "currency_id": charge.currency_id.id,
            "rate_id": rate.id,
            "kind": kind,
            "note": note,
            "price_before": charge.price_unit,
            "price_after": rate.price_unit,
            "amount_before": charge.amount,
            "amount_after": amount,
        }

    def _get_way(self, charge, closed):
        """How a charge gets its new price, or why it does not."""
        if charge.zero_rate_reason:
            return "skip", _lt(
                "Costs nothing: %s", charge._mci_get_words("zero_rate_reason")
            )
        if charge._mci_has_fixed_price():
            return "skip", _lt("Fixed price of a hotline ticket")
        period = closed.filtered(
            lambda period: period.date_from <= charge.date <= period.date_to
        )
        if charge.state == "posted":
            if charge.decision:
                return "skip", _lt("Decided in a dispute")
            if period:
                return "skip", _lt("Its period %s is closed", period.name)
            if charge._mci_is_correctable():
                return "delta", False
            return "skip", _lt("Corrected already")
        if charge.state != "open":
            return "skip", _lt("With the payer: correct it after posting")
        if charge.decision:
            return "skip", _lt("Decided in a dispute")
        if period and not charge.is_unpriced:
            return "skip", _lt("Its period %s is closed", period.name)
        return "reprice", False

    # --- Apply ----------------------------------------------------------------

    def action_apply(self):
        """Give the listed charges their new prices, exactly once (C7).

        A charge that changed since the list was made is left alone and marked.

        :raises AccessError: the user is no accountant
        :raises UserError: applied already, or nothing to change
        """
        for record in self:
            record._check_can_work()
            if not record.line_ids.filtered(lambda line: line.kind != "skip"):
                raise UserError(
                    self.env._(
                        "%(reprice)s changes nothing: list the charges first.",
                        reprice=record.display_name,
                    )
                )
            record.sudo()._do_apply()
        return True

    def _do_apply(self):
        if not self._mci_claim():
            return
        self._mci_unlock().write(
            {
                "state": "applied",
                "applied_by_id": self.env.uid,
                "applied_date": fields.Datetime.now(),
            }
        )
        self._mci_mark_changed()
        lines = self.line_ids.filtered(lambda line: line.kind == "reprice")
        self._mci_reprice_open(lines)
        self._mci_correct_posted(
            self.line_ids.filtered(lambda line: line.kind == "delta")
        )

    def _mci_correct_posted(self, lines):
        figures = {line.charge_id: (None, line.price_after) for line in lines}
        fresh = self.env["mci.charge"]._do_correct_each(figures, self.name)
        halves = fresh.grouped("corrected_charge_id")
        for line in lines:
            line._mci_price_delta(halves[line.charge_id])

    def _mci_claim(self):
        """The write on this row serialises: of two clicks one changes something."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE mci_reprice SET applied_date = now() AT TIME ZONE 'UTC'"
                " WHERE id = %s AND state = 'draft' RETURNING id",
                self.id,
            )
        )
        claimed = bool(self.env.cr.fetchone())
        self.invalidate_recordset(["state", "applied_date"], flush=False)
        return claimed

    def _mci_mark_changed(self):
        """The list is what the accountant agreed to: nothing else happens."""
        closed = self._get_closed_periods()
        for line in self.line_ids.filtered(lambda line: line.kind != "skip"):
            kind, note = self._get_way(line.charge_id, closed)
            if line.charge_id.amount != line.amount_before:
                kind, note = "skip", _lt("Changed since the list was made")
            if kind != line.kind:
                line._mci_unlock().write({"kind": "skip", "note": note})

    def _mci_reprice_open(self, lines):
        charges = self.env["mci.charge"]
        events = []
        for line in lines:
            charge = line.charge_id
            price = charges._mci_price_of_rate(line.rate_id, line.price_after)
            story = charge._prepare_key_vals()
            vals = {
                **charges._prepare_price_vals(story, price),
                **charge._prepare_missing_vals(story),
            }
            events += charge._mci_write_story(vals, "reprice", self.name)
        charges._mci_log(events)
