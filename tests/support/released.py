"""Databases as a released version of the addon had made them.

A file `released_<version>.txt` lists, a line per table, the columns that the release
had: ``table: column column …``, of tables of Odoo's only those of ours.
"""

from pathlib import Path

from psycopg2 import sql

from dev import postgres
from dev.layout import ADDON

FOLDER = Path(__file__).parent
TABLES = """
    SELECT relname, relkind FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
"""
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public'
"""


def take_back(database, version, before):
    """Make a database what the addon's release had made of it.

    What came later loses its tables, columns and external ids; what the release had
    keeps its rows. Odoo upgrades the addon the next time it is asked to.

    :param before: database of Odoo's own addons, without ours
    """
    released = _read_released(version)
    others = _read(before, TABLES), _read(before, COLUMNS)
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        for table, kind in _read(database, TABLES) - others[0]:
            if kind == "v":
                _drop(cursor, "VIEW", table)
            elif table not in released:
                _forget_records(cursor, table)
                _drop(cursor, "TABLE", table)
        for table, column in _read(database, COLUMNS) - others[1]:
            if column not in released.get(table, ()):
                cursor.execute(
                    sql.SQL(
                        "ALTER TABLE IF EXISTS {} DROP COLUMN IF EXISTS {} CASCADE"
                    ).format(sql.Identifier(table), sql.Identifier(column))
                )
        cursor.execute(
            "UPDATE ir_module_module SET latest_version = %s WHERE name = %s",
            [version, ADDON],
        )


def _read_released(version):
    lines = (FOLDER / f"released_{version}.txt").read_text().splitlines()
    return {
        table: set(columns.split())
        for table, columns in (line.split(": ") for line in lines)
    }


def _read(database, query):
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return set(cursor.fetchall())


def _drop(cursor, kind, name):
    cursor.execute(
        sql.SQL("DROP {} IF EXISTS {} CASCADE").format(
            sql.SQL(kind), sql.Identifier(name)
        )
    )


def _forget_records(cursor, table):
    """Its model is none of the release's: Odoo loads it as a new one."""
    model = table.replace("_", ".")
    cursor.execute("DELETE FROM ir_model_data WHERE model = %s", [model])
    cursor.execute(
        "DELETE FROM ir_cron cron USING ir_act_server action, ir_model model"
        " WHERE action.id = cron.ir_actions_server_id AND model.id = action.model_id"
        " AND model.model = %s",
        [model],
    )
    cursor.execute("DELETE FROM ir_model WHERE model = %s", [model])
