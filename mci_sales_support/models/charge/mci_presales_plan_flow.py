from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.arguments import arguments, text

ACTIVITY = "mail.mail_activity_data_todo"


class MciPresalesPlan(models.Model):
    """The way of a presales plan: asked for, approved or refused (C4)."""

    _inherit = "mci.presales.plan"

    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    @api.depends("state", "approver_ids", "author_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for plan in self:
            plan.can_decide = (
                plan.state == "requested"
                and plan.author_id != self.env.user
                and self.env["mci.approval.rule"]._mci_is_among(plan.approver_ids)
            )

    # --- Request --------------------------------------------------------------

    def action_request(self):
        """Ask for the approval: prices and lines are frozen from here on.

        :raises AccessError: for whoever does not decide about the deal
        :raises UserError: not a draft, no lines, a line without a published rate, or
            the deal is closed
        """
        self.check_access("write")
        self.lead_id._mci_check_can_plan()
        self._check_step("draft")
        for plan in self:
            plan._do_request()
        return True

    def _do_request(self):
        self.ensure_one()
        plan = self.sudo()
        plan.line_ids._mci_unlock()._compute_price()
        plan._mci_unlock()._compute_deal()
        plan._check_can_request()
        plan.lead_id._mci_justify_spending(plan.note, plan)
        # Who asks signs for what stands in it: he does not approve it, whoever began.
        plan._mci_unlock().write(
            {
                "state": "requested",
                "requested_date": fields.Datetime.now(),
                "author_id": self.env.uid,
            }
        )
        # The index on the one plan that waits speaks now, not at some later flush.
        plan.flush_recordset()
        plan._mci_name_approvers()

    def _check_can_request(self):
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("%s has no lines yet.", self.display_name))
        for line in self.line_ids.filtered(lambda line: not line.price_unit):
            line._check_exchange()
            raise UserError(
                self.env._(
                    "%(plan)s: no internal rate is published for %(function)s,"
                    " %(level)s on %(date)s (C2). Ask an accountant to publish it.",
                    plan=self.display_name,
                    function=line.function_id.name,
                    level=line.level_id.name,
                    date=format_date(self.env, self.date),
                )
            )
        self.lead_id._mci_check_can_plan()

    def _mci_name_approvers(self):
        self.ensure_one()
        rules = self.env["mci.approval.rule"]
        rule = rules._mci_find(*self._mci_get_case())
        approvers = rules._mci_get_approvers(
            rule, self.lead_id, self.lead_id.mci_center_id
        )
        self._mci_unlock().write({"approver_ids": [fields.Command.set(approvers.ids)]})
        for user in (approvers - self.author_id)[:1]:
            reader = self.with_context(lang=user.lang)
            self.activity_schedule(
                ACTIVITY,
                summary=reader.env._("Decide on a presales plan"),
                user_id=user.id,
            )

    def _mci_get_case(self):
        """Arguments of the approval table: kind, company, amount, grade."""
        self.ensure_one()
        kind = "budget_over" if self.is_over else "budget"
        return kind, self.company_id, self.amount_total, self.grade_id

    def action_reset_draft(self):
        """Take a request back to change it, as the deal's side."""
        self.check_access("write")
        self.lead_id._mci_check_can_plan()
        self._check_step("requested")
        plans = self.sudo()
        plans._mci_unlock().write(
            {
                "state": "draft",
                "requested_date": False,
                "approver_ids": [fields.Command.clear()],
            }
        )
        plans.activity_unlink([ACTIVITY])
        return True

    def action_new_version(self):
        """A draft of the next version, with the same lines at today's prices.

        :return: the action that opens it
        """
        self.ensure_one()
        self.check_access("read")
        return self.copy()._mci_open()

    def _mci_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_burn(self):
        """Planned against reserved and charged of the deal, over the weeks."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_budget_burn_action"
        )
        action["domain"] = [("lead_id", "=", self.lead_id.id)]
        action["context"] = {}
        return action

    # --- Decision -------------------------------------------------------------

    @arguments(note=text)
    def action_approve(self, note=None):
        """Approve: the total of the plan is the presales budget of the deal (C4).

        :param str note: read by the author; needed when the team envelope is used up
        :raises AccessError: the approval rules do not name the user, or it is his own
            plan or that of a superior
        :raises UserError: decided already, or the team envelope does not suffice
        """
        self._check_can_decide()
        for plan in self.sudo():
            plan._do_approve(note)
        return True

    @arguments(note=text)
    def action_refuse(self, note):
        """Refuse, with the reason the author reads."""
        if not (note or "").strip():
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        self._check_can_decide()
        for plan in self.sudo():
            plan._mci_decide("refused", note)
        return True

    def _check_can_decide(self):
        self.check_access("read")
        for plan in self.sudo():
            if plan.state != "requested":
                raise UserError(
                    self.env._("%s is not waiting for a decision.", plan.display_name)
                )
            kind, company, amount, grade = plan._mci_get_case()
            self.env["mci.approval.rule"]._mci_check_approver(
                kind,
                company,
                requester=plan.author_id,
                amount=amount,
                grade=grade,
                lead=plan.lead_id,
                center=plan.lead_id.mci_center_id,
            )

    def _do_approve(self, note=None):
        self.ensure_one()
        lead = self.lead_id
        lead._mci_check_can_plan()
        lead._mci_bump_budget()
        former = self.search([("lead_id", "=", lead.id), ("state", "=", "approved")])
        former._mci_unlock().write({"state": "replaced"})
        former.flush_recordset()
        self._mci_decide("approved", note)
        movement = self.env["mci.budget.change"]._mci_record(
            lead,
            "plan",
            self.amount_total,
            self.note or self.display_name,
            plan_id=self.id,
            requester_id=self.author_id.id,
        )
        movement._do_approve(note)

    def _mci_decide(self, state, note=None):
        self._mci_unlock().write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "decision_date": fields.Datetime.now(),
                "decision_note": note or False,
            }
        )
        # Before another version of the deal takes its place in the index.
        self.flush_recordset()
        self.activity_unlink([ACTIVITY])

    def _check_step(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for plan in self:
            if plan.state != state:
                raise UserError(
                    self.env._(
                        "%(plan)s is %(state)s; this needs %(expected)s.",
                        plan=plan.display_name,
                        state=labels[plan.state],
                        expected=labels[state],
                    )
                )
