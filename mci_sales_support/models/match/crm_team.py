from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    mci_office_id = fields.Many2one(
        "mci.delivery.center",
        string="Support Office",
        index="btree_not_null",
        ondelete="restrict",
        help="Local office that supports the deals of grades C, D and E (M2).",
    )
    mci_backup_office_ids = fields.Many2many(
        "mci.delivery.center",
        "mci_crm_team_backup_office_rel",
        "team_id",
        "center_id",
        string="Backup Offices",
        help="Offices that help when the own office has nobody free (M2).",
    )
    mci_analytic_account_ids = fields.Many2many(
        "account.analytic.account",
        "mci_crm_team_analytic_rel",
        "team_id",
        "account_id",
        string="Cost Center",
        help="Accounts that bear the presales charges of the team, at most one for"
        " each analytic plan besides the Project plan (C6).",
    )
    mci_deputy_id = fields.Many2one(
        "res.users",
        string="Deputy Leader",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="Decides and accepts statements when the team leader is away.",
    )

    mci_distance = fields.Selection(
        [("near", "Near headquarters"), ("far", "Far from headquarters")],
        string="Distance",
        default="near",
        help="Where the sellers sit: the diagnosis compares the support of near and far"
        " teams (D1).",
    )

    def _mci_is_leader(self, user=None):
        """Whether ``user`` (default: the current one) leads the team or deputises."""
        user = user or self.env.user
        team = self.sudo()
        return bool(team) and user in (team.user_id + team.mci_deputy_id)
