"""What a database consists of, to compare before and after."""

from dev import postgres

# What the schema consists of.
SCHEMA = {
    "table": """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
    """,
    "column": """
        SELECT table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraint": """
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
# Rows by which an addon shows up in Odoo, each told by a name.
REGISTRY = {
    "ir_model": "model",
    "ir_model_fields": "model || '.' || name",
    "ir_model_fields_selection": "id::text || ' ' || value",
    "ir_model_access": "name",
    "ir_model_constraint": "name",
    "ir_model_relation": "name",
    "ir_model_inherit": "id::text",
    "ir_model_data": "module || '.' || name",
    "ir_module_category": "name->>'en_US'",
    "ir_config_parameter": "key",
    "ir_default": "id::text || ' ' || json_value",
    "ir_cron": "cron_name",
    "ir_rule": "name",
    "ir_sequence": "name || coalesce(' ' || code, '')",
    "ir_ui_menu": "name->>'en_US'",
    "ir_ui_view": "model || ' ' || name",
    "ir_act_window": "name->>'en_US'",
    "ir_act_server": "name->>'en_US'",
    "ir_asset": "path",
    "ir_filters": "name",
    "mail_activity_type": "name->>'en_US'",
    "mail_message_subtype": "name->>'en_US'",
    "res_groups": "name->>'en_US'",
    "res_groups_privilege": "name->>'en_US'",
}
# References to records by the name of their model, which no foreign key cleans.
POINTERS = {
    "mail_message": "model",
    "mail_followers": "res_model",
    "mail_activity": "res_model",
    "mail_template": "model",
    "ir_attachment": "res_model",
    "ir_exports": "resource",
    "ir_filters": "model_id",
}


def schema(database):
    """Return tables, columns, constraints, indexes and triggers as a set of texts."""
    return _read(database, SCHEMA)


def registry(database):
    """Return groups, rules, menus, actions, crons, … as a set of texts."""
    queries = {
        table: f"SELECT coalesce({name}, id::text) FROM {table}"
        for table, name in REGISTRY.items()
    }
    return _read(database, queries)


def pointers(database, prefix="mci."):
    """Return rows that point at records of models with the prefix."""
    queries = {
        table: f"SELECT {column} FROM {table} WHERE {column} LIKE '{prefix}%'"
        for table, column in POINTERS.items()
    }
    return _read(database, queries)


def _read(database, queries):
    """Return `kind: text` of all rows of the queries."""
    found = set()
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        for kind, query in queries.items():
            cursor.execute(query)
            found |= {f"{kind}: {text}" for (text,) in cursor.fetchall()}
    return found
