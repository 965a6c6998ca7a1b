from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, text

NO_SHOW = [
    ("customer", "The customer"),
    ("deal", "The deal's side"),
    ("person", "The person booked"),
]


class MciBooking(models.Model):
    """The hour came and somebody did not (M8).

    Nobody worked, so there is no timesheet. Where the customer or the deal's side
    stayed away, the deal pays a share of the agreed price, as for cancelling late;
    where the person did, it costs the deal nothing.
    """

    _inherit = "mci.booking"

    no_show = fields.Selection(
        NO_SHOW,
        "Who did not come",
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="The customer or the deal's side: the deal pays the company's share of the"
        " agreed price. The person booked: it pays nothing (M8).",
    )
    no_show_by_id = fields.Many2one("res.users", "No-show reported by", copy=False)
    can_no_show = fields.Boolean(compute="_compute_can_no_show")

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"no_show", "no_show_by_id"}

    @api.depends_context("uid")
    @api.depends("state", "report_kind", "date_start", "can_report", "can_decide")
    def _compute_can_no_show(self):
        for booking in self:
            booking.can_no_show = (
                booking.is_started
                and booking._mci_is_unanswered()
                and booking.sudo()._mci_may_report_no_show(self.env.user)
            )

    def _mci_is_unanswered(self):
        """Confirmed, or reported by nobody but the cut-off."""
        self.ensure_one()
        return self.state == "confirmed" or (
            self.state == "done" and self.report_kind == "cutoff"
        )

    def _mci_may_report_no_show(self, user):
        self.ensure_one()
        return self._mci_is_reporter(user) or self._mci_is_deal_side(user)

    @arguments(who=text, note=text)
    def action_no_show(self, who, note):
        """Say that somebody did not come: nobody worked, the booking is cancelled.

        What the cut-off reported as done is taken back, while its charges are open.

        :param str who: ``customer``, ``deal`` or ``person``, see ``no_show``
        :param str note: what happened, read by both sides
        :raise AccessError: neither person, unit, delivery lead nor deal's side
        :raise UserError: not begun, not confirmed, reported by a person, or on a
            statement already
        """
        self.check_access("read")
        note = self._mci_need_reason(note)
        if who not in dict(NO_SHOW):
            raise UserError(
                self.env._("Say who did not come: customer, deal or person.")
            )
        for booking in self:
            booking._mci_check_no_show()
        self._mci_act()._do_no_show(who, note)
        return True

    def _mci_check_no_show(self):
        self.ensure_one()
        booking = self.sudo()
        if not self.env.su and not booking._mci_may_report_no_show(self.env.user):
            raise AccessError(booking._mci_get_right_message("report"))
        if not booking.is_started:
            raise UserError(
                self.env._("%s has not begun: cancel it instead.", booking.display_name)
            )
        if not booking._mci_is_unanswered():
            booking._mci_check_state(("confirmed",))

    def _do_no_show(self, who, note):
        self.filtered(lambda booking: booking.state == "done")._mci_take_back_work()
        self.write(
            {
                "state": "cancelled",
                "no_show": who,
                "no_show_by_id": self.env.uid,
                "cancel_reason": note,
                "cancelled_by_id": self.env.uid,
                "report_kind": False,
                "hours_done": 0.0,
                "done_date": False,
                "has_conflict": False,
            }
        )
        self.day_ids.write({"hours_done": 0.0})
        self._mci_stop_timers()
        self._mci_close_activities()
        if who != "person":
            self.filtered("lead_id")._mci_charge_no_show()
        self._mci_tell_no_show(note)

    def _mci_tell_no_show(self, note):
        """Both sides read it: person, unit, who asked and the accountable owner."""
        whom = dict(self._fields["no_show"]._description_selection(self.env))
        for booking in self:
            center = booking.center_id
            users = (
                booking.resource_user_id
                | booking.requester_id
                | booking.lead_id.mci_owner_id
                | center.lead_id
                | center.deputy_id
            ) - self.env.user
            booking.message_post(
                body=self.env._(
                    "No-show: %(who)s. %(note)s", who=whom[booking.no_show], note=note
                ),
                partner_ids=users.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    @arguments(reason=text)
    def action_undo_no_show(self, reason):
        """A no-show was a mistake: the booking is confirmed again, to be reported.

        :param str reason: read by both sides
        :raise AccessError: neither who reported it nor head of the unit or approver
        :raise UserError: no no-show, or its charge is on a statement that was sent
        """
        self.check_access("read")
        reason = self._mci_need_reason(reason)
        for booking in self.sudo():
            if not self.env.su and not booking._mci_may_undo_no_show(self.env.user):
                raise AccessError(
                    self.env._(
                        "%s: who reported the no-show, or who leads the unit, takes it"
                        " back.",
                        booking.display_name,
                    )
                )
            if not booking.no_show:
                raise UserError(self.env._("%s was no no-show.", booking.display_name))
        self._mci_act()._do_undo_no_show(reason)
        return True

    def _mci_may_undo_no_show(self, user):
        self.ensure_one()
        return (
            self.no_show_by_id == user
            or self.center_id._mci_is_lead(user)
            or self._mci_is_decider(user)
        )

    def _do_undo_no_show(self, reason):
        self._mci_take_back_no_show()
        self.write(
            {
                "state": "confirmed",
                "no_show": False,
                "no_show_by_id": False,
                "cancel_reason": False,
                "cancelled_by_id": False,
            }
        )
        for booking in self:
            booking.message_post(
                body=self.env._("The no-show was taken back. %s", reason),
                partner_ids=booking.resource_user_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
