"""Install and uninstall on databases that already hold years of work."""

from odoo.tools import SQL

# Columns that a stored field of ours adds to a big table. They are created by SQL
# before the ORM sees the field: the ORM would otherwise compute each row and write it
# back, which takes minutes on 100,000 leads and leaves a message on each.
CRM_LEAD_COLUMNS = {
    # Charge
    "mci_analytic_account_id": "int4",
    "mci_budget_approved": "numeric",
    # Collaborate
    "mci_offer_date": "date",
}
ANALYTIC_LINE_COLUMNS = {
    # Charge
    "mci_lead_id": "int4",
    "mci_booking_id": "int4",
}


def pre_init_hook(env):
    _add_columns(env, "crm_lead", CRM_LEAD_COLUMNS)
    _add_columns(env, "account_analytic_line", ANALYTIC_LINE_COLUMNS)


def post_init_hook(env):
    """Nothing to prepare yet beyond what the data files bring."""


def uninstall_hook(env):
    """Business documents in Odoo's own models stay; ours go with their tables."""


def _add_columns(env, table, columns):
    for name, sql_type in columns.items():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(table),
                SQL.identifier(name),
                SQL(sql_type),
            )
        )
