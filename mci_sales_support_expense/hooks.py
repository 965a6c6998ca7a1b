def uninstall_hook(env):
    """Odoo would keep its notes on the foreign keys of our columns."""
    env.cr.execute(
        "DELETE FROM ir_model_constraint c USING ir_module_module m"
        " WHERE m.id = c.module AND m.name = 'mci_sales_support_expense'"
        " AND c.type = 'f'"
    )
