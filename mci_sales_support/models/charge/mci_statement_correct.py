from odoo import models
from odoo.exceptions import UserError


class MciStatement(models.Model):
    _inherit = "mci.statement"

    def _check_not_corrected(self):
        """What was corrected is not reversed as well: it would be taken back twice."""
        for statement in self.sudo():
            fresh = statement.charge_ids._mci_get_live_corrections()
            if fresh:
                raise UserError(
                    self.env._(
                        "%(statement)s has charges that were corrected: %(fresh)s."
                        " Withdraw these corrections, or reverse their statement,"
                        " before this one (C7).",
                        statement=statement.display_name,
                        fresh=", ".join(
                            filter(
                                None,
                                (
                                    charge.statement_id.name or charge.display_name
                                    for charge in fresh[:5]
                                ),
                            )
                        ),
                    )
                )

    def _do_reverse(self, date, reason=None):
        # EXTENDS
        self._check_not_corrected()
        return super()._do_reverse(date, reason)
