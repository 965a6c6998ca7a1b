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
        """End of the working days to answer, UTC; False: silence is no answer."""
        self.ensure_one()
        return self._mci_get_deadline(self.mci_unbooked_days, fields.Datetime.now())

    def _mci_get_deadline(self, days, moment):
        """End, in UTC, of the ``days``-th working day after the day of ``moment``.

        Days are those of the company's calendar and its time zone; the day itself does
        not count. The calendar is read once in a quarter of an hour, which no time zone
        divides: whoever logs his hours does not wait for it.

        :param datetime moment: naive, UTC
        :return: naive UTC; False without days: silence is no answer
        """
        self.ensure_one()
        calendar = self.sudo().resource_calendar_id
        quarter = moment.replace(minute=moment.minute // 15 * 15, second=0)
        return bool(days) and self._mci_plan_answer(calendar.id, days, quarter)

    @tools.ormcache("calendar_id", "days", "moment")
    def _mci_plan_answer(self, calendar_id, days, moment):
        """Emptied with each change of hours and public holidays of a calendar."""
        calendar = self.env["resource.calendar"].browse(calendar_id)
        zone = pytz.timezone(calendar.tz or "UTC")
        day = pytz.utc.localize(moment).astimezone(zone).date()
        end = calendar._mci_plan_days(days, day)
        return end.astimezone(pytz.utc).replace(tzinfo=None)
