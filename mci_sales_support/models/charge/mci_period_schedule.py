from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.retry import run_each


class MciPeriod(models.Model):
    """The month end by itself: periods appear, and are cut off on their day (C5)."""

    _inherit = "mci.period"

    close_deadline = fields.Date(
        string="Close by",
        compute="_compute_close_deadline",
        help="By the working days of the company after the end of the period.",
    )

    is_due = fields.Boolean(compute="_compute_is_due")

    @api.depends("date_to", "company_id")
    def _compute_close_deadline(self):
        for period in self:
            period.close_deadline = period.date_to and period._mci_get_close_deadline()

    def _mci_get_close_deadline(self):
        """The company's n-th working day after the period; False without a limit."""
        days = self.company_id.mci_close_days
        calendar = self.company_id.sudo().resource_calendar_id
        return bool(days) and calendar._mci_plan_days(days, self.date_to).date()

    def _mci_note_reopened(self, reason):
        for period in self:
            period.sudo().message_post(
                body=self.env._("Opened again: %s", reason),
                author_id=self.env.user.partner_id.id,
            )

    # --- By itself ------------------------------------------------------------

    @api.model
    def _cron_month_end(self):
        """Make the periods, cut off those whose day has come, send if it is set.

        A company that fails does not hold the others up, nor the steps after it.
        """
        failures = []
        for step in ("_mci_run_periods", "_mci_run_cut_off", "_mci_run_sending"):
            try:
                getattr(self, step)()
            except Exception as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def _mci_run_periods(self):
        run_each(self._get_scheduled_companies(), "_mci_make_periods")

    def _mci_run_cut_off(self):
        over = self.env["res.company"]._mci_domain_over("date_to")
        periods = self.search(Domain("state", "=", "open") & over)
        run_each(periods.filtered("is_due"), "_do_cut_off_due")

    def _mci_run_sending(self):
        statements = self.env["mci.statement"]
        run_each(statements.search(statements._get_auto_send_domain()), "_do_send_auto")

    @api.depends("state", "date_to")
    def _compute_is_due(self):
        """The day has come on which the company lets statements be made."""
        for period in self:
            days = period.company_id.mci_collect_day
            period.is_due = bool(
                days
                and period.state == "open"
                and period.date_to
                and period.date_to + timedelta(days=days)
                <= period.company_id._mci_today()
            )

    def _do_cut_off_due(self):
        self.filtered("is_due").sudo()._do_cut_off()

    def _get_scheduled_companies(self):
        centers = self.env["mci.delivery.center"].sudo()
        return centers.search([("company_id.mci_collect_day", ">", 0)]).company_id


class ResCompany(models.Model):
    _inherit = "res.company"

    def _mci_make_periods(self):
        """This month's settlement period, and last month's where charges wait for it.

        Periods the accountant made himself, of whatever length, stay.
        """
        for company in self:
            today = company._mci_today()
            for offset in (0, -1):
                first = today + relativedelta(months=offset, day=1)
                last = first + relativedelta(day=31)
                if not offset or company._mci_has_waiting_charges(last):
                    company._mci_make_period(first, last)

    def _mci_has_waiting_charges(self, last):
        return bool(
            self.env["mci.charge"].search_count(
                [
                    ("company_id", "=", self.id),
                    ("state", "=", "open"),
                    ("statement_id", "=", False),
                    ("date", "<=", last),
                ],
                limit=1,
            )
        )

    def _mci_make_period(self, first, last):
        periods = self.env["mci.period"]
        taken = [
            ("company_id", "=", self.id),
            ("date_from", "<=", last),
            ("date_to", ">=", first),
        ]
        if not periods.search_count(taken, limit=1):
            periods.create({"company_id": self.id, "date_from": first, "date_to": last})
