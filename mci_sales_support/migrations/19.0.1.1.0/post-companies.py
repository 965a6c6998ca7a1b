"""Charges between two currencies: the payer's rate of the day worked (C6)."""

from odoo import SUPERUSER_ID, api

FIELDS = ("payer_currency_id", "payer_exchange_rate", "payer_amount")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    charges = env["mci.charge"].search([("payer_currency_id", "=", False)])
    for name in FIELDS:
        env.add_to_compute(charges._fields[name], charges)
    env.flush_all()
