from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from ...tools.arguments import arguments, identifier, number, text
from ...tools.arguments import date as day_of
from ...tools.retry import run_each
from ...tools.words import Choice, say

_lt = LazyTranslate(__name__)


class MciFavour(models.Model):
    """*Somebody asked me*: work that nobody booked, recorded in two taps (M9, M10).

    The hours are a fact. Who pays is asked: the owner of the deal, or the person who
    asked, consents and names the deal; refused or unanswered they are internal work.
    """

    _name = "mci.favour"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "mci.lock.mixin",
        "mci.words.mixin",
    ]
    _description = "Unbooked favour"
    _order = "date desc, id desc"
    _rec_name = "note"
    _mci_spoken_fields = {"answer_words": "answer_reason"}
    _mci_locked_fields = frozenset(
        {
            "resource_id",
            "seat_id",
            "date",
            "hours",
            "lead_id",
            "asked_by_id",
            "answerer_id",
            "state",
            "booking_id",
            "answer_reason",
            "answer_reason_packed",
            "answered_by_id",
        }
    )

    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        related="resource_id.user_id", string="User of the person", store=True
    )
    seat_id = fields.Many2one(
        "mci.center.seat", string="Position", required=True, ondelete="restrict"
    )
    center_id = fields.Many2one(
        related="seat_id.center_id", string="Provided by", store=True
    )
    company_id = fields.Many2one(
        related="seat_id.company_id",
        string="Provider's company",
        store=True,
        index=True,
    )
    date = fields.Date(required=True)
    hours = fields.Float(required=True)
    note = fields.Char("What was done", tracking=True)
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", index=True, ondelete="restrict"
    )
    asked_by_id = fields.Many2one("res.users", string="Who asked")
    answerer_id = fields.Many2one(
        "res.users",
        string="Consent of",
        index=True,
        help="Owner of the deal, or who asked while no deal is named (C10).",
    )
    state = fields.Selection(
        [
            ("asked", "Waits for consent"),
            ("accepted", "Charged to the deal"),
            ("refused", "Internal work"),
        ],
        required=True,
        default="asked",
        index=True,
        tracking=True,
    )
    booking_id = fields.Many2one("mci.booking", readonly=True, ondelete="set null")
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answer_reason = fields.Char("Answer", readonly=True, tracking=True)
    answer_reason_packed = fields.Json(readonly=True, export_string_translation=False)
    answer_words = fields.Char(
        "Answer in the language of the reader", compute="_compute_spoken"
    )
    can_answer = fields.Boolean(compute="_compute_can_answer")

    _hours_of_a_day = models.Constraint(
        "CHECK(hours > 0 AND hours <= 24)",
        "A favour takes more than 0 and at most 24 hours.",
    )

    @api.depends_context("uid")
    @api.depends("state", "answerer_id", "lead_id")
    def _compute_can_answer(self):
        for favour in self:
            favour.can_answer = favour.state == "asked" and favour._mci_may_answer()

    @api.depends("resource_id", "date", "hours")
    def _compute_display_name(self):
        for favour in self:
            favour.display_name = self.env._(
                "%(person)s, %(date)s, %(hours)s h",
                person=favour.sudo().resource_id.name or "",
                date=format_date(self.env, favour.date) if favour.date else "",
                hours=f"{favour.hours:g}",
            )

    # ------------------------------------------------------------------
    # Record
    # ------------------------------------------------------------------

    @api.model
    @arguments(
        hours=number, lead_id=identifier, asked_by_id=identifier, note=text, date=day_of
    )
    def record(self, hours, lead_id=None, asked_by_id=None, note=None, date=None):
        """Record one's own hours that somebody asked for without a booking.

        :param float hours: hours spent
        :param int lead_id: the deal, where it is known and may be read
        :param int asked_by_id: else the user who asked; he names the deal
        :param str note: what was done
        :param date: day worked, ``YYYY-MM-DD``; default today where the person works
        :return: dict ``favour_id``, ``answerer`` (name of who is asked)
        :raise UserError: no position on that day, a day to come, no hours, or neither
            deal nor person
        """
        bookings = self.env["mci.booking"]
        resource, seat, day = bookings._mci_get_own_seat(fields.Date.to_date(date))
        if day > resource._mci_today() or not hours or not 0 < hours <= 24:
            raise UserError(
                self.env._("Report hours above zero on a day that is not to come.")
            )
        lead = self.env["crm.lead"].browse(lead_id or [])
        lead.check_access("read")
        asked_by = self.env["res.users"].browse(asked_by_id or []).exists()
        favour = (
            self.sudo()
            ._mci_unlock()
            .create(
                {
                    "resource_id": resource.id,
                    "seat_id": seat.id,
                    "date": day,
                    "hours": hours,
                    "note": note or False,
                    "lead_id": lead.id,
                    "asked_by_id": asked_by.id,
                    "answerer_id": self._mci_get_answerer(lead, asked_by).id,
                }
            )
        )
        favour._mci_ask()
        return {"favour_id": favour.id, "answerer": favour.answerer_id.name}

    def _mci_get_answerer(self, lead, asked_by):
        lead = lead.sudo()
        answerer = lead.mci_owner_id or lead.user_id or asked_by.sudo()
        if answerer.share or not answerer.active:
            answerer = answerer.browse()
        if not answerer or (not lead and answerer == self.env.user):
            raise UserError(
                self.env._("Name the deal, or the colleague who asked you.")
            )
        return answerer

    def _mci_ask(self):
        for favour in self:
            favour.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.with_context(lang=favour.answerer_id.lang).env._(
                    "Consent to an unbooked favour"
                ),
                note=favour.note,
                user_id=favour.answerer_id.id,
            )

    # ------------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------------

    def _mci_may_answer(self):
        self.ensure_one()
        lead = self.sudo().lead_id.with_env(self.env)
        return self.sudo().answerer_id == self.env.user or bool(
            lead and not self.env.su and lead._mci_can_manage()
        )

    def _mci_check_answer(self):
        self.check_access("read")
        for favour in self:
            if not favour._mci_may_answer():
                raise AccessError(
                    self.env._(
                        "%(favour)s: %(user)s consents (C10).",
                        favour=favour.display_name,
                        user=favour.sudo().answerer_id.name,
                    )
                )
            if favour.sudo().state != "asked":
                raise UserError(
                    self.env._("%s was answered already.", favour.display_name)
                )

    @arguments(lead_id=identifier)
    def action_accept(self, lead_id=None):
        """The deal pays the hours at the published price of the day (C1, C10).

        :param int lead_id: the deal, where none is named yet; one the caller commits
        :raise AccessError: not asked, or the deal is somebody else's
        :raise UserError: no deal named, a fact of the deal misses, or no price (C2)
        """
        self._mci_check_answer()
        for favour in self:
            lead = self.env["crm.lead"].browse(lead_id or favour.sudo().lead_id.id)
            if not lead:
                raise UserError(
                    self.env._("Name the deal that %s is for.", favour.display_name)
                )
            lead._mci_check_can_manage()
            favour.sudo()._mci_unlock()._do_accept(lead.sudo())
        return True

    def _do_accept(self, lead):
        self.ensure_one()
        lead._mci_check_support_facts()
        self.write({"lead_id": lead.id})
        booking = self._mci_book({"kind": "deal", "lead_id": lead.id})
        # Who it was then, before the state leaves the draft (C3).
        booking._compute_snapshot()
        booking._compute_level_id()
        booking._mci_check_price()
        booking._mci_finish(
            {booking: {self.date: self.hours}},
            self.note or self.env._("Somebody asked"),
        )
        self._mci_answered("accepted", booking)

    @arguments(reason=text)
    def action_refuse(self, reason):
        """The deal does not pay: the hours become internal work (M10).

        :param str reason: read by the person
        """
        self._mci_check_answer()
        reason = self.env["mci.booking"]._mci_need_reason(reason)
        for favour in self.sudo()._mci_unlock():
            favour._do_refuse(reason)
        return True

    def _do_refuse(self, reason):
        self.ensure_one()
        category = self.env.ref("mci_sales_support.work_category_favour")
        booking = self._mci_book({"kind": "internal", "category_id": category.id})
        booking._mci_finish(
            {booking: {self.date: self.hours}},
            self.note or self.env._("Somebody asked"),
        )
        self._mci_answered("refused", booking, reason)

    def _mci_book(self, vals):
        start, stop = self.resource_id._mci_day_bounds(self.date)
        return (
            self.env["mci.booking"]
            .sudo()
            ._mci_unlock()
            .create(
                {
                    **vals,
                    "center_id": self.center_id.id,
                    "function_id": self.seat_id.function_id.id,
                    "resource_id": self.resource_id.id,
                    "requester_id": (self.asked_by_id or self.answerer_id).id,
                    "date_start": start,
                    "date_stop": stop,
                    "hours": self.hours,
                    "brief": self.note,
                }
            )
        )

    def _mci_answered(self, state, booking, reason=None):
        self.write(
            {
                "state": state,
                "booking_id": booking.id,
                "answered_by_id": self.env.uid,
                "answer_reason": reason or False,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        if self.user_id and self.user_id != self.env.user:
            self._mci_tell_answer(reason)

    def _mci_tell_answer(self, reason):
        """The person reads it in his own language."""
        told = self.with_context(lang=self.user_id.lang)
        subject = _lt("Your favour: %s", Choice(self._name, "state", self.state))
        self.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=say(told.env, subject),
            body=say(told.env, reason) or self.note or told.display_name,
        )

    # ------------------------------------------------------------------
    # Nobody answered
    # ------------------------------------------------------------------

    def _cron_expire(self):
        """Favours nobody answered in time are internal work, one by one."""
        over = self.search(self._mci_get_expired_domain())
        run_each(over, "_do_expire")

    def _mci_get_expired_domain(self):
        """Those that wait longer than the company of the person lets them wait."""
        now = fields.Datetime.now()
        companies = self.env["res.company"].sudo().search([("mci_favour_days", ">", 0)])
        return Domain("state", "=", "asked") & Domain.OR(
            Domain("company_id", "in", same.ids)
            & Domain("create_date", "<", now - timedelta(days=days))
            for days, same in companies.grouped("mci_favour_days").items()
        )

    def _do_expire(self):
        for favour in self.filtered_domain(self._mci_get_expired_domain()):
            days = favour.sudo().company_id.mci_favour_days
            favour.sudo()._mci_unlock()._do_refuse(_lt("No answer in %s days", days))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        for favour in self:
            raise UserError(
                self.env._("%s was worked: it stays (C7).", favour.display_name)
            )
