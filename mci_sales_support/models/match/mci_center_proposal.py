from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, identifier, text
from ...tools.retry import run_each


class MciCenterProposal(models.Model):
    """A delivery center is asked to take a deal, and answers within its time (M4).

    Its head accepts and names the delivery lead, or declines with a reason, which
    somebody else approves. Silence goes up. Every answer stays.
    """

    _name = "mci.center.proposal"
    _inherit = ["mci.lock.mixin"]
    _description = "Center proposed for a deal"
    _order = "date desc, id desc"
    _rec_name = "lead_name"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        index=True,
        ondelete="restrict",
    )
    lead_name = fields.Char("Opportunity name")
    grade_id = fields.Many2one("mci.grade")
    team_id = fields.Many2one("crm.team", string="Sales team")
    partner_id = fields.Many2one("res.partner", string="Customer")
    company_id = fields.Many2one("res.company", required=True, index=True)
    center_id = fields.Many2one(
        "mci.delivery.center",
        string="Center asked",
        required=True,
        index=True,
        ondelete="restrict",
    )
    why = fields.Char("Why this center", help="What of the deal the center covers.")
    user_id = fields.Many2one("res.users", string="Proposed by", required=True)
    date = fields.Datetime("Proposed on", required=True, index=True)
    due = fields.Datetime(
        "Answer due", help="By the time limit of the deal's grade, in working time."
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("declining", "Decline to approve"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="proposed",
        index=True,
    )
    answered_by_id = fields.Many2one("res.users", string="Answered by")
    answer_date = fields.Datetime("Answered on")
    delivery_lead_id = fields.Many2one("res.users", string="Delivery lead named")
    decline_reason = fields.Char("Why it declines")
    approver_id = fields.Many2one("res.users", string="Decline decided by")
    approver_note = fields.Char()
    escalation_level = fields.Integer("Went up")
    is_late = fields.Boolean(
        "Late to answer", compute="_compute_is_late", search="_search_is_late"
    )
    can_answer = fields.Boolean(compute="_compute_can")
    can_decide = fields.Boolean(compute="_compute_can")

    _open_uniq = models.UniqueIndex(
        "(lead_id) WHERE state IN ('proposed', 'declining')",
        "A center is asked for this deal already.",
    )

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    def _compute_is_late(self):
        late = set(self.filtered_domain(self._mci_get_late_domain()).ids)
        for proposal in self:
            proposal.is_late = proposal.id in late

    @api.model
    def _mci_get_late_domain(self):
        now = fields.Datetime.now()
        return [("state", "=", "proposed"), ("due", "<", now)]

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain(self._mci_get_late_domain())
        return domain if True in value else ~domain

    @api.depends_context("uid")
    @api.depends("state", "center_id")
    def _compute_can(self):
        for proposal in self:
            heads = proposal.sudo().center_id._mci_is_lead(self.env.user)
            proposal.can_answer = proposal.state == "proposed" and heads
            proposal.can_decide = proposal.state == "declining" and not heads

    # ------------------------------------------------------------------
    # Answer of the center
    # ------------------------------------------------------------------

    @arguments(delivery_lead_id=identifier)
    def action_accept(self, delivery_lead_id=None):
        """The center takes the deal, and names who leads the delivery (M4, O2).

        :param int delivery_lead_id: a user with a position in the center; default the
            caller. Anybody else is in charge when he has accepted
        :raise AccessError: for whoever is neither head nor deputy of the center
        :raise UserError: answered already, or the deal is closed
        """
        self.ensure_one()
        self._mci_check_answer()
        self.sudo().lead_id._mci_check_support_facts()
        user = self.env["res.users"].browse(delivery_lead_id) or self.env.user
        lead = self.sudo().lead_id
        lead.write({"mci_center_id": self.sudo().center_id.id})
        self.sudo()._mci_unlock().write(
            {
                **self._prepare_answer_vals("accepted"),
                "delivery_lead_id": user.id,
            }
        )
        lead.with_user(self.env.user)._mci_take_delivery_lead(user)
        self._mci_tell(self.env._("%s takes the deal.", self.sudo().center_id.name))
        return True

    @arguments(reason=text)
    def action_decline(self, reason):
        """The center does not want the deal; somebody else has to approve that (M4).

        :param str reason: kept with the proposal
        :raise AccessError: for whoever is neither head nor deputy of the center
        """
        self.ensure_one()
        self._mci_check_answer()
        reason = self.env["mci.booking"]._mci_need_reason(reason)
        self.sudo()._mci_unlock().write(
            {**self._prepare_answer_vals("declining"), "decline_reason": reason}
        )
        self._mci_ask_approver()
        return True

    @arguments(note=text)
    def action_approve_decline(self, note=None):
        """The decline stands: the next center that fits is proposed (M4).

        :param str note: what was considered
        :raise AccessError: the approval rules name somebody else, or he declined
        """
        self.ensure_one()
        self._mci_check_approver()
        proposal = self.sudo()._mci_unlock()
        proposal.write(
            {
                "state": "declined",
                "approver_id": self.env.uid,
                "approver_note": note or False,
            }
        )
        self._mci_tell(self.env._("%s has declined the deal.", proposal.center_id.name))
        proposal.lead_id._mci_propose_next(proposal.user_id)
        return True

    @arguments(note=text)
    def action_reject_decline(self, note):
        """The decline does not stand: the center answers again (M4).

        :param str note: why the center has to take it
        :raise AccessError: the approval rules name somebody else, or he declined
        """
        self.ensure_one()
        self._mci_check_approver()
        note = self.env["mci.booking"]._mci_need_reason(note)
        self.sudo()._mci_unlock().write(
            {
                "state": "proposed",
                "approver_id": self.env.uid,
                "approver_note": note,
            }
        )
        self._mci_ask_head()
        return True

    @arguments(reason=text)
    def action_withdraw(self, reason=None):
        """The deal's side no longer asks this center.

        :raise AccessError: for whoever does not decide about the deal
        """
        self.ensure_one()
        self.check_access("read")
        self.sudo().lead_id.with_user(self.env.user)._mci_check_can_manage()
        self._mci_check_state(("proposed", "declining"))
        self.sudo()._mci_unlock().write(
            {
                **self._prepare_answer_vals("withdrawn"),
                "approver_note": reason or False,
            }
        )
        return True

    def _prepare_answer_vals(self, state):
        return {
            "state": state,
            "answered_by_id": self.env.uid,
            "answer_date": fields.Datetime.now(),
        }

    def _mci_check_answer(self):
        self.check_access("read")
        self._mci_check_state(("proposed",))
        center = self.sudo().center_id
        if not self.env.su and not center._mci_is_lead(self.env.user):
            raise AccessError(
                self.env._(
                    "Head or deputy of %(unit)s answer for %(deal)s (M4).",
                    unit=center.name,
                    deal=self.sudo().lead_name,
                )
            )

    def _mci_check_state(self, states):
        proposal = self.sudo()
        if proposal.state not in states:
            raise UserError(
                self.env._(
                    "%(unit)s has answered for %(deal)s already.",
                    unit=proposal.center_id.name,
                    deal=proposal.lead_name,
                )
            )

    def _mci_check_approver(self):
        self.check_access("read")
        self._mci_check_state(("declining",))
        proposal = self.sudo()
        self.env["mci.approval.rule"]._mci_check_approver(
            "gate",
            proposal.company_id,
            requester=proposal.answered_by_id,
            grade=proposal.lead_id.mci_grade_id,
            lead=proposal.lead_id,
        )

    # ------------------------------------------------------------------
    # Who is told
    # ------------------------------------------------------------------

    def _mci_ask_head(self):
        for proposal in self.sudo():
            heads = proposal.center_id.lead_id | proposal.center_id.deputy_id
            proposal._mci_notify(
                heads,
                self.env._(
                    "%(deal)s, grade %(grade)s, asks %(unit)s to take it: %(why)s",
                    deal=proposal.lead_name,
                    grade=proposal.grade_id.name,
                    unit=proposal.center_id.name,
                    why=proposal.why or "–",
                ),
            )

    def _mci_ask_approver(self):
        proposal = self.sudo()
        rules = self.env["mci.approval.rule"].sudo()
        rule = rules._mci_find("gate", proposal.company_id, grade=proposal.grade_id)
        users = rules._mci_get_approvers(rule, lead=proposal.lead_id)
        users = users or rules._mci_get_sales_managers(proposal.company_id)[:3]
        proposal._mci_notify(
            users - self.env.user,
            self.env._(
                "%(unit)s declines %(deal)s: %(why)s. Approve or reject it.",
                unit=proposal.center_id.name,
                deal=proposal.lead_name,
                why=proposal.decline_reason,
            ),
        )

    def _mci_tell(self, what):
        proposal = self.sudo()
        proposal._mci_notify(
            proposal.user_id | proposal.lead_id.mci_owner_id,
            f"{proposal.lead_name}: {what}",
        )

    def _mci_notify(self, users, body):
        """A message of its own: the deal's followers need not read each step."""
        self.env["mail.thread"].message_notify(
            partner_ids=users.partner_id.ids,
            model=self._name,
            res_id=self.id,
            subject=self.env._("Center for %s", self.lead_name),
            body=body,
        )

    # ------------------------------------------------------------------
    # Silence goes up
    # ------------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Take the steps that are due, one proposal at a time."""
        run_each(self.search(self._mci_get_late_domain()), "_mci_escalate")

    def _mci_escalate(self):
        escalations = self.env["mci.escalation"]
        for proposal in self.sudo().filtered_domain(self._mci_get_late_domain()):
            term = self.env["mci.service.level"]._mci_find(
                proposal.company_id, proposal.grade_id
            )
            step, users = escalations._mci_next_step(
                proposal.escalation_level,
                proposal.due,
                term.respond_hours or 8.0,
                proposal.center_id,
                proposal.company_id,
                proposal.center_id.lead_id,
            )
            if users:
                proposal._do_escalate(step, users)

    def _do_escalate(self, step, users):
        self.env["mci.escalation"]._mci_unlock().create(
            {
                "kind": "center",
                "level": step,
                "proposal_id": self.id,
                "lead_id": self.lead_id.id,
                "lead_name": self.lead_name,
                "grade_id": self.grade_id.id,
                "team_id": self.team_id.id,
                "center_id": self.center_id.id,
                "user_ids": [fields.Command.set(users.ids)],
                "company_id": self.company_id.id,
            }
        )
        self._mci_unlock().escalation_level = step
        self._mci_notify(
            users,
            self.env._(
                "%(unit)s has not answered for %(deal)s in time (M4).",
                unit=self.center_id.name,
                deal=self.lead_name,
            ),
        )


class MciEscalation(models.Model):
    _inherit = "mci.escalation"

    proposal_id = fields.Many2one(
        "mci.center.proposal", string="Center proposed", index="btree_not_null"
    )

    _proposal_step_uniq = models.UniqueIndex("(proposal_id, level)")
