"""The invariants of the whole, read from a database after whatever happened to it.

``find(fetch)`` returns a sentence for each record that breaks one, by its number in the
design: 1 capacity, 2 owners, 3 every hour charged once, 4 the books, 6 credits.
``Memory`` remembers what is frozen and tells what changed of it (5, 7).
``fetch(query)`` returns the rows of a query as dictionaries. All is read from the
tables, beside the code that wrote them and without Odoo, so that it also looks at a
database from outside while a server is killed; inside of Odoo use ``broken(env)``.
"""

from . import actual, books, expenses

CENT = 0.0051


def broken(env):
    """Sentences about records of the environment's database that break an invariant."""
    return find(fetch_from(env))


def fetch_from(env):
    """``fetch`` of an Odoo environment."""

    def fetch(query):
        env.flush_all()
        env.cr.execute(query)
        return env.cr.dictfetchall()

    return fetch


def find(fetch):
    """Sentences about records that break an invariant; empty when all is well."""
    found = [
        f"Invariant {number}: {sentence.format(**row)}"
        for number, sentence, query in (
            *QUERIES,
            *expenses.QUERIES,
            *actual.QUERIES,
        )
        for row in fetch(query)
    ]
    return found + books.find(fetch)


# (number, sentence, query whose rows break it)
QUERIES = (
    (
        "1",
        "resource {resource} has {planned} h on {day}, above 24 h",
        """
        SELECT day.resource_id AS resource, day.date AS day,
               SUM(day.hours + COALESCE(day.travel_hours, 0)) AS planned
          FROM mci_booking_day day JOIN mci_booking b ON b.id = day.booking_id
         WHERE b.state = 'confirmed'
         GROUP BY day.resource_id, day.date
        HAVING SUM(day.hours + COALESCE(day.travel_hours, 0)) > 24.001
        """,
    ),
    (
        "2",
        "deal {lead} has {count} active {role} rows",
        """
        SELECT lead_id AS lead, role, COUNT(*) AS count FROM mci_ownership
         WHERE state = 'active' GROUP BY lead_id, role HAVING COUNT(*) > 1
        """,
    ),
    (
        "2",
        "deal {lead} names owner {named}, its ledger {active}",
        """
        SELECT lead.id AS lead, lead.mci_owner_id AS named, o.user_id AS active
          FROM mci_ownership o JOIN crm_lead lead ON lead.id = o.lead_id
         WHERE o.state = 'active' AND o.role = 'owner'
           AND lead.mci_owner_id IS DISTINCT FROM o.user_id
        """,
    ),
    (
        "3",
        "timesheet {line} of {hours} h on {date} has {count} live charges",
        """
        SELECT line.id AS line, line.unit_amount AS hours, line.date AS date,
               COUNT(charge.id) AS count
          FROM account_analytic_line line
          JOIN project_project project ON project.id = line.project_id
          LEFT JOIN mci_charge charge ON charge.timesheet_id = line.id
                                     AND charge.state <> 'reversed'
         WHERE line.mci_lead_id IS NOT NULL AND project.mci_center_id IS NOT NULL
         GROUP BY line.id HAVING COUNT(charge.id) <> 1
        """,
    ),
    (
        "3",
        "charge {charge} of {date} is on no statement, {period} was closed after it",
        """
        SELECT charge.id AS charge, charge.date AS date, period.name AS period
          FROM mci_charge charge
          JOIN mci_period period ON period.company_id = charge.company_id
               AND period.state = 'closed' AND charge.date <= period.date_to
         WHERE charge.state = 'open' AND charge.statement_id IS NULL
           AND charge.write_date < period.close_date
        """,
    ),
    (
        "3",
        "charge {charge} follows its timesheet {line}: {charged} h on {charge_date},"
        " worked {worked} h on {line_date}",
        """
        SELECT charge.id AS charge, line.id AS line, charge.hours AS charged,
               line.unit_amount AS worked, charge.date AS charge_date,
               line.date AS line_date
          FROM mci_charge charge
          JOIN account_analytic_line line ON line.id = charge.timesheet_id
          LEFT JOIN mci_booking booking ON booking.id = charge.booking_id
         WHERE charge.state = 'open' AND charge.decision IS NULL
           -- a ticket has a fixed price, whatever the hours
           AND (abs(charge.hours - line.unit_amount) > 0.001
                AND booking.is_ticket IS NOT TRUE
                OR charge.date <> line.date
                OR charge.lead_id IS DISTINCT FROM line.mci_lead_id)
        """,
    ),
    (
        "4",
        "charge {charge} ({state}) is free of charge and costs {amount}",
        """
        SELECT id AS charge, state, amount FROM mci_charge
         WHERE zero_rate_reason IS NOT NULL AND amount <> 0
        """,
    ),
    (
        "5",
        "charge {charge} was moved to another deal and {fresh} take its place",
        """
        SELECT c.id AS charge, COUNT(f.id) AS fresh
          FROM mci_charge c LEFT JOIN mci_charge f ON f.reversed_charge_id = c.id
         WHERE c.decision = 'moved'
         GROUP BY c.id HAVING COUNT(f.id) <> 1
        """,
    ),
    (
        "4",
        "charge {charge} is {payer} for the payer: {amount} × {rate}",
        f"""
        SELECT id AS charge, payer_amount AS payer, amount, payer_exchange_rate AS rate
          FROM mci_charge
         WHERE abs(payer_amount - amount * payer_exchange_rate) > {CENT}
        """,
    ),
    (
        "4",
        "statement {name} is {total} ({hours} h), its charges {charged} ({worked} h)",
        """
        SELECT s.name, s.amount_total AS total, s.hours_total AS hours,
               SUM(COALESCE(c.amount, 0)) AS charged,
               SUM(COALESCE(c.hours, 0)) AS worked
          FROM mci_statement s LEFT JOIN mci_charge c ON c.statement_id = s.id
         GROUP BY s.id
        HAVING abs(SUM(COALESCE(c.amount, 0)) - COALESCE(s.amount_total, 0)) > 0.001
            OR abs(SUM(COALESCE(c.hours, 0)) - COALESCE(s.hours_total, 0)) > 0.001
            OR COUNT(c.id) <> COALESCE(s.charge_count, 0)
        """,
    ),
    (
        "4",
        "charge {charge} is {state}, its statement {name} {statement_state}",
        """
        SELECT c.id AS charge, c.state, s.name, s.state AS statement_state
          FROM mci_charge c LEFT JOIN mci_statement s ON s.id = c.statement_id
         WHERE CASE WHEN c.decision = 'moved' THEN c.state <> 'reversed'
                    WHEN s.id IS NULL THEN c.state NOT IN ('open', 'disputed')
                    WHEN s.state = 'draft' THEN c.state <> 'open'
                    ELSE c.state <> s.state END
        """,
    ),
    (
        "4",
        "charge {charge} and its statement {name} have another unit, team or company",
        """
        SELECT c.id AS charge, s.name
          FROM mci_charge c JOIN mci_statement s ON s.id = c.statement_id
         WHERE c.center_id <> s.center_id OR c.team_id IS DISTINCT FROM s.team_id
            OR c.company_id <> s.company_id
            OR c.payer_company_id <> s.payer_company_id
            OR c.date > s.date_to
        """,
    ),
    (
        "4",
        "disputed charge {charge} has left no statement",
        """
        SELECT id AS charge FROM mci_charge
         WHERE state = 'disputed' AND disputed_statement_id IS NULL
        """,
    ),
    (
        "4",
        "charge {charge} is corrected by half: {kinds}",
        """
        SELECT c.corrected_charge_id AS charge,
               string_agg(c.correction_kind || ' ' || c.state || ' on '
                          || COALESCE(c.statement_id::text, 'none') || ' '
                          || COALESCE(c.decision, ''), ', ') AS kinds
          FROM mci_charge c
         WHERE c.corrected_charge_id IS NOT NULL AND c.state <> 'reversed'
         GROUP BY c.corrected_charge_id
        HAVING COUNT(*) FILTER (WHERE c.correction_kind = 'reversal') <> 1
            OR COUNT(*) FILTER (WHERE c.correction_kind = 'delta') > 1
            -- dropped together, else nobody or two would bear the work
            OR COUNT(DISTINCT c.decision = 'dropped'
                              AND c.decision IS NOT NULL) > 1
            -- halves of one payer go together, those of two each its own way
            OR COUNT(DISTINCT (c.payer_company_id, c.team_id)) = 1
               AND (COUNT(DISTINCT c.state) > 1
                    OR COUNT(DISTINCT COALESCE(c.statement_id, 0)) > 1)
        """,
    ),
    (
        "4",
        "charge {charge} of {amount} is taken back by {back}",
        """
        SELECT source.id AS charge, source.amount, c.amount AS back
          FROM mci_charge c
          JOIN mci_charge source ON source.id = c.corrected_charge_id
         WHERE c.correction_kind = 'reversal' AND c.state <> 'reversed'
           AND c.decision IS DISTINCT FROM 'dropped'
           AND (abs(c.amount + source.amount) > 0.001
                OR abs(c.payer_amount + source.payer_amount) > 0.001
                OR abs(c.hours + source.hours) > 0.001)
        """,
    ),
    (
        "4",
        "charge {charge} is {state} though {fresh} of its reversal take its place",
        """
        SELECT c.id AS charge, c.state, COUNT(f.id) AS fresh
          FROM mci_charge c LEFT JOIN mci_charge f ON f.reversed_charge_id = c.id
         GROUP BY c.id
        HAVING COUNT(f.id) > 1 OR (COUNT(f.id) = 1 AND c.state <> 'reversed')
        """,
    ),
    (
        "6",
        "primary credits of deal {deal} are {percent} %, {amount} of {base}",
        """
        SELECT lead_key AS deal,
               SUM(percent) FILTER (WHERE adjusts_id IS NULL) AS percent,
               SUM(amount) AS amount, MAX(base_amount) AS base
          FROM mci_credit
         WHERE kind = 'primary' AND state IN ('frozen', 'released', 'adjusted')
         GROUP BY lead_key
        HAVING abs(SUM(percent) FILTER (WHERE adjusts_id IS NULL) - 100) > 0.001
            OR abs(SUM(amount) FILTER (WHERE adjusts_id IS NULL) - MAX(base_amount))
               > 0.001
        """,
    ),
)


