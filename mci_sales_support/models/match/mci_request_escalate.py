from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.retry import run_each
from .mci_escalation import LAST_LEVEL
from .mci_request_due import OPEN_STATES

ACTIVITY = "mci_sales_support.activity_type_request"


class MciRequest(models.Model):
    """A request that waits past its limit goes up, step by step (M4, M5)."""

    _name = "mci.request"
    _inherit = ["mci.request", "mail.activity.mixin"]

    escalation_level = fields.Integer(
        "Went up",
        copy=False,
        help="Steps taken because no answer, or no start, came in time.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"escalation_level"}

    @api.model
    def _cron_escalate(self):
        """Take the steps that are due, one request at a time."""
        run_each(self.search(self._mci_get_escalation_domain()), "_mci_escalate")

    @api.model
    def _mci_get_escalation_domain(self):
        now = fields.Datetime.now()
        unanswered = Domain("responded_date", "=", False) & Domain(
            "respond_due", "<=", now
        )
        not_started = (
            Domain("responded_date", "!=", False)
            & Domain("started_date", "=", False)
            & Domain("start_due", "<=", now)
        )
        return Domain("state", "in", OPEN_STATES) & (unanswered | not_started)

    def _mci_escalate(self):
        """Tell the next one above, once per step."""
        for request in self.filtered_domain(self._mci_get_escalation_domain()):
            request.sudo()._mci_take_step()

    def _mci_take_step(self):
        self.ensure_one()
        kind, due = "respond", self.respond_due
        if self.responded_date:
            kind, due = "start", self.start_due
        escalations = self.env["mci.escalation"]
        done = escalations.search(
            [("request_id", "=", self.id), ("kind", "=", kind)],
            order="level desc",
            limit=1,
        ).level
        if done >= LAST_LEVEL:
            return
        level = self.env["mci.service.level"]._mci_find(self.company_id, self.grade_id)
        step, users = escalations._mci_next_step(
            done,
            due,
            level.respond_hours or 8.0,
            self.center_id,
            self.company_id,
            self._mci_get_deciders(),
        )
        if users:
            self._do_escalate(kind, step, users)

    def _mci_get_deciders(self):
        lead = self.lead_id
        if lead.mci_tier == "delivery_center" and lead.mci_delivery_lead_id:
            return lead.mci_delivery_lead_id
        return self.center_id.lead_id

    def _do_escalate(self, kind, step, users):
        self.env["mci.escalation"]._mci_unlock().create(
            {
                "kind": kind,
                "level": step,
                "request_id": self.id,
                "lead_id": self.lead_id.id,
                "lead_name": self.lead_name,
                "grade_id": self.grade_id.id,
                "team_id": self.team_id.id,
                "center_id": self.center_id.id,
                "user_ids": [fields.Command.set(users.ids)],
                "company_id": self.company_id.id,
            }
        )
        self._mci_unlock().escalation_level += 1
        for user in users:
            text = self.with_context(lang=user.lang)._mci_describe_delay(kind)
            self.activity_schedule(ACTIVITY, summary=text, user_id=user.id)
        self.message_post(
            body=self.env._(
                "%(text)s It went up to %(users)s.",
                text=self._mci_describe_delay(kind),
                users=", ".join(users.mapped("name")),
            )
        )

    def _mci_describe_delay(self, kind):
        names = {"request": self.name, "deal": self.lead_name}
        if kind == "respond":
            return self.env._(
                "%(request)s for %(deal)s was not answered in time.", **names
            )
        return self.env._("%(request)s for %(deal)s was not begun in time.", **names)

    def _mci_close(self, outcome, reason=None):
        # EXTENDS: nobody has to answer any more
        result = super()._mci_close(outcome, reason)
        self.sudo().activity_unlink([ACTIVITY])
        return result


class MciBooking(models.Model):
    """An answer ends what the wait for it has set off."""

    _inherit = "mci.booking"

    def _mci_close_activities(self):
        result = super()._mci_close_activities()
        self.request_id.filtered("responded_date").activity_unlink([ACTIVITY])
        return result
