from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What the lines of a card take from it.
SHARED = ("company_id", "currency_id", "date_from", "date_to")


class MciRateCard(models.Model):
    """Internal rates as one document (C2): written, consulted, approved, published.

    ============  ==========================================================
    draft         written; lines may change
    consultation  everybody in the company reads it and may object
    approved      every objection is answered
    published     its lines are in force from ``date_from`` on
    ============  ==========================================================

    From the consultation on the lines are locked: who read them has read what comes.
    Nobody approves or publishes prices that he wrote.
    """

    _name = "mci.rate.card"
    _description = "Rate card"
    _inherit = ["mail.thread", "mci.lock.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    date_from = fields.Date(
        string="Valid from", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Valid to", help="Empty: until the next card takes its place."
    )
    consultation_date = fields.Date(
        string="Consultation until",
        help="Nobody approves the card before this day is over.",
    )
    line_ids = fields.One2many("mci.rate", "card_id", string="Internal rates")
    line_count = fields.Integer(compute="_compute_line_count", string="Rate lines")
    objection_ids = fields.One2many(
        "mci.rate.objection", "card_id", string="Objections"
    )
    open_objection_count = fields.Integer(compute="_compute_open_objection_count")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("consultation", "Consultation"),
            ("approved", "Approved"),
            ("published", "Published"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    author_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one(
        "res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    approved_date = fields.Datetime(string="Approved on", readonly=True, copy=False)
    publisher_id = fields.Many2one(
        "res.users",
        string="Published by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    published_date = fields.Datetime(string="Published on", readonly=True, copy=False)
    note = fields.Html(help="Why the prices are as they are; read in the consultation.")

    _mci_locked_fields = frozenset(
        {
            "state",
            "author_id",
            "approver_id",
            "approved_date",
            "publisher_id",
            "published_date",
        }
    )

    _date_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A rate card ends before it begins.",
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        rows = dict(
            self.env["mci.rate"]._read_group(
                [("card_id", "in", self.ids)], ["card_id"], ["__count"]
            )
        )
        for card in self:
            card.line_count = rows.get(card._origin, 0)

    @api.depends("objection_ids.state")
    def _compute_open_objection_count(self):
        rows = dict(
            self.env["mci.rate.objection"]._read_group(
                [("card_id", "in", self.ids), ("state", "=", "open")],
                ["card_id"],
                ["__count"],
            )
        )
        for card in self:
            card.open_objection_count = rows.get(card._origin, 0)

    # --- CRUD -----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if any(card.state != "draft" for card in self):
            return locked | {*SHARED, "line_ids"}
        return locked

    def write(self, vals):
        result = super().write(vals)
        shared = {name: vals[name] for name in SHARED if name in vals}
        if shared:
            self.line_ids.write(shared)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_consulted(self):
        for card in self:
            if card.state != "draft":
                raise UserError(
                    self.env._(
                        "%(card)s was shown to others: only a draft is deleted.",
                        card=card.display_name,
                    )
                )

    # --- Rights ---------------------------------------------------------------

    def _check_can_write(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_groups(
            "account.group_account_invoice,mci_sales_support.group_manager"
        ):
            raise AccessError(
                self.env._(
                    "Rate cards are kept by an accountant or a Sales Support"
                    " Administrator (C2)."
                )
            )

    def _check_not_author(self):
        if self.env.su:
            return
        user = self.env.user
        for card in self:
            if user in card.author_id | card.sudo().line_ids.author_id:
                raise AccessError(
                    self.env._(
                        "You wrote prices of %(card)s: somebody else approves and"
                        " publishes them (C2).",
                        card=card.display_name,
                    )
                )

    def _check_step(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for card in self:
            if card.state not in states:
                raise UserError(
                    self.env._(
                        "%(card)s is %(state)s; this needs %(expected)s.",
                        card=card.display_name,
                        state=labels[card.state],
                        expected=" / ".join(labels[state] for state in states),
                    )
                )
