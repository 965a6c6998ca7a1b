from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, text

_lt = LazyTranslate(__name__)


class MciPreemption(models.Model):
    """People of a lower grade give way to a waiting request (M5).

    Only bookings that have not begun, only strictly lower grades, by an approver and
    with a reason. The displaced deal is re-offered first. Counted and published.
    """

    _name = "mci.preemption"
    _inherit = ["mci.lock.mixin"]
    _description = "Pre-emption"
    _order = "create_date desc, id desc"
    _rec_name = "lead_name"

    request_id = fields.Many2one(
        "mci.request",
        string="Request that gains",
        required=True,
        index=True,
        ondelete="restrict",
    )
    booking_id = fields.Many2one(
        "mci.booking",
        string="Booking that gives way",
        required=True,
        index=True,
        ondelete="restrict",
    )
    lead_name = fields.Char("Deal that gains")
    grade_id = fields.Many2one("mci.grade")
    displaced_name = fields.Char("Deal that gives way")
    displaced_grade_id = fields.Many2one("mci.grade", string="Its grade")
    team_id = fields.Many2one("crm.team", string="Sales team")
    center_id = fields.Many2one("mci.delivery.center", string="Unit")
    resource_id = fields.Many2one("resource.resource", string="Person")
    hours = fields.Float()
    company_id = fields.Many2one("res.company", required=True, index=True)
    reason = fields.Char(required=True, help="Published with the pre-emption.")
    requester_id = fields.Many2one("res.users", required=True, string="Asked by")
    state = fields.Selection(
        [("asked", "Asked"), ("approved", "Approved"), ("refused", "Refused")],
        required=True,
        default="asked",
        index=True,
    )
    approver_id = fields.Many2one("res.users", string="Decided by")
    decided_date = fields.Datetime("Decided on")
    note = fields.Char("What was considered")
    new_booking_id = fields.Many2one("mci.booking", string="New booking")
    reoffer_id = fields.Many2one("mci.request", string="Re-offered request")

    _open_uniq = models.UniqueIndex(
        "(request_id, booking_id) WHERE state = 'asked'",
        "This pre-emption is asked for already.",
    )

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.model
    def _prepare_vals(self, request, booking, reason):
        return {
            "request_id": request.id,
            "booking_id": booking.id,
            "lead_name": request.lead_name,
            "grade_id": request.lead_id.mci_grade_id.id,
            "displaced_name": booking.lead_name,
            "displaced_grade_id": booking._mci_get_best_grade().id,
            "team_id": request.team_id.id,
            "center_id": booking.center_id.id,
            "resource_id": booking.resource_id.id,
            "hours": booking.hours,
            "company_id": request.company_id.id,
            "reason": reason,
            "requester_id": self.env.uid,
        }

    @arguments(note=text)
    def action_approve(self, note=None):
        """The people go to the better deal; the other one is re-offered first (M5).

        In one transaction: the booking is cancelled free of charge, its request goes to
        the head of the queue, everybody concerned is told, and the hours are held for
        the request that gains.

        :param str note: what was considered
        :raise AccessError: the approval rules name somebody else, or he asked himself
        :raise UserError: the work has begun or is done, the grade is not lower, or the
            hours cannot be booked for the request (M2, M4, M7, C4)
        """
        self.check_access("read")
        for preemption in self.sudo():
            preemption._mci_check_asked()
            preemption._mci_check_approver()
            preemption._mci_unlock()._do_approve(note)
        return True

    @arguments(note=text)
    def action_refuse(self, note):
        """The booking stays with its deal.

        :param str note: why
        :raise AccessError: for whoever may not approve it
        """
        self.check_access("read")
        note = self.env["mci.booking"]._mci_need_reason(note)
        for preemption in self.sudo():
            preemption._mci_check_asked()
            preemption._mci_check_approver()
        self.sudo()._mci_unlock()._mci_decide("refused", note)
        return True

    def _mci_check_asked(self):
        if self.state != "asked":
            raise UserError(
                self.env._(
                    "The pre-emption for %s was decided already.", self.lead_name
                )
            )

    def _mci_check_approver(self):
        self.env["mci.approval.rule"].sudo(False)._mci_check_approver(
            "preempt",
            self.company_id,
            requester=self.requester_id,
            grade=self.grade_id,
            lead=self.request_id.lead_id,
            center=self.center_id,
        )

    def _mci_ask_approvers(self):
        """Who may decide hears of it; neither who asked nor nobody."""
        self.ensure_one()
        rules = self.env["mci.approval.rule"].sudo()
        rule = rules._mci_find("preempt", self.company_id, grade=self.grade_id)
        users = rules._mci_get_approvers(
            rule, lead=self.request_id.lead_id, center=self.center_id
        ) or rules._mci_get_sales_managers(self.company_id)
        self.env["mail.thread"].message_notify(
            partner_ids=(users - self.requester_id)[:5].partner_id.ids,
            model=self._name,
            res_id=self.id,
            subject=self.env._("Pre-emption for %s", self.lead_name),
            body=self.env._(
                "%(user)s asks that %(loser)s gives %(person)s, %(hours)s hours, to"
                " %(winner)s: %(why)s",
                user=self.requester_id.name,
                loser=self.displaced_name,
                person=self.resource_id.name,
                hours=f"{self.hours:g}",
                winner=self.lead_name,
                why=self.reason,
            ),
        )

    def _mci_decide(self, state, note):
        self.write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
                "note": note or False,
            }
        )

    def _do_approve(self, note):
        """Write the shared rows first: a Done at the same time starts again."""
        self.ensure_one()
        request, booking = self.request_id, self.booking_id
        booking.resource_id._mci_bump()
        request._mci_bump()
        request._mci_check_can_preempt(booking)
        self._mci_decide("approved", note)
        reason = self.env._(
            "Pre-empted by %(deal)s, grade %(grade)s: %(why)s",
            deal=request.lead_name,
            grade=request.lead_id.mci_grade_id.name,
            why=self.reason,
        )
        booking._mci_displace(reason)
        self.write(
            {
                "reoffer_id": request._mci_reoffer(booking, reason).id,
                "new_booking_id": request._mci_take_over(booking, self).id,
            }
        )
        self._mci_count()

    def _mci_count(self):
        self.env["mci.rule.level"]._mci_enforce(
            "M5",
            _lt(
                "%(person)s, %(hours)s hours, went from %(loser)s to %(winner)s by"
                " pre-emption (M5).",
                person=self.resource_id.name,
                hours=f"{self.hours:g}",
                loser=self.displaced_name,
                winner=self.lead_name,
            ),
            self.company_id,
            lead=self.request_id.lead_id,
            record=self,
            reason=self.reason,
            approved=True,
        )
