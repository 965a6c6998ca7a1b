from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MciBooking(models.Model):
    """Single command and its other side (M3).

    On A and B the delivery lead books people of any unit. Their head is informed and
    may object within a working day: the booking stands, the objection goes up.
    """

    _inherit = "mci.booking"

    objection_reason = fields.Char(copy=False, tracking=True)
    objection_user_id = fields.Many2one("res.users", string="Objection by", copy=False)
    objection_date = fields.Datetime("Objected on", copy=False)
    object_until = fields.Datetime(
        "Objection until",
        compute="_compute_object_until",
        help="One working day after the decision of somebody outside the unit (M3).",
    )
    can_object = fields.Boolean(compute="_compute_object_until")

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "objection_reason",
            "objection_user_id",
            "objection_date",
        }

    @api.depends_context("uid")
    @api.depends("decided_date", "decided_by_id", "center_id", "state")
    def _compute_object_until(self):
        now = fields.Datetime.now()
        for booking, booking_sudo in zip(self, self.sudo(), strict=True):
            booking.object_until = booking_sudo._mci_get_object_until()
            booking.can_object = (
                bool(booking.object_until)
                and booking.state == "confirmed"
                and not booking.objection_date
                and now <= booking.object_until
                and booking_sudo.center_id._mci_is_lead(self.env.user)
            )

    def _mci_get_object_until(self):
        """End of the time to object; False where the unit itself decided."""
        self.ensure_one()
        if not self._mci_is_foreign_decision():
            return False
        calendar = self.company_id.resource_calendar_id
        start = pytz.utc.localize(self.decided_date)
        end = calendar and calendar.plan_hours(
            calendar.hours_per_day or 8, start, compute_leaves=True
        )
        if not end:
            return self.decided_date + timedelta(days=1)
        return end.astimezone(pytz.utc).replace(tzinfo=None)

    def _mci_is_foreign_decision(self):
        self.ensure_one()
        return bool(
            self.decided_date
            and self.lead_id
            and self.state in ("confirmed", "done")
            and not self.center_id._mci_is_lead(self.decided_by_id)
        )

    def _mci_inform_unit(self):
        """Tell the heads whose people were booked by somebody else (M3)."""
        foreign = self.filtered(lambda booking: booking._mci_is_foreign_decision())
        for center, bookings in foreign.grouped("center_id").items():
            heads = center.lead_id or center.deputy_id
            for booking in bookings if heads else ():
                booking.message_notify(
                    partner_ids=heads.partner_id.ids,
                    subject=self.env._("Booked by %s", self.env.user.name),
                    body=self.env._(
                        "%(booking)s was confirmed by %(user)s, who commands the deal."
                        " You may object within a working day; the booking stands.",
                        booking=booking.display_name,
                        user=self.env.user.name,
                    ),
                )

    def action_object(self, reason):
        """Object to a booking of one's people by the delivery lead (M3).

        The booking stands; the objection is kept and goes up to the Sales Support
        Administrators, else to the sales managers.

        :param str reason: read by who decides above both
        :raise AccessError: for whoever is not head or deputy of the unit
        :raise UserError: the unit decided itself, objected already, or too late
        """
        self.check_access("read")
        reason = self._mci_need_reason(reason)
        for booking in self.sudo():
            booking._mci_check_can_object()
        bookings = self._mci_act()
        bookings.write(
            {
                "objection_reason": reason,
                "objection_user_id": self.env.uid,
                "objection_date": fields.Datetime.now(),
            }
        )
        bookings._mci_raise_objection()
        return True

    def _mci_check_can_object(self):
        self.ensure_one()
        if not self.center_id._mci_is_lead(self.env.user):
            raise AccessError(
                self.env._(
                    "%(booking)s: only head or deputy of %(unit)s object (M3).",
                    booking=self.display_name,
                    unit=self.center_id.display_name,
                )
            )
        until = self._mci_get_object_until()
        if (
            not until
            or self.state != "confirmed"
            or self.objection_date
            or fields.Datetime.now() > until
        ):
            raise UserError(
                self.env._(
                    "%s: there is nothing to object to, or the working day for it is"
                    " over (M3).",
                    self.display_name,
                )
            )

    def _mci_raise_objection(self):
        for booking in self:
            for user in booking._mci_get_arbiters():
                booking.activity_schedule(
                    "mci_sales_support.activity_type_booking",
                    summary=self.with_context(lang=user.lang).env._(
                        "Objection to a booking"
                    ),
                    note=booking.objection_reason,
                    user_id=user.id,
                )

    def _mci_get_arbiters(self):
        """Administrators of the company, else its sales managers; three at most."""
        self.ensure_one()
        administrators = self.env.ref("mci_sales_support.group_manager").all_user_ids
        administrators = administrators.filtered(
            lambda user: user.active
            and not user._is_superuser()
            and self.company_id in user.company_ids
        )
        rules = self.env["mci.approval.rule"]
        return (administrators or rules._mci_get_sales_managers(self.company_id))[:3]
