from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...tools.shared_row import write_shared

# More is a typing error: a year of one person, and how far ahead anybody plans.
MOST_HOURS = 2000
MOST_YEARS = 2


class MciRequest(models.Model):
    """What no request may say, and what happens when its deal ends first (M9)."""

    _inherit = "mci.request"

    plan_seq = fields.Integer(
        "Planning Sequence",
        copy=False,
        export_string_translation=False,
        help="Technical: written by whoever plans, so that two at once collide.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"plan_seq"}

    @api.constrains("date_from", "date_needed")
    def _check_days(self):
        """The days are in order, and near enough to be meant.

        :raise ValidationError: names the request or its deal
        """
        last = fields.Date.context_today(self) + relativedelta(years=MOST_YEARS)
        for request in self:
            name = request.lead_id.display_name
            if request.date_from and request.date_from > request.date_needed:
                raise ValidationError(
                    self.env._(
                        "%(deal)s: the earliest date %(first)s is after %(last)s, when"
                        " the work is needed.",
                        deal=name,
                        first=format_date(self.env, request.date_from),
                        last=format_date(self.env, request.date_needed),
                    )
                )
            if request.date_needed > last:
                raise ValidationError(
                    self.env._(
                        "%(deal)s: %(day)s is more than %(years)s years ahead: correct"
                        " the date.",
                        deal=name,
                        day=format_date(self.env, request.date_needed),
                        years=MOST_YEARS,
                    )
                )

    def _mci_check_may_ask(self):
        self._mci_check_not_past()
        return super()._mci_check_may_ask()

    def write(self, vals):
        result = super().write(vals)
        if "date_needed" in vals and not self.env.su:
            self._mci_check_not_past()
        return result

    def _mci_check_not_past(self):
        today = fields.Date.context_today(self)
        for request in self:
            if request.date_needed < today:
                raise UserError(
                    self.env._(
                        "%(deal)s: %(day)s is over. Say until when help is useful.",
                        deal=request.lead_id.display_name,
                        day=format_date(self.env, request.date_needed),
                    )
                )

    @api.private
    def _mci_bump(self):
        """Write the row that all who plan a request share: the second starts again.

        Under REPEATABLE READ a check alone would let two planners fill one line twice.
        """
        self.flush_recordset()
        write_shared(self, "plan_seq")

    # ------------------------------------------------------------------
    # The deal ends first
    # ------------------------------------------------------------------

    def _mci_end_with_deal(self, is_won):
        """The deal was won or lost: what was open ends, what is confirmed stays.

        Whoever decides on a confirmed booking of a lost deal is told, to cancel it.
        """
        waiting = self.filtered(lambda r: r.outcome == "open" and r.state != "filled")
        reason = (
            self.env._("The deal was won.")
            if is_won
            else self.env._("The deal was lost.")
        )
        waiting._mci_close("withdrawn", reason)


class MciRequestLine(models.Model):
    _inherit = "mci.request.line"

    @api.constrains("hours")
    def _check_hours(self):
        for line in self:
            if line.hours > MOST_HOURS:
                raise ValidationError(
                    self.env._(
                        "%(deal)s asks for %(hours)s hours of one function: more than"
                        " %(most)s are a typing error.",
                        deal=line.request_id.lead_id.display_name,
                        hours=f"{line.hours:g}",
                        most=MOST_HOURS,
                    )
                )


class MciBooking(models.Model):
    _inherit = "mci.booking"

    def _mci_check_consent(self):
        # Two planners who fill one line at once meet in the request's row.
        self.request_id._mci_bump()
        return super()._mci_check_consent()

    def _mci_check_person(self):
        result = super()._mci_check_person()
        for booking in self:
            if not booking.resource_id.active:
                raise UserError(
                    self.env._(
                        "%(person)s is archived: choose another person for"
                        " %(booking)s.",
                        person=booking.resource_id.name,
                        booking=booking.display_name,
                    )
                )
            if not booking.center_id.active:
                raise UserError(
                    self.env._(
                        "%(unit)s is archived: choose another unit for %(booking)s.",
                        unit=booking.center_id.display_name,
                        booking=booking.display_name,
                    )
                )
        return result

    def _mci_ask_to_cancel(self):
        """The deal is lost: who decides may give confirmed hours back."""
        now = fields.Datetime.now()
        for booking in self:
            if (
                booking.state == "confirmed"
                and booking.date_start > now
                and booking.approver_id
            ):
                booking.activity_schedule(
                    "mci_sales_support.activity_type_booking",
                    summary=self.with_context(lang=booking.approver_id.lang).env._(
                        "The deal is lost: cancel this booking?"
                    ),
                    user_id=booking.approver_id.id,
                )


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        # EXTENDS crm: requests end with their deal, whoever closes it.
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        if not old_status_by_lead:
            return result
        for key in ("is_won", "is_lost"):
            just = self.filtered(
                lambda lead, key=key: new_status_by_lead.get(lead.id, {}).get(key)
                and not old_status_by_lead.get(lead.id, {}).get(key)
            )
            just._mci_end_requests(key == "is_won")
        return result

    def _mci_end_requests(self, is_won):
        requests = self.sudo().mci_request_ids
        requests._mci_end_with_deal(is_won)
        if not is_won:
            self.sudo().mci_booking_ids._mci_ask_to_cancel()
