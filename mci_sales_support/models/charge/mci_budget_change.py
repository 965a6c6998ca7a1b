from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, text

# What people ask for; the others are written by plans and decisions.
ASKED_KINDS = ("grant", "increase", "transfer")


class MciBudgetChange(models.Model):
    """Movement of a deal's budget (C4): asked, then approved or refused.

    The approved movements are the ledger of the budget: their ``budget_delta`` (and
    ``from_delta``, for the deal that gives) add up to the approved budget of the deal.
    Amounts are in the currency of the deal's company.
    """

    _name = "mci.budget.change"
    _description = "Budget request"
    _inherit = ["mci.lock.mixin"]
    _order = "id desc"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    lead_name = fields.Char(string="Opportunity at the time", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("plan", "Presales plan"),
            ("grant", "Grant"),
            ("increase", "Increase"),
            ("transfer", "Transfer"),
            ("release", "Release"),
        ],
        required=True,
        readonly=True,
        help="Plan and grant: the whole budget. Increase: on top. Transfer: taken from"
        " another deal. Release: given back when presales is stopped (C4).",
    )
    amount = fields.Monetary(readonly=True)
    reviewed_amount = fields.Monetary(
        readonly=True, help="Grading amount of the deal when the budget was asked for."
    )
    policy_amount = fields.Monetary(
        string="Policy's share",
        readonly=True,
        help="The policy's share of the reviewed amount. A budget above it needs the"
        " higher approval; 0: the policy names no share (C4).",
    )
    is_over = fields.Boolean(
        string="Above the policy's share",
        readonly=True,
        help="The budget asked for is above the policy's share of the reviewed amount:"
        " who approves stands in the rules of that kind (C4).",
    )
    plan_id = fields.Many2one(
        "mci.presales.plan",
        string="Presales plan",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    from_lead_id = fields.Many2one(
        "crm.lead",
        string="Taken from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    from_team_id = fields.Many2one(
        "crm.team",
        string="Team that gives",
        readonly=True,
        index="btree_not_null",
    )
    budget_delta = fields.Monetary(
        string="Change of the budget",
        readonly=True,
        help="By how much the approved budget of the deal moved with the approval.",
    )
    from_delta = fields.Monetary(
        string="Change of the giving budget",
        readonly=True,
        help="By how much the approved budget of the deal that gives moved.",
    )
    budget_date = fields.Date(
        string="Counts from",
        readonly=True,
        help="Day of the approval: the year of the team envelope it counts in (C4).",
    )
    reason = fields.Char(readonly=True)
    requester_id = fields.Many2one(
        "res.users", string="Requested by", required=True, readonly=True, index=True
    )
    approver_ids = fields.Many2many(
        "res.users",
        "mci_budget_change_approver_rel",
        "change_id",
        "user_id",
        string="May decide",
        readonly=True,
        help="Whom the approval rules named when it was asked for.",
    )
    approver_id = fields.Many2one("res.users", string="Decision of", readonly=True)
    date = fields.Datetime(string="Date of the decision", readonly=True)
    decision_note = fields.Char(readonly=True)
    state = fields.Selection(
        [("requested", "Requested"), ("approved", "Approved"), ("refused", "Refused")],
        default="requested",
        required=True,
        readonly=True,
        index=True,
    )

    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A budget request is for more than zero."
    )

    def _mci_get_locked_fields(self):
        # Every field: requests are written by methods only.
        return frozenset(self._fields)

    @api.depends("lead_name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            change.display_name = f"{kinds.get(change.kind, '')}: {change.lead_name}"

    @api.depends("state", "approver_ids", "requester_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for change in self:
            change.can_decide = (
                change.state == "requested"
                and change.requester_id != self.env.user
                and self.env["mci.approval.rule"]._mci_is_among(change.approver_ids)
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_unlocked(self):
        if not self._mci_is_unlocked():
            raise UserError(
                self.env._("Budget requests are kept: refuse them instead.")
            )

    # --- Request --------------------------------------------------------------

    @api.model
    def _do_request(self, lead, amount, reason, kind=None, from_lead_id=None):
        reason = (reason or "").strip()
        if not reason or not amount or amount <= 0:
            raise UserError(self.env._("Give an amount above zero and a reason."))
        if kind and kind not in ASKED_KINDS:
            raise UserError(self.env._("There is no budget request of kind %s.", kind))
        if (kind == "transfer") != bool(from_lead_id):
            raise UserError(self.env._("A transfer names the deal that gives."))
        source = self.env["crm.lead"].browse(from_lead_id).exists()
        if from_lead_id and not source:
            raise UserError(self.env._("A transfer names the deal that gives."))
        source._mci_check_can_manage()
        lead.sudo()._mci_check_transfer(source.sudo())
        budget = lead.sudo().mci_budget_amount
        kind = kind or ("increase" if budget else "grant")
        change = self._mci_record(
            lead,
            kind,
            amount,
            reason,
            from_lead_id=source.id,
            from_team_id=source.sudo().team_id.id,
        )
        change.lead_id._mci_justify_spending(reason, change)
        return change

    @api.model
    def _mci_record(self, lead, kind, amount, reason, **values):
        """A request that waits for its approval, in sudo."""
        vals = {
            **self._prepare_lead_vals(lead.sudo()),
            "kind": kind,
            "amount": amount,
            "reason": reason,
            "requester_id": self.env.uid,
            **values,
        }
        change = self.sudo()._mci_unlock().create(vals)
        change = change.with_context(mci_unlock=None)
        change._mci_name_approvers()
        return change

    def _prepare_lead_vals(self, lead):
        line = lead._mci_get_policy_line()
        return {
            "lead_id": lead.id,
            "lead_name": lead.name,
            "team_id": lead.team_id.id,
            "company_id": lead._mci_get_company().id,
            "reviewed_amount": lead.mci_grading_amount,
            "policy_amount": lead._mci_get_budget_share(line),
        }

    def _mci_name_approvers(self):
        """Who may decide, and whether it is above the policy's share."""
        rules = self.env["mci.approval.rule"]
        for change in self:
            lead = change.lead_id
            over = change._mci_is_over()
            kind = "budget_over" if over else "budget"
            rule = rules._mci_find(
                kind, change.company_id, change.amount, lead.mci_grade_id
            )
            approvers = rules._mci_get_approvers(rule, lead, lead.mci_center_id)
            change._mci_unlock().write(
                {
                    "is_over": over,
                    "approver_ids": [fields.Command.set(approvers.ids)],
                }
            )

    def _mci_is_over(self):
        """Whether the budget after it is above the policy's share of the review."""
        self.ensure_one()
        budget = self.amount
        if self.kind not in ("grant", "plan"):
            budget += self.lead_id.mci_budget_amount
        limit = self.policy_amount
        return bool(limit) and self.currency_id.compare_amounts(budget, limit) > 0

    # --- Decision -------------------------------------------------------------

    @arguments(note=text)
    def action_approve(self, note=None):
        """Approve: the budget of the deal rises at once (C4).

        :param str note: read by who asked; needed when the team envelope is used up
        :raises AccessError: the approval rules do not name the user, or it is his own
            request or that of a superior
        :raises UserError: decided already; a transfer takes more than the deal has
            left; the team envelope does not suffice
        """
        self._check_can_decide()
        for change in self.sudo():
            change._do_approve(note)
        return True

    @arguments(note=text)
    def action_refuse(self, note):
        """Refuse, with the reason the requester reads."""
        if not (note or "").strip():
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        self._check_can_decide()
        self.sudo()._do_decide("refused", note)
        return True

    def _check_can_decide(self):
        self.check_access("read")
        for change in self.sudo():
            if change.state != "requested":
                raise UserError(
                    self.env._("%s is decided already.", change.display_name)
                )
            # What was approved since it was asked for counts as well.
            kind = "budget_over" if change._mci_is_over() else "budget"
            self.env["mci.approval.rule"]._mci_check_approver(
                kind,
                change.company_id,
                requester=change.requester_id,
                amount=change.amount,
                grade=change.lead_id.mci_grade_id,
                lead=change.lead_id,
                center=change.lead_id.mci_center_id,
            )

    def _do_approve(self, note=None):
        self.ensure_one()
        (self.lead_id | self.from_lead_id)._mci_bump_budget()
        vals = {}
        if self.kind == "transfer":
            vals["from_delta"] = self._mci_take_from_source()
        whole = self.kind in ("grant", "plan")
        before = 0.0 if whole else self.lead_id.mci_budget_amount
        vals["budget_delta"] = self.lead_id._mci_set_budget(before + self.amount)
        self._do_decide("approved", note, **vals)
        self.env["mci.team.envelope"]._mci_check(self, note)

    def _mci_take_from_source(self):
        source = self.from_lead_id
        if not source:
            raise UserError(self.env._("A transfer names the deal that gives."))
        if source._mci_get_company() != self.company_id:
            raise AccessError(
                self.env._("Budget is not transferred between companies.")
            )
        self.lead_id._mci_check_transfer(source)
        if (
            self.currency_id.compare_amounts(source.mci_remaining_amount, self.amount)
            < 0
        ):
            raise UserError(
                self.env._(
                    "%(deal)s has less than that left of its budget.",
                    deal=source.display_name,
                )
            )
        return source._mci_set_budget(source.mci_budget_amount - self.amount)

    def _do_decide(self, state, note=None, **vals):
        approved = state == "approved"
        self._mci_unlock().write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "date": fields.Datetime.now(),
                "budget_date": approved and fields.Date.context_today(self),
                "decision_note": note or False,
                **vals,
            }
        )
