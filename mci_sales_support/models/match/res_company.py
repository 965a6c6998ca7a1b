from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_first_look_hours = fields.Float(
        "Hours of a first look",
        default=8.0,
        help="Hours of office or hotline before an A or B deal is initiated (M4).",
    )
    mci_self_confirm_hours = fields.Float(
        "Confirm by itself up to",
        default=2.0,
        help="Bookings up to these hours inside the support tier need no approval"
        " (M3).",
    )
    mci_self_confirm_scope = fields.Selection(
        [("hotline", "At the hotline"), ("office", "At the hotline and the offices")],
        string="Where bookings confirm themselves",
        required=True,
        default="hotline",
        help="Units whose small bookings need no approval (M3).",
    )
    mci_ticket_step = fields.Float(
        "Smallest step of the timer",
        default=0.25,
        help="Hours measured by the timer are rounded up to it (M9).",
    )
    mci_missing_answers = fields.Selection(
        [
            ("ignore", "Are not asked for"),
            ("warn", "Warn"),
            ("refuse", "Refuse the request"),
        ],
        string="Missing answers",
        required=True,
        default="warn",
        help="What happens when a required question of a function is not answered.",
    )
    mci_hold_hours = fields.Float(
        "Length of a hold", default=48.0, help="A hold ends after these hours (M8)."
    )
    mci_ticket_hours = fields.Float(
        "Hotline allowance",
        default=20.0,
        help="Hours a month of hotline tickets that a sales team opens without any"
        " approval (M9).",
    )
    mci_late_cancel_hours = fields.Float(
        "Late cancellation",
        default=24.0,
        help="Cancelling a confirmed booking less than these hours before it starts is"
        " late and may be charged (M8).",
    )
    mci_hold_max_deal = fields.Integer(
        "Open holds a deal",
        default=10,
        help="A deal has at most so many held bookings at once; 0: no limit (M8).",
    )
    mci_hold_max_deal_hours = fields.Float(
        "Held hours a deal", help="At once; 0: no limit (M8)."
    )
    mci_hold_max_user = fields.Integer(
        "Open holds a requester",
        help="One person has at most so many held bookings at once; 0: no limit (M8).",
    )
    mci_hold_max_user_hours = fields.Float(
        "Held hours a requester", help="At once; 0: no limit (M8)."
    )
    mci_favour_days = fields.Integer(
        "Days to answer a favour",
        default=7,
        help="Hours somebody asked for without a booking wait so many days for the"
        " consent of who pays; then they are internal work (M10).",
    )
    mci_calendar_events = fields.Boolean(
        "Bookings in the calendar",
        help="Each confirmed booking is an event in the calendar of the person.",
    )

    _mci_favour_days_positive = models.Constraint(
        "CHECK (mci_favour_days > 0)", "A favour waits at least one day for its answer."
    )
    _mci_hours_not_negative = models.Constraint(
        "CHECK (mci_first_look_hours >= 0 AND mci_self_confirm_hours >= 0"
        " AND mci_hold_hours >= 0 AND mci_ticket_hours >= 0"
        " AND mci_late_cancel_hours >= 0 AND mci_ticket_step > 0)",
        "Hours of the settings are zero or more, and the step of the timer is above"
        " zero.",
    )
