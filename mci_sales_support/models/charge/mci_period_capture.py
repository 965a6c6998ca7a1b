from odoo import api, models


class MciPeriod(models.Model):
    """At the cut-off every booking that ended has its hours (C5)."""

    _inherit = "mci.period"

    def _do_cut_off(self):
        # EXTENDS: before collecting, what nobody answered is done as booked.
        bookings = self.env["mci.booking"]
        for period in self.filtered(lambda period: period.state == "open"):
            bookings._mci_report_unanswered(period.company_id, period.date_to)
        return super()._do_cut_off()

    def _mci_get_uncollected(self):
        # EXTENDS: bookings nobody reported, hours that wait for an owner or a price
        return [
            *self._mci_get_unreported(),
            *self._mci_get_unconsented(),
            *self._mci_get_unpriced(),
            *super()._mci_get_uncollected(),
        ]

    def _mci_get_unreported(self):
        """Hours of bookings that ended are recorded, or they did not happen (C1)."""
        bookings = self.env["mci.booking"]
        waiting = bookings.union(
            *bookings._mci_find_unanswered(self.company_id, self.date_to)
        )
        if not waiting:
            return []
        return [
            self.env._(
                "%(count)s bookings that ended are not reported: %(bookings)s. Cut the"
                " period off, and have the head of the unit report, cancel or mark as"
                " no-show what the cut-off leaves (C1, C5).",
                count=len(waiting),
                bookings=self._mci_name_some(waiting),
            )
        ]

    def _mci_get_unconsented(self):
        waiting = self.env["mci.charge"].search(
            [*self._mci_get_open_domain(), ("consent", "=", "asked")], order="date, id"
        )
        if not waiting:
            return []
        return [
            self.env._(
                "%(count)s entries of hours without a booking wait for the consent of"
                " the deals' owners: %(charges)s. Their silence is an answer after the"
                " days of the settings (C10).",
                count=len(waiting),
                charges=self._mci_name_some(waiting),
            )
        ]

    def _mci_get_unpriced(self):
        """By name on whatever draft of this period, or on none (C1)."""
        unpriced = self.env["mci.charge"].search(
            [
                *self._mci_get_open_domain(),
                ("is_unpriced", "=", True),
                "|",
                ("statement_id", "=", False),
                "&",
                ("statement_id.date_to", ">=", self.date_from),
                ("statement_id.date_to", "<=", self.date_to),
            ],
            order="date, id",
        )
        if not unpriced:
            return []
        return [
            self.env._(
                "%(count)s charges have no price: %(charges)s. Publish the missing"
                " internal rate or rate of exchange and price them again, or have a"
                " zero rate approved (C1).",
                count=len(unpriced),
                charges=self._mci_name_some(unpriced),
            )
        ]


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
