"""Time limits of requests: proposed for each company, as on a new database (M4, M5).

Open requests get theirs from the moment of the upgrade on: nobody could keep a limit
that there was not.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    env["mci.service.level"]._mci_create_standard(companies)
    waiting = env["mci.request"].search(
        [("state", "in", ("asked", "partly_filled")), ("respond_due", "=", False)]
    )
    waiting._mci_set_due()
