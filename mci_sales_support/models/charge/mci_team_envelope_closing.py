from odoo import models
from odoo.tools import SQL


class MciTeamEnvelope(models.Model):
    """What closed deals leave of their budgets comes back to the envelope (C4)."""

    _inherit = "mci.team.envelope"

    def _mci_get_used_queries(self, team_ids):
        # EXTENDS
        self.env["mci.closing.account"].flush_model()
        return [
            *super()._mci_get_used_queries(team_ids),
            SQL(
                "SELECT team_id, company_id,"
                " EXTRACT(YEAR FROM closed_date)::int AS year,"
                " 0 AS approved, COALESCE(returned_amount, 0) AS returned"
                " FROM mci_closing_account"
                " WHERE state = 'closed' AND team_id = ANY(%s)",
                team_ids,
            ),
        ]
