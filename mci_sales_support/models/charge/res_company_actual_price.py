from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What the actual price is made of, and what becomes of the difference (I4)."""

    _inherit = "res.company"

    mci_actual_source = fields.Selection(
        [("standard", "Standard cost"), ("ledger", "Ledger")],
        string="Cost of a unit from",
        default="standard",
        required=True,
        help="One source, so that nothing counts twice (I4). Standard cost: all hours"
        " recorded on the unit's project, each at the standard cost of its level as it"
        " stands on the timesheet. Ledger: posted journal items of expense accounts on"
        " the unit's analytic account and its further cost accounts, dated in the"
        " period; without our own entries of presales charges, without expenses charged"
        " to deals, and without the timesheets.",
    )
    mci_actual_posting = fields.Selection(
        [("show", "Only shown"), ("post", "Posted")],
        string="Over- / under-absorption is",
        default="show",
        required=True,
        help="Posted: one entry for each unit and period moves the difference between"
        " charged income and cost from the account of the unit to the analytic account"
        " below, on the presales charges account on both sides, so that the trial"
        " balance does not move; when the period is closed at the latest (I4).",
    )
    mci_absorption_account_ids = fields.Many2many(
        "account.analytic.account",
        "res_company_mci_absorption_rel",
        "company_id",
        "account_id",
        string="Account of over- / under-absorption",
        help="Analytic account that takes the differences: one of the Project plan,"
        " where the units have theirs, and one of each other plan that is required.",
    )
    mci_recovery_low = fields.Float(
        string="Cost recovery from (%)",
        default=90.0,
        help="Lower end of the band in which a unit is to recover its cost (I4). Income"
        " by itself judges nobody.",
    )
    mci_recovery_high = fields.Float(
        string="Cost recovery to (%)",
        default=110.0,
        help="Upper end of the band: above it the internal rates are too high (I4).",
    )

    _mci_recovery_band = models.Constraint(
        "CHECK (mci_recovery_low >= 0 AND mci_recovery_high >= mci_recovery_low)",
        "The band of cost recovery begins at zero or more and ends after it begins.",
    )

    @api.constrains("mci_absorption_account_ids")
    def _check_mci_absorption_accounts(self):
        for company in self:
            company._check_mci_absorption_plans()
            company._check_mci_absorption_company()
        units = self.env["mci.delivery.center"].sudo().with_context(active_test=False)
        accounts = self.sudo().mci_absorption_account_ids
        if units.search_count([("project_id.account_id", "in", accounts.ids)], limit=1):
            raise ValidationError(
                self.env._(
                    "The account of over- / under-absorption is none of a unit (I4)."
                )
            )

    def _check_mci_absorption_plans(self):
        analytic_plans = self.env["account.analytic.plan"].sudo()
        project_plan, _others = analytic_plans._get_all_plans()
        accounts = self.sudo().mci_absorption_account_ids
        plans = accounts.mapped("root_plan_id")
        if accounts and (project_plan not in plans or len(plans) != len(accounts)):
            raise ValidationError(
                self.env._(
                    "The account of over- / under-absorption of %(company)s is one"
                    " of %(plan)s, and at most one of each other plan (I4).",
                    company=self.name,
                    plan=project_plan.display_name,
                )
            )

    def _check_mci_absorption_company(self):
        accounts = self.sudo().mci_absorption_account_ids.filtered("company_id")
        if foreign := accounts.filtered(lambda account: account.company_id != self):
            raise ValidationError(
                self.env._(
                    "%(account)s belongs to another company than %(company)s.",
                    account=foreign[0].display_name,
                    company=self.name,
                )
            )

    def _mci_get_absorption_key(self):
        """Key of the analytic distribution that takes the differences: '12,15'.

        :raises UserError: the setting is empty (an administrator is led there)
        """
        self.ensure_one()
        accounts = self.sudo().mci_absorption_account_ids
        if not accounts:
            raise self._mci_get_setting_error("mci_absorption_account_ids")
        return ",".join(str(account_id) for account_id in sorted(accounts.ids))
