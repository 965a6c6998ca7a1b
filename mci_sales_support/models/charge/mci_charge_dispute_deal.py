from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, identifier, number, text
from .mci_charge_correct import CORRECT

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """A dispute may end with another deal that bears the hours (C3, C5).

    The disputed charge is taken back: it stays as it was, with the decision, and counts
    no more. Its timesheet, or the item of the bill, names the other deal from then on,
    and a fresh open charge takes its place there, with that deal's payer of today. It
    goes to the next statement, whose payer may dispute it in his turn.
    """

    _inherit = "mci.charge"

    suggested_lead_id = fields.Many2one(
        "crm.lead",
        string="Belongs to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Deal that the payer names when he disputes that the charge is his (C5).",
    )
    decision = fields.Selection(
        selection_add=[("moved", "Belongs to another deal")],
        ondelete={"moved": "set null"},
    )

    # --- Dispute --------------------------------------------------------------

    @arguments(reason=text, dispute_class=text, lead_id=identifier)
    def action_dispute(self, reason, dispute_class=None, *, lead_id=None):
        # EXTENDS: the payer may name the deal that the charges belong to
        if not lead_id:
            return super().action_dispute(reason, dispute_class)
        lead = self.env["crm.lead"].browse(lead_id)
        lead.check_access("read")
        for charge in self.sudo():
            charge._check_other_deal(lead.sudo())
        result = super().action_dispute(reason, dispute_class or "deal")
        self.sudo()._mci_unlock().write({"suggested_lead_id": lead.id})
        return result

    # --- Decision -------------------------------------------------------------

    @arguments(
        decision=text, note=text, hours=number, price_unit=number, lead_id=identifier
    )
    def action_decide(
        self, decision, note, hours=None, price_unit=None, *, lead_id=None
    ):
        """EXTENDS: ``moved`` charges the work to another deal.

        :param int lead_id: that deal, one the arbiter reads; default the one that the
            payer named
        :raises AccessError: the arbiter is of the side of the other deal
        """
        if decision != "moved":
            return super().action_decide(decision, note, hours, price_unit)
        self.check_access("read")
        note = self._mci_need_text(note)
        targets = {}
        for charge in self:
            charge._check_charge_state("disputed")
            charge._check_arbiter()
            lead = charge._mci_get_target(lead_id)
            charge.sudo()._check_can_move(lead)
            charge._check_third_person(lead)
            targets[charge.id] = lead
        for charge in self.sudo():
            charge._do_move(targets[charge.id], note)
        self.sudo().disputed_statement_id._mci_release_arbiters()
        return True

    def _mci_get_target(self, lead_id):
        suggested = self.sudo().suggested_lead_id
        if not lead_id or lead_id == suggested.id:
            return suggested
        lead = self.env["crm.lead"].browse(lead_id)
        lead.check_access("read")
        return lead.sudo()

    def _check_can_move(self, lead):
        if not (self.timesheet_id or self.expense_line_id) or self.correction_kind:
            raise UserError(
                self.env._(
                    "%s is not about hours or expenses that another deal could bear.",
                    self.display_name,
                )
            )
        self._check_other_deal(lead)

    def _check_third_person(self, lead):
        user = self.env.user
        if not self.env.su and (
            lead.team_id._mci_is_leader(user)
            or user in lead.mci_owner_id | lead.user_id
        ):
            raise AccessError(
                self.env._(
                    "%(deal)s is a deal of yours: somebody of neither side decides that"
                    " it bears these hours (C5).",
                    deal=lead.display_name,
                )
            )

    def _check_other_deal(self, lead):
        if not lead.exists() or lead == self.lead_id or lead.type != "opportunity":
            raise UserError(
                self.env._(
                    "%s: name the other opportunity that it belongs to.",
                    self.display_name,
                )
            )
        if not lead.team_id:
            raise UserError(
                self.env._("%s has no sales team that could pay.", lead.display_name)
            )

    def _do_move(self, lead, note):
        self.ensure_one()
        self._mci_unlock().write(
            {
                "decision": "moved",
                "decision_note": note,
                "decided_by_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
                "suggested_lead_id": lead.id,
            }
        )
        self._mci_unlock().write({"state": "reversed"})
        # Before the charge that takes its place in the index.
        self.flush_recordset()
        self._mci_rename_deal(lead)
        fresh = self._mci_get_fresh()
        fresh._mci_unlock().write({"reversed_charge_id": self.id})
        moved = _lt("Moved from %(deal)s. %(note)s", deal=self.lead_name, note=note)
        self._mci_log(
            [
                self._prepare_move_event(note, before=self),
                fresh._prepare_move_event(moved, after=fresh),
            ]
        )

    def _mci_rename_deal(self, lead):
        """The work names the other deal; the fresh charge comes with it."""
        line = self.timesheet_id._mci_unlock().with_context(mci_correct=CORRECT)
        line.write({"mci_lead_id": lead.id})
        self.expense_line_id.write({"mci_lead_id": lead.id})

    def _mci_get_fresh(self):
        charges = self.timesheet_id.mci_charge_ids | self.expense_line_id.mci_charge_ids
        return charges.filtered(lambda charge: charge.state == "open")

    def _prepare_move_event(self, note, before=(), after=()):
        """What one deal had and has no more, or the other has now."""
        return {
            "charge_id": self.id,
            "kind": "decide",
            "note": note,
            "hours_before": sum(charge.hours for charge in before),
            "amount_before": sum(charge.amount for charge in before),
            "hours_after": sum(charge.hours for charge in after),
            "amount_after": sum(charge.amount for charge in after),
        }

    # --- The story of the fresh charge ----------------------------------------

    def _prepare_payer_vals(self, lead, booking):
        # EXTENDS: work that was booked for another deal is paid by the one it is for
        if booking and booking.lead_id != lead:
            booking = booking.browse()
        return super()._prepare_payer_vals(lead, booking)
