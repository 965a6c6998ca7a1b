from odoo import api, fields, models

# Figures between companies, and where their amount is read: what the company pays is
# counted in its own currency, what it is owed in its own as well.
PAYER_ITEMS = ("payer_sent", "payer_accepted", "payer_posted", "bill")


class MciMonthEnd(models.TransientModel):
    """Between companies: what is charged to this one, invoices and bills to come (C6).

    The other figures of the page are those of the company of the units. Here are the
    statements of other companies that this one accepts and pays, in its own currency,
    and on both sides the accruals that a document has not replaced yet.
    """

    _inherit = "mci.month.end"

    is_between_companies = fields.Boolean(compute="_compute_is_between_companies")
    payer_sent_count = fields.Integer(
        string="Statements of other companies to accept", compute="_compute_counts"
    )
    payer_disputed_count = fields.Integer(
        string="Charges of other companies disputed", compute="_compute_counts"
    )
    payer_accepted_count = fields.Integer(
        string="Statements of other companies to be posted",
        compute="_compute_counts",
        help="Accepted here; whoever the agreement names posts in both companies.",
    )
    payer_posted_count = fields.Integer(
        string="Statements of other companies posted", compute="_compute_counts"
    )
    bill_count = fields.Integer(
        string="Bills to come",
        compute="_compute_counts",
        help="Posted statements of other companies whose vendor bill is not posted yet:"
        " the accrual stands for it (C6).",
    )
    invoice_count = fields.Integer(
        string="Invoices to make",
        compute="_compute_counts",
        help="Posted statements to other companies whose customer invoice is not posted"
        " yet: the accrual stands for it (C6).",
    )
    payer_sent_amount = fields.Monetary(compute="_compute_payer_amounts")
    payer_accepted_amount = fields.Monetary(compute="_compute_payer_amounts")
    payer_posted_amount = fields.Monetary(compute="_compute_payer_amounts")
    bill_amount = fields.Monetary(compute="_compute_payer_amounts")
    invoice_amount = fields.Monetary(compute="_compute_payer_amounts")

    @api.depends("company_id")
    def _compute_is_between_companies(self):
        """An agreement, or a statement from before one was archived."""
        for screen in self:
            sides = [
                "|",
                ("company_id", "=", screen.company_id.id),
                ("payer_company_id", "=", screen.company_id.id),
            ]
            screen.is_between_companies = any(
                self.env[model].sudo().search_count(domain, limit=1)
                for model, domain in (
                    ("mci.company.pair", sides),
                    ("mci.statement", [("is_crossing", "=", True), *sides]),
                )
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_payer_amounts(self):
        for screen in self:
            items = screen._get_payer_items()
            for name in PAYER_ITEMS:
                screen[f"{name}_amount"] = screen._sum_payer_amounts(items[name][1])
            [(owed,)] = self.env["mci.statement"]._read_group(
                items["invoice"][1], aggregates=["amount_total:sum"]
            )
            screen.invoice_amount = owed

    def _sum_payer_amounts(self, domain):
        """What the statements come to in the currency of the company charged."""
        statements = self.env["mci.statement"].search(domain)
        charges = self.env["mci.charge"].sudo().with_context(active_test=False)
        [(total,)] = charges._read_group(
            [("statement_id", "in", statements.ids)], aggregates=["payer_amount:sum"]
        )
        return total

    def write(self, vals):
        # Record rules are asked before a write, and the totals are read by SQL.
        result = super().write(vals)
        self.check_access("write")
        return result

    def _get_items(self):
        # EXTENDS
        return {**super()._get_items(), **self._get_payer_items()}

    def _get_payer_items(self):
        company = self.company_id.id
        until = [("is_crossing", "=", True), ("date_to", "<=", self.date_to)]
        paid = [*until, ("payer_company_id", "=", company)]
        posted = [*paid, ("state", "=", "posted")]
        disputed = [
            ("payer_company_id", "=", company),
            ("company_id", "!=", company),
            ("date", "<=", self.date_to),
            ("state", "=", "disputed"),
        ]
        accepted = [("state", "=", "accepted"), ("is_showback", "=", False)]
        statement = "mci.statement"
        return {
            "payer_sent": (statement, [*paid, ("state", "=", "sent")]),
            "payer_disputed": ("mci.charge", disputed),
            "payer_accepted": (statement, [*paid, *accepted]),
            "payer_posted": (statement, [*posted, ("date_to", ">=", self.date_from)]),
            "bill": (statement, self._get_document_domain(until, "bill")),
            "invoice": (statement, self._get_document_domain(until, "invoice")),
        }

    def _get_document_domain(self, until, kind):
        """Posted statements that an invoice (or bill) of this company does not carry.

        Statements on which everything costs nothing have no entry and no document.
        """
        ours, theirs, entry = "company_id", "payer_company_id", "move_id"
        if kind == "bill":
            ours, theirs, entry = theirs, ours, "counterpart_move_id"
        pairs = self.env["mci.company.pair"].sudo()
        pairs = pairs.search(
            [("mode", "=", "invoice"), (ours, "=", self.company_id.id)]
        )
        return [
            *until,
            (ours, "=", self.company_id.id),
            (theirs, "in", pairs[theirs].ids),
            ("state", "=", "posted"),
            (entry, "!=", False),
            "|",
            ("company_invoice_id", "=", False),
            (f"company_invoice_id.{kind}_id.state", "!=", "posted"),
        ]
