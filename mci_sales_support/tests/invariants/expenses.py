"""Expenses and subcontractors: what a bill charges to a deal, charged once (3, 4)."""

# (number, sentence, query whose rows break it)
QUERIES = (
    (
        "3",
        "item {item} of {balance} for deal {lead} has {count} live charges",
        """
        SELECT item.id AS item, item.balance, item.mci_lead_id AS lead,
               COUNT(charge.id) AS count
          FROM account_move_line item
          LEFT JOIN mci_charge charge ON charge.expense_line_id = item.id
                                     AND charge.state <> 'reversed'
         WHERE item.mci_lead_id IS NOT NULL AND item.parent_state = 'posted'
           AND item.balance <> 0
         GROUP BY item.id HAVING COUNT(charge.id) <> 1
        """,
    ),
    (
        "3",
        "charge {charge} ({state}) of an expense has no posted item: {item}",
        """
        SELECT charge.id AS charge, charge.state, item.parent_state AS item
          FROM mci_charge charge
          LEFT JOIN account_move_line item ON item.id = charge.expense_line_id
         WHERE charge.origin = 'expense' AND charge.state <> 'reversed'
           AND item.parent_state IS DISTINCT FROM 'posted'
        """,
    ),
    (
        "3",
        "charge {charge} of {amount} for deal {lead} does not follow its item {item}:"
        " {balance} for {item_lead}",
        """
        SELECT charge.id AS charge, charge.amount, charge.lead_id AS lead,
               item.id AS item, item.balance, item.mci_lead_id AS item_lead
          FROM mci_charge charge
          JOIN account_move_line item ON item.id = charge.expense_line_id
         WHERE charge.state = 'open' AND charge.decision IS NULL
           AND (abs(charge.amount - item.balance) > 0.0051
                AND charge.zero_rate_reason IS NULL
                OR charge.lead_id IS DISTINCT FROM item.mci_lead_id
                OR charge.center_id IS DISTINCT FROM item.mci_center_id
                OR charge.date <> item.date)
        """,
    ),
    (
        "4",
        "charge {charge} ({state}) is {amount}: {hours} h × {price} × {rate}",
        """
        WITH RECURSIVE at_cost AS (
            SELECT id FROM mci_charge WHERE origin = 'expense'
            UNION ALL
            SELECT c.id FROM mci_charge c
              JOIN at_cost source ON source.id = c.corrected_charge_id)
        SELECT c.id AS charge, c.state, c.amount, c.hours, c.price_unit AS price,
               c.exchange_rate AS rate
          FROM mci_charge c LEFT JOIN at_cost ON at_cost.id = c.id
         WHERE c.origin <> 'opening'
           -- what was paid has no hours: its price is the whole of it
           AND (abs(c.amount - c.price_unit * c.exchange_rate * CASE
                        WHEN at_cost.id IS NULL THEN c.hours
                        WHEN c.correction_kind = 'reversal' THEN -1
                        ELSE 1 END) > 0.0051
                OR at_cost.id IS NOT NULL AND c.hours <> 0)
        """,
    ),
)
