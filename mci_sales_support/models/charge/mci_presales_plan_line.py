from odoo import api, fields, models
from odoo.exceptions import UserError


class MciPresalesPlanLine(models.Model):
    """Line of a presales plan (C4): so many hours of a function and level in a stage.

    ``price_unit`` is the published rate of the plan's date in the currency of the
    deal's company, rounded to it; ``amount`` = ``hours`` × ``price_unit``, rounded.
    Priced anew while the plan is a draft, frozen afterwards.
    """

    _name = "mci.presales.plan.line"
    _description = "Presales plan line"
    _inherit = ["mci.lock.mixin"]
    _order = "plan_id, sequence, id"

    _mci_locked_fields = frozenset({"rate_id", "price_unit", "amount"})

    plan_id = fields.Many2one(
        "mci.presales.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="plan_id.company_id")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    stage_id = fields.Many2one("crm.stage", required=True, ondelete="restrict")
    function_id = fields.Many2one("mci.function", required=True, ondelete="restrict")
    level_id = fields.Many2one(
        "mci.level", string="Resource level", required=True, ondelete="restrict"
    )
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Provided by",
        ondelete="restrict",
        help="Unit whose rates count; empty: the rates of the company (C2).",
    )
    hours = fields.Float(required=True)
    rate_id = fields.Many2one(
        "mci.rate",
        string="Rate line",
        compute="_compute_price",
        store=True,
        ondelete="restrict",
    )
    price_unit = fields.Monetary(
        string="Unit price",
        compute="_compute_price",
        store=True,
        aggregator=None,
        help="Published internal rate of the plan's date (C2).",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)
    note = fields.Char(string="What for")

    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "A plan line is for more than zero hours."
    )

    @api.depends("function_id", "level_id", "center_id", "plan_id.date", "company_id")
    def _compute_price(self):
        """The published rate of each line, in one query; agreed lines stay."""
        drafts = self.filtered(lambda line: line.plan_id.state in (False, "draft"))
        keys = {line: line._mci_get_key() for line in drafts}
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        for line in self:
            if line not in drafts:
                # What was agreed stays, whatever is recomputed around it.
                kept = line._origin or line
                line.rate_id, line.price_unit = kept.rate_id, kept.price_unit
                continue
            rate = rates.get(keys[line])
            line.rate_id = rate and rate.sudo(False)
            line.price_unit = line._mci_get_price(rate) if rate else 0.0

    @api.depends("hours", "price_unit")
    def _compute_amount(self):
        for line in self:
            amount = line.hours * line.price_unit
            line.amount = line.currency_id.round(amount) if line.currency_id else amount

    def _mci_get_key(self):
        self.ensure_one()
        company = self.center_id.sudo().company_id or self.plan_id.company_id
        return (
            self.function_id.id,
            self.level_id.id,
            self.center_id.id,
            company.id,
            self.plan_id.date,
            self.plan_id.company_id.id,
        )

    def _mci_get_price(self, rate):
        """Price of an hour in the currency of the deal's company."""
        plan = self.plan_id
        exchange = self.env["mci.charge"]._mci_get_exchange(
            rate.currency_id, plan.company_id, plan.date
        )
        return rate.price_unit * exchange

    def _check_exchange(self):
        """A rate line in a currency without a rate of exchange has no price (C2)."""
        refusal = self.rate_id.currency_id._mci_get_rate_refusal(
            self.plan_id.company_id, self.plan_id.date
        )
        if self.rate_id and refusal:
            raise UserError(
                self.env._(
                    "%(plan)s has no price for %(level)s: %(refusal)s. Ask an"
                    " accountant to enter it (C2).",
                    plan=self.plan_id.display_name,
                    level=self.level_id.name,
                    refusal=refusal,
                )
            )

    # --- CRUD: the plan decides -------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_plan_is_draft()
        return lines

    def write(self, vals):
        self._check_plan_is_draft()
        result = super().write(vals)
        self._check_plan_is_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_plan_is_draft()

    def _check_plan_is_draft(self):
        if self._mci_is_unlocked():
            return
        for plan in self.plan_id:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is no draft: make a new version to change it (C4).",
                        plan.display_name,
                    )
                )
            plan.lead_id._mci_check_can_plan()
