from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MciBudgetChange(models.Model):
    """Request for presales budget of a deal: asked, then approved or refused (C4)."""

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
        [("grant", "Grant"), ("increase", "Increase"), ("transfer", "Transfer")],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    reviewed_amount = fields.Monetary(
        readonly=True, help="Grading amount of the deal when the budget was asked for."
    )
    from_lead_id = fields.Many2one(
        "crm.lead",
        string="Taken from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    reason = fields.Char(readonly=True)
    requester_id = fields.Many2one(
        "res.users", string="Requested by", required=True, readonly=True, index=True
    )
    approver_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    date = fields.Datetime(string="Decided on", readonly=True)
    decision_note = fields.Char(readonly=True)
    state = fields.Selection(
        [("requested", "Requested"), ("approved", "Approved"), ("refused", "Refused")],
        default="requested",
        required=True,
        readonly=True,
        index=True,
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
        if kind and kind not in dict(self._fields["kind"].selection):
            raise UserError(self.env._("There is no budget request of kind %s.", kind))
        if (kind == "transfer") != bool(from_lead_id):
            raise UserError(self.env._("A transfer names the deal that gives."))
        source = self.env["crm.lead"].browse(from_lead_id)
        source._mci_check_can_manage()
        change = (
            self.sudo()
            ._mci_unlock()
            .create(
                {
                    **self._prepare_lead_vals(lead.sudo()),
                    "kind": kind or ("increase" if lead.mci_budget_amount else "grant"),
                    "amount": amount,
                    "reason": reason,
                    "from_lead_id": source.id,
                    "requester_id": self.env.uid,
                }
            )
        )
        change.lead_id._mci_justify_spending(reason, change)
        return change

    def _prepare_lead_vals(self, lead):
        return {
            "lead_id": lead.id,
            "lead_name": lead.name,
            "team_id": lead.team_id.id,
            "company_id": lead._mci_get_company().id,
            "reviewed_amount": lead.mci_grading_amount,
        }

    # --- Decision -------------------------------------------------------------

    def action_approve(self, note=None):
        """Approve: the budget of the deal rises at once (C4).

        :raises AccessError: the approval rules do not name the user, or it is his own
            request or that of a superior
        :raises UserError: decided already; a transfer takes more than the deal has left
        """
        self._check_can_decide()
        for change in self.sudo():
            change._do_approve(note)
        return True

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
            self.env["mci.approval.rule"]._mci_check_approver(
                "budget",
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
        if self.kind == "transfer":
            self._mci_take_from_source()
        before = 0.0 if self.kind == "grant" else self.lead_id.mci_budget_amount
        self.lead_id._mci_write_plain({"mci_budget_approved": before + self.amount})
        self._do_decide("approved", note)

    def _mci_take_from_source(self):
        source = self.from_lead_id
        if source.mci_remaining_amount < self.amount:
            raise UserError(
                self.env._(
                    "%(deal)s has less than that left of its budget.",
                    deal=source.display_name,
                )
            )
        if source._mci_get_company() != self.company_id:
            raise AccessError(
                self.env._("Budget is not transferred between companies.")
            )
        rest = source.mci_budget_amount - self.amount
        source._mci_write_plain({"mci_budget_approved": rest})

    def _do_decide(self, state, note=None):
        self._mci_unlock().write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "date": fields.Datetime.now(),
                "decision_note": note or False,
            }
        )
