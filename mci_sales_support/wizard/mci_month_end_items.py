from odoo import api, fields, models
from odoo.exceptions import UserError

CHARGES = "mci_sales_support.mci_charge_action"
UNBOOKED = "mci_sales_support.mci_charge_action_unbooked"
STATEMENTS = "mci_sales_support.mci_statement_action"
BOOKINGS = "mci_sales_support.mci_booking_action"
PERIODS = "mci_sales_support.mci_period_action"
# Figures with an amount beside the number: where it is read.
AMOUNTS = {
    "open": "amount",
    "disputed": "amount",
    "draft": "amount_total",
    "sent": "amount_total",
    "accepted": "amount_total",
    "posted": "amount_total",
}


class MciMonthEnd(models.TransientModel):
    """The figures of the month end, and the lists behind them."""

    _inherit = "mci.month.end"

    # Missing, besides what the screen itself counts
    silent_count = fields.Integer(
        string="Statements not answered in time",
        compute="_compute_counts",
        help="The days to answer are over, and silence does not accept.",
    )
    plan_count = fields.Integer(
        string="Statements without a required plan",
        compute="_compute_counts",
        help="An analytic plan that the company requires has no account on the side of"
        " the unit or of the sales team: they could not be posted (C6).",
    )
    leaderless_count = fields.Integer(
        string="Sales teams without a leader",
        compute="_compute_counts",
        help="Nobody can accept what is charged to them.",
    )
    mail_count = fields.Integer(
        string="Statements not e-mailed", compute="_compute_counts"
    )
    foreign_count = fields.Integer(
        string="Other entries in the journal",
        compute="_compute_counts",
        help="Posted in the journal of presales charges, but by no statement.",
    )
    earlier_count = fields.Integer(
        string="Earlier periods not closed", compute="_compute_counts"
    )
    consent_count = fields.Integer(
        string="Hours that wait for an owner",
        compute="_compute_counts",
        help="Nobody booked them: the accountable owners of their deals have not"
        " answered yet. The period cannot be closed before (C10).",
    )
    # Amounts of what is on its way
    open_amount = fields.Monetary(compute="_compute_amounts")
    disputed_amount = fields.Monetary(compute="_compute_amounts")
    draft_amount = fields.Monetary(compute="_compute_amounts")
    sent_amount = fields.Monetary(compute="_compute_amounts")
    accepted_amount = fields.Monetary(
        string="Amount ready to post", compute="_compute_amounts"
    )
    posted_amount = fields.Monetary(compute="_compute_amounts")

    @api.depends("company_id", "date_from", "date_to")
    def _compute_amounts(self):
        for screen in self:
            items = screen._get_items()
            for name, field in AMOUNTS.items():
                model, domain = items[name]
                rows = self.env[model]._read_group(domain, aggregates=[f"{field}:sum"])
                screen[f"{name}_amount"] = rows[0][0]

    def _get_items(self):
        """Name → model and domain: the count and the list behind it are the same."""
        self.ensure_one()
        company = [("company_id", "=", self.company_id.id)]
        until = [*company, ("date", "<=", self.date_to)]
        open_charges = [*until, ("state", "=", "open")]
        charge = "mci.charge"
        period = [*company, ("date_to", "<=", self.date_to)]
        return {
            "unreported": ("mci.booking", self._get_unreported_domain(company)),
            "unpriced": (charge, [*open_charges, ("is_unpriced", "=", True)]),
            "no_payer": (charge, [*open_charges, ("team_id", "=", False)]),
            "no_cost": ("account.analytic.line", self._get_no_cost_domain(until)),
            "late": (charge, [*open_charges, ("date", "<", self.date_from)]),
            "consent": (charge, [*open_charges, ("consent", "=", "asked")]),
            "disputed": (charge, [*until, ("state", "=", "disputed")]),
            "open": (
                charge,
                [
                    *open_charges,
                    ("consent", "!=", "asked"),
                    ("statement_id", "=", False),
                    ("team_id", "!=", False),
                ],
            ),
            **self._get_statement_items(period),
            **self._get_control_items(company, period),
        }

    def _get_statement_items(self, period):
        statement = "mci.statement"
        to_post = [("state", "=", "accepted"), ("is_showback", "=", False)]
        return {
            "draft": (
                statement,
                [*period, ("state", "=", "draft"), ("charge_count", ">", 0)],
            ),
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

    def _get_control_items(self, company, period):
        """What else a controller asks before he signs."""
        statement = "mci.statement"
        sent = [*period, ("state", "=", "sent")]
        return {
            "silent": (
                statement,
                [*sent, ("accept_deadline", "<=", fields.Datetime.now())],
            ),
            "plan": (statement, self._get_plan_domain(period)),
            "leaderless": ("crm.team", self._get_leaderless_domain(period)),
            "mail": (statement, [*period, ("mail_error", "!=", False)]),
            "foreign": ("account.move", self._get_foreign_domain(company)),
            "earlier": (
                "mci.period",
                [
                    *company,
                    ("date_to", "<", self.date_from),
                    ("state", "!=", "closed"),
                ],
            ),
        }

    def _get_plan_domain(self, period):
        statements = self.env["mci.statement"].search(
            [*period, ("state", "in", ("draft", "sent", "accepted"))]
        )
        return [("id", "in", statements._mci_filter_missing_plans().ids)]

    def _get_leaderless_domain(self, period):
        statements = self.env["mci.statement"]._read_group(
            [*period, ("state", "in", ("draft", "sent"))], ["team_id"]
        )
        teams = [team.id for (team,) in statements]
        return [
            ("id", "in", teams),
            ("user_id", "=", False),
            ("mci_deputy_id", "=", False),
        ]

    def _get_foreign_domain(self, company):
        journal = self.company_id.sudo().mci_charge_journal_id
        return [
            *company,
            ("journal_id", "=", journal.id),
            ("mci_statement_id", "=", False),
            ("state", "!=", "cancel"),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
        ]

    def _get_unreported_domain(self, company):
        """What holds the close of the period back (C5)."""
        bookings = self.env["mci.booking"].with_context(active_test=False)
        waiting = bookings._mci_find_unanswered(self.company_id, self.date_to)
        return [*company, ("id", "in", bookings.union(*waiting).ids)]

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
            "mci.period": PERIODS,
        }.get(model)
        if name == "consent":
            xmlid = UNBOOKED
        if not xmlid:
            return {
                "type": "ir.actions.act_window",
                "name": self._fields[f"{name}_count"]._description_string(self.env),
                "res_model": model,
                "view_mode": "list,form",
                "domain": domain,
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action.update(domain=domain, context={"active_test": False})
        return action
