from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, identifier, moment, text
from ...tools.retry import run_each
from .mci_booking import OPEN


class MciBooking(models.Model):
    """The steps of a booking. Every public method checks the right of the caller."""

    _inherit = "mci.booking"

    def _mci_expand_states(self, states, _domain):
        """The states that occur, in the order of the work, not of the alphabet."""
        order = [state for state, _label in self._fields["state"].selection]
        return sorted(states, key=order.index)

    # ------------------------------------------------------------------
    # Request
    # ------------------------------------------------------------------

    @arguments(reason=text)
    def action_request(self, reason=None):
        """Ask the approver for the person on these days; takes no capacity yet.

        Small things at the hotline confirm themselves (M3).

        :param str reason: why a rule that only warns is passed (M2, M4)
        :raise UserError: a fact is missing, the person has too few free hours (M7), a
            rule is enforced, no price is published (C2) or the budget is used up (C4)
        """
        self._mci_check_right("ask")
        self._mci_act()._do_request(reason)
        return True

    def _do_request(self, reason=None):
        self._mci_prepare_request(reason)
        self.write(self._prepare_request_vals())
        self._mci_plan_days()
        self._mci_agree_price()
        self.lead_id._mci_on_event("request")
        small = self._mci_confirm_themselves()
        (self - small)._mci_notify_approver()
        small._do_confirm()

    def _mci_prepare_request(self, reason=None):
        """Everything that is tested and frozen before a booking leaves the draft."""
        self._mci_check_state(("draft",))
        self._mci_check_facts()
        self._mci_check_consent()
        self._compute_snapshot()
        self._compute_level_id()
        self._mci_enforce_rules(reason)

    def _prepare_request_vals(self):
        return {
            "state": "requested",
            "request_date": fields.Datetime.now(),
            "refuse_reason": False,
            "cancel_reason": False,
            "is_late_cancel": False,
        }

    def _mci_agree_price(self):
        """Price and budget of the deal bookings, by the hooks that know them."""
        deals = self.filtered("lead_id")
        deals._mci_check_price()
        deals._mci_fix_price()
        deals._mci_take_budget()

    def _mci_confirm_themselves(self):
        return self.filtered(lambda booking: booking._mci_is_small())

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    @arguments(hold_until=moment)
    def action_hold(self, hold_until=None):
        """Earmark the person: takes capacity and budget until the hold is over (M8).

        :param hold_until: UTC, ``YYYY-MM-DD HH:MM:SS``; default: now plus the company's
            hours of a hold
        :raise UserError: too few free hours (M7), no budget, or held before by the same
            person and just expired
        """
        self._mci_check_right("decide")
        self._mci_act()._do_hold(hold_until)
        return True

    def _do_hold(self, hold_until=None):
        self._mci_check_state(("requested",))
        self._mci_check_facts()
        now = fields.Datetime.now()
        until = fields.Datetime.to_datetime(hold_until)
        for booking in self:
            booking._mci_check_hold_again(now)
            term = timedelta(hours=booking.company_id.mci_hold_hours)
            if until and not now < until:
                raise UserError(
                    self.env._(
                        "The hold of %s has to end in the future.", booking.display_name
                    )
                )
            booking.write(
                {
                    "state": "held",
                    "hold_until": until or now + term,
                    "hold_user_id": self.env.uid,
                }
            )
        deals = self.filtered("lead_id")
        deals._mci_check_price()
        deals._mci_take_budget()

    def _mci_check_hold_again(self, now):
        self.ensure_one()
        pause = timedelta(hours=self.company_id.mci_hold_hours)
        if (
            self.hold_until
            and self.hold_user_id == self.env.user
            and now < self.hold_until + pause
        ):
            raise UserError(
                self.env._(
                    "The hold of %s has just expired: confirm or refuse it, or let"
                    " somebody else hold it (M8).",
                    self.display_name,
                )
            )

    def action_confirm(self):
        """Book the person firmly; from here on the price is frozen.

        A draft of the approver is requested and confirmed in one step.

        :raise UserError: too few free hours (M7), no published price (C2), hard budget
            used up (C4)
        """
        self._mci_check_right("decide")
        drafts = self.filtered(lambda booking: booking.state == "draft")
        drafts._mci_check_right("ask")
        drafts._mci_act()._do_book()
        (self - drafts)._mci_act()._do_confirm()
        return True

    def _do_book(self):
        """Request and confirm at once: planned and priced once, nobody is asked."""
        if not self:
            return
        self._mci_prepare_request()
        self.write(self._prepare_request_vals() | self._prepare_confirm_vals())
        # The write took the capacity; days planned in a firm booking are priced.
        deals = self.filtered("lead_id")
        deals._mci_get_unpriced()._mci_check_price()
        deals._mci_take_budget()
        deals.lead_id._mci_on_event("request")
        self._mci_notify_confirmed()
        self._mci_inform_unit()

    def _do_confirm(self):
        if not self:
            return
        self._mci_check_state(("requested", "held"))
        self._mci_check_facts()
        self.write(self._prepare_confirm_vals())
        self._mci_agree_price()
        self._mci_close_activities()
        self._mci_notify_confirmed()
        self._mci_inform_unit()

    def _prepare_confirm_vals(self):
        return {
            "state": "confirmed",
            "hold_until": False,
            "decided_by_id": self.env.uid,
            "decided_date": fields.Datetime.now(),
            "decline_reason": False,
        }

    @arguments(resource_id=identifier, date_start=moment, date_stop=moment)
    def action_assign(self, resource_id, date_start=None, date_stop=None):
        """Send another person, or move the booking; hours and price stay as agreed.

        A dearer person costs the deal what was agreed; a later date asks its owner, see
        :meth:`action_propose` (C10).

        :param int resource_id: the person, who holds a position in the same unit
        :param date_start: new start, UTC; default unchanged
        :param date_stop: new end, UTC; default unchanged
        :raise UserError: too few free hours (M7), or later than agreed (C10)
        """
        self._mci_check_right("decide")
        self._mci_check_state(("draft", *OPEN))
        bookings = self._mci_act()
        vals = {"resource_id": resource_id, "decline_reason": False}
        if date_start:
            vals["date_start"] = fields.Datetime.to_datetime(date_start)
        if date_stop:
            vals["date_stop"] = fields.Datetime.to_datetime(date_stop)
            bookings._mci_check_move(vals["date_stop"])
        bookings.write(vals)
        bookings._mci_check_seats()
        planned = bookings.filtered(lambda booking: booking.state != "draft")
        planned._mci_plan_days()
        (planned - planned._mci_consumes()).filtered("lead_id")._mci_fix_price()
        return True

    @arguments(reason=text)
    def action_refuse(self, reason):
        """Say no; the request stays in the queue and the reason with it (M9).

        :param str reason: read by the deal's side
        """
        self._mci_check_right("decide")
        self._mci_check_state(("requested", "held"))
        self._mci_act()._do_refuse(self._mci_need_reason(reason))
        return True

    def _do_refuse(self, reason):
        self.write(
            {
                "state": "refused",
                "refuse_reason": reason,
                "hold_until": False,
                "decided_by_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
            }
        )
        self._mci_close_activities()

    @arguments(reason=text)
    def action_decline(self, reason):
        """The person booked cannot come.

        Before the confirmation this refuses the booking; a confirmed one stays until
        the approver, who commands, sends somebody else (M3).

        :param str reason: read by approver and deal's side
        """
        self._mci_check_right("decline")
        self._mci_check_state(OPEN)
        reason = self._mci_need_reason(reason)
        bookings = self._mci_act()
        bookings.write({"decline_reason": reason})
        firm = bookings.filtered(lambda booking: booking.state == "confirmed")
        (bookings - firm)._do_refuse(reason)
        firm._mci_notify_approver()
        return True

    @arguments(reason=text)
    def action_cancel(self, reason=None):
        """Give the hours back; the deal's side pays for doing so late (M8).

        :param str reason: needed once the booking is confirmed
        """
        self._mci_check_right("answer")
        self._mci_check_state(("draft", *OPEN))
        if any(booking.state == "confirmed" for booking in self.sudo()):
            reason = self._mci_need_reason(reason)
        self._mci_act()._do_cancel(reason)
        return True

    def _do_cancel(self, reason=None):
        now = fields.Datetime.now()
        late = self.filtered(
            lambda booking: booking.state == "confirmed"
            and now
            > booking.date_start
            - timedelta(hours=booking.company_id.mci_late_cancel_hours)
        )
        vals = {
            "state": "cancelled",
            "cancel_reason": reason or False,
            "cancelled_by_id": self.env.uid,
            "hold_until": False,
        }
        late.write(dict(vals, is_late_cancel=True))
        (self - late).write(vals)
        self._mci_close_activities()
        # A unit that takes its people away is not paid for it.
        late.filtered(
            lambda booking: booking.lead_id and booking._mci_is_deal_side()
        )._mci_charge_cancel()

    def action_reset_draft(self):
        """Open a refused or cancelled booking again, without its former decision."""
        self._mci_check_right("ask")
        self._mci_check_state(("refused", "cancelled"))
        bookings = self._mci_act()
        bookings._mci_check_not_late()
        bookings.day_ids.unlink()
        bookings.write(
            {
                "state": "draft",
                "hold_until": False,
                "decided_by_id": False,
                "decided_date": False,
                "decline_reason": False,
                "has_conflict": False,
                "exception_reason": False,
                "exception_requester_id": False,
                "exception_approver_id": False,
                "exception_date": False,
                "exception_note": False,
            }
        )
        return True

    def _mci_check_not_late(self):
        for booking in self.filtered("is_late_cancel"):
            raise UserError(
                self.env._(
                    "%s was cancelled late and stays as it is: book anew (M8).",
                    booking.display_name,
                )
            )

    # ------------------------------------------------------------------
    # Holds that end, mail
    # ------------------------------------------------------------------

    def _cron_expire_holds(self):
        """End the holds that are over, one by one: it can be run again at any time."""
        run_each(self.search(self._mci_get_expired_domain()), "_do_expire_hold")

    def _mci_get_expired_domain(self):
        return [("state", "=", "held"), ("hold_until", "<=", fields.Datetime.now())]

    def _do_expire_hold(self):
        """The hold is over: the booking waits again, the end of the hold stays."""
        over = self.filtered_domain(self._mci_get_expired_domain())._mci_act()
        over.write({"state": "requested"})
        over._mci_notify_approver()

    def _mci_notify_approver(self):
        by_user = defaultdict(self.browse)
        for booking in self.filtered("approver_id"):
            by_user[booking.approver_id] |= booking
        for user, bookings in by_user.items():
            bookings.activity_schedule(
                "mci_sales_support.activity_type_booking",
                summary=self.with_context(lang=user.lang).env._("Decide on a booking"),
                user_id=user.id,
            )

    def _mci_close_activities(self):
        self.activity_unlink(["mci_sales_support.activity_type_booking"])

    def _mci_notify_confirmed(self):
        for booking in self:
            partners = (booking.resource_user_id | booking.requester_id).partner_id
            booking.message_subscribe(partner_ids=partners.ids)

    def _mci_notify_conflict(self):
        for booking in self.filtered("approver_id"):
            booking.activity_schedule(
                "mci_sales_support.activity_type_booking",
                summary=self.with_context(lang=booking.approver_id.lang).env._(
                    "The plan no longer fits the working time"
                ),
                user_id=booking.approver_id.id,
            )
