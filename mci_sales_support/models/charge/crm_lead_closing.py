from odoo import models


class CrmLead(models.Model):
    """A closed deal accounts for its presales plan (C4)."""

    _inherit = "crm.lead"

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        # EXTENDS crm: without an old status the deals came in closed, as history does.
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        if not old_status_by_lead:
            return result
        was_closed = self.filtered(
            lambda lead: any(old_status_by_lead.get(lead.id, {}).values())
        )
        is_closed = self.filtered(
            lambda lead: any(new_status_by_lead.get(lead.id, {}).values())
        )
        accounts = self.env["mci.closing.account"].sudo()
        if reopened := was_closed - is_closed:
            accounts._mci_drop(reopened)
        if closed := is_closed - was_closed:
            accounts._mci_open(closed.sudo())
        return result

    def _mci_merge_budget(self, tail):
        # EXTENDS: questions and closing accounts of the merged deals
        result = super()._mci_merge_budget(tail)
        accounts = self.env["mci.closing.account"].sudo()
        accounts._mci_drop(tail)
        frozen = accounts.search([("lead_id", "in", tail.ids)])
        frozen._mci_unlock().write({"lead_id": self.id})
        decisions = self.env["mci.budget.decision"].sudo()
        found = decisions.search([("lead_id", "in", tail.ids)])
        found.filtered(lambda decision: decision.state == "asked")._do_lapse()
        for decision in found:
            # The key names the deal it was asked about: it stays unique.
            key = f"{decision.lead_id.id}/{decision.key}"
            decision._mci_unlock().write({"lead_id": self.id, "key": key})
        return result
