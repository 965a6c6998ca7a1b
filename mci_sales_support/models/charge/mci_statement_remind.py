from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html_escape

from ...tools.retry import run_each


class MciStatement(models.Model):
    """Statements that send themselves, and reminders of what nobody answers (C5)."""

    _inherit = "mci.statement"

    reminded_date = fields.Datetime(string="Reminded on", readonly=True, copy=False)
    reminder_count = fields.Integer(string="Reminders", readonly=True, copy=False)

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"reminded_date", "reminder_count"}

    # --- Send by itself -------------------------------------------------------

    def _get_auto_send_domain(self):
        return (
            Domain("state", "=", "draft")
            & Domain("company_id.mci_auto_send", "=", True)
            & self.env["res.company"]._mci_domain_over("date_to")
        )

    def _do_send_auto(self):
        ready = self.filtered_domain(self._get_auto_send_domain()).filtered(
            lambda statement: statement.charge_count and not statement.unpriced_count
        )
        ready.sudo()._do_send()

    # --- Remind ---------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Bring back to mind: drafts not sent, statements not answered, disputes."""
        candidates = self.search(
            [
                ("company_id.mci_remind_days", ">", 0),
                "|",
                ("state", "in", ("draft", "sent")),
                ("disputed_charge_ids.state", "=", "disputed"),
            ]
        )
        run_each(candidates, "_do_remind")

    def _do_remind(self):
        """Remind whoever has to act, at most once in the company's days."""
        now = fields.Datetime.now()
        for statement in self:
            days = timedelta(days=statement.company_id.mci_remind_days)
            since = statement._get_waiting_since()
            people = statement._get_people_to_remind()
            if not days or not people or not since:
                continue
            if max(since, statement.reminded_date or since) + days > now:
                continue
            statement._mci_unlock().write(
                {
                    "reminded_date": now,
                    "reminder_count": statement.reminder_count + 1,
                }
            )
            for user in people:
                statement._mci_remind(user)

    def _get_waiting_since(self):
        """When it began to wait: the end of the period, sending, the first dispute."""
        self.ensure_one()
        if self.state == "draft":
            return self.charge_count and fields.Datetime.to_datetime(self.date_to)
        if self.state == "sent":
            return self.sent_date
        dates = self._mci_get_undecided().mapped("disputed_date")
        return min(filter(None, dates), default=False)

    def _get_people_to_remind(self):
        self.ensure_one()
        arbiters = self._mci_get_undecided().arbiter_ids
        if self.state == "draft":
            if self.date_to >= self.company_id._mci_today():
                return arbiters
            return arbiters | self.center_id.lead_id | self.center_id.deputy_id
        if self.state == "sent":
            return arbiters | self._mci_get_payers()
        return arbiters

    def _mci_remind(self, user):
        """A message in the language of the receiver."""
        statement = self.with_context(lang=user.lang)
        states = dict(self._fields["state"]._description_selection(statement.env))
        statement.message_notify(
            partner_ids=user.partner_id.ids,
            subject=statement.env._(
                "%(statement)s waits for you", statement=statement.display_name
            ),
            body=html_escape(
                statement.env._(
                    "%(unit)s → %(team)s, %(amount)s: %(state)s, %(disputed)s disputed"
                    " charges. What stays open holds the month end up.",
                    unit=statement.center_id.name,
                    team=statement.team_id.name,
                    amount=statement.currency_id.format(statement.amount_total),
                    state=states[statement.state],
                    disputed=len(statement._mci_get_undecided()),
                )
            ),
        )
