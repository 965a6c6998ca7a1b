from .demo import expense


def post_init_hook(env):
    """Beside the demo story of the main addon: an expense, whoever came first.

    Odoo loads the demo data of an addon only when all it depends on has demo data.
    """
    if env.ref("base.module_mci_sales_support").demo:
        expense.tell(env)


def uninstall_hook(env):
    """Odoo would keep its notes on the foreign keys of our columns."""
    env.cr.execute(
        "DELETE FROM ir_model_constraint c USING ir_module_module m"
        " WHERE m.id = c.module AND m.name = 'mci_sales_support_expense'"
        " AND c.type = 'f'"
    )
