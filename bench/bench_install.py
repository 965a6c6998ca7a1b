"""Installing the addon where 100,000 opportunities live already.

What is added is time, against an installation on a database without opportunities; no
message is written and no opportunity is touched.
"""

import time

from dev import databases, postgres

from .measure import clones, report

LEADS = 100_000
LIMIT = 10.0  # seconds added

FILL = """
    INSERT INTO crm_lead (name, type, active, company_id, team_id, user_id, stage_id,
                          expected_revenue, probability, automated_probability,
                          color, priority, create_date, write_date, create_uid,
                          write_uid, date_open, date_last_stage_update)
    SELECT 'Opportunity ' || n, 'opportunity', true,
           (SELECT min(id) FROM res_company), (SELECT min(id) FROM crm_team),
           2, (SELECT min(id) FROM crm_stage), n * 10, 10, 10, 0, '0',
           '2025-01-01', '2025-01-01', 2, 2, '2025-01-01', '2025-01-01'
    FROM generate_series(1, %s) AS n
"""
FACTS = """
    SELECT (SELECT count(*) FROM mail_message WHERE model = 'crm.lead'),
           (SELECT count(*) FROM crm_lead WHERE write_date > '2025-01-02'),
           (SELECT count(*) FROM crm_lead WHERE to_jsonb(crm_lead) ->> 'mci_owner_id'
                                                = user_id::text)
"""


def main():
    """Measure and print what the installation adds."""
    postgres.ensure()
    template = databases.template()
    with clones(empty=template, full=template) as names:
        with postgres.connect(names["full"]) as connection:
            with connection.cursor() as cursor:
                cursor.execute(FILL, [LEADS])
                cursor.execute("ANALYZE")
        before = _facts(names["full"])
        seconds = {side: _install(name) for side, name in names.items()}
        after = _facts(names["full"])
    added = seconds["full"] - seconds["empty"]
    report(
        "install",
        {
            "leads": LEADS,
            "seconds_empty": round(seconds["empty"], 1),
            "seconds_full": round(seconds["full"], 1),
            "seconds_added": round(added, 1),
            "limit": LIMIT,
            "within_limit": added <= LIMIT,
            "messages_added": after[0] - before[0],
            "leads_touched": after[1] - before[1],
            "leads_with_owner": after[2],
        },
    )


def _install(name):
    start = time.monotonic()
    databases.install_addon(name, demo=False)
    return time.monotonic() - start


def _facts(name):
    with postgres.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute(FACTS)
        return cursor.fetchone()


if __name__ == "__main__":
    main()
