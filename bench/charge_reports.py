"""Every report on charges, and the plain SQL that it cannot do without.

Each is asked for what its own screen asks for first.
"""

# Deals of every outcome, with signed amounts, budgets, reasons and credits.
OUTCOMES = """
reason = env["crm.lost.reason"].create({"name": "Bench"})
[deal] = env["mci.charge"].search([], limit=1).lead_id
credit = env["mci.credit"].sudo()._mci_unlock().create({
    "lead_id": deal.id, "lead_name": deal.name,
    "user_id": env.ref("base.user_admin").id,
    "team_id": deal.team_id.id, "company_id": env.company.id, "role": "sales",
    "kind": "primary", "percent": 100.0, "amount": 60000.0, "date": "2029-12-20",
    "state": "frozen",
})
env.flush_all()
env.cr.execute('''
    UPDATE crm_lead SET won_status = (ARRAY['won', 'lost', 'pending'])[id %% 3 + 1],
           lost_reason_id = CASE WHEN id %% 3 = 1 THEN %s END,
           date_closed = CASE WHEN id %% 3 < 2 THEN timestamp '2029-12-24 10:00' END,
           mci_signed_amount = CASE WHEN id %% 6 = 0 THEN 70000 END,
           mci_budget_set = id %% 2 = 0,
           mci_budget_approved = CASE WHEN id %% 2 = 0 THEN 1500 END
     WHERE id IN (SELECT lead_id FROM mci_charge)''', [reason.id])
copies("mci_credit", credit, "crm_lead", {
    "id": "nextval('mci_credit_id_seq')", "lead_id": "n.id", "team_id": "n.team_id",
})
env.cr.execute("ANALYZE crm_lead; ANALYZE mci_credit")
env.cr.commit()
"""

