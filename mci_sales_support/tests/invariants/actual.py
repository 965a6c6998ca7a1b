"""Actual prices: frozen figures, and the difference moved off the unit once (4, 7)."""

# (number, sentence, query whose rows break it)
QUERIES = (
    (
        "4",
        "actual price {name} ({state}): {moved} and {hours} h of {absorption} left the"
        " unit's account",
        """
        SELECT price.name, price.state, price.absorption,
               COALESCE(SUM(line.amount), 0) AS moved,
               COALESCE(SUM(line.unit_amount), 0) AS hours
          FROM mci_actual_price price
          JOIN mci_delivery_center center ON center.id = price.center_id
          JOIN project_project project ON project.id = center.project_id
          LEFT JOIN account_move move ON move.mci_actual_price_id = price.id
                                     AND move.state = 'posted'
          LEFT JOIN account_move_line item ON item.move_id = move.id
          LEFT JOIN account_analytic_line line ON line.move_line_id = item.id
                                              AND line.account_id = project.account_id
         GROUP BY price.id
        HAVING abs(COALESCE(SUM(line.amount), 0)
                   + CASE WHEN price.state = 'posted' THEN price.absorption ELSE 0 END)
               > 0.005
            OR abs(COALESCE(SUM(line.unit_amount), 0)) > 0.005
        """,
    ),
    (
        "4",
        "actual price {name} is {absorption}: {income} less {cost}",
        """
        SELECT name, absorption, income, cost FROM mci_actual_price
         WHERE abs(absorption - income + cost) > 0.005
        """,
    ),
    (
        "4",
        "parts of actual price {name} are {income} for {hours} h, it is {total}",
        """
        SELECT price.name, price.income AS total, SUM(line.income) AS income,
               SUM(line.charged_hours) AS hours
          FROM mci_actual_price price
          JOIN mci_actual_price_line line ON line.price_id = price.id
         GROUP BY price.id
        HAVING abs(SUM(line.income) - price.income) > 0.005
            OR abs(SUM(line.cost) - price.cost) > 0.005
            OR abs(SUM(line.charged_hours) - price.charged_hours) > 0.005
        """,
    ),
)
# What still changes once figures are frozen.
MOVING = {
    "state",
    "accounting_date",
    "move_id",
    "reversal_move_id",
    "posted_date",
    "posted_by_id",
    "reverse_reason",
    "write_date",
    "write_uid",
}


def frozen(fetch):
    """Figures of actual prices that may not change: ``{(table, id): row}``."""
    rows = {}
    for table, query in (
        ("price", "SELECT * FROM mci_actual_price WHERE state <> 'draft'"),
        (
            "line",
            "SELECT line.* FROM mci_actual_price_line line"
            " JOIN mci_actual_price price ON price.id = line.price_id"
            " WHERE price.state <> 'draft'",
        ),
    ):
        for row in fetch(query):
            rows[table, row["id"]] = {
                name: value for name, value in row.items() if name not in MOVING
            }
    return rows


def compare(before, after):
    """Sentences about frozen figures that changed or are gone."""
    for (table, id_), row in before.items():
        now = after.get((table, id_))
        if now is None:
            yield f"Invariant 7: frozen {table} {id_} of an actual price is gone"
        elif now != row:
            changed = {key: (row[key], now[key]) for key in row if row[key] != now[key]}
            yield f"Invariant 7: frozen {table} {id_} of an actual price: {changed}"
