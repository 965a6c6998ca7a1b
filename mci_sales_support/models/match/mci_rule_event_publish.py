from odoo import models


class MciRuleEvent(models.Model):
    """An event in words, for the list that is published (M5)."""

    _inherit = "mci.rule.event"

    def _prepare_list_vals(self):
        """Values of one frozen line per event, documents read model by model."""
        documents = {
            model: self.env[model]
            .sudo()
            .browse(events.mapped("res_id"))
            .exists()
            .grouped("id")
            for model, events in self.filtered("res_model").grouped("res_model").items()
        }
        return [
            event._prepare_list_line_vals(
                documents.get(event.res_model, {}).get(event.res_id)
            )
            for event in self
        ]

    def _prepare_list_line_vals(self, document):
        self.ensure_one()
        lead = self.lead_id
        asked, approved = self._mci_get_deciders(document)
        return {
            "kind": self.kind,
            "date": self.date,
            "rule": self.rule,
            "lead_name": lead.name,
            "grade": self._mci_get_part(document, "grade_id", lead.mci_grade_id).name,
            "team_name": self._mci_get_part(document, "team_id", lead.team_id).name,
            "unit_name": self._mci_get_part(
                document, "center_id", lead.mci_center_id
            ).name,
            "requester_name": asked.name,
            "approver_name": approved.name,
            "reason": self.reason,
            "message": self.message,
        }

    def _mci_get_part(self, document, name, default):
        """A field of the document, if it is one of those that have it."""
        if document and name in document._fields:
            return document[name] or default
        return default

    def _mci_get_deciders(self, document):
        """(who asked, who approved) by the document the event is about."""
        nobody = self.env["res.users"]
        if not document:
            return self.user_id, nobody
        if document._name == "mci.booking":
            return (
                document.exception_requester_id or document.requester_id,
                document.exception_approver_id,
            )
        if document._name == "mci.request":
            return document.override_requester_id, document.override_approver_id
        if document._name == "mci.preemption":
            return document.requester_id, document.approver_id
        return self.user_id, nobody
