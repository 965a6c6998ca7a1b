from collections import defaultdict

from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, text


class MciCharge(models.Model):
    """Questions, zero rates, pricing again."""

    _inherit = "mci.charge"

    # --- Question -------------------------------------------------------------

    @arguments(text=text)
    def action_question(self, text):
        """Ask the provider about charges one may read; changes nothing (C5).

        :param str text: sent to head and deputy of the unit and kept with the charge
        """
        self.check_access("read")
        text = self._mci_need_text(text)
        charges = self.sudo()
        charges._mci_log(
            [
                {"charge_id": charge.id, "kind": "question", "note": text}
                for charge in self
            ]
        )
        asked = defaultdict(charges.browse)
        for center, group in charges.grouped("center_id").items():
            for user in center.lead_id | center.deputy_id:
                asked[user] |= group
        for user, group in asked.items():
            group._mci_tell_question(user, text)
        return True

    def _mci_tell_question(self, user, text):
        """One message about all of them, in the language of who answers."""
        charges = self.with_context(lang=user.lang)
        names = charges.mapped("display_name")
        lines = [text] if len(names) == 1 else [text, *names]
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.user.partner_id.id,
            subject=charges.env._("Question about a charge: %s", names[0])
            if len(names) == 1
            else charges.env._("Question about %s charges", len(names)),
            body=Markup("<br/>").join(lines),
            model="mci.charge",
            res_id=self[0].id,
        )

    # --- Zero rate ------------------------------------------------------------

    @arguments(reason=text)
    def action_zero_rate(self, reason):
        """Let open charges cost nothing, with a reason and an approver (C1).

        :param str reason: shown beside the charge for ever
        :raises AccessError: the approval rules do not name the user for zero rates, or
            he is the person who worked, owner or salesperson of the deal
        """
        self.check_access("read")
        reason = self._mci_need_text(reason)
        for charge in self:
            charge._check_charge_state("open")
            charge._check_zero_rate_approver()
        for charge in self.sudo():
            charge._do_zero_rate(reason)
        return True

    def _check_zero_rate_approver(self):
        if self.env.su:
            return
        charge = self.sudo()
        self.env["mci.approval.rule"]._mci_check_approver(
            "zero_rate",
            charge.company_id,
            amount=charge.amount,
            grade=charge.grade_id,
            lead=charge.lead_id,
            center=charge.center_id,
        )
        if self.env.user in (
            charge.owner_id + charge.user_id + charge.resource_id.user_id
        ):
            raise AccessError(
                self.env._(
                    "%(charge)s is work of yours or for your deal: somebody else"
                    " approves that it costs nothing (C1).",
                    charge=self.display_name,
                )
            )

    def _do_zero_rate(self, reason):
        vals = self._prepare_zero_vals(reason)
        self._mci_log(self._mci_write_story(vals, "zero_rate", reason))

    def _prepare_zero_vals(self, reason):
        return {
            "price_unit": 0.0,
            "amount": 0.0,
            "is_unpriced": False,
            "zero_rate_reason": reason,
            "zero_rate_approver_id": self.env.uid,
        }

    # --- Price again ----------------------------------------------------------

    def action_reprice(self):
        """Price open charges again by the rates of their days; history keeps both (C7).

        Zero rates and decided charges stay, and so does the price that was fixed with a
        booking (C3): only a mass re-pricing, with before and after, changes that one.
        Charges of days in a closed period are refused, except those without a price:
        they were never priced.

        :return: number of charges whose amount changed
        :raises AccessError: neither accountant nor head or deputy of the provider
        """
        self.check_access("read")
        for center in self.sudo().center_id:
            if not (
                self.env["mci.statement"]._mci_is_accountant()
                or center._mci_is_lead(self.env.user)
            ):
                raise AccessError(
                    self.env._("Charges are priced again by an accountant or the unit.")
                )
        return self.sudo()._do_reprice()

    def _do_reprice(self):
        charges = self.filtered(
            lambda charge: not charge._mci_is_frozen()
            and not charge.zero_rate_reason
            and charge.origin in ("booking", "timesheet")
            and (charge.is_unpriced or charge.origin == "timesheet")
        )
        priced = charges.filtered(lambda charge: not charge.is_unpriced)
        for company, date in {(charge.company_id, charge.date) for charge in priced}:
            self.env["mci.period"]._mci_check_open(company, date)
        stories = {charge: charge._prepare_key_vals() for charge in charges}
        keys = {charge: self._mci_price_key(vals) for charge, vals in stories.items()}
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        events = []
        for charge, key in keys.items():
            if rate := rates.get(key):
                price = self._mci_price_of_rate(rate, rate.price_unit)
                vals = self._prepare_price_vals(stories[charge], price)
                events += charge._mci_write_story(
                    {**vals, **charge._prepare_missing_vals(stories[charge])}, "reprice"
                )
        self._mci_log(events)
        return len(events)

    def _prepare_key_vals(self):
        """What the price depends on; a level set in the meantime counts."""
        self.ensure_one()
        return {
            "function_id": self.function_id.id,
            "level_id": self.level_id.id or self.resource_id.mci_level_id.id,
            "center_id": self.center_id.id,
            "company_id": self.company_id.id,
            "payer_company_id": self.payer_company_id.id,
            "date": self.date,
            "hours": self.hours,
        }

    def _prepare_missing_vals(self, story):
        return {} if self.level_id else {"level_id": story["level_id"]}

    # --- Shared ---------------------------------------------------------------

    def _check_charge_state(self, state):
        self.ensure_one()
        if self.sudo().state != state:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(charge)s is %(state)s; this needs %(expected)s.",
                    charge=self.display_name,
                    state=labels[self.sudo().state],
                    expected=labels[state],
                )
            )

    def _mci_need_text(self, text):
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        return text
