from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.retry import run_each

# What still moves after the account is closed: the deal, when Odoo merges two of them.
MOVING_FIELDS = frozenset({"lead_id"})


class MciClosingAccount(models.Model):
    """Plan against actual of a closed deal (C4), with reasons, frozen for ever.

    Opened when a deal with an approved budget is won or lost. While open it follows the
    charges, as the last hours are still reported; closing it asks a reason for every
    line that differs from its plan by more than the company's share, and freezes names
    and figures. What is left of the budget, or was overdrawn, then comes back to the
    team envelope.

    Amounts in the currency of the deal's company; charges at their frozen amount for
    the payer's company, exchanged at the rate of ``date`` should the deal have moved.
    """

    _name = "mci.closing.account"
    _description = "Closing account"
    _inherit = ["mail.thread", "mail.activity.mixin", "mci.lock.mixin"]
    _order = "date desc, id desc"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    lead_name = fields.Char(string="Opportunity at the time", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one(
        "crm.team", string="Sales team", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Accountable owner", readonly=True, index="btree_not_null"
    )
    outcome = fields.Selection([("won", "Won"), ("lost", "Lost")], readonly=True)
    date = fields.Date("Closed on", required=True, readonly=True)
    plan_id = fields.Many2one(
        "mci.presales.plan", string="Presales plan", readonly=True, ondelete="restrict"
    )
    budget_amount = fields.Monetary(string="Budget", readonly=True)
    planned_hours = fields.Float("Hours planned", readonly=True)
    planned_amount = fields.Monetary("Planned", readonly=True)
    actual_hours = fields.Float("Hours charged", readonly=True)
    actual_amount = fields.Monetary("Charged", readonly=True)
    difference_amount = fields.Monetary(
        string="Difference",
        readonly=True,
        help="Charged less planned: positive is dearer than planned.",
    )
    returned_amount = fields.Monetary(
        string="Came back",
        readonly=True,
        help="Left of the approved budget when the account was closed, negative when"
        " it was overdrawn: it counts in the team envelope of that year (C4).",
    )
    open_reason_count = fields.Integer(
        string="Reasons missing", compute="_compute_open_reason_count"
    )
    line_ids = fields.One2many(
        "mci.closing.account.line", "account_id", string="Plan against actual"
    )
    note = fields.Text(
        string="What we learn", help="Read by who plans the next deal of this kind."
    )
    state = fields.Selection(
        [("open", "Not frozen"), ("closed", "Frozen")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    closed_by_id = fields.Many2one("res.users", string="Frozen by", readonly=True)
    closed_date = fields.Date("Frozen on", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(lead_id) WHERE state = 'open'", "A deal has one open closing account (C4)."
    )

    # --- Locks ----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        free = {"id", "note", "line_ids"}
        return frozenset(
            name
            for name, field in self._fields.items()
            if name not in free
            and not name.startswith(("message_", "activity_", "website_message"))
            and field.store
        )

    def write(self, vals):
        self._check_not_frozen(vals)
        if not self._mci_is_unlocked():
            self.lead_id._mci_check_can_manage()
        return super().write(vals)

    def _check_not_frozen(self, names):
        """Not even our own methods change a closed account."""
        touched = {
            name
            for name in names
            if name in self._fields and not name.startswith(("message_", "activity_"))
        }
        if touched <= MOVING_FIELDS:
            return
        for account in self:
            if account.state == "closed":
                raise UserError(
                    self.env._(
                        "%s is frozen: it stays as it is (C4).", account.display_name
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for account in self:
            if account.state != "open" or not self._mci_is_unlocked():
                raise UserError(self.env._("%s is kept (C4).", account.display_name))

    @api.depends("lead_name", "outcome")
    def _compute_display_name(self):
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        for account in self:
            outcome = outcomes.get(account.outcome, "")
            account.display_name = f"{account.lead_name or ''} ({outcome})"

    @api.depends("line_ids.needs_reason", "line_ids.reason")
    def _compute_open_reason_count(self):
        for account in self:
            account.open_reason_count = len(account.line_ids._mci_filter_unexplained())

    # --- Open -----------------------------------------------------------------

    @api.model
    def _mci_open(self, leads):
        """Open the account of deals that just closed and had an approved budget.

        :param leads: deals in sudo
        """
        leads = leads.filtered("mci_budget_set")
        if not leads:
            return self
        open_accounts = self.search(
            [("lead_id", "in", leads.ids), ("state", "=", "open")]
        )
        leads -= open_accounts.lead_id
        plans = self.env["mci.presales.plan"].search(
            [("lead_id", "in", leads.ids), ("state", "=", "approved")]
        )
        plan_of = {plan.lead_id: plan for plan in plans}
        accounts = self._mci_unlock().create(
            [self._prepare_account_vals(lead, plan_of.get(lead)) for lead in leads]
        )
        accounts = accounts.with_context(mci_unlock=None)
        accounts._do_refresh()
        for account in accounts.filtered(lambda a: a.plan_id and a.user_id.active):
            reader = self.with_context(lang=account.user_id.lang)
            account.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=reader.env._("Explain plan against actual"),
                user_id=account.user_id.id,
            )
        return accounts

    def _prepare_account_vals(self, lead, plan):
        company = lead._mci_get_company()
        closed = lead.date_closed or fields.Datetime.now()
        return {
            "lead_id": lead.id,
            "lead_name": lead.name,
            "partner_id": lead.partner_id.id,
            "team_id": lead.team_id.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "grade_id": lead.mci_grade_id.id,
            "user_id": lead.mci_owner_id.id,
            "outcome": "won" if lead.won_status == "won" else "lost",
            "date": fields.Datetime.context_timestamp(self, closed).date(),
            "plan_id": plan and plan.id,
            "budget_amount": lead.mci_budget_amount,
        }

    @api.model
    def _mci_drop(self, leads):
        """A deal that goes on has no open account; a frozen one stays."""
        accounts = self.search([("lead_id", "in", leads.ids), ("state", "=", "open")])
        accounts._mci_unlock().unlink()

    # --- Follow ---------------------------------------------------------------

    def action_refresh(self):
        """Take the charges as they are now; reasons given stay."""
        self.check_access("write")
        self._check_not_frozen({"actual_amount"})
        self.sudo()._do_refresh()
        return True

    @api.model
    def _cron_refresh(self):
        """Open accounts follow the charges, one by one."""
        run_each(self.search([("state", "=", "open")]), "_do_refresh")

    def _do_refresh(self):
        accounts = self.filtered(lambda account: account.state == "open")
        accounts.line_ids._mci_update(accounts)
        for account in accounts:
            lines = account.line_ids
            planned, actual = (
                sum(lines.mapped("planned_amount")),
                sum(lines.mapped("actual_amount")),
            )
            account._mci_unlock().write(
                {
                    "budget_amount": account.lead_id.mci_budget_amount,
                    "planned_hours": sum(lines.mapped("planned_hours")),
                    "planned_amount": planned,
                    "actual_hours": sum(lines.mapped("actual_hours")),
                    "actual_amount": actual,
                    "difference_amount": actual - planned,
                }
            )

    # --- Close ----------------------------------------------------------------

    def action_close(self):
        """Freeze names and figures for ever; the rest of the budget comes back (C4).

        :raises AccessError: for whoever does not decide about the deal
        :raises UserError: frozen already, or a difference has no reason
        """
        self.check_access("write")
        self.lead_id._mci_check_can_manage()
        for account in self.sudo():
            account._check_not_frozen({"state"})
            account._do_close()
        return True

    def _do_close(self):
        self.ensure_one()
        self.lead_id._mci_bump_budget()
        self._do_refresh()
        self._check_explained()
        self._mci_unlock().write(
            {
                "returned_amount": self._mci_get_returned(),
                "closed_by_id": self.env.uid,
                "closed_date": self.company_id._mci_today(),
                "state": "closed",
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _check_explained(self):
        """All lines that want a reason at once, each by name."""
        missing = [
            self.env._(
                "%(line)s differs from its plan by %(percent)s %%: say why (C4).",
                line=line.display_name,
                percent=round(line.difference_percent),
            )
            for line in self.line_ids._mci_filter_unexplained()
        ]
        if missing:
            raise UserError("\n".join(missing))

    def _mci_get_returned(self):
        """Left of the approved budget that did not come back with an earlier close."""
        lead = self.lead_id
        if not lead.mci_budget_set:
            return 0.0
        rows = self._read_group(
            [("lead_id", "=", lead.id), ("state", "=", "closed")],
            aggregates=["returned_amount:sum"],
        )
        earlier = rows[0][0] or 0.0
        return lead.mci_budget_approved - lead.mci_charged_amount - earlier
