from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, text

# What a charge knows of a dispute that is as if it never was; its history keeps it.
DISPUTE_FIELDS = (
    "dispute_class",
    "dispute_reason",
    "disputed_by_id",
    "disputed_date",
    "disputed_statement_id",
    "suggested_lead_id",
)


class MciCharge(models.Model):
    """The payer withdraws a dispute that nobody decided yet (C5).

    While its statement still waits for the answer, the charge goes back there, to be
    accepted with the rest. Otherwise it goes to the next statement, as after a decision
    that it stands, and is not disputed again.
    """

    _inherit = "mci.charge"

    decision = fields.Selection(
        selection_add=[("withdrawn", "Dispute withdrawn")],
        ondelete={"withdrawn": "set null"},
    )
    can_withdraw_dispute = fields.Boolean(compute="_compute_can_withdraw_dispute")

    @api.depends("state", "disputed_statement_id")
    @api.depends_context("uid")
    def _compute_can_withdraw_dispute(self):
        for charge in self:
            charge.can_withdraw_dispute = (
                charge.state == "disputed" and charge._mci_may_withdraw_dispute()
            )

    def _mci_may_withdraw_dispute(self):
        """Who may accept the statement; the arbiter decides, unless it was his."""
        self.ensure_one()
        charge, user = self.sudo(), self.env.user
        statement = charge.disputed_statement_id.with_env(self.env)
        return statement._mci_may_accept() and (
            self.env.su
            or user == charge.disputed_by_id
            or user not in charge.arbiter_ids
        )

    @arguments(note=text)
    def action_withdraw_dispute(self, note=None):
        """Withdraw disputes that are not decided yet (C5).

        :param str note: why, kept with the history of the charge
        :raises AccessError: neither leader or deputy of the payer's team nor sales
            manager, or somebody of the provider
        :raises UserError: a charge is not disputed, or its dispute is decided
        """
        self.check_access("read")
        disputed = self._mci_get_pair().filtered(
            lambda charge: charge in self or charge.state == "disputed"
        )
        for charge in disputed:
            charge._check_charge_state("disputed")
            charge._check_can_withdraw_dispute()
        disputed.sudo()._do_withdraw_dispute(note)
        return True

    def _check_can_withdraw_dispute(self):
        if not self._mci_may_withdraw_dispute():
            raise AccessError(
                self.env._(
                    "The dispute of %(charge)s is withdrawn by the leader or deputy of"
                    " %(team)s or by a sales manager; its arbiter decides it (C5).",
                    charge=self.display_name,
                    team=self.sudo().team_id.display_name,
                )
            )

    def _do_withdraw_dispute(self, note):
        statements = self.disputed_statement_id
        for statement, charges in self.grouped("disputed_statement_id").items():
            charges._mci_unlock().write(charges._prepare_withdraw_vals(statement, note))
        left = self.filtered("decision")
        left._mci_unlock().write({"state": "open"})
        self._mci_log(
            [
                {"charge_id": charge.id, "kind": "withdraw", "note": note or False}
                for charge in self
            ]
        )
        # Writes the statements' rows: who accepts one meanwhile is sent back to retry.
        statements._mci_charges_changed()
        statements._mci_release_arbiters()

    def _prepare_withdraw_vals(self, statement, note):
        if statement.state == "sent":
            return {
                **dict.fromkeys(DISPUTE_FIELDS, False),
                "arbiter_ids": [fields.Command.clear()],
                "statement_id": statement.id,
                "state": "sent",
            }
        return {
            "decision": "withdrawn",
            "decision_note": note or False,
            "decided_by_id": self.env.uid,
            "decided_date": fields.Datetime.now(),
            "is_overrun": False,
        }

    def _check_decision(self, decision, hours, price_unit=None):
        # EXTENDS: the arbiter decides, the payer withdraws
        if decision == "withdrawn":
            raise UserError(self.env._("There is no decision %s.", decision))
        return super()._check_decision(decision, hours, price_unit)


class MciChargeEvent(models.Model):
    _inherit = "mci.charge.event"

    kind = fields.Selection(
        selection_add=[("withdraw", "Dispute withdrawn")],
        ondelete={"withdraw": "cascade"},
    )
