from odoo import models
from odoo.exceptions import UserError


class MciStatement(models.Model):
    """Analytic plans the company requires, named by plan and by side (C6).

    Odoo says of a posting that misses a plan only that "100 %" are required. Here the
    accountant reads which plan, and whether the unit or the sales team has no account.
    """

    _inherit = "mci.statement"

    def _check_postable(self):
        # EXTENDS
        result = super()._check_postable()
        self._check_plans()
        return result

    def _check_plans(self):
        self.ensure_one()
        missing = self._mci_get_missing_plans()
        if missing:
            raise UserError(
                self.env._(
                    "%(statement)s cannot be posted, analytic plans that the company"
                    " requires have no account: %(missing)s (C6).",
                    statement=self.display_name,
                    missing="; ".join(missing),
                )
            )

    def _mci_filter_missing_plans(self):
        """Those of the statements that could not be posted for want of an account."""
        required = {
            (statement.company_id, statement.payer_company_id): any(
                statement._mci_get_mandatory_plans()
            )
            for statement in self.sudo()
        }
        if not any(required.values()):
            return self.browse()
        return self.filtered(lambda statement: statement._mci_get_missing_plans())

    def _mci_get_missing_plans(self):
        """Texts 'plan: side' of required plans without an account."""
        self.ensure_one()
        statement = self.sudo()
        provider, payer = statement._mci_get_mandatory_plans()
        sides = []
        if provider:
            key = statement.center_id.project_id._get_distribution_key()
            sides.append((statement.center_id, provider - self._mci_get_plans(key)))
        if payer:
            sides.append((statement.team_id, statement._mci_get_payer_gaps(payer)))
        return [
            self.env._("%(plan)s of %(side)s", plan=plan.name, side=side.display_name)
            for side, plans in sides
            for plan in plans
        ]

    def _mci_get_mandatory_plans(self):
        """Plans required on the credited account, and on the debited one."""
        company, payer = self.company_id, self.payer_company_id
        recovery = company.mci_recovery_account_id or company.mci_charge_account_id
        return (
            self._mci_get_required(company, recovery),
            self._mci_get_required(payer, payer.mci_charge_account_id),
        )

    def _mci_get_required(self, company, account):
        plans = self.env["account.analytic.plan"].sudo().with_company(company)
        relevant = plans.get_relevant_plans(
            business_domain="general", account=account.id, company_id=company.id
        )
        return plans.browse(
            plan["id"] for plan in relevant if plan["applicability"] == "mandatory"
        )

    def _mci_get_plans(self, key):
        """Root plans of the accounts of a distribution key, '12,15'."""
        ids = [int(part) for part in (key or "").split(",") if part]
        accounts = self.env["account.analytic.account"].sudo().browse(ids).exists()
        return accounts.root_plan_id

    def _mci_get_payer_gaps(self, required):
        """Required plans that a payer key lacks, and the team cannot fill."""
        project_plan, _others = (
            self.env["account.analytic.plan"].sudo()._get_all_plans()
        )
        rows = self.env["mci.charge"]._read_group(
            [("statement_id", "=", self.id), ("amount", "!=", 0)],
            ["payer_distribution_key"],
        )
        keys = self._mci_complete_keys({key or "" for (key,) in rows}, required)
        gaps = required.browse()
        for key in keys.values():
            gaps |= required - project_plan - self._mci_get_plans(key)
        return gaps

    def _mci_complete_keys(self, keys, required=None):
        """Frozen payer keys → with the team's accounts of required plans they lack.

        What was frozen stays. A plan that became mandatory later would otherwise leave
        the statement unpostable for ever.
        """
        statement = self.sudo()
        if required is None:
            _provider, required = statement._mci_get_mandatory_plans()
        own = statement.team_id._mci_get_payer_key(statement.payer_company_id)
        accounts = (
            self.env["account.analytic.account"]
            .sudo()
            .browse([int(part) for part in own.split(",") if part])
        )
        complete = {}
        for key in keys:
            missing = required - self._mci_get_plans(key)
            added = accounts.filtered(
                lambda account, missing=missing: account.root_plan_id in missing
            )
            complete[key] = ",".join(filter(None, [key, *map(str, added.ids)]))
        return complete
