from datetime import timedelta

from dateutil.relativedelta import MO, relativedelta

from odoo import api, fields, models
from odoo.tools import LazyTranslate

# lazy: made once, said in the language of each reader
_lt = LazyTranslate(__name__)
BOOKING_STEPS = {
    "action_reject_move": (
        _lt("Leave the booking where it is"),
        _lt("Leave it where it is"),
    ),
}
VOICE_STEPS = {
    "mci.favour": {
        "action_refuse": (_lt("Do not take the work"), _lt("Do not take it"))
    },
    "mci.overtime": {
        "action_decline": (_lt("Decline the overtime"), _lt("Decline")),
        "action_withdraw": (_lt("Withdraw the overtime"), _lt("Withdraw")),
    },
    "mci.week": {"action_reopen": (_lt("Open the week again"), _lt("Open again"))},
}


class MciAbsenceReport(models.TransientModel):
    """Sick today: one tap, and a question about the days that follow."""

    _name = "mci.absence.report"
    _description = "I cannot work"

    days = fields.Selection(
        [
            ("1", "Today only"),
            ("2", "Today and tomorrow"),
            ("3", "Three days"),
            ("7", "A week"),
        ],
        default="1",
        required=True,
    )

    def action_apply(self):
        """Tell it; the bookings are offered to others."""
        self.ensure_one()
        result = self.env["mci.absence"].report_absence(int(self.days))
        count = len(result["bookings"])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Get well soon. Your %s bookings are being taken care of.", count
                )
                if count
                else self.env._("Get well soon. Nothing was booked for you."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class MciFavourRecord(models.TransientModel):
    """Somebody asked me: deal or person, and hours."""

    _name = "mci.favour.record"
    _description = "Somebody asked me"

    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", domain="[('type', '=', 'opportunity')]"
    )
    asked_by_id = fields.Many2one(
        "res.users",
        string="Or who asked",
        domain="[('share', '=', False), ('id', '!=', uid)]",
    )
    hours = fields.Float(default=1.0, required=True)
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    note = fields.Char("What was done")

    def action_apply(self):
        """Record it; the owner of the deal is asked for consent."""
        self.ensure_one()
        result = self.env["mci.favour"].record(
            self.hours,
            lead_id=self.lead_id.id or None,
            asked_by_id=self.asked_by_id.id or None,
            note=self.note or None,
            date=fields.Date.to_string(self.date),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Recorded. %s is asked for consent.", result["answerer"]
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class MciFavourAccept(models.TransientModel):
    """Consent to a favour, naming the deal where none is named."""

    _name = "mci.favour.accept"
    _description = "Charge a favour to a deal"

    favour_id = fields.Many2one("mci.favour", required=True, ondelete="cascade")
    resource_id = fields.Many2one(related="favour_id.resource_id")
    hours = fields.Float(related="favour_id.hours")
    note = fields.Char(related="favour_id.note")
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        domain="[('type', '=', 'opportunity')]",
        compute="_compute_lead_id",
        store=True,
        readonly=False,
    )

    @api.depends("favour_id")
    def _compute_lead_id(self):
        for wizard in self:
            wizard.lead_id = wizard.favour_id.lead_id

    def action_apply(self):
        """Consent; the hours are charged."""
        self.ensure_one()
        self.favour_id.action_accept(self.lead_id.id)
        return {"type": "ir.actions.act_window_close"}


class MciWeekConfirm(models.TransientModel):
    """Close my week: the figures, what still waits, one button."""

    _name = "mci.week.confirm"
    _description = "Close my week"

    date = fields.Selection(
        selection="_selection_week",
        string="Week of",
        required=True,
        default=lambda self: self._default_date(),
    )
    is_closed = fields.Boolean(compute="_compute_figures")
    is_over = fields.Boolean("Week is over", compute="_compute_figures")
    capacity_hours = fields.Float("Working hours", compute="_compute_figures")
    deal_hours = fields.Float("On deals", compute="_compute_figures")
    internal_hours = fields.Float("By category", compute="_compute_figures")
    project_hours = fields.Float("On other projects", compute="_compute_figures")
    waiting_hours = fields.Float("Waiting for consent", compute="_compute_figures")
    unexplained_hours = fields.Float(compute="_compute_figures")
    booking_ids = fields.Many2many(
        "mci.booking", string="Waiting for your answer", compute="_compute_figures"
    )
    note = fields.Char()

    @api.model
    def _selection_week(self):
        monday = fields.Date.context_today(self) + relativedelta(weekday=MO(-1))
        days = [monday - timedelta(weeks=week) for week in range(5)]
        lang = self.env["res.lang"]._lang_get(self.env.user.lang or "en_US")
        return [
            (fields.Date.to_string(day), day.strftime(lang.date_format or "%Y-%m-%d"))
            for day in days
        ]

    @api.model
    def _default_date(self):
        """The running week on its last working day, before it the one to be closed."""
        (running, _label), (before, _label), *_older = self._selection_week()
        weeks = self.env["mci.week"]
        if weeks.get_my_week(running)["over"] or weeks.get_my_week(before)["closed"]:
            return running
        return before

    @api.depends("date")
    def _compute_figures(self):
        for wizard in self:
            week = self.env["mci.week"].get_my_week(wizard.date or None)
            wizard.is_closed = week["closed"]
            wizard.is_over = week["over"]
            for name in (
                "capacity_hours",
                "deal_hours",
                "internal_hours",
                "project_hours",
                "waiting_hours",
                "unexplained_hours",
            ):
                wizard[name] = week[name]
            wizard.booking_ids = [row["booking_id"] for row in week["unanswered"]]

    def action_apply(self):
        """Confirm the week; what is unexplained stays so."""
        self.ensure_one()
        self.env["mci.week"].close_my_week(
            self.date, accept_unexplained=True, note=self.note or None
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Your week is confirmed."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class MciBookingReason(models.TransientModel):
    _inherit = "mci.booking.reason"

    @api.model
    def _mci_get_steps(self):
        # EXTENDS
        steps = super()._mci_get_steps()
        bookings = {**steps["mci.booking"], **BOOKING_STEPS}
        return {**steps, **VOICE_STEPS, "mci.booking": bookings}
