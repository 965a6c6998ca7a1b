"""Charges say what they come to in the currency of the payer's company (C6).

The columns are filled here by SQL: computed by the ORM they would take minutes on a
year's charges. Those between two currencies are left to the post script.
"""


def migrate(cr, version):
    cr.execute(
        "ALTER TABLE mci_charge"
        " ADD COLUMN IF NOT EXISTS payer_currency_id int4,"
        " ADD COLUMN IF NOT EXISTS payer_exchange_rate float8,"
        " ADD COLUMN IF NOT EXISTS payer_amount numeric"
    )
    cr.execute(
        "UPDATE mci_charge charge SET payer_currency_id = charge.company_currency_id,"
        " payer_exchange_rate = 1.0, payer_amount = charge.amount"
        " FROM res_company company"
        " WHERE company.id = charge.payer_company_id"
        " AND company.currency_id = charge.company_currency_id"
        " AND charge.payer_currency_id IS NULL"
    )
