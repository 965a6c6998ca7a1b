from odoo import api, models
from odoo.exceptions import UserError


class MciPeriod(models.Model):
    """At the cut-off every booking that ended has its hours (C5)."""

    _inherit = "mci.period"

    def _do_cut_off(self):
        # EXTENDS: before collecting, what nobody answered is done as booked.
        bookings = self.env["mci.booking"]
        for period in self.filtered(lambda period: period.state == "open"):
            bookings._mci_report_unanswered(period.company_id, period.date_to)
        return super()._do_cut_off()

    def _check_collected(self):
        # EXTENDS: bookings nobody reported, then hours that wait for an owner
        self._check_reported()
        for period in self:
            waiting = (
                self.env["mci.charge"]
                .sudo()
                .search_count(
                    [
                        ("company_id", "=", period.company_id.id),
                        ("date", "<=", period.date_to),
                        ("state", "=", "open"),
                        ("consent", "=", "asked"),
                    ]
                )
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "Settlement period %(period)s cannot be closed: %(count)s"
                        " entries of hours without a booking wait for the consent of"
                        " the deals' owners. Their silence is an answer after the days"
                        " of the settings (C10).",
                        period=period.name,
                        count=waiting,
                    )
                )
        return super()._check_collected()

    def _check_reported(self):
        """Hours of bookings that ended are recorded, or they did not happen (C1)."""
        bookings = self.env["mci.booking"]
        for period in self:
            waiting = bookings.union(
                *bookings._mci_find_unanswered(period.company_id, period.date_to)
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "Settlement period %(period)s cannot be closed: %(count)s"
                        " bookings that ended are not reported: %(bookings)s. Cut the"
                        " period off, and have the head of the unit report, cancel or"
                        " mark as no-show what the cut-off leaves (C1, C5).",
                        period=period.name,
                        count=len(waiting),
                        bookings=", ".join(waiting[:5].mapped("display_name")),
                    )
                )


class MciBooking(models.Model):
    _inherit = "mci.booking"

    @api.model
    @api.private
    def _mci_get_cut_off_ends(self):
        # OVERRIDE match
        return [
            (period.company_id, period.date_to)
            for period in self._mci_get_cut_off_periods()
        ]

    def _mci_get_cut_off_periods(self):
        return self.env["mci.period"].sudo().search([("state", "=", "cutoff")])

    @api.model
    def _cron_report_unanswered(self):
        # EXTENDS match: what is reported now joins the statements of the period
        periods = self._mci_get_cut_off_periods().filtered(
            lambda period: self._mci_find_unanswered(period.company_id, period.date_to)[
                0
            ]
        )
        result = super()._cron_report_unanswered()
        for period in periods:
            period._mci_with_company("mci.statement").generate(
                period.date_from, period.date_to
            )
        return result
