from odoo.tools import SQL

AMOUNTS = frozenset({"hours", "amount", "payer_amount"})


def settled(columns):
    """Charges as they count by period: a table of ``columns`` for reports (C7).

    ``settled_on`` is the day a row counts on, ``sign`` 1 or -1. A charge reversed after
    its period was closed stays in that period and is taken back in an open one, in a
    row of its own with a negative ``row_id``; amounts have their sign. Hours that wait
    for the owner's consent do not count (C10).
    """

    names = [SQL.identifier(name) for name in columns]
    opposite = [
        SQL("-%s AS %s", column, column) if name in AMOUNTS else column
        for name, column in zip(columns, names, strict=True)
    ]
    return SQL(
        """
        (SELECT id AS row_id, settle_date AS settled_on, 1 AS sign, %s
           FROM mci_charge
          WHERE consent IS DISTINCT FROM 'asked'
            AND (state <> 'reversed' OR reversal_date IS NOT NULL)
          UNION ALL
         SELECT -id AS row_id, reversal_date AS settled_on, -1 AS sign, %s
           FROM mci_charge
          WHERE consent IS DISTINCT FROM 'asked' AND reversal_date IS NOT NULL)
        """,
        SQL(", ").join(names),
        SQL(", ").join(opposite),
    )