# The charges that count, and what the pivot asks of the model: [left, right].
REPORTS = """
LIVE = "charge.state <> 'reversed' AND charge.consent IS DISTINCT FROM 'asked'"
# Deal by deal: sums, and the latest charge.
DEALS = f'''
    SELECT charge.lead_id, SUM(charge.payer_amount) AS amount,
           SUM(charge.hours) AS hours,
           (MAX(((charge.date - DATE '2000-01-01')::bigint << 32) + charge.id)
            & 4294967295)::int AS last_id
      FROM mci_charge charge WHERE {LIVE} GROUP BY charge.lead_id'''
REVENUE = "COALESCE(NULLIF(lead.mci_signed_amount, 0), lead.expected_revenue, 0)"

def ours(model, groups, aggregates, domain=()):
    return lambda: env[model].formatted_read_group(list(domain), groups, aggregates)

def raw(query):
    return lambda: (env.cr.execute(query), env.cr.fetchall())

explain = env["mci.charge"].search([], limit=100)
few, many = (queries(part.explain_price) for part in (explain[:1], explain))
reports = {
    "Deal P&L by grade and month": (
        ours("mci.deal.report", ["grade_id", "date:month"],
             ["deal_count:sum", "revenue:sum", "hours:sum", "amount:sum",
              "presales_return:avg"]),
        raw(f'''
            SELECT last.grade_id, date_trunc('month',
                       COALESCE(CASE WHEN lead.won_status IN ('won', 'lost')
                                THEN lead.date_closed::date END, last.date)),
                   COUNT(*),
                   SUM(CASE WHEN lead.won_status = 'lost' THEN 0 ELSE {REVENUE} END),
                   SUM(deal.hours), SUM(deal.amount),
                   SUM(CASE WHEN lead.won_status = 'won' THEN {REVENUE} END)
                       / NULLIF(SUM(deal.amount), 0)
              FROM ({DEALS}) deal
              JOIN mci_charge last ON last.id = deal.last_id
              JOIN crm_lead lead ON lead.id = deal.lead_id
             GROUP BY 1, 2'''),
    ),
    "Cost per win by team": (
        ours("mci.deal.report", ["team_id"],
             ["won_count:sum", "closed_count:sum", "win_rate:avg", "closed_amount:sum",
              "cost_per_win:avg"], [("outcome", "in", ["won", "lost"])]),
        raw(f'''
            SELECT last.team_id, COUNT(*) FILTER (WHERE lead.won_status = 'won'),
                   COUNT(*), SUM(deal.amount), SUM(deal.amount)
                       / NULLIF(COUNT(*) FILTER (WHERE lead.won_status = 'won'), 0)
              FROM ({DEALS}) deal
              JOIN mci_charge last ON last.id = deal.last_id
              JOIN crm_lead lead ON lead.id = deal.lead_id
             WHERE lead.won_status IN ('won', 'lost') GROUP BY 1'''),
    ),
    "Cost of lost pursuits by reason": (
        ours("mci.deal.report", ["lost_reason_id"],
             ["lost_count:sum", "hours:sum", "lost_amount:sum"],
             [("outcome", "=", "lost")]),
        raw(f'''
            SELECT lead.lost_reason_id, COUNT(*), SUM(deal.hours), SUM(deal.amount)
              FROM ({DEALS}) deal JOIN crm_lead lead ON lead.id = deal.lead_id
             WHERE lead.won_status = 'lost' GROUP BY 1'''),
    ),
    "Budget discipline by team": (
        ours("mci.deal.report", ["team_id"],
             ["budget_count:sum", "budget_amount:sum", "budget_charged:sum",
              "budget_percent:avg", "over_count:sum", "over_amount:sum"],
             [("budget_count", ">", 0)]),
        raw(f'''
            SELECT last.team_id, COUNT(*), SUM(lead.mci_budget_approved),
                   SUM(deal.amount),
                   SUM(deal.amount) / NULLIF(SUM(lead.mci_budget_approved), 0),
                   COUNT(*) FILTER (WHERE deal.amount > lead.mci_budget_approved),
                   SUM(GREATEST(deal.amount - lead.mci_budget_approved, 0))
              FROM ({DEALS}) deal
              JOIN mci_charge last ON last.id = deal.last_id
              JOIN crm_lead lead ON lead.id = deal.lead_id
             WHERE lead.mci_budget_set GROUP BY 1'''),
    ),
    "Charges and outcome by grade and month": (
        ours("mci.charge.report", ["grade_id", "settle_date:month"],
             ["amount:sum", "hours:sum", "won_revenue:sum", "lost_amount:sum"]),
        raw(f'''
            SELECT charge.grade_id, date_trunc('month', charge.settle_date),
                   SUM(charge.payer_amount), SUM(charge.hours),
                   SUM(CASE WHEN lead.won_status = 'won' THEN {REVENUE}
                       * charge.payer_amount / NULLIF(deal.amount, 0) ELSE 0 END),
                   SUM(CASE WHEN lead.won_status = 'lost' THEN charge.payer_amount END)
              FROM mci_charge charge
              JOIN crm_lead lead ON lead.id = charge.lead_id
              JOIN (SELECT lead_id, SUM(payer_amount) AS amount
                      FROM mci_charge charge WHERE {LIVE} GROUP BY lead_id) deal
                ON deal.lead_id = charge.lead_id
             WHERE {LIVE} GROUP BY 1, 2'''),
    ),
    "Charges by team and month": (
        ours("mci.charge", ["team_id", "settle_date:month"],
             ["amount:sum", "hours:sum"]),
        raw('''
            SELECT team_id, date_trunc('month', settle_date), SUM(amount), SUM(hours)
              FROM mci_charge GROUP BY 1, 2'''),
    ),
    "Credits and presales by person": (
        ours("mci.credit.report", ["user_id"],
             ["booked_amount:sum", "credited_amount:sum", "charged_amount:sum",
              "charged_lost:sum", "presales_return:avg"]),
        raw(f'''
            SELECT one.user_id, partner.name, SUM(one.booked), SUM(one.credited),
                   SUM(one.charged), SUM(one.lost),
                   SUM(one.booked) / NULLIF(SUM(one.charged), 0)
              FROM (SELECT user_id,
                           CASE WHEN kind = 'primary' THEN amount END AS booked,
                           amount AS credited, NULL::numeric AS charged,
                           NULL::numeric AS lost
                      FROM mci_credit WHERE state NOT IN ('provisional', 'agreed')
                     UNION ALL
                    SELECT COALESCE(charge.owner_id, charge.user_id), NULL, NULL,
                           charge.payer_amount, CASE WHEN lead.won_status = 'lost'
                           THEN charge.payer_amount END
                      FROM mci_charge charge
                      JOIN crm_lead lead ON lead.id = charge.lead_id
                     WHERE {LIVE}) one
              JOIN res_users person ON person.id = one.user_id
              JOIN res_partner partner ON partner.id = person.partner_id
             GROUP BY 1, 2 ORDER BY 2'''),
    ),
    "Ageing of charges by age": (
        ours("mci.settlement.ageing", ["bucket"], ["amount:sum", "hours:sum"]),
        raw('''
            SELECT CASE WHEN days <= 7 THEN 1 WHEN days <= 30 THEN 2
                        WHEN days <= 60 THEN 3 WHEN days <= 90 THEN 4 ELSE 5 END,
                   SUM(amount), SUM(hours)
              FROM (SELECT CURRENT_DATE - COALESCE(CASE charge.state
                               WHEN 'sent' THEN statement.sent_date
                               WHEN 'accepted' THEN statement.accepted_date
                               WHEN 'disputed' THEN charge.disputed_date
                           END, charge.date)::date AS days, charge.amount, charge.hours
                      FROM mci_charge charge
                      LEFT JOIN mci_statement statement
                        ON statement.id = charge.statement_id
                     WHERE charge.state IN ('open', 'sent', 'disputed', 'accepted')
                       AND NOT (charge.state = 'accepted'
                                AND COALESCE(statement.is_showback, FALSE))) waiting
             GROUP BY 1'''),
    ),
    "Burn-down by week": (
        ours("mci.budget.burn", ["date:week", "series"], ["amount:sum"]),
        raw('''
            SELECT date_trunc('week', one.date), one.series, SUM(one.amount)
              FROM (SELECT settle_date AS date, 'used' AS series,
                           payer_amount AS amount
                      FROM mci_charge WHERE state <> 'reversed'
                     UNION ALL
                    SELECT day.date, 'used', day.amount
                      FROM mci_booking_day day
                      JOIN mci_booking booking ON booking.id = day.booking_id
                     WHERE booking.state IN ('held', 'confirmed')
                     UNION ALL
                    SELECT plan.decision_date::date, 'planned', line.amount
                      FROM mci_presales_plan plan
                      JOIN mci_presales_plan_line line ON line.plan_id = plan.id
                     WHERE plan.state = 'approved') one
             GROUP BY 1, 2'''),
    ),
    "Center P&L by unit and function": (
        ours("mci.center.report", ["center_id", "function_id"],
             ["income:sum", "cost:sum", "recovery:avg", "utilisation:avg",
              "unassigned_hours:sum"]),
        raw('''
            SELECT center_id, function_id, SUM(income), SUM(cost),
                   100 * SUM(income) / NULLIF(SUM(cost), 0),
                   100 * SUM(deal) / NULLIF(SUM(capacity), 0),
                   SUM(GREATEST(capacity - hours, 0))
              FROM (SELECT center_id, function_id, month, SUM(income) AS income,
                           SUM(cost) AS cost, SUM(hours) AS hours, SUM(deal) AS deal,
                           SUM(capacity) AS capacity
                      FROM (SELECT center_id, function_id,
                                   date_trunc('month', date) AS month,
                                   SUM(amount) AS income, 0 AS cost, 0 AS hours,
                                   0 AS deal, 0 AS capacity
                              FROM mci_charge
                             WHERE state <> 'reversed' AND origin <> 'expense'
                               AND consent IS DISTINCT FROM 'asked' GROUP BY 1, 2, 3
                             UNION ALL
                            SELECT project.mci_center_id,
                                   COALESCE(booking.function_id, seat.function_id),
                                   date_trunc('month', line.date), 0,
                                   -SUM(line.amount), SUM(line.unit_amount),
                                   SUM(CASE WHEN line.mci_lead_id IS NOT NULL
                                       THEN line.unit_amount END), 0
                              FROM account_analytic_line line
                              JOIN project_project project
                                ON project.id = line.project_id
                              JOIN hr_employee employee
                                ON employee.id = line.employee_id
                              LEFT JOIN mci_booking booking
                                ON booking.id = line.mci_booking_id
                              LEFT JOIN mci_center_seat seat
                                ON seat.resource_id = employee.resource_id
                               AND seat.center_id = project.mci_center_id
                               AND seat.date_from <= line.date
                               AND COALESCE(seat.date_to, line.date) >= line.date
                             WHERE project.mci_center_id IS NOT NULL GROUP BY 1, 2, 3
                             UNION ALL
                            SELECT seat.center_id, seat.function_id,
                                   date_trunc('month', week.date_from), 0, 0, 0, 0,
                                   SUM(week.capacity_hours)
                              FROM mci_week week
                              JOIN mci_center_seat seat
                                ON seat.resource_id = week.resource_id
                               AND seat.date_from <= week.date_from + 6
                               AND COALESCE(seat.date_to, week.date_from)
                                   >= week.date_from
                             WHERE week.date_from + 7 <= CURRENT_DATE
                             GROUP BY 1, 2, 3) part
                     GROUP BY 1, 2, 3) month
             GROUP BY 1, 2'''),
    ),
    "Hours before and with the method": (
        ours("mci.diagnosis.hour", ["phase"], ["hours:sum", "ab_share:avg"]),
        raw('''
            SELECT CASE WHEN company.mci_start_date <= line.date THEN 'with'
                        ELSE 'before' END,
                   SUM(line.unit_amount),
                   SUM(CASE WHEN COALESCE(charge.tier, booking.tier, lead.mci_tier)
                       = 'delivery_center' THEN line.unit_amount ELSE 0 END)
              FROM account_analytic_line line
              JOIN crm_lead lead ON lead.id = line.mci_lead_id
              JOIN hr_employee employee ON employee.id = line.employee_id
              LEFT JOIN mci_booking booking ON booking.id = line.mci_booking_id
              LEFT JOIN mci_charge charge ON charge.timesheet_id = line.id
               AND charge.state <> 'reversed'
              JOIN res_company company ON company.id =
                   COALESCE(charge.payer_company_id, line.company_id)
             WHERE line.project_id IS NOT NULL GROUP BY 1'''),
    ),
}
answer({
    "queries": [few, many],
    "seconds": {
        name: turns(3, ours=left, raw=right) for name, (left, right) in reports.items()
    },
})
"""
