from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, identifier, number, text
from .mci_request_due import OPEN_STATES

TAKEN = ("held", "confirmed")


class MciRequest(models.Model):
    """A waiting request asks, and takes over the hours of who gave way (M5)."""

    _inherit = "mci.request"

    preemption_ids = fields.One2many(
        "mci.preemption", "request_id", string="Pre-emptions"
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"preemption_ids"}

    def action_choose_preempted(self):
        """Button: choose whose booking shall give way.

        The form is made before it opens: its lines can be pressed only when stored.
        """
        self.ensure_one()
        ask = self.env["mci.preemption.ask"].create({"request_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pre-empt a booking"),
            "res_model": ask._name,
            "res_id": ask.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @arguments(booking_id=identifier, reason=text)
    def action_ask_preemption(self, booking_id, reason):
        """Ask that a booking of a lower grade gives way to this request (M5).

        :param int booking_id: held or confirmed, not begun
        :param str reason: published with the pre-emption
        :return: id of the ``mci.preemption`` that somebody else approves
        :raise AccessError: for who neither decides about the deal nor on the request
        :raise UserError: the grade is not lower, or the work has begun
        """
        self.ensure_one()
        self.check_access("read")
        if not self._mci_is_deal_side():
            self._mci_check_decider()
        reason = self.env["mci.booking"]._mci_need_reason(reason)
        booking = self.env["mci.booking"].sudo().browse(booking_id).exists()
        request = self.sudo()
        request._mci_check_can_preempt(booking)
        preemptions = self.env["mci.preemption"]
        vals = preemptions._prepare_vals(request, booking, reason)
        preemption = preemptions.sudo()._mci_unlock().create(vals)
        preemption._mci_ask_approvers()
        return preemption.id

    @arguments(limit=number)
    def find_preemptible(self, limit=20):
        """Bookings of lower grades that could give way, the lowest grade first (M5).

        :param int limit: how many
        :return: list of dicts ``booking_id``, ``person``, ``unit``, ``grade``,
            ``date_start`` and ``date_stop`` in UTC, ``hours``, ``state``
        :raise AccessError: for who neither decides about the deal nor on the request
        """
        self.ensure_one()
        self.check_access("read")
        if not self._mci_is_deal_side():
            self._mci_check_decider()
        request = self.sudo()
        bookings = (
            self.env["mci.booking"]
            .sudo()
            .search(request._mci_get_preemptible_domain(), order="date_start, id")
        )
        bookings = bookings.filtered(request._mci_is_lower).sorted(
            lambda booking: -booking._mci_get_best_grade().sequence
        )
        return [
            {
                "booking_id": booking.id,
                "person": booking.resource_id.name,
                "unit": booking.center_id.name,
                "grade": booking._mci_get_best_grade().code,
                "date_start": fields.Datetime.to_string(booking.date_start),
                "date_stop": fields.Datetime.to_string(booking.date_stop),
                "hours": booking.hours,
                "state": booking.state,
            }
            for booking in bookings[: int(limit)]
        ]

    def _mci_get_preemptible_domain(self):
        functions = self.line_ids.filtered(lambda ln: ln.open_hours > 0).function_id
        domain = [
            ("kind", "=", "deal"),
            ("lead_id", "!=", self.lead_id.id),
            ("state", "in", TAKEN),
            ("function_id", "in", functions.ids),
            ("company_id", "=", (self.center_id.company_id or self.company_id).id),
            ("date_start", ">", fields.Datetime.now()),
            (
                "date_stop",
                "<=",
                fields.Datetime.end_of(
                    fields.Datetime.to_datetime(self.date_needed), "day"
                ),
            ),
        ]
        if self.date_from:
            domain.append(("date_start", ">=", self.date_from))
        return domain

    def _mci_is_lower(self, booking):
        """Whether the booking's deal has a strictly lower grade, then and now."""
        grade = self.lead_id.mci_grade_id
        other = booking._mci_get_best_grade()
        return bool(grade and other and other.sequence > grade.sequence)

    def _mci_check_can_preempt(self, booking):
        self.ensure_one()
        if self.state not in OPEN_STATES or not self._mci_get_line_for(booking):
            raise UserError(
                self.env._(
                    "%(request)s waits for no %(function)s: nothing is pre-empted.",
                    request=self.display_name,
                    function=booking.function_id.name or "",
                )
            )
        booking._mci_check_can_give_way()
        if not self._mci_is_lower(booking):
            raise UserError(
                self.env._(
                    "%(booking)s is of grade %(other)s and does not give way to grade"
                    " %(grade)s: only strictly lower grades do (M5).",
                    booking=booking.name,
                    other=booking._mci_get_best_grade().name or "–",
                    grade=self.lead_id.mci_grade_id.name or "–",
                )
            )
        booking._mci_check_not_later(self.date_needed)

    def _mci_get_line_for(self, booking):
        return self.line_ids.filtered(
            lambda line: line.function_id == booking.function_id and line.open_hours > 0
        )[:1]

    def _mci_take_over(self, booking, preemption):
        """Hold the displaced person's hours for this request."""
        line = self._mci_get_line_for(booking)
        new = booking._mci_unlock().create(
            {
                **line._prepare_booking_vals(booking.center_id),
                "resource_id": booking.resource_id.id,
                "date_start": booking.date_start,
                "date_stop": booking.date_stop,
                "hours": min(line.open_hours, booking.hours),
                "requester_id": preemption.requester_id.id,
            }
        )
        new._do_request(preemption.reason)
        if new.state == "requested":
            new._do_hold()
        return new


class MciBooking(models.Model):
    """What may give way, and how it does (M5)."""

    _inherit = "mci.booking"

    def _mci_get_best_grade(self):
        """The better of the grade it was booked with and the deal's of today."""
        self.ensure_one()
        return (self.grade_id | self.lead_id.mci_grade_id).sorted("sequence")[:1]

    def _mci_check_can_give_way(self):
        """Never running work, never done work, never what takes no capacity (M5)."""
        self.ensure_one()
        begun = self.date_start <= fields.Datetime.now() or self.hours_done
        if self.state not in TAKEN or begun or self.kind != "deal":
            raise UserError(
                self.env._(
                    "%s does not give way: only held or confirmed bookings of deals"
                    " that have not begun do (M5).",
                    self.name,
                )
            )

    def _mci_displace(self, reason):
        """Cancel free of charge, and tell person, deal and unit why."""
        for booking in self:
            people = (
                booking.resource_user_id
                | booking.requester_id
                | booking.lead_id.mci_owner_id
                | booking.center_id.lead_id
            )
            booking._mci_act().write(
                {
                    "state": "cancelled",
                    "cancel_reason": reason,
                    "cancelled_by_id": self.env.uid,
                    "hold_until": False,
                }
            )
            booking._mci_close_activities()
            booking.message_notify(
                partner_ids=people.partner_id.ids,
                subject=self.env._("%s was pre-empted", booking.name),
                body=self.env._(
                    "%(reason)s. %(deal)s is re-offered first.",
                    reason=reason,
                    deal=booking.lead_name,
                ),
            )
