from odoo import api, fields, models
from odoo.tools import SQL


class MciMonthEnd(models.TransientModel):
    """Provider = payer = ledger for each pair of companies, in both currencies.

    The books are read as they are now: accruals, what replaced them, reversals and
    credit notes together. Statements that one document invoices are counted together,
    whichever month they are of.
    """

    _inherit = "mci.month.end"

    pair_totals = fields.Html(compute="_compute_pair_totals", sanitize=False)
    pair_difference = fields.Float(compute="_compute_pair_totals")

    @api.depends("company_id", "date_from", "date_to")
    def _compute_pair_totals(self):
        for screen in self:
            rows = screen._get_pair_totals()
            screen.pair_difference = max(
                (row["difference"] for row in rows), default=0.0, key=abs
            )
            screen.pair_totals = rows and self.env["ir.qweb"]._render(
                "mci_sales_support.mci_month_end_pair_totals", {"rows": rows}
            )

    def _get_pair_totals(self):
        """Two dicts for each pair: in the provider's currency and in the payer's.

        Keys: ``name``, ``currency``, ``count``, ``hours``, ``statements``, ``charges``,
        ``provider``, ``payer``, ``analytic``, ``difference``. None where a figure is
        not kept in that currency.
        """
        self.ensure_one()
        if not self.company_id or not self.date_from or not self.date_to:
            return []
        self.env.flush_all()
        self.env.cr.execute(self._get_pair_totals_query())
        rows = []
        for figures in self.env.cr.dictfetchall():
            rows += self._prepare_pair_rows(figures)
        return sorted(rows, key=lambda row: (row["name"], row["side"]))

    def _prepare_pair_rows(self, figures):
        companies = self.env["res.company"].sudo()
        provider = companies.browse(figures["company_id"])
        payer = companies.browse(figures["payer_company_id"])
        shared = {
            "name": self.env._(
                "%(provider)s to %(payer)s", provider=provider.name, payer=payer.name
            ),
            "count": figures["count"],
            "hours": figures["hours"],
        }
        own = {
            "side": 0,
            "currency": provider.currency_id,
            "statements": figures["statements"],
            "charges": figures["charges"],
            "provider": figures["credited"],
            "payer": figures["owed"],
            "analytic": figures["unit_items"],
        }
        paid = {
            "side": 1,
            "currency": payer.currency_id,
            "statements": None,
            "charges": figures["payer_charges"],
            "provider": None,
            "payer": figures["debited"],
            "analytic": figures["deal_items"],
        }
        return [self._add_pair_difference({**shared, **row}) for row in (own, paid)]

    def _add_pair_difference(self, row):
        names = ("statements", "charges", "provider", "payer", "analytic")
        kept = [float(row[name]) for name in names if row[name] is not None]
        return {**row, "difference": row["currency"].round(max(kept) - min(kept))}

    def _get_pair_totals_query(self):
        return SQL(
            """
            WITH RECURSIVE %s, %s, %s
            SELECT total.*,
                   COALESCE(ledger.credited, 0) AS credited,
                   COALESCE(ledger.unit_items, 0) AS unit_items,
                   COALESCE(ledger.debited, 0) AS debited,
                   COALESCE(ledger.owed, 0) AS owed,
                   COALESCE(ledger.deal_items, 0) AS deal_items
              FROM total
              LEFT JOIN ledger ON ledger.company_id = total.company_id
               AND ledger.payer_company_id = total.payer_company_id
            """,
            self._get_pair_statements_sql(),
            self._get_pair_ledger_sql(),
            self._get_pair_total_sql(),
        )

    def _get_pair_statements_sql(self):
        """``statement``: those of the month, and what the same documents invoice."""
        return SQL(
            """
            chosen AS (
                SELECT id, company_invoice_id
                  FROM mci_statement
                 WHERE is_crossing AND state = 'posted'
                   AND %(company)s IN (company_id, payer_company_id)
                   AND date_to BETWEEN %(date_from)s AND %(date_to)s
            ), statement AS (
                SELECT id, company_id, payer_company_id, amount_total, hours_total,
                       move_id, counterpart_move_id, company_invoice_id
                  FROM mci_statement
                 WHERE id IN (SELECT id FROM chosen)
                    OR (state = 'posted' AND company_invoice_id IN (
                        SELECT company_invoice_id FROM chosen))
            )
            """,
            company=self.company_id.id,
            date_from=self.date_from,
            date_to=self.date_to,
        )

    def _get_pair_ledger_sql(self):
        """``ledger``: what the books say on both sides, by pair."""
        return SQL(
            """
            move AS (
                SELECT company_id, payer_company_id, id FROM (%s) origin
                 UNION
                SELECT move.company_id, move.payer_company_id, reversal.id
                  FROM move
                  JOIN account_move reversal ON reversal.reversed_entry_id = move.id
            ), item AS (
                SELECT move.company_id, move.payer_company_id,
                       line.company_id = move.company_id AS is_provider,
                       line.balance, line.amount_currency,
                       (SELECT SUM(amount) FROM account_analytic_line
                         WHERE move_line_id = line.id) AS analytic
                  FROM move
                  JOIN account_move_line line
                    ON line.move_id = move.id AND line.parent_state = 'posted'
                   AND line.analytic_distribution IS NOT NULL
                   AND line.tax_line_id IS NULL
            ), ledger AS (
                SELECT company_id, payer_company_id,
                       -SUM(balance) FILTER (WHERE is_provider) AS credited,
                       SUM(analytic) FILTER (WHERE is_provider) AS unit_items,
                       SUM(balance) FILTER (WHERE NOT is_provider) AS debited,
                       SUM(amount_currency) FILTER (WHERE NOT is_provider) AS owed,
                       -SUM(analytic) FILTER (WHERE NOT is_provider) AS deal_items
                  FROM item GROUP BY company_id, payer_company_id
            )
            """,
            self._get_pair_origin_sql(),
        )

    def _get_pair_origin_sql(self):
        """Entries, invoices and bills of the statements; their mirrors come after."""
        return SQL(
            """
            SELECT company_id, payer_company_id, move_id AS id FROM statement
             UNION
            SELECT company_id, payer_company_id, counterpart_move_id FROM statement
             UNION
            SELECT company_id, payer_company_id, invoice_id FROM mci_company_invoice
             WHERE id IN (SELECT company_invoice_id FROM statement)
             UNION
            SELECT company_id, payer_company_id, bill_id FROM mci_company_invoice
             WHERE id IN (SELECT company_invoice_id FROM statement)
            """
        )

    def _get_pair_total_sql(self):
        """``total``: what statements and charges say, by pair."""
        return SQL(
            """
            charge AS (
                SELECT statement_id, SUM(amount) AS amount,
                       SUM(payer_amount) AS payer_amount
                  FROM mci_charge
                 WHERE statement_id IN (SELECT id FROM statement)
                 GROUP BY statement_id
            ), total AS (
                SELECT statement.company_id, statement.payer_company_id,
                       COUNT(*) AS count, SUM(hours_total) AS hours,
                       SUM(amount_total) AS statements,
                       COALESCE(SUM(charge.amount), 0) AS charges,
                       COALESCE(SUM(charge.payer_amount), 0) AS payer_charges
                  FROM statement
                  LEFT JOIN charge ON charge.statement_id = statement.id
                 GROUP BY statement.company_id, statement.payer_company_id
            )
            """
        )
