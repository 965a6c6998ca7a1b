"""What the demo story's database holds: one script, read in one go."""

FACTS = """
def count(model, field):
    rows = env[model].sudo().with_context(active_test=False)._read_group(
        [], [field], ["__count"]
    )
    return {getattr(key, "code", key): number for key, number in rows}

def query(sql):
    env.cr.execute(sql)
    return env.cr.fetchall()

env = env(context={})
month_end = (
    env["mci.month.end"]
    .with_user(env["res.users"].search([("login", "=", "accountant")]))
    .create({})
)
abroad = env["res.company"].search([("name", "=", "Meridian Automation Shanghai")])
shanghai = env["mci.month.end"].with_user(
    env["res.users"].search([("login", "=", "accountant_cn")])
).create({})
crossing = env["mci.statement"].search(
    [("is_crossing", "=", True)], order="date_to, id"
)
runs = env["mci.company.invoice"].search([])
statements = env["mci.statement"].search([])
answer(
    {
        "states": {
            model: count(model, "state")
            for model in (
                "mci.request", "mci.booking", "mci.statement", "mci.charge",
                "mci.evaluation", "mci.credit", "mci.promise", "mci.signoff",
                "mci.ownership", "mci.grade.change", "mci.budget.change",
                "mci.score.period", "mci.grade.policy", "mci.period",
                "mci.grade.split", "mci.partner.registration", "mci.grade.simulation",
                "mci.plan", "mci.plan.line", "mci.presales.plan",
                "mci.budget.decision", "mci.closing.account", "mci.actual.price",
            )
        },
        "grades": count("crm.lead", "mci_grade_id"),
        "rules": count("mci.rule.event", "is_approved"),
        "month_end": {
            name: month_end[f"{name}_count"]
            for name in month_end._get_items()
            if name not in ("bill",) and not name.startswith("payer_")
        },
        "abroad": {
            "currencies": [
                crossing.currency_id.mapped("name"),
                crossing.payer_currency_id.mapped("name"),
            ],
            "states": crossing.mapped("state"),
            "sides": [
                [statement.move_id.state, statement.counterpart_move_id.state]
                for statement in crossing
            ],
            "timesheets": crossing.charge_ids.timesheet_id.company_id.ids,
            "rates": [bool(c.rate_id.payer_company_id) for c in crossing.charge_ids],
            "runs": [[run.invoice_state, run.bill_state] for run in runs],
            "mirrored": crossing[0].move_id.reversal_move_ids.mapped("state")
            + crossing[0].counterpart_move_id.reversal_move_ids.mapped("state"),
            "month_end": {
                name: shanghai[f"{name}_count"]
                for name in shanghai._get_payer_items()
            },
            "difference": [
                env["mci.month.end"]
                .create(
                    {
                        "company_id": abroad.id,
                        "date_from": statement.date_from,
                        "date_to": statement.date_to,
                    }
                )
                .pair_difference
                for statement in crossing
            ],
            "periods": env["mci.period"]
            .search([("company_id", "=", abroad.id)])
            .mapped("state"),
        },
        "difference": [
            env["mci.month.end"]
            .create({"date_from": period.date_from, "date_to": period.date_to})
            .difference
            for period in env["mci.period"].search(
                [("state", "!=", "open"), ("company_id", "!=", abroad.id)]
            )
        ],
        "arbiters": env["mci.charge"]
        .search([("state", "=", "disputed")])
        .arbiter_ids.mapped("login"),
        "corrections": sorted(
            env["mci.charge"]
            .search([("correction_kind", "!=", False)])
            .mapped("correction_kind")
        ),
        "opening": query(
            "SELECT count(*), count(statement_id) FROM mci_charge"
            " WHERE origin = 'opening'"
        ),
        "logins": dict(
            query(
                "SELECT login, lang FROM res_users"
                " JOIN res_partner ON res_partner.id = res_users.partner_id"
            )
        ),
        "two_owners": query(
            "SELECT lead_id, role FROM mci_ownership WHERE state = 'active'"
            " GROUP BY lead_id, role HAVING count(*) > 1"
        ),
        "sums": [
            [
                statement.name,
                statement.amount_total,
                sum(statement.charge_ids.mapped("amount")),
                sum(statement.move_id.line_ids.mapped("debit"))
                if statement.move_id
                else statement.amount_total,
            ]
            for statement in statements
        ],
        "uncharged": query(
            "SELECT line.id, count(charge.id) FROM account_analytic_line line"
            " LEFT JOIN mci_charge charge ON charge.timesheet_id = line.id"
            " AND charge.state != 'reversed'"
            " WHERE line.mci_lead_id IS NOT NULL AND line.project_id IS NOT NULL"
            " GROUP BY line.id HAVING count(charge.id) != 1"
        ),
        "overbooked": query(
            "SELECT day.resource_id, day.date, sum(day.hours) FROM mci_booking_day day"
            " WHERE day.state IN ('held', 'confirmed', 'done')"
            " GROUP BY day.resource_id, day.date HAVING sum(day.hours) > 8"
        ),
        "over_hard_budget": [
            lead.name
            for lead in env["crm.lead"].search([("won_status", "=", "pending")])
            if lead.mci_budget_control == "hard" and lead.mci_remaining_amount < 0
        ],
        "over_budget": [
            lead.name
            for lead in env["crm.lead"].search([("won_status", "=", "pending")])
            if lead.mci_budget_state == "over"
        ],
        "not_primary": query(
            "SELECT lead_id FROM mci_credit WHERE kind = 'primary'"
            " AND state IN ('frozen', 'released')"
            " GROUP BY lead_id HAVING round(sum(percent)::numeric, 2) != 100"
        ),
        "in_future": query(
            "SELECT id FROM mci_booking_day WHERE hours_done > 0 AND date > now()"
        ),
        "capacity": {
            "extra": env["mci.extra.workday"].search_count([]),
            "overtime": sorted(env["mci.overtime"].search([]).mapped("state")),
            "conflicts": env["mci.booking"].search_count(
                [("has_conflict", "=", True)]
            ),
            "series": env["mci.booking"].search_count([("series_id", "!=", False)]),
            "favours": sorted(env["mci.favour"].search([]).mapped("state")),
            "weeks": env["mci.week"].search_count([("closed_date", "!=", False)]),
        },
        "capture": {
            "steps": query("SELECT mci_hours_step FROM res_company WHERE id = 1"),
            "reported": query(
                "SELECT report_kind, count(*) FROM mci_booking"
                " WHERE report_kind IS NOT NULL GROUP BY report_kind"
            ),
            "no_show": query(
                "SELECT no_show, sum(charge.amount) FROM mci_booking booking"
                " JOIN mci_charge charge ON charge.booking_id = booking.id"
                " WHERE no_show IS NOT NULL GROUP BY no_show"
            ),
            "consent": query(
                "SELECT consent, count(*) FROM mci_charge WHERE consent IS NOT NULL"
                " AND state <> 'reversed' GROUP BY consent"
            ),
            "expenses": query(
                "SELECT sum(amount), sum(hours) FROM mci_charge WHERE origin='expense'"
                " AND state <> 'reversed'"
            ),
        },
        "my_week": env["mci.booking"].search_count(
            [
                ("resource_id.user_id.login", "=", "engineer"),
                ("state", "in", ("held", "confirmed")),
                ("date_stop", ">", env.cr.now()),
            ]
        ),
        "registration_conflicts": env["mci.partner.registration"]
        .sudo()
        .search_count([("has_conflict", "=", True)]),
        "simulated": query(
            "SELECT deal_total, changed_count FROM mci_grade_simulation"
        ),
        "wobbling": [
            lead.mci_grade_reason
            for lead in env["crm.lead"].search(
                [("name", "=", "Signal cabinet monitoring")]
            )
        ],
        "signed_over_graded": query(
            "SELECT count(*) FROM crm_lead WHERE mci_signed_amount > 0"
            " AND mci_graded_amount > 0"
        ),
        "absorption": query(
            "SELECT sign(absorption), count(*), count(move_id) FROM mci_actual_price"
            " WHERE state = 'posted' AND absorption <> 0 GROUP BY 1 ORDER BY 1"
        ),
        "ledger": query(
            "SELECT lead.name FROM crm_lead lead JOIN (SELECT id, sum(delta) AS sum"
            " FROM (SELECT lead_id AS id, budget_delta AS delta FROM mci_budget_change"
            " WHERE state = 'approved' UNION ALL SELECT from_lead_id, from_delta"
            " FROM mci_budget_change WHERE state = 'approved') AS row GROUP BY id)"
            " AS book ON book.id = lead.id"
            " WHERE round(book.sum, 2) <> round(lead.mci_budget_approved, 2)"
        ),
        "envelopes": [
            [envelope.year, envelope.carried_amount > 0, envelope.left_amount > 0]
            for envelope in env["mci.team.envelope"].search([], order="year")
        ],
        "inflated": query(
            "SELECT count(*) FROM crm_lead WHERE mci_signed_amount > 0"
            " AND mci_signed_amount < mci_grading_amount / 5"
        ),
    }
)
"""
