from odoo import api, fields, models
from odoo.exceptions import UserError

# What is agreed with the approver and no longer changes after the draft.
AGREED_FIELDS = frozenset({"date", "line_ids", "note"})


class MciPresalesPlan(models.Model):
    """Plan of the presales work for one deal (C4): who is needed when, and the price.

    ============  ==========================================================
    draft         written by the deal's side; lines and date may change
    requested     waits for the approval; lines are priced and frozen
    approved      its total is the presales budget of the deal
    replaced      a later version was approved
    ============  ==========================================================

    Lines are stage × function × level × hours at the published internal rate of the
    plan's ``date``, in the currency of the deal's company. Nobody approves what he has
    written himself.
    """

    _name = "mci.presales.plan"
    _description = "Presales plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "mci.lock.mixin"]
    _order = "lead_id desc, version desc, id desc"

    _mci_locked_fields = frozenset(
        {
            "version",
            "lead_name",
            "team_id",
            "company_id",
            "grade_id",
            "reviewed_amount",
            "policy_amount",
            "is_over",
            "author_id",
            "requested_date",
            "approver_ids",
            "approver_id",
            "decision_date",
            "decision_note",
            "amount_total",
            "hours_total",
            "state",
        }
    )

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('type', '=', 'opportunity')]",
    )
    lead_name = fields.Char(
        string="Opportunity at the time",
        compute="_compute_deal",
        store=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales team",
        compute="_compute_deal",
        store=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_deal",
        store=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    grade_id = fields.Many2one("mci.grade", compute="_compute_deal", store=True)
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    date = fields.Date(
        string="Prices of",
        required=True,
        copy=False,
        default=fields.Date.context_today,
        help="The lines cost what the internal rates published for this day say (C2).",
    )
    reviewed_amount = fields.Monetary(
        compute="_compute_deal",
        store=True,
        help="Grading amount of the deal when the plan was asked for (M1).",
    )
    policy_amount = fields.Monetary(
        string="Policy's share",
        compute="_compute_deal",
        store=True,
        help="The policy's share of the reviewed amount. A plan above it needs the"
        " higher approval; 0: the policy names no share (C4).",
    )
    is_over = fields.Boolean(
        string="Above the policy",
        compute="_compute_is_over",
        store=True,
        help="More than the policy's share or its hours. The higher approval decides:"
        " approval rules of the kind Budget above the policy's share (C4).",
    )
    line_ids = fields.One2many(
        "mci.presales.plan.line", "plan_id", string="Plan lines", copy=True
    )
    amount_total = fields.Monetary(
        string="Planned", compute="_compute_totals", store=True
    )
    hours_total = fields.Float(
        string="Hours planned", compute="_compute_totals", store=True
    )
    budget_amount = fields.Monetary(
        string="Budget today",
        compute="_compute_budget",
        help="Presales budget of the deal at this moment.",
    )
    used_amount = fields.Monetary(
        string="Reserved and charged",
        compute="_compute_budget",
        help="What the deal has reserved or spent already.",
    )
    note = fields.Text(
        string="Reason", help="Why the deal is worth it; read by the approver."
    )
    author_id = fields.Many2one(
        "res.users",
        string="Written by",
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.user,
    )
    requested_date = fields.Datetime("Requested on", readonly=True, copy=False)
    approver_ids = fields.Many2many(
        "res.users",
        "mci_presales_plan_approver_rel",
        "plan_id",
        "user_id",
        string="May decide",
        readonly=True,
        copy=False,
        help="Whom the approval rules named when it was asked for.",
    )
    approver_id = fields.Many2one(
        "res.users", string="Decision of", readonly=True, copy=False
    )
    decision_date = fields.Datetime("Date of the decision", readonly=True, copy=False)
    decision_note = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("replaced", "Replaced"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )

    _version_uniq = models.Constraint(
        "UNIQUE (lead_id, version)",
        "Two versions of a presales plan were made at once: try again.",
    )
    _approved_uniq = models.UniqueIndex(
        "(lead_id) WHERE state = 'approved'",
        "A deal has one approved presales plan (C4).",
    )
    _requested_uniq = models.UniqueIndex(
        "(lead_id) WHERE state = 'requested'",
        "A version of this presales plan waits for its approval already (C4).",
    )

    # --- Facts ----------------------------------------------------------------

    @api.depends("lead_id", "state")
    def _compute_deal(self):
        """Of a draft as it is today; frozen when it is asked for."""
        for plan in self:
            if plan.state != "draft":
                continue
            lead = plan.lead_id.sudo()
            company = lead and lead._mci_get_company()
            share = lead and lead._mci_get_budget_share(lead._mci_get_policy_line())
            plan.lead_name = lead.name
            plan.team_id = lead.team_id
            plan.company_id = company or False
            plan.grade_id = lead.mci_grade_id
            plan.reviewed_amount = lead.mci_grading_amount
            plan.policy_amount = share or 0.0

    @api.depends("line_ids.amount", "line_ids.hours")
    def _compute_totals(self):
        for plan in self:
            plan.amount_total = sum(plan.line_ids.mapped("amount"))
            plan.hours_total = sum(plan.line_ids.mapped("hours"))

    @api.depends("amount_total", "policy_amount")
    def _compute_is_over(self):
        for plan in self:
            limit = plan.policy_amount
            plan.is_over = bool(limit) and (
                plan.currency_id.compare_amounts(plan.amount_total, limit) > 0
            )

    @api.depends("lead_id")
    def _compute_budget(self):
        for plan in self:
            deal = plan.sudo().lead_id
            plan.budget_amount = deal.mci_budget_amount
            plan.used_amount = deal.mci_reserved_amount + deal.mci_charged_amount

    @api.depends("lead_name", "version")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(deal)s, plan %(version)s",
                deal=plan.lead_name or "",
                version=plan.version or 1,
            )

    # --- CRUD -----------------------------------------------------------------

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if self:
            locked |= {"lead_id"}
        if any(plan.state != "draft" for plan in self):
            locked |= AGREED_FIELDS
        return locked

    @api.model_create_multi
    def create(self, vals_list):
        self._mci_check_create(vals_list)
        leads = self.env["crm.lead"].browse(
            vals["lead_id"] for vals in vals_list if vals.get("lead_id")
        )
        leads._mci_check_can_plan()
        versions = self._mci_count_versions(leads)
        plans = super().create(vals_list)
        for plan in plans:
            lead = plan.lead_id
            versions[lead.id] = versions.get(lead.id, 0) + 1
            plan.sudo()._mci_unlock().write({"version": versions[lead.id]})
        return plans

    def _mci_count_versions(self, leads):
        rows = self.sudo()._read_group(
            [("lead_id", "in", leads.ids)], ["lead_id"], ["version:max"]
        )
        return {lead.id: version for lead, version in rows}

    def write(self, vals):
        if not self._mci_is_unlocked():
            self.lead_id._mci_check_can_plan()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was asked for: only a draft is deleted.", plan.display_name
                    )
                )
