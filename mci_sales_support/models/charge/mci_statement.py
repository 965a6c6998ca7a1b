from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class MciStatement(models.Model):
    """Chargeback statement (C5): what one unit charges to one sales team in a period.

    ============  =========================================================
    draft         collects open charges; they still follow their timesheets
    sent          charges and timesheets are frozen; the payer answers
    accepted      by the payer's leader or deputy, by silence, or by rule
    posted        one journal entry, posted exactly once
    reversed      the entry is mirrored; its charges are open again
    ============  =========================================================

    Amounts are in the currency of ``company_id``, the provider's company.
    """

    _name = "mci.statement"
    _description = "Chargeback statement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "mci.lock.mixin",
        "mci.posting.mixin",
    ]
    _order = "date_to desc, id desc"

    _mci_locked_fields = frozenset(
        {
            "name",
            "date_from",
            "date_to",
            "center_id",
            "team_id",
            "company_id",
            "payer_company_id",
            "charge_ids",
            "amount_total",
            "hours_total",
            "charge_count",
            "late_count",
            "state",
            "is_showback",
            "sent_date",
            "sent_by_id",
            "accept_deadline",
            "accepted_date",
            "accepted_by_id",
            "acceptance",
            "posted_date",
            "posted_by_id",
            "move_id",
            "counterpart_move_id",
            "reversal_move_id",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Charged to",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    payer_company_id = fields.Many2one(
        "res.company",
        string="Company charged",
        required=True,
        readonly=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_ids = fields.One2many(
        "mci.charge", "statement_id", string="Internal charges", readonly=True
    )
    amount_total = fields.Monetary(
        string="Total", compute="_compute_totals", store=True, compute_sudo=True
    )
    hours_total = fields.Float(
        string="Hours", compute="_compute_totals", store=True, compute_sudo=True
    )
    charge_count = fields.Integer(
        string="Number of charges",
        compute="_compute_totals",
        store=True,
        compute_sudo=True,
    )
    late_count = fields.Integer(
        string="Late charges", compute="_compute_totals", store=True, compute_sudo=True
    )
    unpriced_count = fields.Integer(
        string="Unpriced charges", compute="_compute_open_issues"
    )
    disputed_count = fields.Integer(
        string="Disputed charges", compute="_compute_open_issues"
    )
    overrun_count = fields.Integer(
        string="Charges above the agreed hours", compute="_compute_open_issues"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_showback = fields.Boolean(
        string="Showback",
        readonly=True,
        help="Shown to the payer and never posted: the company charges for real later.",
    )
    accounting_date = fields.Date(
        copy=False,
        help="Date of the journal entry; the end of the period unless the accountant"
        " sets another. It is never moved silently (C7).",
    )
    sent_date = fields.Datetime(string="Sent on", readonly=True, copy=False)
    sent_by_id = fields.Many2one(
        "res.users", string="Sent by", readonly=True, copy=False, ondelete="restrict"
    )
    accept_deadline = fields.Datetime(
        string="Answer until",
        readonly=True,
        copy=False,
        help="Without an answer until then the statement counts as accepted (C5).",
    )
    accepted_date = fields.Datetime(string="Accepted on", readonly=True, copy=False)
    accepted_by_id = fields.Many2one(
        "res.users",
        string="Accepted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    acceptance = fields.Selection(
        [
            ("person", "By the payer"),
            ("silence", "By silence"),
            ("rule", "By rule: one head on both sides"),
        ],
        string="How accepted",
        readonly=True,
        copy=False,
    )
    posted_date = fields.Datetime(string="Posted on", readonly=True, copy=False)
    posted_by_id = fields.Many2one(
        "res.users", string="Posted by", readonly=True, copy=False, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    counterpart_move_id = fields.Many2one(
        "account.move",
        string="Entry of the payer's company",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversing entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    can_send = fields.Boolean(compute="_compute_can")
    can_accept = fields.Boolean(compute="_compute_can")
    can_post = fields.Boolean(compute="_compute_can")

    _draft_uniq = models.UniqueIndex(
        "(center_id, team_id, company_id, payer_company_id, date_from, date_to)"
        " WHERE state = 'draft'",
        "There is one draft statement of a unit, a team and a period.",
    )
    _date_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A statement ends before it begins."
    )

    # --- Computes -------------------------------------------------------------

    @api.depends(
        "charge_ids.amount",
        "charge_ids.hours",
        "charge_ids.is_late",
        "charge_ids.statement_id",
    )
    def _compute_totals(self):
        rows = self.env["mci.charge"]._read_group(
            [("statement_id", "in", self.ids)],
            ["statement_id", "is_late"],
            ["amount:sum", "hours:sum", "__count"],
        )
        totals = {}
        for statement, is_late, amount, hours, count in rows:
            total = totals.setdefault(statement.id, [0.0, 0.0, 0, 0])
            total[0] += amount
            total[1] += hours
            total[2] += count
            total[3] += count if is_late else 0
        for statement in self:
            amount, hours, count, late = totals.get(statement.id, (0.0, 0.0, 0, 0))
            statement.amount_total = amount
            statement.hours_total = hours
            statement.charge_count = count
            statement.late_count = late

    @api.depends_context("uid")
    def _compute_open_issues(self):
        charges = self.env["mci.charge"].sudo()
        count = {
            name: dict(charges._read_group(domain, [field], ["__count"]))
            for name, field, domain in (
                (
                    "unpriced",
                    "statement_id",
                    [("statement_id", "in", self.ids), ("is_unpriced", "=", True)],
                ),
                (
                    "overrun",
                    "statement_id",
                    [("statement_id", "in", self.ids), ("is_overrun", "=", True)],
                ),
                (
                    "disputed",
                    "disputed_statement_id",
                    [
                        ("disputed_statement_id", "in", self.ids),
                        ("state", "=", "disputed"),
                    ],
                ),
            )
        }
        for statement in self:
            key = statement._origin.sudo()
            statement.unpriced_count = count["unpriced"].get(key, 0)
            statement.overrun_count = count["overrun"].get(key, 0)
            statement.disputed_count = count["disputed"].get(key, 0)

    @api.depends_context("uid")
    @api.depends("state", "center_id", "team_id")
    def _compute_can(self):
        for statement in self:
            statement.can_send = statement._mci_may_send()
            statement.can_accept = statement._mci_may_accept()
            statement.can_post = statement._mci_may_post()

    # --- Rights ---------------------------------------------------------------

    def _mci_is_accountant(self):
        return self.env.su or self.env.user.has_group("account.group_account_invoice")

    def _mci_may_send(self):
        self.ensure_one()
        return self._mci_is_accountant() or self.sudo().center_id._mci_is_lead(
            self.env.user
        )

    def _mci_may_accept(self):
        """Leader or deputy of the payer, or a sales manager; never the provider."""
        self.ensure_one()
        if self.env.su:
            return True
        statement, user = self.sudo(), self.env.user
        if statement.center_id._mci_is_lead(user):
            return False
        return statement.team_id._mci_is_leader(user) or user.has_group(
            "sales_team.group_sale_manager"
        )

    def _mci_may_post(self):
        return self._mci_is_accountant()

    # --- Locks ----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(statement.state in ("posted", "reversed") for statement in self):
            locked |= {"accounting_date"}
        return locked

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for statement in self:
            if statement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(statement)s was sent and cannot be deleted: reverse it.",
                        statement=statement.display_name,
                    )
                )

    def unlink(self):
        # The charges of a draft are open: they go back to where they came from.
        drafts = self.filtered(lambda statement: statement.state == "draft")
        self.env["mci.charge"].sudo()._mci_write_sql(
            SQL("statement_id = ANY(%s)", drafts.ids), statement_id=None, is_late=False
        )
        return super().unlink()

    # --- Opening what is behind -----------------------------------------------

    def action_view_charges(self):
        """The charges of the statement, disputed ones that left it included."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        action["domain"] = [
            "|",
            ("statement_id", "=", self.id),
            ("disputed_statement_id", "=", self.id),
        ]
        action["context"] = {}
        return action

    def action_view_move(self):
        """The journal entry and its reversal, for who reads accounting.

        Community hides Odoo's own menus of journal entries from an invoicing user;
        this button is his way to them.
        """
        self.ensure_one()
        moves = self.move_id | self.reversal_move_id
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal entries of %(name)s", name=self.display_name),
            "res_model": "account.move",
            "context": {"create": False, "default_move_type": "entry"},
        }
        if len(moves) == 1:
            return {**action, "views": [(False, "form")], "res_id": moves.id}
        # Odoo's first list of moves is that of invoices, with taxes and due dates.
        entries = self.env.ref("account.view_move_tree")
        return {
            **action,
            "views": [(entries.id, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
        }

    def action_view_items(self):
        """The analytic items of the statement's entries."""
        self.ensure_one()
        moves = self.move_id | self.reversal_move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Analytic items of %(name)s", name=self.display_name),
            "res_model": "account.analytic.line",
            "view_mode": "list,pivot,graph",
            "domain": [("move_line_id.move_id", "in", moves.ids)],
            "context": {"create": False},
        }
