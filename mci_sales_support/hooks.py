"""Install and uninstall on databases that already hold years of work."""

from odoo.tools import SQL

# Columns that a stored field of ours adds to a big table. They are created by SQL
# before the ORM sees the field: the ORM would otherwise compute each row and write it
# back, which takes minutes on 100,000 leads and leaves a message on each.
CRM_LEAD_COLUMNS = {
    # Match: grades
    "mci_partner_led": "bool",
    "mci_registered_partner_id": "int4",
    "mci_amount_evidence": "varchar",
    "mci_resold_amount": "numeric",
    "mci_signed_amount": "numeric",
    "mci_signed_date": "date",
    "mci_contract_ref": "varchar",
    "mci_grading_amount": "numeric",
    "mci_computed_grade_id": "int4",
    "mci_grade_id": "int4",
    "mci_tier": "varchar",
    "mci_grade_manual": "bool",
    "mci_graded_amount": "numeric",
    "mci_graded_evidence": "varchar",
    "mci_grade_policy_key": "int4",
    "mci_split_state": "varchar",
    "mci_kept_tier": "varchar",
    "mci_kept_stage_id": "int4",
    "mci_gate_grade_id": "int4",
    "mci_initiated_date": "timestamp",
    "mci_center_id": "int4",
    "mci_delivery_lead_id": "int4",
    "mci_ledger_owner_id": "int4",
    "mci_owner_id": "int4",
    "mci_budget_seq": "int4",
    # Match: assessment
    "mci_assessment_id": "int4",
    "mci_assessment_score": "numeric",
    "mci_assessment_event": "varchar",
    "mci_assessment_veto": "bool",
    # Charge
    "mci_analytic_account_id": "int4",
    "mci_budget_approved": "numeric",
    "mci_budget_set": "bool",
    # Collaborate
    "mci_offer_date": "date",
    "mci_created_closed": "bool",
}
ANALYTIC_LINE_COLUMNS = {
    # Charge
    "mci_lead_id": "int4",
    "mci_booking_id": "int4",
    "mci_hours_entered": "float8",
}


def pre_init_hook(env):
    _add_columns(env, "crm_lead", CRM_LEAD_COLUMNS)
    _add_columns(env, "account_analytic_line", ANALYTIC_LINE_COLUMNS)
    # Without a ledger the salesperson is the owner (O1).
    env.cr.execute(
        SQL("UPDATE crm_lead SET mci_owner_id = user_id WHERE user_id IS NOT NULL")
    )


def post_init_hook(env):
    """For each company a draft of a grading policy, to be looked at and activated, and
    time limits of requests.
    """
    companies = (
        env["res.company"].with_context(active_test=False).search([("id", ">", 0)])
    )
    env["mci.grade.policy"]._mci_create_standard(companies)
    env["mci.service.level"]._mci_create_standard(companies)


def uninstall_hook(env):
    """Business documents in Odoo's own models stay; ours go with their tables.

    What Odoo would keep are its notes on them: on foreign keys, and those of the
    mixins' addons on the fields that our models have from them.
    """
    env.cr.execute(
        "DELETE FROM ir_model_constraint c USING ir_module_module m"
        " WHERE m.id = c.module AND m.name = 'mci_sales_support' AND c.type = 'f'"
    )
    env.cr.execute(
        "DELETE FROM ir_model_data WHERE module <> 'mci_sales_support'"
        " AND name ~ '^(field_|selection__|model_inherit__)mci_'"
    )


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
