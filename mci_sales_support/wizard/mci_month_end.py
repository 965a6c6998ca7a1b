from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class MciMonthEnd(models.TransientModel):
    """Month end of internal charges on one screen: what is missing, what is ready."""

    _name = "mci.month.end"
    _description = "Month end of internal charges"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._default_date_to()
    )
    period_id = fields.Many2one("mci.period", compute="_compute_period_id")
    period_state = fields.Selection(related="period_id.state")
    close_deadline = fields.Date(related="period_id.close_deadline")
    # Missing
    unreported_count = fields.Integer(
        string="Bookings not reported",
        compute="_compute_counts",
        help="Bookings that ended and are neither done nor cancelled.",
    )
    unpriced_count = fields.Integer(
        string="Charges without price", compute="_compute_counts"
    )
    no_payer_count = fields.Integer(
        string="Charges without sales team", compute="_compute_counts"
    )
    no_cost_count = fields.Integer(
        string="Hours without standard cost", compute="_compute_counts"
    )
    late_count = fields.Integer(string="Late charges", compute="_compute_counts")
    disputed_count = fields.Integer(
        string="Disputed charges", compute="_compute_counts"
    )
    # Ready
    open_count = fields.Integer(string="Charges to collect", compute="_compute_counts")
    draft_count = fields.Integer(string="Statements to send", compute="_compute_counts")
    sent_count = fields.Integer(
        string="Waiting for the payer", compute="_compute_counts"
    )
    accepted_count = fields.Integer(string="Ready to post", compute="_compute_counts")
    posted_count = fields.Integer(string="Posted", compute="_compute_counts")
    run_id = fields.Many2one("mci.month.run", string="Under way", readonly=True)
    run_state = fields.Selection(related="run_id.state", string="State of the run")
    result = fields.Text(compute="_compute_result")

    def _default_date_from(self):
        return fields.Date.context_today(self) + relativedelta(months=-1, day=1)

    def _default_date_to(self):
        return self._default_date_from() + relativedelta(day=31)

    @api.depends("date_to")
    def _compute_display_name(self):
        for screen in self:
            screen.display_name = self.env._(
                "Month end %s",
                format_date(self.env, screen.date_to, date_format="yyyy-MM"),
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_period_id(self):
        for screen in self:
            screen.period_id = self.env["mci.period"].search(
                [
                    ("company_id", "=", screen.company_id.id),
                    ("date_from", "<=", screen.date_to),
                    ("date_to", ">=", screen.date_to),
                ],
                limit=1,
            )

    @api.depends("company_id", "date_from", "date_to")
    def _compute_counts(self):
        for screen in self:
            for name, (model, domain) in screen._get_items().items():
                screen[f"{name}_count"] = (
                    self.env[model].with_context(active_test=False).search_count(domain)
                )

    @api.depends("run_id")
    def _compute_result(self):
        """How the last step went, with the reasons of what could not be done."""
        for screen in self:
            run = screen.run_id
            done = self.env._(
                "%(done)s of %(all)s done.", done=run.done_count, all=run.total_count
            )
            lines = filter(None, [done, run.problems]) if run else ()
            screen.result = "\n".join(lines)

    # --- Month end ------------------------------------------------------------------

    def action_cut_off(self):
        """Cut the period off: what was worked later is charged as late (C5)."""
        self._check_accountant()
        self._get_or_make_period().action_cut_off()
        # With many charges it goes on unit by unit: the screen shows and drives it.
        self.run_id = self.env["mci.month.run"]._mci_get_running(
            "collect", self.company_id
        )
        return self._reload()

    def action_generate(self):
        """Collect all open charges up to the end of the month, unit by unit (C5)."""
        return self._start("collect")

    def action_reprice(self):
        """Price the charges without price again, after the rate was published."""
        self._check_accountant()
        self.env["mci.charge"].search(self._get_items()["unpriced"][1]).action_reprice()
        return self._reload()

    def action_send_all(self):
        """Send every draft that can be sent; the others say why not."""
        return self._start("send")

    def action_post_all(self):
        """Post every accepted statement, one by one; what fails says why (C6)."""
        self.company_id._mci_get_charge_journal()
        self.company_id._mci_get_charge_account()
        return self._start("post")

    def _start(self, kind):
        """The screen drives the run that it shows: one transaction for each step."""
        self._check_accountant()
        self.run_id = self.env["mci.month.run"]._mci_start(
            kind, self.company_id, self.date_from, self.date_to
        )
        return self._reload()

    def action_close_period(self):
        """Close the period of these dates; it is made when it does not exist (C7)."""
        self._check_accountant()
        self._get_or_make_period().action_close()
        return self._reload()

    def _get_or_make_period(self):
        return self.period_id or self.env["mci.period"].create(
            {
                "company_id": self.company_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
            }
        )

    def action_view_period(self):
        """Open the period: who cut it off, closed it, opened it again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.period",
            "res_id": self.period_id.id,
            "view_mode": "form",
        }

    def _check_accountant(self):
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "account.group_account_invoice"
        ):
            raise AccessError(self.env._("Month end is for accountants."))

    def _reload(self):
        """The form reads itself again: no new page for each click."""
        self.invalidate_recordset()
        return True
