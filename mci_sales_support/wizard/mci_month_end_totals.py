from odoo import api, fields, models
from odoo.tools import SQL

COLUMNS = ("charged", "borne", "debited", "credited", "deal_items", "unit_items")


class MciMonthEnd(models.TransientModel):
    """Provider = payer = ledger: the figures an auditor compares (invariant 4).

    Six figures of the same money, each read from another place: the statements' own
    totals, their charges, the journal items of the deals and of the units, and the
    analytic items of both. Amounts in the currency of the company; what another company
    booked in its own currency is counted in the currency of the statement.
    """

    _inherit = "mci.month.end"

    totals = fields.Html(compute="_compute_totals", sanitize=False)
    difference = fields.Monetary(compute="_compute_totals")

    @api.depends("company_id", "date_from", "date_to")
    def _compute_totals(self):
        for screen in self:
            rows = screen._get_totals()
            screen.difference = max(
                (row["difference"] for row in rows), default=0.0, key=abs
            )
            screen.totals = rows and self.env["ir.qweb"]._render(
                "mci_sales_support.mci_month_end_totals",
                {"rows": rows, "total": screen._add_up(rows), "screen": screen},
            )

    def _get_totals(self):
        """One dict for each unit with posted statements of the period."""
        self.ensure_one()
        if not self.company_id or not self.date_from or not self.date_to:
            return []
        self.env.flush_all()
        self.env.cr.execute(self._get_totals_query())
        rows = [
            {
                "center": center,
                "count": count,
                "hours": hours,
                **{name: float(x) for name, x in zip(COLUMNS, amounts, strict=True)},
            }
            for center, count, hours, *amounts in self.env.cr.fetchall()
        ]
        centers = self.env["mci.delivery.center"].sudo()
        centers = centers.browse([row["center"] for row in rows])
        for row, center in zip(rows, centers, strict=True):
            row["name"] = center.name
            row["difference"] = self._get_difference(row)
        return sorted(rows, key=lambda row: row["name"])

    def _get_difference(self, row):
        """How far the figures of a row lie apart, in the company's currency."""
        figures = [row[name] for name in COLUMNS]
        return self.currency_id.round(max(figures) - min(figures))

    def _add_up(self, rows):
        total = {
            name: sum(row[name] for row in rows)
            for name in ("count", "hours", *COLUMNS)
        }
        return {**total, "difference": self._get_difference(total)}

    def _get_totals_query(self):
        return SQL(
            """
            WITH statement AS (
                SELECT id, center_id, amount_total, hours_total, move_id,
                       counterpart_move_id
                  FROM mci_statement
                 WHERE company_id = %s AND state = 'posted'
                   AND date_to BETWEEN %s AND %s
            ), charge AS (
                SELECT statement_id, SUM(amount) AS amount
                  FROM mci_charge
                 WHERE statement_id IN (SELECT id FROM statement)
                 GROUP BY statement_id
            ), deal_item AS (
                SELECT DISTINCT statement_id, move_line_id AS id
                  FROM mci_charge
                 WHERE statement_id IN (SELECT id FROM statement)
                   AND move_line_id IS NOT NULL
            ), item AS (
                SELECT statement.id AS statement_id, line.id,
                       line.amount_currency AS balance,
                       deal_item.id IS NOT NULL AS is_deal,
                       (SELECT ROUND(SUM(amount) * line.amount_currency
                                     / NULLIF(line.balance, 0), 2)
                          FROM account_analytic_line
                         WHERE move_line_id = line.id) AS analytic
                  FROM statement
                  JOIN account_move_line line
                    ON line.move_id IN (statement.move_id,
                                        statement.counterpart_move_id)
                   AND line.parent_state = 'posted'
                   AND line.analytic_distribution IS NOT NULL
                  LEFT JOIN deal_item ON deal_item.id = line.id
            ), ledger AS (
                SELECT statement_id,
                       SUM(balance) FILTER (WHERE is_deal) AS debited,
                       -SUM(balance) FILTER (WHERE NOT is_deal) AS credited,
                       -SUM(analytic) FILTER (WHERE is_deal) AS deal_items,
                       SUM(analytic) FILTER (WHERE NOT is_deal) AS unit_items
                  FROM item GROUP BY statement_id
            )
            SELECT statement.center_id, COUNT(*), SUM(hours_total),
                   SUM(amount_total), COALESCE(SUM(charge.amount), 0),
                   COALESCE(SUM(ledger.debited), 0),
                   COALESCE(SUM(ledger.credited), 0),
                   COALESCE(SUM(ledger.deal_items), 0),
                   COALESCE(SUM(ledger.unit_items), 0)
              FROM statement
              LEFT JOIN charge ON charge.statement_id = statement.id
              LEFT JOIN ledger ON ledger.statement_id = statement.id
             GROUP BY statement.center_id
            """,
            self.company_id.id,
            self.date_from,
            self.date_to,
        )
