from odoo import models


class MciPeriod(models.Model):
    _inherit = "mci.period"

    def _mci_get_unsettled(self):
        """EXTENDS: what was accepted for the company is in its books before it closes.

        Posting writes into both companies at once: a period closed in one of them would
        hold the accepted statement back in the other (C6, C7).
        """
        obstacles = super()._mci_get_unsettled()
        pending = self.env["mci.statement"].search(
            [
                ("payer_company_id", "=", self.company_id.id),
                ("is_crossing", "=", True),
                ("date_to", ">=", self.date_from),
                ("date_to", "<=", self.date_to),
                ("state", "=", "accepted"),
                ("is_showback", "=", False),
            ],
            limit=5,
        )
        if pending:
            obstacles.append(
                self.env._(
                    "These statements of other companies were accepted and are not"
                    " posted yet: %(statements)s (C7).",
                    statements=", ".join(
                        f"{statement.display_name} ({statement.company_id.name})"
                        for statement in pending
                    ),
                )
            )
        return obstacles
