from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.arguments import arguments, identifier, moment, number, text


class MciBooking(models.Model):
    """The deal consents to what it pays (C10).

    Its consent is the request. Who plans may send somebody else at the price agreed;
    for more hours, a dearer level or a later date he proposes, and the deal's side
    answers.
    """

    _inherit = "mci.booking"

    proposed_hours = fields.Float(copy=False)
    proposed_date_start = fields.Datetime("Proposed start", copy=False)
    proposed_date_stop = fields.Datetime("Proposed end", copy=False)
    proposed_resource_id = fields.Many2one(
        "resource.resource", string="Proposed person", copy=False
    )
    proposed_level_id = fields.Many2one(
        "mci.level",
        string="Proposed level",
        copy=False,
        help="Level of the proposed person: with the consent it sets the price.",
    )
    proposal_reason = fields.Char(copy=False, tracking=True)
    proposal_user_id = fields.Many2one("res.users", string="Proposed by", copy=False)

    _mci_proposal_fields = (
        "proposed_hours",
        "proposed_date_start",
        "proposed_date_stop",
        "proposed_resource_id",
        "proposed_level_id",
        "proposal_reason",
        "proposal_user_id",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields().union(self._mci_proposal_fields)

    # ------------------------------------------------------------------
    # What the request covers
    # ------------------------------------------------------------------

    def _mci_check_consent(self):
        """Whoever plans for a deal that is not his stays within its request.

        :raise UserError: more hours, or later than the request says
        """
        for booking in self.filtered("lead_id"):
            line = booking.request_line_id
            if not line or booking._mci_is_deal_side():
                continue
            if round(booking.hours - line.open_hours, 2) > 0:
                raise UserError(
                    self.env._(
                        "%(booking)s: %(request)s leaves %(open)s hours open. For more"
                        " the owner of the deal has to ask (C10).",
                        booking=booking.display_name,
                        request=line.request_id.name,
                        open=f"{line.open_hours:g}",
                    )
                )
            booking._mci_check_not_later(line.request_id.date_needed)

    def _mci_check_not_later(self, date_needed):
        self.ensure_one()
        if self._mci_get_window()[1] > date_needed:
            raise UserError(
                self.env._(
                    "%(booking)s ends after %(date)s, when the deal needs it. Propose"
                    " the later date to the owner of the deal (C10).",
                    booking=self.display_name,
                    date=format_date(self.env, date_needed),
                )
            )

    def _mci_check_move(self, date_stop):
        """Moving a booking to a later date asks the deal's side."""
        for booking in self.filtered(lambda b: b.lead_id and b.state != "draft"):
            if date_stop > booking.date_stop and not booking._mci_is_deal_side():
                raise UserError(
                    self.env._(
                        "%s would end later than agreed: propose the date to the owner"
                        " of the deal (C10).",
                        booking.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Proposal and answer
    # ------------------------------------------------------------------

    @arguments(
        reason=text,
        hours=number,
        date_start=moment,
        date_stop=moment,
        resource_id=identifier,
    )
    def action_propose(
        self, reason, hours=None, date_start=None, date_stop=None, resource_id=None
    ):
        """Propose more hours, other dates or a dearer person to the deal's side (C10).

        Nothing changes until it consents.

        :param str reason: read by the deal's side
        :param float hours: total hours, default unchanged
        :param date_start: UTC, ``YYYY-MM-DD HH:MM:SS``, default unchanged
        :param date_stop: UTC, default unchanged
        :param int resource_id: person at the price of his own level, default unchanged
        :raise AccessError: for whoever does not decide on the booking (M3)
        """
        self._mci_check_right("decide")
        self._mci_check_state(("requested", "held", "confirmed"))
        reason = self._mci_need_reason(reason)
        person = self.env["resource.resource"].browse(resource_id)
        vals = {
            "proposed_hours": hours or 0.0,
            "proposed_date_start": fields.Datetime.to_datetime(date_start),
            "proposed_date_stop": fields.Datetime.to_datetime(date_stop),
            "proposed_resource_id": person.id,
            "proposed_level_id": person.sudo().mci_level_id.id,
            "proposal_reason": reason,
            "proposal_user_id": self.env.uid,
        }
        if not (hours or date_start or date_stop or resource_id):
            raise UserError(self.env._("Propose hours, dates or a person."))
        bookings = self._mci_act()
        bookings.write(vals)
        bookings._mci_ask_consent()
        return True

    def _mci_ask_consent(self):
        for booking in self:
            owner = booking.lead_id.mci_owner_id or booking.requester_id
            if owner:
                booking.activity_schedule(
                    "mci_sales_support.activity_type_booking",
                    summary=self.with_context(lang=owner.lang).env._(
                        "Consent to a change of the booking"
                    ),
                    user_id=owner.id,
                )

    def action_consent(self):
        """The deal's side takes the proposal; price and budget follow it.

        :raise AccessError: for whoever may not commit the deal
        :raise UserError: too few free hours (M7), no price (C2), no budget (C4)
        """
        self._mci_check_right("commit")
        self._mci_check_proposal()
        for booking in self._mci_act():
            booking._do_consent()
        return True

    def _do_consent(self):
        self.ensure_one()
        vals = {
            "hours": self.proposed_hours or self.hours,
            "date_start": self.proposed_date_start or self.date_start,
            "date_stop": self.proposed_date_stop or self.date_stop,
            "resource_id": (self.proposed_resource_id or self.resource_id).id,
        }
        if self.proposed_level_id:
            vals["level_id"] = self.proposed_level_id.id
        self.write({**vals, **dict.fromkeys(self._mci_proposal_fields, False)})
        self._mci_check_seats()
        self._mci_plan_days()
        self._mci_agree_price()
        self._mci_close_activities()

    @arguments(reason=text)
    def action_dissent(self, reason=None):
        """The deal's side does not take the proposal: what was agreed stays.

        :param str reason: read by who proposed
        """
        self._mci_check_right("commit")
        self._mci_check_proposal()
        for booking in self._mci_act():
            booking.message_post(
                body=self.env._("The proposal was not taken. %s", reason or ""),
                partner_ids=booking.proposal_user_id.partner_id.ids,
            )
            booking.write(dict.fromkeys(self._mci_proposal_fields, False))
            booking._mci_close_activities()
        return True

    def _mci_check_proposal(self):
        for booking in self.sudo():
            if not booking.proposal_user_id:
                raise UserError(
                    self.env._("Nothing is proposed for %s.", booking.display_name)
                )
