import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from odoo.addons.base.models.ir_qweb import QWebError

from ...tools.retry import run_each
from ...tools.words import Line

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

REPORT = "mci_sales_support.mci_statement_report"
TEMPLATE = "mci_sales_support.mail_template_statement"
CRON = "mci_sales_support.ir_cron_mci_statement_mail"


class MciStatement(models.Model):
    """The statement on paper, and by e-mail in the language of who gets it (C5).

    Making a PDF takes seconds and calls another program: it never happens in the
    transaction that sends, accepts or posts, but in a scheduled action of its own.
    """

    _name = "mci.statement"
    _inherit = ["mci.statement", "mci.words.mixin"]

    _mci_spoken_fields = {"mail_error_words": "mail_error"}

    mail_pending = fields.Boolean(string="E-mail waits", readonly=True, copy=False)
    mail_date = fields.Datetime(string="E-mailed on", readonly=True, copy=False)
    mail_error = fields.Char(string="E-mail not sent", readonly=True, copy=False)
    mail_error_packed = fields.Json(
        readonly=True, copy=False, export_string_translation=False
    )
    mail_error_words = fields.Char(
        "E-mail not sent, in the language of the reader", compute="_compute_spoken"
    )

    _mail_pending_idx = models.Index("(id) WHERE mail_pending")

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "mail_pending",
            "mail_date",
            "mail_error",
            "mail_error_packed",
        }

    # --- By e-mail ------------------------------------------------------------

    def _do_send(self):
        # EXTENDS: the e-mail follows when the transaction is through
        result = super()._do_send()
        self._mci_mail_payers()
        return result

    def _mci_mail_payers(self):
        """E-mail what waits for an answer, where the company wants it."""
        wanted = self.filtered(
            lambda statement: statement.company_id.mci_statement_mail
            and statement.state == "sent"
        )
        wanted._mci_queue_mail()

    def action_mail(self):
        """E-mail sent statements to leader and deputy of the payer once more.

        :raises AccessError: neither accountant nor head or deputy of the provider
        :raises UserError: a statement was not sent yet
        """
        self.check_access("read")
        for statement in self:
            statement._check_state("sent", "accepted", "posted")
            if not statement._mci_may_send():
                raise AccessError(
                    self.env._(
                        "%(statement)s is sent by the head or deputy of %(unit)s or by"
                        " an accountant.",
                        statement=statement.display_name,
                        unit=statement.sudo().center_id.display_name,
                    )
                )
        self.sudo()._mci_queue_mail()
        return True

    def _mci_queue_mail(self):
        if not self:
            return
        self._mci_unlock().write({"mail_pending": True, "mail_error": False})
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _cron_mail(self):
        """E-mail what waits, statement by statement."""
        run_each(self.search([("mail_pending", "=", True)]), "_do_mail")

    def _do_mail(self):
        for statement in self.filtered("mail_pending"):
            # The write on the row comes first: of two runs one collides.
            statement._mci_unlock().write(
                {"mail_pending": False, "mail_date": fields.Datetime.now()}
            )
            users = statement._mci_get_payers()
            printed = statement._mci_mail_each(users.filtered("email"))
            error = statement._get_mail_error(users, printed)
            statement._mci_unlock().write({"mail_error": error})

    def _mci_mail_each(self, users):
        """One e-mail for each language and time zone; whether all have their PDF."""
        groups = users.grouped(lambda user: (user.lang, self._get_zone_of(user)))
        return all(
            [
                self._mci_mail_to(receivers, lang, zone)
                for (lang, zone), receivers in groups.items()
            ]
        )

    def _get_zone_of(self, user):
        """Where days and times are read: of the user, else of the payer's company."""
        return user.tz or self.payer_company_id.resource_calendar_id.tz or "UTC"

    def _get_mail_error(self, users, is_printed):
        if not users:
            return _lt("The sales team has no leader.")
        errors = []
        if missing := users.filtered(lambda user: not user.email):
            names = ", ".join(missing.mapped("name"))
            errors.append(_lt("No e-mail address: %s", names))
        if not is_printed:
            errors.append(_lt("No PDF could be made: it went without one."))
        return Line(errors) if errors else False

    def _mci_mail_to(self, users, lang, zone):
        """One e-mail with the PDF in ``lang``; without the program just the link.

        :return: whether there is a PDF with it
        """
        self.ensure_one()
        statement = self.with_context(lang=lang, tz=zone)
        attachment = statement._mci_make_attachment()
        values = {
            "recipient_ids": [fields.Command.set(users.partner_id.ids)],
            "attachment_ids": attachment.ids,
        }
        statement.env.ref(TEMPLATE).send_mail(
            self.id,
            email_values=values,
            email_layout_xmlid="mail.mail_notification_light",
        )
        return bool(attachment)

    def _mci_make_attachment(self):
        """The printed statement, kept with it; empty when no PDF can be made."""
        attachments = self.env["ir.attachment"]
        try:
            content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
                REPORT, self.ids
            )
        except (UserError, QWebError) as error:
            _logger.warning("No PDF of %s: %s", self.name, error)
            return attachments
        return attachments.create(
            {
                "name": f"{self._mci_get_file_name()}.{kind}",
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _mci_get_file_name(self):
        return f"{self.name} {self.team_id.name}".replace("/", "-")

    # --- On paper -------------------------------------------------------------

    def _mci_get_print_deals(self):
        """The charges as printed: one dict for each deal, by name, then by day.

        Amounts in the currency of the statement. Costs are no part of it (C8). Who
        reads the statement reads the names on it, those of other companies as well.
        """
        self.ensure_one()
        charges = self.charge_ids.sudo().sorted(
            lambda charge: (charge.lead_name or "", charge.lead_id.id, charge.date)
        )
        deals = []
        for lead, lines in charges.grouped("lead_id").items():
            deals.append(
                {
                    "id": lead.id,
                    "name": lines[0].lead_name,
                    "customer": lines[0].sudo().partner_id.display_name,
                    "grade": lines[0].grade_id.code,
                    "charges": lines,
                    "hours": sum(lines.mapped("hours")),
                    "amount": self.currency_id.round(sum(lines.mapped("amount"))),
                }
            )
        return deals

    def _mci_get_print_notes(self, charge):
        """What makes a charge remarkable, in words for the payer."""
        notes = [charge.price_words, self._mci_explain_exchange(charge)]
        if charge.is_late:
            notes.append(self.env._("late, worked before the period"))
        if charge.is_overrun:
            notes.append(self.env._("above the %.2f h agreed", charge.hours_agreed))
        if charge.zero_rate_reason:
            notes.append(self.env._("costs nothing: %s", charge.zero_rate_words))
        if charge.decision:
            notes.append(self.env._("decided: %s", charge.decision_note or ""))
        return "; ".join(filter(None, notes))

    def _mci_explain_exchange(self, charge):
        """What a charge between companies is in the payer's currency (C6)."""
        if charge.payer_currency_id == charge.company_currency_id:
            return False
        return self.env._(
            "%(amount)s at %(rate).4f",
            amount=charge.payer_currency_id.format(charge.payer_amount),
            rate=charge.payer_exchange_rate,
        )
