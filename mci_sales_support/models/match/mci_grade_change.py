from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_lead import AMOUNT_EVIDENCES


class MciGradeChange(models.Model):
    """Every change of a grade: what was computed, who asked why, who decided (M1).

    Changes the policy makes by itself are recorded as done. Moves by hand, and new
    amounts of a deal whose grade is locked, wait for an approver.
    """

    _name = "mci.grade.change"
    _description = "Grade Change"
    _inherit = ["mci.lock.mixin"]
    _order = "date desc, id desc"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Deal",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="lead_id.partner_id", string="Customer")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(
        [
            ("automatic", "By policy"),
            ("manual", "Moved by hand"),
            ("proposal", "Proposed by new amount"),
            ("clear", "Hand move cleared"),
            ("split", "Pieces of one deal"),
        ],
        required=True,
        readonly=True,
    )
    computed_grade_id = fields.Many2one("mci.grade", readonly=True)
    from_grade_id = fields.Many2one("mci.grade", string="From", readonly=True)
    to_grade_id = fields.Many2one("mci.grade", string="To", readonly=True)
    grading_amount = fields.Monetary(
        readonly=True, help="Grading amount when the change was recorded."
    )
    amount_evidence = fields.Selection(
        AMOUNT_EVIDENCES,
        readonly=True,
        help="What the amount rested on when the change was recorded.",
    )
    reason_code = fields.Selection(
        [
            ("showcase", "Showcase"),
            ("strategic", "Strategic importance"),
            ("amount", "Amount or partner flag"),
            ("policy", "Policy"),
            ("split", "One deal in pieces"),
        ],
        string="Kind of Reason",
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    refuse_reason = fields.Text(readonly=True)
    requester_id = fields.Many2one("res.users", readonly=True, index=True)
    approver_ids = fields.Many2many(
        "res.users",
        "mci_grade_change_approver_rel",
        "change_id",
        "user_id",
        string="May Decide",
        readonly=True,
        help="Whom the approval rules name for this change.",
    )
    approver_id = fields.Many2one("res.users", string="Decided By", readonly=True)
    date = fields.Datetime(readonly=True, required=True)
    decision_date = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("done", "Done"),
            ("requested", "To Decide"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        default="requested",
        required=True,
        readonly=True,
        index=True,
    )

    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    @api.depends("state", "approver_ids", "requester_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        user = self.env.user
        anybody = user.has_groups(
            "sales_team.group_sale_manager,mci_sales_support.group_manager"
        )
        for change in self:
            approvers = change.approver_ids
            named = user in approvers if approvers else anybody
            open_to_him = change.requester_id != user and named
            change.can_decide = change.state == "requested" and open_to_him

    # Written by the system only: the record is the history.
    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.depends("lead_id", "from_grade_id", "to_grade_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._(
                "%(deal)s: %(old)s to %(new)s",
                deal=change.lead_id.display_name,
                old=change.from_grade_id.code or "–",
                new=change.to_grade_id.code or "–",
            )

    @api.model
    def _mci_record(self, vals_list):
        """Record changes, in one batch; a new amount replaces the proposal that waits.

        :return: the changes, in sudo
        """
        self._mci_supersede_proposals(
            [v["lead_id"] for v in vals_list if v["kind"] in ("automatic", "proposal")]
        )
        vals_list = [
            self._prepare_change_vals(vals)
            for vals in vals_list
            if self._mci_is_change(vals)
        ]
        self._mci_name_approvers(vals_list)
        changes = self.sudo()._mci_unlock().create(vals_list)
        return changes.with_context(mci_unlock=None)

    @api.model
    def _mci_is_change(self, vals):
        """An amount that leads back to the present grade proposes nothing."""
        return (
            vals["kind"] != "proposal" or vals["from_grade_id"] != vals["to_grade_id"]
        )

    @api.model
    def _prepare_change_vals(self, vals):
        lead = self.env["crm.lead"].sudo().browse(vals["lead_id"])
        company = lead._mci_get_company()
        return {
            "requester_id": self.env.uid,
            "amount_evidence": lead.mci_amount_evidence,
            "date": fields.Datetime.now(),
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            **vals,
        }

    @api.model
    def _mci_supersede_proposals(self, lead_ids):
        if not lead_ids:
            return
        waiting = self.sudo().search(
            [("lead_id", "in", lead_ids), ("kind", "=", "proposal")]
        )
        waiting._mci_refuse_waiting(self.env._("Replaced by a later change."))

    def _mci_refuse_waiting(self, reason):
        """Close the changes that wait, because what they ask for is no question."""
        waiting = self.sudo().filtered(lambda change: change.state == "requested")
        waiting._mci_unlock().write(
            {
                "state": "refused",
                "decision_date": fields.Datetime.now(),
                "refuse_reason": reason,
            }
        )

    @api.model
    def _mci_name_approvers(self, vals_list):
        """Add to the changes that wait whom the approval rules name for them."""
        waiting = [v for v in vals_list if v.get("state", "requested") == "requested"]
        if not waiting:
            return
        env = self.sudo().env
        cases = [
            (
                env["res.company"].browse(vals["company_id"]),
                vals["grading_amount"],
                env["mci.grade"].browse(vals["to_grade_id"]),
            )
            for vals in waiting
        ]
        rules = env["mci.approval.rule"]._mci_find_batch("grade", cases)
        leads = env["crm.lead"].browse(vals["lead_id"] for vals in waiting)
        for vals, rule, lead in zip(waiting, rules, leads, strict=True):
            approvers = rule._mci_get_approvers(rule, lead, lead.mci_center_id)
            vals["approver_ids"] = [fields.Command.set(approvers.ids)]

    # ------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------

    def action_approve(self):
        """Give the deals the grade asked for (M1).

        :raise AccessError: unless an approval rule of kind *grade* names the user (or,
            without rule, a sales manager or administrator), who is neither the
            requester nor his subordinate
        :raise UserError: when the change is decided already
        """
        for change in self:
            change._check_can_decide()
        self._mci_decide("approved")
        self.sudo()._do_apply()
        return True

    def action_refuse(self, reason):
        """Keep the present grade.

        :param str reason: why, in words
        :raise AccessError: as for :meth:`action_approve`
        """
        if not (reason or "").strip():
            raise UserError(self.env._("A refusal needs a reason (M1)."))
        for change in self:
            change._check_can_decide()
        self._mci_decide("refused", reason)
        return True

    def _check_can_decide(self):
        self.ensure_one()
        change = self.sudo()
        if change.state != "requested":
            raise UserError(
                self.env._("%(change)s is decided.", change=change.display_name)
            )
        if change.lead_id.won_status != "pending":
            raise UserError(
                self.env._(
                    "%(deal)s is closed: its grade stays (M1).",
                    deal=change.lead_id.display_name,
                )
            )
        self.env["mci.approval.rule"]._mci_check_approver(
            "grade",
            change.company_id,
            requester=change.requester_id,
            amount=change.grading_amount,
            grade=change.to_grade_id,
            lead=change.lead_id,
            center=change.lead_id.mci_center_id,
        )

    def _mci_decide(self, state, reason=False):
        self.sudo()._mci_unlock().write(
            {
                "state": state,
                "refuse_reason": reason,
                "approver_id": self.env.uid,
                "decision_date": fields.Datetime.now(),
            }
        )

    def _do_apply(self):
        self._mci_supersede_proposals(self.lead_id.ids)
        for change in self:
            change.lead_id._mci_set_grade(
                change.to_grade_id,
                manual=change.kind in ("manual", "split"),
                amount=change.grading_amount,
                evidence=change.amount_evidence,
            )
