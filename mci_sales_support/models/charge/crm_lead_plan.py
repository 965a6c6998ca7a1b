from odoo import models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, text

_lt = LazyTranslate(__name__)
SOURCES = ("standard", "similar", "empty")


class CrmLead(models.Model):
    """The presales plans of the deal (C4)."""

    _inherit = "crm.lead"

    @arguments(source=text)
    def mci_make_plan(self, source=None):
        """Make the next version of the deal's presales plan, as a draft (C4).

        :param str source: ``standard`` (lines of the grade), ``similar`` (lines of the
            most similar deal) or ``empty``; default: the lines of the version before,
            else the standard
        :return: id of the ``mci.presales.plan``
        :raises AccessError: for whoever does not decide about the deal
        :raises UserError: the deal is closed, or the source has no lines
        """
        self.ensure_one()
        if source and source not in SOURCES:
            raise UserError(self.env._("There is no source %s of a plan.", source))
        self._mci_check_can_plan()
        plans = self.env["mci.presales.plan"]
        last = plans.search([("lead_id", "=", self.id)], limit=1)
        if last and not source:
            return last.copy().id
        plan = plans.create({"lead_id": self.id})
        if source == "similar":
            plan.action_propose_similar()
        elif source != "empty":
            plan.action_propose_standard()
        return plan.id

    def _mci_check_can_plan(self):
        self._mci_check_can_manage()
        for lead in self.sudo():
            if lead.type != "opportunity" or lead.won_status != "pending":
                raise UserError(
                    self.env._(
                        "%s is no open opportunity: nothing is planned.",
                        lead.display_name,
                    )
                )

    def action_mci_view_plans(self):
        """The presales plans of the deal; the first one is begun at once."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_presales_plan_action"
        )
        plans = self.env["mci.presales.plan"].search([("lead_id", "=", self.id)])
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {"default_lead_id": self.id}
        begin = self.won_status == "pending" and self._mci_can_manage()
        if len(plans) == 1 or (begin and not plans):
            action["views"] = [(False, "form")]
            action["res_id"] = plans.id
        return action

    # --- Gate -----------------------------------------------------------------

    def _mci_gate_gaps(self):
        # EXTENDS match: by setting an approved plan is needed, too
        gaps = super()._mci_gate_gaps()
        if self._mci_get_company().sudo().mci_plan_required:
            plans = self.env["mci.presales.plan"].sudo()
            domain = [("lead_id", "=", self.id), ("state", "=", "approved")]
            if not plans.search_count(domain, limit=1):
                gaps.append(_lt("an approved presales plan"))
        return gaps

    # --- Merge ----------------------------------------------------------------

    def _mci_merge_budget(self, tail):
        # EXTENDS: lines of the approved plans add up
        result = super()._mci_merge_budget(tail)
        self._mci_merge_plans(tail)
        return result

    def _mci_merge_plans(self, tail):
        plans = self.env["mci.presales.plan"].sudo()
        found = plans.search([("lead_id", "in", tail.ids)], order="lead_id, version")
        if not found:
            return
        own = plans.search([("lead_id", "=", self.id)])
        found.filtered(lambda plan: plan.state == "requested")._mci_decide(
            "refused", self.env._("The deal was merged into another one.")
        )
        head_plan = own.filtered(lambda plan: plan.state == "approved")
        for plan in found.filtered(lambda plan: plan.state == "approved"):
            if not head_plan:
                head_plan = plan
                continue
            head_plan._mci_take_lines(plan)
            plan._mci_unlock().write({"state": "replaced"})
            plan.flush_recordset()
        last = max(own.mapped("version"), default=0)
        for number, plan in enumerate(found, start=last + 1):
            plan._mci_unlock().write({"lead_id": self.id, "version": number})
