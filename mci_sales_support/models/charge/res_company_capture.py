from datetime import timedelta

import pytz

from odoo import fields, models, tools


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_no_show_percent = fields.Float(
        string="Charge for a no-show (%)",
        default=100.0,
        help="Share of the agreed price that the deal pays when the customer or its own"
        " side did not come (M8). 0: nothing.",
    )
    mci_unbooked_hours = fields.Selection(
        [
            ("ask", "Ask the accountable owner first"),
            ("charge", "Charge them at once"),
        ],
        string="Hours without a booking",
        required=True,
        default="ask",
        help="Hours for a deal that nobody booked: the owner consents before the deal"
        " pays them. They are recorded in any case (C7, C10).",
    )
    mci_unbooked_days = fields.Integer(
        string="Days to answer for them",
        default=3,
        help="Working days of the payer's company to answer for hours without a"
        " booking. 0: silence is no answer.",
    )
    mci_unbooked_silence = fields.Selection(
        [
            ("accept", "The deal pays; it may still dispute the statement"),
            ("refuse", "The unit bears them"),
        ],
        string="If nobody answers",
        required=True,
        default="accept",
        help="What silence means for hours without a booking (C10).",
    )

    _mci_capture_positive = models.Constraint(
        "CHECK ((mci_no_show_percent IS NULL OR mci_no_show_percent >= 0)"
        " AND (mci_unbooked_days IS NULL OR mci_unbooked_days >= 0))",
        "Share of a no-show and days to answer cannot be negative.",
    )

    def _mci_get_unbooked_deadline(self):
        """End of the working days to answer, UTC; False: silence is no answer.

        Counted from the full hour: whoever logs his hours does not wait for the
        calendar, which is read once an hour.
        """
        self.ensure_one()
        if not self.mci_unbooked_days:
            return False
        hour = fields.Datetime.now().replace(minute=0, second=0)
        return self._mci_plan_answer(
            self.resource_calendar_id.id, self.mci_unbooked_days, hour
        )

    @tools.ormcache("calendar_id", "days", "hour")
    def _mci_plan_answer(self, calendar_id, days, hour):
        """Emptied with each change of hours and public holidays of a calendar."""
        calendar = self.env["resource.calendar"].browse(calendar_id)
        end = calendar and calendar.plan_days(
            days, pytz.utc.localize(hour), compute_leaves=True
        )
        if not end:
            return hour + timedelta(days=days)
        return end.astimezone(pytz.utc).replace(tzinfo=None)