class Memory:
    """What was frozen when it was looked at, and what became of it since (5, 7)."""

    # The way of a charge through its statement, and a merge of its deal.
    FREE = {
        "state",
        "statement_id",
        "write_date",
        "write_uid",
        "move_line_id",
        "analytic_account_id",
        "lead_id",
        "disputed_statement_id",
        "dispute_reason",
        "dispute_class",
        "disputed_by_id",
        "disputed_date",
        "suggested_lead_id",
    }
    # What a dispute is about stays as it was sent until somebody decides.
    DISPUTED = ("hours", "amount", "payer_amount", "price_unit", "date", "team_id")
    WAY = ("sent", "accepted", "posted", "reversed")

    def __init__(self):
        self._charges = {}
        self._statements = {}
        self._prices = {}

    def look(self, fetch):
        """Sentences about what changed of it since the last look; then look anew."""
        charges = {r["id"]: r for r in fetch("SELECT * FROM mci_charge")}
        statements = {r["id"]: r for r in fetch("SELECT * FROM mci_statement")}
        prices = actual.frozen(fetch)
        found = list(actual.compare(self._prices, prices))
        for id_, before in self._charges.items():
            found += self._compare_charge(before, charges.get(id_))
        for id_, before in self._statements.items():
            found += self._compare_statement(before, statements.get(id_))
        self._charges, self._statements, self._prices = charges, statements, prices
        return found

    def _compare_charge(self, before, after):
        if before["state"] == "disputed":
            return self._compare_disputed(before, after)
        if before["state"] not in self.WAY:
            return []
        name = f"Invariant 5: {before['state']} charge {before['id']}"
        if not after:
            return [f"{name} is gone"]
        left = after["statement_id"] != before["statement_id"]
        if left and before["state"] != "sent":
            return [f"{name} left its statement"]
        if left and after["state"] not in ("disputed", "open", *self.WAY):
            return [f"{name} is {after['state']}"]
        if after["decision"] != before["decision"]:
            return []  # disputed and decided: its new figures are what counts
        if not left and after["state"] not in self._further(before["state"]):
            return [f"{name} went back to {after['state']}"]
        changed = {
            key: (value, after[key])
            for key, value in before.items()
            if key not in self.FREE and value != after[key]
        }
        return [f"{name} changed {changed}"] if changed else []

    def _compare_disputed(self, before, after):
        name = f"Invariant 5: disputed charge {before['id']}"
        if not after:
            return [f"{name} is gone"]
        changed = {
            key: (before[key], after[key])
            for key in self.DISPUTED
            if before[key] != after[key]
        }
        decided = after["decision"] != before["decision"]
        return [f"{name} changed {changed}"] if changed and not decided else []

    def _further(self, state):
        return self.WAY[self.WAY.index(state) :]

    def _compare_statement(self, before, after):
        if before["state"] == "draft":
            return []
        name = f"Invariant 5: {before['state']} statement {before['name']}"
        if not after:
            return [f"{name} is gone"]
        if after["state"] not in self._further(before["state"]):
            return [f"{name} went back to {after['state']}"]
        if before["state"] == "sent":
            return []  # a disputed charge leaves it
        changed = {
            key: (before[key], after[key])
            for key in ("amount_total", "hours_total", "charge_count", "team_id")
            if before[key] != after[key]
        }
        return [f"{name} changed {changed}"] if changed else []
