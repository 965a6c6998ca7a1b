from odoo import models

# With more charges the cut-off does not wait for its statements.
COLLECT_AT_ONCE = 5000


class MciPeriod(models.Model):
    """Many charges are collected by a run, unit by unit, with progress (C5)."""

    _inherit = "mci.period"

    def _do_collect(self):
        # EXTENDS
        runs = self._mci_with_company("mci.month.run")
        domain = runs._get_collect_domain(self.company_id, self.date_to)
        charges = self.env["mci.charge"].sudo()
        if charges.search_count(domain, limit=COLLECT_AT_ONCE + 1) <= COLLECT_AT_ONCE:
            return super()._do_collect()
        return runs.start("collect", self.date_from, self.date_to, self.company_id.id)
