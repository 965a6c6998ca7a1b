"""Installing the addon where 100,000 opportunities live already.

What is added is time, against an installation on a database without opportunities; no
message is written and no opportunity is touched.
"""

import time

from dev import databases, postgres

from .measure import clones, expect, row

LEADS = 100_000
ALLOWED = 10.0  # seconds more than without opportunities

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


def measure():
    """Compare an installation on a full database with one on an empty database."""
    template = databases.template()
    with clones(empty=template, full=template) as names:
        fill(names["full"])
        before = _facts(names["full"])
        seconds = {side: _install(name) for side, name in names.items()}
        after = _facts(names["full"])
    expect(after[0] == before[0], "The installation wrote messages.")
    expect(after[1] == before[1], "The installation touched opportunities.")
    expect(after[2] == LEADS, "The installation left opportunities without owner.")
    return [
        row(
            f"Installation where {LEADS:,} opportunities live",
            seconds["full"],
            seconds["empty"] + ALLOWED,
            f"the same on an empty database, and {ALLOWED:g} s",
            1.0,
        )
    ]


def fill(name, leads=LEADS):
    """Put opportunities into a database."""
    with postgres.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute(FILL, [leads])
        cursor.execute("ANALYZE")


def _install(name):
    start = time.monotonic()
    databases.install_addon(name, demo=False)
    return time.monotonic() - start


def _facts(name):
    with postgres.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute(FACTS)
        return cursor.fetchone()
