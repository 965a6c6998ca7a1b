from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class MciClosingAccountLine(models.Model):
    """Plan against actual of one stage, function and level (C4).

    Names are kept as they were, so that the account reads the same for ever.
    """

    _name = "mci.closing.account.line"
    _description = "Closing account line"
    _inherit = ["mci.lock.mixin"]
    _order = "account_id, sequence, id"

    account_id = fields.Many2one(
        "mci.closing.account", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(readonly=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    state = fields.Selection(related="account_id.state")
    stage_id = fields.Many2one("crm.stage", readonly=True, ondelete="set null")
    function_id = fields.Many2one("mci.function", readonly=True, ondelete="set null")
    level_id = fields.Many2one(
        "mci.level", string="Resource level", readonly=True, ondelete="set null"
    )
    stage_name = fields.Char("Stage at the time", readonly=True)
    function_name = fields.Char("Function at the time", readonly=True)
    level_name = fields.Char("Level at the time", readonly=True)
    planned_hours = fields.Float("Hours planned", readonly=True)
    planned_amount = fields.Monetary("Planned", readonly=True)
    actual_hours = fields.Float("Hours charged", readonly=True)
    actual_amount = fields.Monetary("Charged", readonly=True)
    difference_hours = fields.Float("Difference in hours", readonly=True)
    difference_amount = fields.Monetary("Difference", readonly=True)
    difference_percent = fields.Float(
        "Difference (%)",
        readonly=True,
        aggregator=None,
        help="Of the planned amount; 100 % where nothing was planned.",
    )
    needs_reason = fields.Boolean(
        string="To explain",
        readonly=True,
        help="It differs from the plan by more than the company's share (C4).",
    )
    reason = fields.Char(help="Why it came otherwise than planned.")

    def _mci_get_locked_fields(self):
        return frozenset(self._fields) - {"id", "reason"}

    @api.depends("stage_name", "function_name", "level_name")
    def _compute_display_name(self):
        for line in self:
            names = (line.stage_name, line.function_name, line.level_name)
            line.display_name = ", ".join(filter(None, names))

    def write(self, vals):
        self._check_account_is_open()
        if not self._mci_is_unlocked():
            self.account_id.lead_id._mci_check_can_manage()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        self._check_account_is_open()
        if not self._mci_is_unlocked():
            raise UserError(self.env._("Lines of a closing account are kept."))

    def _check_account_is_open(self):
        self.account_id._check_not_frozen({"line_ids"})

    def _mci_filter_unexplained(self):
        return self.filtered(
            lambda line: line.needs_reason and not (line.reason or "").strip()
        )

    # --- From plan and charges --------------------------------------------------

    @api.model
    def _mci_update(self, accounts):
        """Write the lines of open accounts anew; reasons stay with their line.

        Three queries for what was planned and charged, whatever the number of deals.
        """
        figures = self._mci_get_figures(accounts)
        known = {
            (line.account_id, line._mci_get_key()): line for line in accounts.line_ids
        }
        new = []
        for account in accounts:
            for key, figure in figures[account].items():
                vals = self._prepare_vals(account, key, figure)
                line = known.pop((account, key), None)
                if line:
                    line._mci_unlock().write(vals)
                else:
                    new.append({"account_id": account.id, **vals})
        gone = self.browse().union(*known.values())
        gone._mci_unlock().unlink()
        self._mci_unlock().create(new)
        accounts.invalidate_recordset(["line_ids"])

    def _mci_get_key(self):
        self.ensure_one()
        return (self.stage_id, self.function_id, self.level_id)

    @api.model
    def _mci_get_figures(self, accounts):
        """dict account → (stage, function, level) → planned and actual figures."""
        figures = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0, 0.0, 0.0]))
        keys = ["stage_id", "function_id", "level_id"]
        by_plan = {account.plan_id: account for account in accounts if account.plan_id}
        lines = self.env["mci.presales.plan.line"]
        for plan, *key, hours, amount in lines._read_group(
            [("plan_id", "in", accounts.plan_id.ids)],
            ["plan_id", *keys],
            ["hours:sum", "amount:sum"],
        ):
            figure = figures[by_plan[plan]][tuple(key)]
            figure[0] += hours
            figure[1] += amount
        by_lead = {account.lead_id: account for account in accounts}
        for lead, currency, company, *key, hours, amount in self.env[
            "mci.charge"
        ]._read_group(
            [
                ("lead_id", "in", accounts.lead_id.ids),
                ("state", "!=", "reversed"),
                # not charged before the owner agrees, as in budget and reports (C10)
                ("consent", "!=", "asked"),
            ],
            ["lead_id", "payer_currency_id", "payer_company_id", *keys],
            ["hours:sum", "payer_amount:sum"],
        ):
            account = by_lead[lead]
            figure = figures[account][tuple(key)]
            figure[2] += hours
            figure[3] += currency._convert(
                amount, account.currency_id, company, account.date
            )
        return figures

    @api.model
    def _prepare_vals(self, account, key, figure):
        stage, function, level = key
        planned_hours, planned, hours, amount = figure
        difference = amount - planned
        percent = 100 * difference / planned if planned else 100.0
        limit = account.company_id.mci_difference_percent
        return {
            "sequence": stage.sequence,
            "stage_id": stage.id,
            "function_id": function.id,
            "level_id": level.id,
            "stage_name": stage.name or self.env._("No stage"),
            "function_name": function.name or self.env._("Expenses and others"),
            "level_name": level.name or "",
            "planned_hours": planned_hours,
            "planned_amount": planned,
            "actual_hours": hours,
            "actual_amount": amount,
            "difference_hours": hours - planned_hours,
            "difference_amount": difference,
            "difference_percent": percent,
            "needs_reason": bool(account.plan_id)
            and not account.currency_id.is_zero(difference)
            and abs(percent) > limit,
        }
