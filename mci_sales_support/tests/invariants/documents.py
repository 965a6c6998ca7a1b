"""Inter-company invoices and bills stand in place of their accruals, once (4)."""

from collections import defaultdict

# A document with what belongs to it: its credit notes, the mirrors of the accruals that
# it made, and what put these accruals back.
FAMILY = """
SELECT doc.id AS document, doc.id AS move_id FROM account_move doc
 WHERE doc.mci_company_invoice_id IS NOT NULL
UNION
SELECT doc.id, credit.id FROM account_move doc
  JOIN account_move credit ON credit.reversed_entry_id = doc.id
 WHERE doc.mci_company_invoice_id IS NOT NULL
UNION
SELECT mirror.mci_replaced_by_id, mirror.id FROM account_move mirror
 WHERE mirror.mci_replaced_by_id IS NOT NULL
UNION
SELECT mirror.mci_replaced_by_id, back.id FROM account_move mirror
  JOIN account_move back ON back.reversed_entry_id = mirror.id
 WHERE mirror.mci_replaced_by_id IS NOT NULL
"""
ITEMS = """
WITH family AS ({family})
SELECT family.document, doc.name, line.amount, line.unit_amount AS hours,
       ARRAY[{accounts}] AS accounts
  FROM family
  JOIN account_move doc ON doc.id = family.document
  JOIN account_move_line item ON item.move_id = family.move_id
  JOIN account_analytic_line line ON line.move_line_id = item.id
"""
# Each accrual of a document beside the mirrors of it that still count.
ACCRUALS = """
SELECT COALESCE(doc.name, doc.id::text) AS name, s.name AS statement, s.state,
       doc.state = 'posted' AND NOT EXISTS (
           SELECT FROM account_move credit
            WHERE credit.reversed_entry_id = doc.id AND credit.state = 'posted'
       ) AS counts,
       (SELECT COUNT(*) FROM account_move mirror
         WHERE mirror.state = 'posted' AND mirror.mci_replaced_by_id IS NOT NULL
           AND mirror.reversed_entry_id = CASE
               WHEN doc.move_type LIKE 'out_%' THEN s.move_id
               ELSE s.counterpart_move_id END
           AND NOT EXISTS (
               SELECT FROM account_move back
                WHERE back.reversed_entry_id = mirror.id AND back.state = 'posted')
       ) AS mirrors
  FROM mci_statement s
  JOIN mci_company_invoice run ON run.id = s.company_invoice_id
  JOIN account_move doc ON doc.id IN (run.invoice_id, run.bill_id)
"""
TOTALS = """
SELECT doc.name, s.total,
       CASE WHEN doc.move_type LIKE '%_refund' THEN -doc.amount_untaxed
            ELSE doc.amount_untaxed END AS untaxed
  FROM mci_company_invoice run
  JOIN account_move doc ON doc.id IN (run.invoice_id, run.bill_id)
  JOIN LATERAL (SELECT SUM(amount_total) AS total FROM mci_statement
                 WHERE company_invoice_id = run.id) s ON TRUE
 WHERE doc.state = 'posted' AND NOT COALESCE(run.is_cancelled, FALSE)
"""


def find(fetch, plan_columns):
    """Sentences about documents that do not say what their statements say."""
    yield from _check_items(fetch, plan_columns)
    yield from _check_mirrors(fetch)
    for row in fetch(TOTALS):
        if abs(float(row["untaxed"]) - float(row["total"] or 0.0)) > 0.005:
            yield "document {name} is {untaxed}, its statements {total}".format(**row)


def _check_items(fetch, plan_columns):
    """Money and hours stay on every account: what a document brings, its mirrors take.

    That holds for drafts and cancelled, credited documents as well.
    """
    totals = defaultdict(lambda: [0.0, 0.0])
    columns = ", ".join(f"line.{name}" for name in plan_columns)
    for row in fetch(ITEMS.format(family=FAMILY, accounts=columns)):
        for account in filter(None, row["accounts"]):
            totals[row["name"], account][0] += float(row["amount"])
            totals[row["name"], account][1] += float(row["hours"])
    for (name, account), (amount, hours) in totals.items():
        if abs(amount) > 0.005 or abs(hours) > 0.005:
            yield (
                f"document {name} moves {amount:.2f} and {hours:.2f} h on account"
                f" {account} beside the accruals"
            )


def _check_mirrors(fetch):
    for row in fetch(ACCRUALS):
        if row["state"] != "posted":
            yield "statement {statement} is {state} and on {name}".format(**row)
        if row["mirrors"] != int(row["counts"]):
            yield (
                "the accrual of {statement} is replaced {mirrors} times, document"
                " {name} counts: {counts}".format(**row)
            )
