from odoo.tools import SQL

AMOUNTS = frozenset({"hours", "amount", "payer_amount"})


def settled(columns):
    """Charges as they count by period: a table of ``columns`` for reports (C7).

    ``settled_on`` is the day a row counts on, ``sign`` 1 or -1. A charge reversed after
    its period was closed stays in that period and is taken back in an open one, in a
    row of its own with a negative ``row_id``; amounts have their sign. Hours that wait
    for the owner's consent do not count (C10).
    """

    def rows(row_id, settled_on, sign, where):
        names = [
            SQL("%s * %s AS %s", SQL(sign), SQL.identifier(name), SQL.identifier(name))
            if sign != "1" and name in AMOUNTS
            else SQL.identifier(name)
            for name in columns
        ]
        return SQL(
            "SELECT %s AS row_id, %s AS settled_on, %s AS sign, %s"
            " FROM mci_charge WHERE consent IS DISTINCT FROM 'asked' AND (%s)",
            SQL(row_id),
            SQL(settled_on),
            SQL(sign),
            SQL(", ").join(names),
            SQL(where),
        )

    return SQL(
        "(%s UNION ALL %s)",
        rows(
            "id", "settle_date", "1", "state <> 'reversed' OR reversal_date IS NOT NULL"
        ),
        rows("-id", "reversal_date", "-1", "reversal_date IS NOT NULL"),
    )
