from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools.arguments import arguments, text
from ...tools.grading import grade_deal, present_grade

# Deals graded in one go when a policy comes into force.
REGRADE_BATCH = 1000


class CrmLead(models.Model):
    """Grading by the policy in force, moves by hand, the lock (M1)."""

    _inherit = "crm.lead"

    mci_grade_change_ids = fields.One2many(
        "mci.grade.change", "lead_id", string="Grade Changes", copy=False
    )
    mci_grade_overtaken = fields.Boolean(
        string="Overtaken by the Computed Grade",
        compute="_compute_mci_grade_overtaken",
        help="The computed grade is now better than the one moved by hand (M1).",
    )

    @api.depends("mci_grade_manual", "mci_grade_id", "mci_computed_grade_id")
    def _compute_mci_grade_overtaken(self):
        for lead in self:
            computed = lead.mci_computed_grade_id
            lead.mci_grade_overtaken = (
                lead.mci_grade_manual
                and computed._mci_is_better_than(lead.mci_grade_id)
            )

    # ------------------------------------------------------------
    # Grading
    # ------------------------------------------------------------

    def _mci_regrade(self, reason_code="amount"):
        """Grade opportunities by the policy of their company; a batch costs as many
        queries as one. Deals of a company without policy are left alone.

        :param str reason_code: what the history says if a grade changes, ``amount``
            or ``policy``
        """
        results = self.sudo()._mci_get_grade_results()
        changes = [
            {**change, "reason_code": reason_code}
            for facts, graded in results
            if (change := self._mci_prepare_automatic_change(facts, graded))
        ]
        self.sudo()._mci_write_grades(results)
        if changes:
            self.env["mci.grade.change"]._mci_record(changes)
            moved = [c["lead_id"] for c in changes if c["kind"] == "automatic"]
            self.browse(moved)._mci_on_event("graded")

    def _mci_get_grade_results(self):
        """What the deals are graded on and their new grade, where that differs.

        :return: list of (:class:`Facts`, :class:`Graded`)
        """
        get_scheme = self.env["mci.grade.policy"]._mci_get_scheme
        schemes, results = {}, []
        for facts in self._mci_read_facts():
            if facts.company_id not in schemes:
                company = self.env["res.company"].browse(facts.company_id)
                rounding = company.currency_id.rounding
                schemes[company.id] = (get_scheme(company), rounding)
            scheme, rounding = schemes[facts.company_id]
            if not scheme:
                continue
            graded = grade_deal(facts, scheme, rounding)
            if graded != present_grade(facts):
                results.append((facts, graded))
        return results

    @api.model
    def _mci_prepare_automatic_change(self, facts, graded):
        """History of a deal whose grade moves by itself, or the proposal to move it."""
        old, computed = facts.mci_grade_id, graded.mci_computed_grade_id
        if not old:
            return None
        moves = graded.mci_grade_id != old
        proposes = (
            facts.mci_initiated_date
            and not facts.mci_grade_manual
            and facts.won_status == "pending"
            and computed != facts.mci_computed_grade_id
        )
        if not moves and not proposes:
            return None
        vals = {
            "lead_id": facts.id,
            "computed_grade_id": computed,
            "from_grade_id": old,
            "grading_amount": graded.mci_grading_amount,
        }
        if moves:
            to_grade = graded.mci_grade_id
            return {
                **vals,
                "kind": "automatic",
                "to_grade_id": to_grade,
                "state": "done",
            }
        return {**vals, "kind": "proposal", "to_grade_id": computed}

    @api.model
    def _mci_regrade_company(self, company):
        """Grade the opportunities of ``company`` by the policy in force today.

        Closed ones keep their grade; those that never had one, as history that was
        imported, get it: reports compare them with today's deals.
        """
        leads = self.with_context(active_test=False).sudo()
        leads = leads.search(self._mci_get_gradable_domain(company), order="id")
        for ids in split_every(REGRADE_BATCH, leads.ids):
            batch = self.with_company(company).browse(ids)
            batch._mci_regrade("policy")
            batch.flush_recordset()
            batch.invalidate_recordset()

    @api.model
    def _mci_get_gradable_domain(self, company):
        """Open or never graded deals of ``company``, as :meth:`_mci_get_company` says.

        A deal without company, team's or salesperson's company counts for any.
        """
        gradable = Domain("type", "=", "opportunity") & (
            Domain("won_status", "=", "pending") | Domain("mci_grade_id", "=", False)
        )
        mine, none = ("=", company.id), ("=", False)
        by_user = Domain("user_id", *none) | Domain("user_id.company_id", *mine)
        # A path that ends in False would leave out the deals without team.
        no_company = Domain("team_id", "not any", [("company_id", "!=", False)])
        by_team = Domain("team_id.company_id", *mine) | (no_company & by_user)
        own = Domain("company_id", *mine) | (Domain("company_id", *none) & by_team)
        return gradable & own

    # ------------------------------------------------------------
    # Moves by hand
    # ------------------------------------------------------------

    @arguments(grade_code=text, reason_code=text, reason=text)
    def mci_request_grade(self, grade_code, reason_code, reason):
        """Ask for another grade than the computed one (M1).

        :param str grade_code: code of the grade, as ``A``
        :param str reason_code: ``showcase`` or ``strategic``
        :param str reason: why, in words
        :return: id of the ``mci.grade.change`` that waits for an approver
        :raise AccessError: for whoever does not decide about the deal
        :raise UserError: without reason, for an unknown or the present grade, or while
            another move waits
        """
        self.ensure_one()
        self._mci_check_can_manage()
        grade = self.env["mci.grade"].sudo().search([("code", "=", grade_code)])
        lead = self.sudo()
        if error := lead._mci_get_cannot_request_reason(grade, reason_code, reason):
            raise UserError(error)
        return (
            self.env["mci.grade.change"]
            ._mci_record(
                [
                    {
                        "lead_id": lead.id,
                        "kind": "manual",
                        "computed_grade_id": lead.mci_computed_grade_id.id,
                        "from_grade_id": lead.mci_grade_id.id,
                        "to_grade_id": grade.id,
                        "grading_amount": lead.mci_grading_amount,
                        "reason_code": reason_code,
                        "reason": reason,
                    }
                ]
            )
            .id
        )

    def _mci_get_cannot_request_reason(self, grade, reason_code, reason):
        deal = self.display_name
        if self.type != "opportunity" or not self.mci_grade_id:
            return self.env._("%(deal)s is not graded yet.", deal=deal)
        if self.won_status != "pending":
            return self.env._("%(deal)s is closed: its grade stays (M1).", deal=deal)
        if not grade:
            return self.env._("There is no such grade for %(deal)s.", deal=deal)
        if grade == self.mci_grade_id:
            return self.env._(
                "%(deal)s already has the grade %(grade)s.",
                deal=deal,
                grade=grade.display_name,
            )
        if reason_code not in ("showcase", "strategic") or not (reason or "").strip():
            return self.env._(
                "Moving the grade of %(deal)s by hand needs showcase or strategic"
                " importance as reason, and a text (M1).",
                deal=deal,
            )
        if self._mci_has_waiting("manual"):
            return self.env._(
                "A change of the grade of %(deal)s already waits for a decision.",
                deal=deal,
            )
        return ""

    def action_mci_view_grade_changes(self):
        """The history of the grade, with what waits for a decision."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_grade_change_action"
        )
        return {**action, "domain": [("lead_id", "=", self.id)], "context": {}}

    def _mci_has_waiting(self, kind):
        """Whether a change of this kind waits for a decision."""
        return bool(
            self.mci_grade_change_ids.filtered(
                lambda change: change.state == "requested" and change.kind == kind
            )
        )

    def mci_clear_manual_grade(self):
        """Give the deal its computed grade back (M1).

        Before initiation at once; afterwards an approver decides, as on any change of
        a locked grade.

        :raise AccessError: for whoever does not decide about the deal
        """
        self._mci_check_can_manage()
        leads = self.sudo().filtered(
            lambda lead: lead.mci_grade_manual and not lead._mci_has_waiting("clear")
        )
        changes = self.env["mci.grade.change"]._mci_record(
            [lead._mci_prepare_clear_change() for lead in leads]
        )
        changes.filtered(lambda change: change.state == "done")._do_apply()
        return True

    def _mci_prepare_clear_change(self):
        return {
            "lead_id": self.id,
            "kind": "clear",
            "computed_grade_id": self.mci_computed_grade_id.id,
            "from_grade_id": self.mci_grade_id.id,
            "to_grade_id": self.mci_computed_grade_id.id,
            "grading_amount": self.mci_grading_amount,
            "reason_code": "policy",
            "state": "requested" if self.mci_initiated_date else "done",
        }

    def _mci_set_grade(self, grade, manual, amount=None, evidence=False):
        """Set the final grade by decision, with the tier the policy gives it.

        :param amount: grading amount the decision was made on, in company currency
        :param evidence: what the amount rested on
        """
        self.ensure_one()
        scheme = self.env["mci.grade.policy"]._mci_get_scheme(self._mci_get_company())
        old_tier = self.mci_tier
        vals = {
            "mci_grade_id": grade.id,
            "mci_grade_manual": manual,
            "mci_tier": scheme.tiers.get(grade.id) if scheme else old_tier,
        }
        if amount is not None:
            vals |= {"mci_graded_amount": amount, "mci_graded_evidence": evidence}
        self._mci_write_plain(vals)
        self._mci_raise_gate_grade()
        if old_tier and old_tier != self.mci_tier:
            self._mci_on_tier_changed({self.id: old_tier})
        self._mci_on_event("graded")
