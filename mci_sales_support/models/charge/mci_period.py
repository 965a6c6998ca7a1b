from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ...tools.arguments import arguments, text

# So many of what stands in the way are named one by one.
NAMED = 5


class MciPeriod(models.Model):
    """Settlement period of a company: open, cut off, closed (C5, C7).

    Odoo's lock dates protect neither timesheets nor analytic lines, so the periods of
    internal charges are our own. Recording work is never refused; posting and reversing
    in a closed period are, by name, and nothing is moved silently to another date.
    """

    _name = "mci.period"
    _description = "Settlement period"
    _inherit = ["mail.thread", "mci.lock.mixin", "mci.known.mixin"]
    _order = "date_from desc, id desc"

    _mci_locked_fields = frozenset({"state", "cutoff_date", "close_date"})

    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    cutoff_date = fields.Datetime(string="Cut off on", readonly=True, copy=False)
    close_date = fields.Datetime(string="Closed on", readonly=True, copy=False)
    state = fields.Selection(
        [("open", "Not closed"), ("cutoff", "Cut-off"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Cut-off: the statements of the period are being settled. Closed: nothing"
        " is posted or reversed in it (C7).",
    )

    _date_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A settlement period ends before it begins."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&)",
        "Two settlement periods of one company overlap.",
    )

    @api.depends("date_from")
    def _compute_name(self):
        for period in self:
            if period.date_from and not period.name:
                period.name = format_date(
                    self.env, period.date_from, date_format="yyyy-MM"
                )

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(period.state == "closed" for period in self):
            locked = locked | {"date_from", "date_to", "company_id", "name"}
        return locked

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for period in self.filtered(lambda period: period.state == "closed"):
            raise UserError(
                self.env._(
                    "Settlement period %(period)s is closed and cannot be deleted.",
                    period=period.name,
                )
            )

    # --- Actions --------------------------------------------------------------

    def action_cut_off(self):
        """Generate the statements of the period; later work is charged as late (C5)."""
        self._check_can_manage()
        self._do_cut_off()
        return True

    def _do_cut_off(self):
        """By hand and by schedule; periods that are not open stay as they are."""
        periods = self.filtered(lambda period: period.state == "open")
        for period in periods:
            period._do_collect()
        periods._do_set_state("cutoff", cutoff_date=fields.Datetime.now())

    def _do_collect(self):
        """The statements of the period, at once."""
        self._mci_with_company("mci.statement").generate(self.date_from, self.date_to)

    def action_close(self):
        """Close the period: nothing is posted or reversed in it any more (C7).

        :raises UserError: all that stands in the way, by name, in one message
        """
        self._check_can_manage()
        periods = self.filtered(lambda period: period.state != "closed")
        periods._check_closable()
        periods._do_set_state("closed", close_date=fields.Datetime.now())
        return True

    @arguments(reason=text)
    def action_reopen(self, reason=None):
        """Open a closed period again, by name and by an accountant (C7).

        :param str reason: kept with the period
        :raises UserError: no reason
        """
        self._check_can_manage()
        reason = self.env["mci.charge"]._mci_need_text(reason)
        periods = self.filtered(lambda period: period.state != "open")
        periods._do_set_state("open", close_date=False, cutoff_date=False)
        periods._mci_note_reopened(reason)
        return True

    def _mci_with_company(self, model):
        """``model`` in the period's company alone, whatever companies are selected."""
        self.ensure_one()
        return self.env[model].with_context(allowed_company_ids=self.company_id.ids)

    def _do_set_state(self, state, **vals):
        self.sudo()._mci_unlock().write({"state": state, **vals})

    def _check_can_manage(self):
        self.check_access("read")
        if not (
            self.env.su or self.env.user.has_group("account.group_account_invoice")
        ):
            raise AccessError(
                self.env._("Settlement periods are opened and closed by an accountant.")
            )

    # --- What stands in the way of closing --------------------------------------

    def _check_closable(self):
        """Everything at once: who closes does not come back for each of it (C7)."""
        refusals = []
        for period in self:
            if obstacles := period.sudo()._mci_get_obstacles():
                refusals.append(
                    self.env._(
                        "Settlement period %(period)s cannot be closed:",
                        period=period.name,
                    )
                )
                refusals += [f"- {obstacle}" for obstacle in obstacles]
        if refusals:
            raise UserError("\n".join(refusals))

    def _mci_get_obstacles(self):
        """Sentences about what holds the close back, in the order of the work."""
        self.ensure_one()
        return [
            *self._mci_get_running(),
            *self._mci_get_uncollected(),
            *self._mci_get_unsettled(),
        ]

    def _mci_get_running(self):
        if self.date_to < self.company_id._mci_today():
            return []
        return [
            self.env._(
                "It is not over: it is closed after %(date)s (C7).",
                date=format_date(self.env, self.date_to),
            )
        ]

    def _mci_get_uncollected(self):
        """Every open charge up to the end of the period is on a statement (C5)."""
        missing = self.env["mci.charge"].search(
            [
                *self._mci_get_open_domain(),
                ("consent", "!=", "asked"),
                ("statement_id", "=", False),
            ],
            order="date, id",
        )
        if not missing:
            return []
        return [
            self.env._(
                "%(count)s charges up to its end are on no statement: %(charges)s."
                " Collect them, and give deals without a sales team one (C5).",
                count=len(missing),
                charges=self._mci_name_some(missing),
            )
        ]

    def _mci_get_open_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("date", "<=", self.date_to),
            ("state", "=", "open"),
        ]

    def _mci_get_unsettled(self):
        pending = self.env["mci.statement"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_to", ">=", self.date_from),
                ("date_to", "<=", self.date_to),
                ("state", "in", ("draft", "sent", "accepted")),
                ("is_showback", "=", False),
                # the hours of a draft may have gone: it charges nothing
                "|",
                ("state", "!=", "draft"),
                ("charge_count", ">", 0),
            ]
        )
        if not pending:
            return []
        return [
            self.env._(
                "%(count)s statements are not posted yet: %(statements)s (C7).",
                count=len(pending),
                statements=self._mci_name_some(pending),
            )
        ]

    @api.model
    def _mci_name_some(self, records):
        """Names of the first few records, and how many more there are."""
        names = records[:NAMED].mapped("display_name")
        if len(records) > NAMED:
            names.append(self.env._("and %s more", len(records) - NAMED))
        return "; ".join(names)

    # --- Checks used by charges and statements --------------------------------

    @api.model
    def _mci_get_closed(self, company, date):
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "closed"),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ],
            limit=1,
        )

    @api.model
    def _mci_hold(self, company, date):
        """Nobody closes the period of ``date`` before this transaction is through.

        Closing writes the row, so whoever comes second collides and is run again.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM mci_period WHERE company_id = %s"
                " AND date_from <= %s AND date_to >= %s FOR SHARE",
                company.id,
                date,
                date,
            )
        )

    @api.model
    def _mci_check_open(self, company, date):
        """Refuse a posting date in a closed period, by name (C7)."""
        self._mci_hold(company, date)
        if period := self._mci_get_closed(company, date):
            raise UserError(
                self.env._(
                    "%(date)s lies in settlement period %(period)s of %(company)s,"
                    " which is closed (C7). Choose a date in an open period.",
                    date=format_date(self.env, date),
                    period=period.name,
                    company=company.name,
                )
            )
