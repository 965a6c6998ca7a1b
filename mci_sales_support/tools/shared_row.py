"""A row that everybody writes who may not decide at the same time as others."""

from odoo.tools import SQL


def write_shared(records, name):
    """Count up the field ``name`` of these rows, past the ORM.

    Transactions run REPEATABLE READ: a check alone, even under a lock, reads the old
    snapshot. A *written* row makes the second transaction fail and start again, with
    what the first one left. Rows go in the order of their ids: nobody waits for
    somebody who waits for him.
    """
    if not records:
        return
    records.env.cr.execute(
        SQL(
            """
            WITH locked AS (
                SELECT id FROM %(table)s WHERE id = ANY(%(ids)s)
                 ORDER BY id FOR NO KEY UPDATE
            )
            UPDATE %(table)s AS shared SET %(name)s = COALESCE(%(name)s, 0) + 1
              FROM locked WHERE shared.id = locked.id
            """,
            table=SQL.identifier(records._table),
            name=SQL.identifier(name),
            ids=list(records.ids),
        )
    )
    records.invalidate_recordset([name], flush=False)
