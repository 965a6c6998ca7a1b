from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html_escape

from ...tools.arguments import arguments, number, text


class MciCharge(models.Model):
    """Questions, disputes and their decision, zero rates, pricing again."""

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
        for charge in charges:
            center = charge.center_id
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=(center.lead_id | center.deputy_id).partner_id.ids,
                author_id=self.env.user.partner_id.id,
                subject=self.env._("Question about a charge: %s", charge.display_name),
                body=html_escape(text),
                model="mci.charge",
                res_id=charge.id,
            )
        return True

    # --- Dispute --------------------------------------------------------------

    @arguments(reason=text, dispute_class=text)
    def action_dispute(self, reason, dispute_class=None):
        """Dispute sent charges: they leave the statement, the rest goes on (C5).

        :param str reason: why the payer does not accept
        :param str dispute_class: ``hours``, ``price``, ``deal``, ``quality``, ``other``
        :raises AccessError: neither leader or deputy of the payer's team nor sales
            manager, or somebody of the provider
        :raises UserError: a charge is not on a sent statement
        """
        self.check_access("read")
        reason = self._mci_need_text(reason)
        classes = dict(self._fields["dispute_class"].selection)
        if dispute_class and dispute_class not in classes:
            raise UserError(
                self.env._("There is no dispute of kind %s.", dispute_class)
            )
        for charge in self:
            charge._check_charge_state("sent")
            charge.statement_id._check_can_dispute()
        self.sudo()._do_dispute(reason, dispute_class or "other")
        return True

    def _do_dispute(self, reason, dispute_class):
        statements = self.statement_id
        for statement, charges in self.grouped("statement_id").items():
            charges._mci_unlock().write(
                {
                    "state": "disputed",
                    "disputed_statement_id": statement.id,
                    "statement_id": False,
                    "dispute_reason": reason,
                    "dispute_class": dispute_class,
                    "disputed_by_id": self.env.uid,
                }
            )
        self._mci_log(
            [
                {"charge_id": charge.id, "kind": "dispute", "note": reason}
                for charge in self
            ]
        )
        statements._mci_charges_changed()

    @arguments(decision=text, note=text, hours=number)
    def action_decide(self, decision, note, hours=None):
        """Decide a dispute as a third person; the charge goes to the next statement.

        :param str decision: ``stands``, ``reduced`` (to ``hours``) or ``dropped``
        :param str note: reasons, kept with the charge
        :param float hours: hours to charge when reduced, below those disputed
        :raises AccessError: neither accountant nor administrator, or one of the sides
        """
        self.check_access("read")
        note = self._mci_need_text(note)
        for charge in self:
            charge._check_charge_state("disputed")
            charge._check_arbiter()
            charge._check_decision(decision, hours)
        for charge in self.sudo():
            charge._do_decide(decision, note, hours)
        return True

    def _check_arbiter(self):
        """Neither side decides: accountants and administrators who lead none (C5)."""
        if self.env.su:
            return
        user, charge = self.env.user, self.sudo()
        sides = charge.team_id._mci_is_leader(user) or charge.center_id._mci_is_lead(
            user
        )
        if (
            sides
            or user in charge.owner_id + charge.user_id + charge.disputed_by_id
            or not user.has_groups(
                "account.group_account_invoice,mci_sales_support.group_manager"
            )
        ):
            raise AccessError(
                self.env._(
                    "%(charge)s is decided by an accountant or a Sales Support"
                    " Administrator who belongs to neither side (C5).",
                    charge=self.display_name,
                )
            )

    def _check_decision(self, decision, hours):
        if decision not in dict(self._fields["decision"].selection):
            raise UserError(self.env._("There is no decision %s.", decision))
        if decision == "reduced" and not (
            hours is not None and 0 <= hours < self.hours
        ):
            raise UserError(
                self.env._(
                    "%(charge)s: give the hours to charge, fewer than disputed.",
                    charge=self.display_name,
                )
            )

    def _do_decide(self, decision, note, hours=None):
        before = {"hours_before": self.hours, "amount_before": self.amount}
        vals = {
            "decision": decision,
            "decision_note": note,
            "decided_by_id": self.env.uid,
            "is_overrun": False,
        }
        if decision == "reduced":
            vals.update(self._prepare_hours_vals(hours))
        elif decision == "dropped":
            vals.update(self._prepare_zero_vals(note))
        self._mci_unlock().write(vals)
        self._mci_unlock().write({"state": "open"})
        self._mci_log(
            [
                {
                    "charge_id": self.id,
                    "kind": "decide",
                    "note": note,
                    **before,
                    "hours_after": self.hours,
                    "amount_after": self.amount,
                }
            ]
        )

    def _prepare_hours_vals(self, hours):
        amount = hours * self.price_unit * self.exchange_rate
        return {
            "hours": hours,
            "amount": self.company_currency_id.round(amount),
        }

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

        Zero rates and decided charges stay. Charges of days in a closed period are
        refused, except those without a price: they were never priced.

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
        )
        for charge in charges.filtered(lambda charge: not charge.is_unpriced):
            self.env["mci.period"]._mci_check_open(charge.company_id, charge.date)
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
