from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AccountAnalyticAccount(models.Model):
    """Accounts of units and deals carry the figures of sales support.

    Odoo lets everybody with timesheets write on analytic accounts; these stay with
    accounting (rule C8).
    """

    _name = "account.analytic.account"
    _inherit = ["account.analytic.account", "mci.lock.mixin"]

    _mci_locked_fields = frozenset({"mci_kind"})
    _mci_guarded_fields = frozenset(
        {"name", "code", "plan_id", "company_id", "partner_id", "active"}
    )

    mci_kind = fields.Selection(
        [("unit", "Unit"), ("deal", "Deal")],
        string="Sales support",
        readonly=True,
        copy=False,
        help="Set on the accounts that sales support made for its units and deals."
        " Their name, plan, company and state belong to accounting.",
    )

    def web_read(self, specification):
        # EXTENDS analytic, which reads the plan where nobody asked for anything but the
        # name: a charge shows the account of a deal of another company by its name.
        if not specification:
            return [{"id": account_id} for account_id in self.ids]
        return super().web_read(specification)

    def write(self, vals):
        if self._mci_guarded_fields.intersection(vals):
            self._mci_check_guarded(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_mci(self):
        guarded = self.filtered("mci_kind")
        if not guarded or guarded._mci_is_unlocked():
            return
        used = self.env["mci.delivery.center"].sudo().with_context(active_test=False)
        unit = used.search([("project_id.account_id", "in", guarded.ids)], limit=1)
        if unit:
            raise UserError(
                self.env._(
                    "%(account)s is the account of the unit %(unit)s and cannot be"
                    " deleted: archive the unit instead.",
                    account=unit.analytic_account_id.display_name,
                    unit=unit.display_name,
                )
            )
        guarded._mci_check_accounting()

    def _mci_check_guarded(self, vals):
        """Only accounting changes the accounts of units and deals.

        A unit's account takes the name of its project, whoever renames that.
        """
        guarded = self.filtered("mci_kind")
        if guarded and set(vals) & self._mci_guarded_fields == {"name"}:
            guarded = guarded.filtered(
                lambda account: set(account.sudo().project_ids.mapped("name"))
                != {vals["name"]}
            )
        if guarded and not guarded._mci_is_unlocked():
            guarded._mci_check_accounting()

    def _mci_check_accounting(self):
        if self.env.user.has_group("account.group_account_invoice"):
            return
        raise AccessError(
            self.env._(
                "%(accounts)s: only accounting may change or delete the analytic"
                " accounts of units and deals.",
                accounts=", ".join(self[:5].mapped("display_name")),
            )
        )
