from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

CHARGES = "mci_sales_support.mci_charge_action"
STATEMENTS = "mci_sales_support.mci_statement_action"
BOOKINGS = "mci_sales_support.mci_booking_action"


class MciMonthEnd(models.TransientModel):
    """Month end of internal charges on one screen: what is missing, what is ready."""

    _name = "mci.month.end"
    _description = "Month end of internal charges"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._default_date_to()
    )
    period_id = fields.Many2one("mci.period", compute="_compute_period_id")
    period_state = fields.Selection(related="period_id.state")
    # Missing
    unreported_count = fields.Integer(
        string="Bookings not reported",
        compute="_compute_counts",
        help="Bookings that ended and are neither done nor cancelled.",
    )
    unpriced_count = fields.Integer(
        string="Charges without price", compute="_compute_counts"
    )
    no_payer_count = fields.Integer(
        string="Charges without sales team", compute="_compute_counts"
    )
    no_cost_count = fields.Integer(
        string="Hours without standard cost", compute="_compute_counts"
    )
    late_count = fields.Integer(string="Late charges", compute="_compute_counts")
    disputed_count = fields.Integer(
        string="Disputed charges", compute="_compute_counts"
    )
    # Ready
    open_count = fields.Integer(string="Charges to collect", compute="_compute_counts")
    draft_count = fields.Integer(string="Statements to send", compute="_compute_counts")
    sent_count = fields.Integer(
        string="Waiting for the payer", compute="_compute_counts"
    )
    accepted_count = fields.Integer(string="Ready to post", compute="_compute_counts")
    accepted_amount = fields.Monetary(
        string="Amount ready to post", compute="_compute_counts"
    )
    posted_count = fields.Integer(string="Posted", compute="_compute_counts")
    result = fields.Text(readonly=True)

    def _default_date_from(self):
        return fields.Date.context_today(self) + relativedelta(months=-1, day=1)

    def _default_date_to(self):
        return self._default_date_from() + relativedelta(day=31)

    @api.depends("date_to")
    def _compute_display_name(self):
        for screen in self:
            screen.display_name = self.env._(
                "Month end %s",
                format_date(self.env, screen.date_to, date_format="yyyy-MM"),
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_period_id(self):
        for screen in self:
            screen.period_id = self.env["mci.period"].search(
                [
                    ("company_id", "=", screen.company_id.id),
                    ("date_from", "<=", screen.date_to),
                    ("date_to", ">=", screen.date_to),
                ],
                limit=1,
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_counts(self):
        for screen in self:
            for name, (model, domain) in screen._get_items().items():
                screen[f"{name}_count"] = (
                    self.env[model].with_context(active_test=False).search_count(domain)
                )
            model, domain = screen._get_items()["accepted"]
            totals = self.env[model]._read_group(
                domain, aggregates=["amount_total:sum"]
            )
            screen.accepted_amount = totals[0][0]

    def _get_items(self):
        """Name → model and domain: the count and the list behind it are the same."""
        self.ensure_one()
        company = [("company_id", "=", self.company_id.id)]
        until = [*company, ("date", "<=", self.date_to)]
        open_charges = [*until, ("state", "=", "open")]
        charge, statement = "mci.charge", "mci.statement"
        period = [*company, ("date_to", "<=", self.date_to)]
        to_post = [("state", "=", "accepted"), ("is_showback", "=", False)]
        return {
            "unreported": ("mci.booking", self._get_unreported_domain(company)),
            "unpriced": (charge, [*open_charges, ("is_unpriced", "=", True)]),
            "no_payer": (charge, [*open_charges, ("team_id", "=", False)]),
            "no_cost": ("account.analytic.line", self._get_no_cost_domain(until)),
            "late": (charge, [*open_charges, ("date", "<", self.date_from)]),
            "disputed": (charge, [*until, ("state", "=", "disputed")]),
            "open": (
                charge,
                [*open_charges, ("statement_id", "=", False), ("team_id", "!=", False)],
            ),
            "draft": (statement, [*period, ("state", "=", "draft")]),
            "sent": (statement, [*period, ("state", "=", "sent")]),
            "accepted": (statement, [*period, *to_post]),
            "posted": (
                statement,
                [
                    *period,
                    ("date_to", ">=", self.date_from),
                    ("state", "=", "posted"),
                ],
            ),
        }

    def _get_unreported_domain(self, company):
        end = fields.Datetime.to_datetime(self.date_to) + relativedelta(days=1)
        return [
            *company,
            ("state", "in", ("requested", "held", "confirmed")),
            ("date_stop", "<=", min(end, fields.Datetime.now())),
        ]

    def _get_no_cost_domain(self, until):
        # An accountant does not follow the private projects of the units.
        centers = self.env["mci.delivery.center"].sudo().with_context(active_test=False)
        centers = centers.search([("company_id", "=", self.company_id.id)])
        return [
            *until,
            ("date", ">=", self.date_from),
            ("project_id", "in", centers.project_id.ids),
            ("unit_amount", "!=", 0),
            ("amount", "=", 0),
        ]

    # --- Lists behind the figures -------------------------------------------------

    def action_open(self):
        """Open the list behind the figure that ``mci_item`` of the context names."""
        self.ensure_one()
        items = self._get_items()
        name = self.env.context.get("mci_item")
        if name not in items:
            raise UserError(self.env._("There is no such figure."))
        model, domain = items[name]
        xmlid = {
            "mci.charge": CHARGES,
            "mci.statement": STATEMENTS,
            "mci.booking": BOOKINGS,
        }.get(model)
        if not xmlid:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Hours without standard cost"),
                "res_model": model,
                "view_mode": "list",
                "domain": domain,
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action.update(domain=domain, context={"active_test": False})
        return action

    # --- Month end ------------------------------------------------------------------

    def action_generate(self):
        """Collect all open charges up to the end of the month (C5)."""
        self._check_accountant()
        self.env["mci.statement"].with_context(
            allowed_company_ids=self.company_id.ids
        ).generate(self.date_from, self.date_to)
        return self._reload()

    def action_reprice(self):
        """Price the charges without price again, after the rate was published."""
        self._check_accountant()
        self.env["mci.charge"].search(self._get_items()["unpriced"][1]).action_reprice()
        return self._reload()

    def action_send_all(self):
        """Send every draft that can be sent; the others say why not."""
        return self._do_each("draft", lambda statement: statement.action_send())

    def action_post_all(self):
        """Post every accepted statement, one by one; what fails says why (C6)."""
        self.company_id._mci_get_charge_journal()
        self.company_id._mci_get_charge_account()
        return self._do_each("accepted", lambda statement: statement.action_post())

    def _do_each(self, item, step):
        self._check_accountant()
        statements = self.env["mci.statement"].search(self._get_items()[item][1])
        errors = []
        for statement in statements:
            try:
                with self.env.cr.savepoint():
                    step(statement)
            except UserError as error:
                errors.append(str(error))
        self.result = "\n".join(
            [
                self.env._(
                    "%(done)s of %(all)s statements done.",
                    done=len(statements) - len(errors),
                    all=len(statements),
                ),
                *errors,
            ]
        )
        return self._reload()

    def action_close_period(self):
        """Close the period of these dates; it is made when it does not exist (C7)."""
        self._check_accountant()
        period = self.period_id or self.env["mci.period"].create(
            {
                "company_id": self.company_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
            }
        )
        period.action_close()
        return self._reload()

    def _check_accountant(self):
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "account.group_account_invoice"
        ):
            raise AccessError(self.env._("Month end is for accountants."))

    def _reload(self):
        self.invalidate_recordset()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Month end"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }
