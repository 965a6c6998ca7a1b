from odoo import models

from .crm_lead_support import DRY_RUN


class MciPlan(models.Model):
    """Tiers and gate in a plan (M2, M4): what would be refused is not planned.

    Only where the company of the deal *enforces* a rule: at *warn* a reason is asked
    when the line is accepted, at *observe* nothing stops.
    """

    _inherit = "mci.plan"

    def _mci_find_refused(self, lines):
        """:return: ``{line: lazy sentences}``, whose booking a rule would refuse"""
        levels = self.env["mci.rule.level"]
        known, result = {}, {}
        for line in lines:
            request = line.request_id
            enforced = {
                rule
                for rule in ("M2", "M4")
                if levels._mci_get_level(rule, request.company_id) == "enforce"
            }
            if not enforced or line._mci_get_draft().exception_approver_id:
                continue
            key = request.lead_id, request.center_id, line.open_hours
            if key not in known:
                known[key] = self._mci_get_refusal(line, enforced)
            if known[key]:
                result[line] = known[key]
        return result

    def _mci_get_refusal(self, line, enforced):
        """:return: lazy sentences, what the rules would say to a booking of the line"""
        request = line.request_id
        booking = self.env["mci.booking"].with_context(mci_dry_run=DRY_RUN)
        booking = booking.new(
            {
                "name": request.name,
                "kind": "deal",
                "lead_id": request.lead_id.id,
                "center_id": request.center_id.id,
                "hours": line.open_hours,
                # On A and B the delivery lead accepts, and may call the experts.
                "requester_id": request.lead_id.mci_delivery_lead_id.id,
            }
        )
        return [
            message
            for rule, message in booking._mci_get_violations()
            if rule in enforced
        ]
