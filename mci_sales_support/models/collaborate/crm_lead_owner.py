from odoo import models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, flag, identifier, text, text_or_identifier


class CrmLead(models.Model):
    """What the owner may do with his deal, whatever his groups (O1)."""

    _inherit = "crm.lead"

    @arguments(stage_id=identifier, reason=text)
    def mci_move_stage(self, stage_id, reason=None):
        """Move the deals to a stage their team uses, as their owner (O1).

        Works for the owner whatever his groups; everybody else needs his own right to
        change the opportunity.

        :param int stage_id: a ``crm.stage`` of the deal's team
        :param str reason: why to go on where a rule asks for one (O3)
        :raises AccessError: unless the caller owns the deal or may write it
        :raises UserError: when the team does not use the stage, or a rule refuses
        """
        leads = self._mci_act_as_owner()
        stage = self.env["crm.stage"].sudo().browse(stage_id).exists()
        for lead in leads.sudo():
            teams = stage.team_ids
            if not stage or (teams and lead.team_id not in teams):
                raise UserError(
                    self.env._(
                        "The team of %(deal)s does not use this stage.",
                        deal=lead.display_name,
                    )
                )
        leads.with_context(mci_reason=reason).write({"stage_id": stage.id})
        return True

    @arguments(won=flag, reason=text_or_identifier)
    def mci_close(self, won, reason=None):
        """Close the deals as won or lost, as their owner (O1).

        :param bool won: won, or lost
        :param reason: of a loss: id or name of a ``crm.lost.reason``; of a win: why to
            go on where a rule asks for a reason (O3)
        :raises AccessError: unless the caller owns the deal or may write it
        :raises UserError: when the lost reason is unknown, or a rule refuses
        """
        leads = self._mci_act_as_owner()
        if won:
            leads.with_context(mci_reason=reason).action_set_won()
        else:
            leads.action_set_lost(lost_reason_id=self._mci_get_lost_reason(reason))
        return True

    def _mci_act_as_owner(self):
        """These deals with the rights of their owner; others need their own."""
        if all(lead.mci_owner_id == self.env.user for lead in self.sudo()):
            return self.sudo()
        self.check_access("write")
        return self

    def _mci_get_lost_reason(self, reason):
        if not reason:
            return False
        field, operator = ("id", "=") if isinstance(reason, int) else ("name", "=ilike")
        found = (
            self.env["crm.lost.reason"]
            .sudo()
            .search([(field, operator, reason)], limit=1)
        )
        if not found:
            raise UserError(
                self.env._("There is no lost reason %(reason)s.", reason=reason)
            )
        return found.id

    def action_mci_decide(self):
        """Button: move or close the deal as its owner."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on the Deal"),
            "res_model": "mci.deal.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_lead_id": self.id},
        }
