from odoo import api, models
from odoo.exceptions import ValidationError


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.constrains("mci_analytic_account_ids")
    def _check_mci_analytic_accounts(self):
        """One account for each other root plan: the deal has the Project plan (C6)."""
        for team in self:
            plans = team.sudo().mci_analytic_account_ids.mapped("root_plan_id")
            project_plan, _others = (
                self.env["account.analytic.plan"].sudo()._get_all_plans()
            )
            if project_plan in plans or len(plans) != len(
                team.mci_analytic_account_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(team)s has at most one account of each analytic plan, and"
                        " none of %(plan)s, which is the deal's own (C6).",
                        team=team.display_name,
                        plan=project_plan.display_name,
                    )
                )

    def write(self, vals):
        # EXTENDS: who leads the team from now on answers what waits for it (C5)
        result = super().write(vals)
        if not {"user_id", "mci_deputy_id"}.isdisjoint(vals):
            statements = self.env["mci.statement"].sudo()
            statements.search(
                [("team_id", "in", self.ids), ("state", "=", "sent")]
            )._mci_ask_anew()
        return result

    def _mci_get_payer_key(self, company):
        """The team's accounts besides the deal's, as frozen on the charge: '12,15'."""
        accounts = self.sudo().mci_analytic_account_ids.filtered(
            lambda account: account.company_id in (company, account.company_id.browse())
        )
        return ",".join(str(account_id) for account_id in sorted(accounts.ids))
