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
    table, column = SQL.identifier(records._table), SQL.identifier(name)
    count = SQL(
        "UPDATE %s AS shared SET %s = COALESCE(%s, 0) + 1", table, column, column
    )
    if len(records) == 1:
        query = SQL("%s WHERE id = %s", count, records.id)
    else:
        query = SQL(
            """
            WITH locked AS (
                SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
            )
            %s FROM locked WHERE shared.id = locked.id
            """,
            table,
            list(records.ids),
            count,
        )
    records.env.cr.execute(query)
    records.invalidate_recordset([name], flush=False)
