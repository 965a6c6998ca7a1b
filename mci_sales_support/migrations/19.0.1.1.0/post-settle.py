"""Charges know the day they count on in reports by period (C7, invariant 7).

That of the statement that took them where they were late; what is not posted yet leaves
periods that are closed. A line of a mass re-pricing keeps the currency of its old
price.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE mci_charge SET settle_date = COALESCE(GREATEST(mci_charge.date, (
               SELECT statement.date_from FROM mci_statement statement
                WHERE statement.id = mci_charge.statement_id)), mci_charge.date)
         WHERE settle_date IS NULL
        """
    )
    cr.execute(
        "SELECT company_id, date_from, date_to FROM mci_period"
        " WHERE state = 'closed' ORDER BY date_from"
    )
    for company_id, first, last in cr.fetchall():
        cr.execute(
            """
            UPDATE mci_charge SET settle_date = %s::date + 1
             WHERE company_id = %s AND settle_date BETWEEN %s AND %s
               AND state IN ('open', 'sent', 'disputed', 'accepted')
               AND NOT EXISTS (SELECT FROM mci_statement s
                                WHERE s.id = mci_charge.statement_id
                                  AND s.is_showback AND s.state <> 'draft')
            """,
            (last, company_id, first, last),
        )
    cr.execute(
        """
        UPDATE mci_reprice_line line SET currency_id = charge.currency_id
          FROM mci_charge charge
         WHERE charge.id = line.charge_id AND line.currency_id IS NULL
        """
    )
