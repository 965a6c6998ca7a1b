from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, flag, number, text

_lt = LazyTranslate(__name__)

# Opens a frozen timesheet for its correction. Nobody can send it over RPC.
CORRECT = object()
# Charges in these states still count.
LIVE = ("open", "sent", "disputed", "accepted", "posted")


class MciCharge(models.Model):
    """Correcting what is posted: a reversal and a delta in an open period (C7).

    The posted charge stays for ever as it was. A pair of open adjustments, back with
    what was charged and on with what is right, goes to the next statement: the payer
    reads why, accepts or disputes it, and it is posted with the others.
    """

    _inherit = "mci.charge"

    corrected_charge_id = fields.Many2one(
        "mci.charge",
        string="Corrects",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The posted charge this adjustment takes back or sets right (C7).",
    )
    correction_kind = fields.Selection(
        [("reversal", "Takes back"), ("delta", "Sets right")],
        string="Part of the correction",
        readonly=True,
        copy=False,
    )
    correction_ids = fields.One2many(
        "mci.charge", "corrected_charge_id", string="Corrected by", readonly=True
    )
    can_correct = fields.Boolean(compute="_compute_can_correct")

    _corrected_once = models.UniqueIndex(
        "(corrected_charge_id, correction_kind)"
        " WHERE corrected_charge_id IS NOT NULL AND state <> 'reversed'",
        "A posted charge is corrected once; then its correction is (C7).",
    )

    @api.depends("state", "correction_kind", "correction_ids.state")
    @api.depends_context("uid")
    def _compute_can_correct(self):
        accountant = self.env["mci.statement"]._mci_is_accountant()
        for charge in self:
            charge.can_correct = accountant and charge.sudo()._mci_is_correctable()

    def _mci_is_correctable(self):
        self.ensure_one()
        return (
            self.state == "posted"
            and bool(self.statement_id)
            and self.correction_kind != "reversal"
            and not self._mci_get_live_corrections()
        )

    def _mci_get_live_corrections(self):
        return self.sudo().correction_ids.filtered(
            lambda charge: charge.state != "reversed"
        )

    def _mci_get_pair(self):
        """The charges together with the other half of their corrections."""
        halves = self.sudo().filtered("correction_kind")
        others = halves.corrected_charge_id._mci_get_live_corrections()
        return self | others.with_env(self.env)

    # --- Correct --------------------------------------------------------------

    @arguments(reason=text, hours=number, price_unit=number, correct_timesheet=flag)
    def action_correct(
        self, reason, hours=None, price_unit=None, correct_timesheet=False
    ):
        """Correct posted charges by a reversal and a delta on the next statement (C7).

        :param str reason: read by the payer on the statement, kept with the charges
        :param float hours: hours that are right; default those charged. 0: take the
            whole charge back
        :param float price_unit: price of an hour that is right, in the currency of the
            charge's price; default the one charged
        :param bool correct_timesheet: also write the hours into the timesheet, which
            must lie in a period that is not closed; they are rounded to the company's
            step first. Else the hours stay the unit's own
        :return: ids of the new charges
        :raises AccessError: the user is no accountant
        :raises UserError: not posted, corrected already, nothing changes
        """
        self.check_access("read")
        if not self.env["mci.statement"]._mci_is_accountant():
            raise AccessError(
                self.env._("Posted charges are corrected by an accountant (C7).")
            )
        reason = self._mci_need_text(reason)
        correct_timesheet = correct_timesheet and hours is not None
        wanted = {
            charge: charge._mci_step_hours(hours) if correct_timesheet else hours
            for charge in self.sudo()
        }
        for charge, right in wanted.items():
            charge._check_correctable()
            charge._check_correction(right, price_unit)
            if correct_timesheet:
                charge._check_timesheet_open()
        fresh = self._do_correct_each(
            {charge: (right, price_unit) for charge, right in wanted.items()}, reason
        )
        if correct_timesheet:
            for charge, right in wanted.items():
                charge._do_correct_timesheet(right)
        return fresh.ids

    def _mci_step_hours(self, hours):
        """What the timesheet will hold: charge and timesheet stay the same (C3)."""
        if not self._mci_get_first().timesheet_id:
            return hours
        return self.company_id._mci_round_hours(hours)

    def _check_correctable(self):
        if self._mci_is_correctable():
            return
        if fresh := self._mci_get_live_corrections():
            raise UserError(
                self.env._(
                    "%(charge)s was corrected already by %(fresh)s: correct that one"
                    " once it is posted (C7).",
                    charge=self.display_name,
                    fresh=", ".join(fresh.mapped("display_name")),
                )
            )
        raise UserError(
            self.env._(
                "%(charge)s is %(state)s: a correction needs a posted charge. An open"
                " one follows its timesheet, a sent one is disputed (C7).",
                charge=self.display_name,
                state=self._mci_state_label(),
            )
        )

    def _check_correction(self, hours, price_unit):
        hours = self.hours if hours is None else hours
        price_unit = self.price_unit if price_unit is None else price_unit
        if hours < 0 or (price_unit < 0 and not self._mci_is_at_cost()):
            raise UserError(
                self.env._("Hours and price of a correction are zero or more.")
            )
        if hours and self._mci_is_at_cost():
            raise UserError(
                self.env._(
                    "%s is charged at cost and has no hours: give the right price.",
                    self.display_name,
                )
            )
        if hours == self.hours and price_unit == self.price_unit:
            raise UserError(
                self.env._(
                    "%(charge)s has these hours and this price already.",
                    charge=self.display_name,
                )
            )

    def _do_correct(self, reason, hours=None, price_unit=None):
        """The pair of adjustments; only the reversal when nothing is left to charge."""
        return self._do_correct_each({self: (hours, price_unit)}, reason)

    @api.model
    def _do_correct_each(self, figures, reason):
        """Corrections of many charges, created and logged at once.

        :param dict figures: ``{charge: (hours, price of an hour)}``, None: as it was
        """
        vals_list = []
        for charge, (hours, price_unit) in figures.items():
            vals_list += charge._prepare_pair_vals(reason, hours, price_unit)
        fresh = self.sudo()._mci_unlock().create(vals_list)
        halves = fresh.grouped("corrected_charge_id")
        self._mci_log(
            [
                charge._prepare_correction_event(halves[charge], reason)
                for charge in figures
            ]
        )
        return fresh

    def _prepare_pair_vals(self, reason, hours=None, price_unit=None):
        hours = self.hours if hours is None else hours
        price_unit = self.price_unit if price_unit is None else price_unit
        vals_list = [self._prepare_correction_vals("reversal", reason)]
        if price_unit if self._mci_is_at_cost() else hours:
            vals_list.append(
                self._prepare_correction_vals("delta", reason, hours, price_unit)
            )
        return vals_list

    def _prepare_correction_event(self, fresh, reason):
        right = fresh.filtered(lambda charge: charge.correction_kind == "delta")
        return {
            "charge_id": self.id,
            "kind": "correct",
            "note": reason,
            "hours_before": self.hours,
            "hours_after": right.hours,
            "amount_before": self.amount,
            "amount_after": right.amount,
        }

    def _prepare_correction_vals(self, kind, reason, hours=None, price_unit=None):
        """The charge again, with another sign or other figures, on the same account."""
        vals = self._prepare_adjustment_vals(self.lead_id, -1, self.analytic_account_id)
        vals.update(
            corrected_charge_id=self.id,
            correction_kind=kind,
            zero_rate_reason=False,
            zero_rate_approver_id=False,
            explanation=self._get_correction_text(kind, reason, hours, price_unit),
        )
        if kind == "delta":
            vals.update(
                hours=hours,
                price_unit=price_unit,
                amount=self._mci_get_amount(hours, price_unit),
            )
        return vals

    def _get_correction_text(self, kind, reason, hours, price_unit):
        source = {
            "statement": self.statement_id.name or "",
            "reason": reason,
        }
        if kind == "reversal":
            return _lt("Takes back %(statement)s: %(reason)s", **source)
        if self._mci_is_at_cost():
            return _lt(
                "Sets right %(statement)s: %(price)s instead of %(old_price)s."
                " %(reason)s",
                price=self.currency_id.format(price_unit),
                old_price=self.currency_id.format(self.price_unit),
                **source,
            )
        return _lt(
            "Sets right %(statement)s: %(hours).2f h at %(price)s instead of"
            " %(old_hours).2f h at %(old_price)s. %(reason)s",
            hours=hours,
            price=self.currency_id.format(price_unit),
            old_hours=self.hours,
            old_price=self.currency_id.format(self.price_unit),
            **source,
        )

    # --- The timesheet behind -------------------------------------------------

    def _mci_get_first(self):
        """The charge that a chain of corrections began with: it has the timesheet."""
        charge = self
        while charge.corrected_charge_id:
            charge = charge.corrected_charge_id
        return charge

    def _check_timesheet_open(self):
        """Hours are not changed in a closed period (C7)."""
        line = self._mci_get_first().timesheet_id
        if line:
            self.env["mci.period"]._mci_check_open(self.company_id, line.date)

    def _do_correct_timesheet(self, hours):
        line = self._mci_get_first().timesheet_id
        line.with_context(mci_correct=CORRECT).unit_amount = hours

    # --- Withdraw -------------------------------------------------------------

    def action_withdraw_correction(self):
        """Take back a correction that nobody has been sent yet.

        :raises AccessError: the user is no accountant
        :raises UserError: no correction, or it was sent
        """
        self.check_access("read")
        if not self.env["mci.statement"]._mci_is_accountant():
            raise AccessError(
                self.env._("Posted charges are corrected by an accountant (C7).")
            )
        charges = self.sudo()._mci_get_pair()
        for charge in charges:
            charge._check_charge_state("open")
            if not charge.correction_kind or charge.decision:
                raise UserError(
                    self.env._(
                        "%(charge)s is no correction that can be withdrawn.",
                        charge=charge.display_name,
                    )
                )
        charges._do_withdraw()
        return True

    def _do_withdraw(self):
        statements = self.statement_id
        self._mci_restore_timesheets()
        self._mci_unlock().unlink()
        statements._mci_charges_changed()

    def _mci_restore_timesheets(self):
        """The timesheet has the hours again that stay charged."""
        for charge in self.corrected_charge_id:
            line = charge._mci_get_first().timesheet_id
            if line and line.unit_amount != charge.hours:
                closed = self.env["mci.period"]._mci_get_closed(
                    charge.company_id, line.date
                )
                if not closed:
                    line.with_context(mci_correct=CORRECT).unit_amount = charge.hours

    # --- Disputes and zero rates ----------------------------------------------

    def _do_dispute(self, reason, dispute_class):
        # EXTENDS: half a correction says nothing, both halves leave the statement
        pair = self._mci_get_pair().filtered(lambda charge: charge.state == "sent")
        return super(MciCharge, pair)._do_dispute(reason, dispute_class)

    def _check_decision(self, decision, hours, price_unit=None):
        # EXTENDS
        if self.correction_kind and decision not in ("stands", "dropped"):
            raise UserError(
                self.env._(
                    "%(charge)s is a correction: it stands, or it is dropped and what"
                    " was posted stays.",
                    charge=self.display_name,
                )
            )
        return super()._check_decision(decision, hours, price_unit)

    def action_decide(self, decision, note, hours=None, price_unit=None):
        # EXTENDS: one decision for both halves
        self.check_access("read")
        pair = self._mci_get_pair()
        disputed = pair.filtered(
            lambda charge: charge in self or charge.state == "disputed"
        )
        others = (pair - disputed).sudo() if decision == "dropped" else self.browse()
        others._check_droppable()
        result = super(MciCharge, disputed).action_decide(
            decision, note, hours, price_unit
        )
        if others:
            others._do_decide(decision, note.strip())
        return result

    def _check_droppable(self):
        """The half of another payer goes as well, else nobody would bear the work."""
        for charge in self:
            if charge.state != "open":
                raise UserError(
                    self.env._(
                        "The other half of the correction, %(charge)s, is %(state)s:"
                        " what was posted cannot stay. Decide that the correction"
                        " stands, and correct it once it is posted (C7).",
                        charge=charge.display_name,
                        state=charge._mci_state_label(),
                    )
                )

    def _do_decide(self, decision, note, hours=None, price_unit=None):
        # EXTENDS: a correction that is dropped leaves what was posted
        dropped = self.filtered("correction_kind") if decision == "dropped" else ()
        if dropped:
            dropped._mci_restore_timesheets()
        result = super()._do_decide(decision, note, hours, price_unit)
        if dropped:
            dropped._mci_unlock().write({"hours": 0.0})
        return result

    def _check_zero_rate_approver(self):
        # EXTENDS
        if self.sudo().origin == "adjustment":
            raise UserError(
                self.env._(
                    "%(charge)s corrects another charge and is not made free of charge:"
                    " withdraw the correction, or dispute it.",
                    charge=self.display_name,
                )
            )
        return super()._check_zero_rate_approver()


class MciChargeEvent(models.Model):
    _inherit = "mci.charge.event"

    kind = fields.Selection(
        selection_add=[("correct", "Corrected after posting")],
        ondelete={"correct": "cascade"},
    )
