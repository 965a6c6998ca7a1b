from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, number, text

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """Disputes of single charges, and their decision by a third person (C5).

    A disputed charge leaves its statement, the rest goes on. The arbiters are named by
    the approval rules for disputed charges; without a rule accountants and Sales
    Support Administrators decide. Nobody of either side does.
    """

    _inherit = "mci.charge"

    disputed_date = fields.Datetime(string="Disputed on", readonly=True)
    decided_date = fields.Datetime(string="Decided on", readonly=True)
    arbiter_ids = fields.Many2many(
        "res.users",
        "mci_charge_arbiter_rel",
        "charge_id",
        "user_id",
        string="Arbiters",
        readonly=True,
        copy=False,
        help="Whom the approval rules name for this dispute; neither side (C5).",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("state", "arbiter_ids")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for charge in self:
            charge.can_decide = charge.state == "disputed" and (
                not charge._mci_get_arbiter_refusal()
            )

    # --- Dispute --------------------------------------------------------------

    @arguments(reason=text, dispute_class=text)
    def action_dispute(self, reason, dispute_class=None):
        """Dispute sent charges: they leave the statement, the rest goes on (C5).

        :param str reason: why the payer does not accept
        :param str dispute_class: ``hours``, ``price``, ``deal``, ``agreed`` (not
            agreed), ``quality``, ``other``
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
            charge._check_not_decided()
        self.sudo()._do_dispute(reason, dispute_class or "other")
        return True

    def _check_not_decided(self):
        """A dispute is decided once; the next month does not begin it anew (C5)."""
        charge = self.sudo()
        if charge.decision:
            raise UserError(
                self.env._(
                    "%(charge)s was disputed before and decided by %(user)s: a dispute"
                    " is decided once (C5).",
                    charge=self.display_name,
                    user=charge.decided_by_id.name or "",
                )
            )

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
                    "disputed_date": fields.Datetime.now(),
                }
            )
        self._mci_log(
            [
                {"charge_id": charge.id, "kind": "dispute", "note": reason}
                for charge in self
            ]
        )
        self._mci_name_arbiters()
        statements._mci_charges_changed()
        statements._mci_ask_arbiters()

    def _mci_dispute_text(self):
        """Who disputes it and why, in a line: 'Monica Brandt, Hours: half a day'."""
        kinds = dict(self._fields["dispute_class"]._description_selection(self.env))
        return self.env._(
            "%(user)s, %(kind)s: %(reason)s",
            user=self.sudo().disputed_by_id.name,
            kind=kinds.get(self.dispute_class, ""),
            reason=self.dispute_words or "",
        )

    # --- Arbiters -------------------------------------------------------------

    def _mci_name_arbiters(self):
        """Who the approval rules name, without the sides; one search for all."""
        cases = [(charge.company_id, charge.amount, charge.grade_id) for charge in self]
        rules = self.env["mci.approval.rule"]._mci_find_batch("dispute", cases)
        for charge, rule in zip(self, rules, strict=True):
            charge._mci_unlock().arbiter_ids = charge._mci_get_rule_arbiters(rule)

    def _mci_get_rule_arbiters(self, rule):
        self.ensure_one()
        named = rule._mci_get_approvers(
            rule, lead=self.lead_id, center=self.center_id
        ).sudo()
        return named.filtered(lambda user: not self._mci_is_side(user))

    def _mci_is_side(self, user):
        """Whether the user is of the payer or of the provider of this charge."""
        charge = self.sudo()
        return (
            charge.team_id._mci_is_leader(user)
            or charge.center_id._mci_is_lead(user)
            or user
            in charge.owner_id
            + charge.user_id
            + charge.disputed_by_id
            + charge.resource_id.user_id
        )

    def _mci_get_arbiter_refusal(self):
        """Why the current user does not decide this dispute; empty when he does."""
        self.ensure_one()
        if self.env.su:
            return ""
        user, arbiters = self.env.user, self.sudo().arbiter_ids
        if arbiters:
            may = user in arbiters
            who = ", ".join(arbiters[:5].mapped("name"))
        else:
            may = user.has_groups(
                "account.group_account_invoice,mci_sales_support.group_manager"
            )
            who = self.env._("an accountant or a Sales Support Administrator")
        if may and not self._mci_is_side(user):
            return ""
        return self.env._(
            "%(charge)s is decided by %(who)s, who must belong to neither side (C5).",
            charge=self.display_name,
            who=who,
        )

    def _check_arbiter(self):
        """Neither side decides (C5)."""
        if refusal := self._mci_get_arbiter_refusal():
            raise AccessError(refusal)

    # --- Decision -------------------------------------------------------------

    @arguments(decision=text, note=text, hours=number, price_unit=number)
    def action_decide(self, decision, note, hours=None, price_unit=None):
        """Decide a dispute as a third person; the charge goes to the next statement.

        :param str decision: ``stands``, ``reduced`` (to ``hours``), ``repriced`` (to
            ``price_unit``) or ``dropped`` (costs nothing, the arbiter approves it)
        :param str note: reasons, kept with the charge
        :param float hours: hours to charge when reduced, below those disputed
        :param float price_unit: price of an hour when priced otherwise, in the currency
            of the charge's price
        :raises AccessError: no arbiter of this charge, or one of the sides
        """
        self.check_access("read")
        note = self._mci_need_text(note)
        for charge in self:
            charge._check_charge_state("disputed")
            charge._check_arbiter()
            charge._check_decision(decision, hours, price_unit)
        self.sudo()._do_decide(decision, note, hours, price_unit)
        self.sudo().disputed_statement_id._mci_release_arbiters()
        return True

    def _check_decision(self, decision, hours, price_unit=None):
        if not decision:
            raise UserError(self.env._("Choose a decision."))
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
        if decision == "repriced" and not (
            price_unit is not None and price_unit >= 0 and price_unit != self.price_unit
        ):
            raise UserError(
                self.env._(
                    "%(charge)s: give the price of an hour, another than disputed.",
                    charge=self.display_name,
                )
            )

    def _do_decide(self, decision, note, hours=None, price_unit=None):
        before = {charge: (charge.hours, charge.amount) for charge in self}
        for charge in self:
            charge._mci_unlock().write(
                charge._prepare_decision_vals(decision, note, hours, price_unit)
            )
        self._mci_unlock().write({"state": "open"})
        self._mci_log(
            [
                {
                    "charge_id": charge.id,
                    "kind": "decide",
                    "note": note,
                    "hours_before": before[charge][0],
                    "amount_before": before[charge][1],
                    "hours_after": charge.hours,
                    "amount_after": charge.amount,
                }
                for charge in self
            ]
        )

    def _prepare_decision_vals(self, decision, note, hours, price_unit):
        vals = {
            "decision": decision,
            "decision_note": note,
            "decided_by_id": self.env.uid,
            "decided_date": fields.Datetime.now(),
            "is_overrun": False,
        }
        if decision == "reduced":
            vals.update(self._prepare_hours_vals(hours))
        elif decision == "repriced":
            vals.update(self._prepare_decided_price_vals(price_unit))
        elif decision == "dropped":
            vals.update(self._prepare_zero_vals(note))
        return vals

    def _prepare_hours_vals(self, hours):
        amount = self._mci_get_amount(hours, self.price_unit)
        return {"hours": hours, "amount": amount}

    def _mci_get_amount(self, hours, price_unit):
        """Amount at other hours or another price, at the frozen rate of exchange."""
        amount = hours * price_unit * self.exchange_rate
        return self.company_currency_id.round(amount)

    def _prepare_decided_price_vals(self, price_unit):
        return {
            "price_unit": price_unit,
            "amount": self._mci_get_amount(self.hours, price_unit),
            "is_unpriced": False,
            "explanation": _lt(
                "Decided by %(user)s: %(price)s instead of %(old)s. %(before)s",
                user=self.env.user.name,
                price=self.currency_id.format(price_unit),
                old=self.currency_id.format(self.price_unit),
                before=self._mci_get_words("explanation"),
            ),
        }
