from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html_escape

from ...tools.arguments import arguments, text


class MciRateCard(models.Model):
    """The way of a rate card: consultation, approval, publication (C2)."""

    _inherit = "mci.rate.card"

    def action_consult(self):
        """Show the card to everybody in the company; from here on anybody may object.

        :raises AccessError: neither accountant nor Sales Support Administrator
        :raises UserError: not a draft, or a card without prices
        """
        self._check_can_write()
        self._check_step("draft")
        for card in self:
            if not card.line_ids:
                raise UserError(
                    self.env._("%(card)s has no prices yet.", card=card.display_name)
                )
        self._mci_unlock().write({"state": "consultation"})
        for card in self:
            card._mci_tell_leaders()
        return True

    def _mci_tell_leaders(self):
        """Heads of units and leaders of teams hear of it, each in his language."""
        units = self.env["mci.delivery.center"].sudo()
        teams = self.env["crm.team"].sudo()
        domain = [("company_id", "in", [self.company_id.id, False])]
        leaders = units.search(domain).lead_id | teams.search(domain).user_id
        for lang, users in (leaders - self.env.user).grouped("lang").items():
            card = self.with_context(lang=lang)
            card.message_notify(
                partner_ids=users.partner_id.ids,
                subject=card.env._("Internal rates in consultation: %s", self.name),
                body=card.env._(
                    "New prices from %(date)s. Read them and object where they are"
                    " wrong.",
                    date=format_date(card.env, self.date_from),
                ),
            )

    @arguments(reason=text)
    def action_reset_draft(self, reason):
        """Back to the author, with a reason everybody who read it can read.

        :param str reason: posted on the card
        :raises UserError: published already, or a draft
        """
        self._check_can_write()
        self._check_step("consultation", "approved")
        reason = self.env["mci.charge"]._mci_need_text(reason)
        for card in self:
            card.message_post(body=html_escape(reason))
        self._mci_unlock().write(
            {"state": "draft", "approver_id": False, "approved_date": False}
        )
        return True

    def action_approve(self):
        """Approve prices that somebody else wrote, objections answered.

        :raises AccessError: neither accountant nor administrator, or an author
        :raises UserError: the consultation is not over, or an objection is open
        """
        self._check_can_write()
        self._check_step("consultation")
        self._check_not_author()
        for card in self:
            card._check_consulted()
        self._mci_unlock().write(
            {
                "state": "approved",
                "approver_id": self.env.uid,
                "approved_date": fields.Datetime.now(),
            }
        )
        return True

    def _check_consulted(self):
        today = self.company_id._mci_today()
        if self.consultation_date and today <= self.consultation_date:
            raise UserError(
                self.env._(
                    "%(card)s is in consultation until %(date)s.",
                    card=self.display_name,
                    date=format_date(self.env, self.consultation_date),
                )
            )
        if self.open_objection_count:
            raise UserError(
                self.env._(
                    "%(card)s: %(count)s objections wait for an answer.",
                    card=self.display_name,
                    count=self.open_objection_count,
                )
            )

    # --- Publish --------------------------------------------------------------

    def action_publish(self):
        """Put the approved prices in force; what they replace ends the day before (C2).

        Bookings confirmed before keep the price they were confirmed at (C3).

        :raises AccessError: no accountant, or an author of the prices
        :raises UserError: not approved, or it would begin in a closed period
        :raises ValidationError: a published line of the same key begins later
        """
        self._check_step("approved")
        self._check_not_author()
        for card in self:
            self.env["mci.period"]._mci_check_open(card.company_id, card.date_from)
            card._do_publish()
        return True

    def _do_publish(self):
        self.ensure_one()
        self.line_ids._check_can_publish()
        self.sudo()._mci_end_replaced()
        self.line_ids._do_publish()
        self.sudo()._mci_unlock().write(
            {
                "state": "published",
                "publisher_id": self.env.uid,
                "published_date": fields.Datetime.now(),
            }
        )

    def _mci_end_replaced(self):
        """Running lines of the same keys end the day before the card begins."""
        lines = self.line_ids
        running = self.env["mci.rate"].search(
            [
                ("published", "=", True),
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("function_id", "in", lines.function_id.ids),
                ("date_from", "<", self.date_from),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self.date_from),
            ]
        )
        keys = {line._mci_get_key() for line in lines}
        replaced = running.filtered(lambda rate: rate._mci_get_key() in keys)
        replaced.write({"date_to": fields.Date.subtract(self.date_from, days=1)})
