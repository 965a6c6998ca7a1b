from odoo import models
from odoo.exceptions import UserError


class MciPeriod(models.Model):
    _inherit = "mci.period"

    def _check_settled(self):
        """EXTENDS: what was accepted for the company is in its books before it closes.

        Posting writes into both companies at once: a period closed in one of them would
        hold the accepted statement back in the other (C6, C7).
        """
        for period in self:
            pending = (
                self.env["mci.statement"]
                .sudo()
                .search(
                    [
                        ("payer_company_id", "=", period.company_id.id),
                        ("is_crossing", "=", True),
                        ("date_to", ">=", period.date_from),
                        ("date_to", "<=", period.date_to),
                        ("state", "=", "accepted"),
                        ("is_showback", "=", False),
                    ],
                    limit=5,
                )
            )
            if pending:
                raise UserError(
                    self.env._(
                        "Settlement period %(period)s cannot be closed: these"
                        " statements of other companies were accepted and are not"
                        " posted yet: %(statements)s (C7).",
                        period=period.name,
                        statements=", ".join(
                            f"{statement.display_name} ({statement.company_id.name})"
                            for statement in pending
                        ),
                    )
                )
        return super()._check_settled()
