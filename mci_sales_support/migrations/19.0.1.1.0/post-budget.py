"""Budget requests are the ledger of the budget since 19.0.1.1.0 (C4).

Each approved one says by how much it moved the budget; what the sums of the old ones
do not explain (a share of the policy made explicit) goes to the last of the deal.
"""


def migrate(cr, version):
    cr.execute(
        "UPDATE crm_lead SET mci_budget_set = TRUE WHERE mci_budget_approved > 0"
    )
    cr.execute(
        "UPDATE mci_budget_change SET budget_delta = amount, budget_date = date::date,"
        " from_delta = CASE WHEN from_lead_id IS NOT NULL THEN -amount END,"
        " from_team_id = (SELECT team_id FROM crm_lead lead"
        " WHERE lead.id = from_lead_id)"
        " WHERE state = 'approved' AND budget_delta IS NULL"
    )
    for name, delta in (("lead_id", "budget_delta"), ("from_lead_id", "from_delta")):
        cr.execute(
            f"""
            UPDATE mci_budget_change last
               SET {delta} = COALESCE({delta}, 0) + rest.amount
              FROM (
                SELECT MAX(own.id) AS id, lead.mci_budget_approved
                       - COALESCE((SELECT SUM(budget_delta) FROM mci_budget_change
                                    WHERE state = 'approved' AND lead_id = lead.id), 0)
                       - COALESCE((SELECT SUM(from_delta) FROM mci_budget_change
                                    WHERE state = 'approved'
                                      AND from_lead_id = lead.id), 0) AS amount
                  FROM crm_lead lead
                  JOIN mci_budget_change own
                    ON own.{name} = lead.id AND own.state = 'approved'
                 WHERE lead.mci_budget_set
                 GROUP BY lead.id
              ) AS rest
             WHERE last.id = rest.id AND rest.amount <> 0
            """  # noqa: S608  (names are our own)
        )
