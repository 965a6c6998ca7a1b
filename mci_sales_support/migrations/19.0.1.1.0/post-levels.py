"""Senior levels, which the diagnosis counts, are marked since 19.0.1.1.0 (D1)."""

SENIOR = ("level_3", "level_4")


def migrate(cr, version):
    cr.execute(
        "UPDATE mci_level SET is_senior = TRUE FROM ir_model_data d"
        " WHERE d.model = 'mci.level' AND d.module = 'mci_sales_support'"
        " AND d.name IN %s AND d.res_id = mci_level.id AND is_senior IS NULL",
        (SENIOR,),
    )
