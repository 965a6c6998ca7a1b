from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ...tools.arguments import arguments
from ...tools.bands import buffer_limits, plain_grade
from .crm_lead import AMOUNT_EVIDENCES


class CrmLead(models.Model):
    """What a deal was graded on, and why it has its grade (M1)."""

    _inherit = "crm.lead"

    mci_graded_amount = fields.Monetary(
        string="Amount as Graded",
        currency_field="company_currency",
        readonly=True,
        copy=False,
        help="Grading amount on which the grade rests: frozen at initiation, at the"
        " approval of a new one, and when the deal is closed (M1).",
    )
    mci_graded_evidence = fields.Selection(
        AMOUNT_EVIDENCES,
        string="Evidence as Graded",
        readonly=True,
        copy=False,
        help="What the amount rested on that gave the grade (M1).",
    )
    # No foreign key: the database would look it up for each of 100,000 deals graded. A
    # policy that graded a deal cannot be deleted anyway.
    mci_grade_policy_key = fields.Integer(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Technical: id of the policy that graded the deal last.",
    )
    mci_grade_policy_id = fields.Many2one(
        "mci.grade.policy",
        string="Graded By",
        compute="_compute_mci_grade_policy_id",
        search="_search_mci_grade_policy_id",
        compute_sudo=True,
        help="Version of the grading policy that graded the deal last (M1).",
    )
    mci_grade_reason = fields.Text(
        string="Why This Grade", compute="_compute_mci_grade_reason"
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "mci_graded_amount",
            "mci_graded_evidence",
            "mci_grade_policy_key",
        }

    @api.depends("mci_grade_policy_key")
    def _compute_mci_grade_policy_id(self):
        for lead in self:
            lead.mci_grade_policy_id = lead.mci_grade_policy_key

    @api.model
    def _search_mci_grade_policy_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("mci_grade_policy_key", "in", list(value))

    def _compute_mci_grade_reason(self):
        for lead in self:
            lead.mci_grade_reason = "\n".join(lead.sudo()._mci_get_grade_reasons())

    @arguments()
    def mci_explain_grade(self):
        """Why the deal has its grade (M1).

        :return: list of sentences in the language of the caller; amounts in company
            currency, without tax
        :raise AccessError: for whoever may not read the deal
        """
        self.ensure_one()
        self.check_access("read")
        return self.sudo()._mci_get_grade_reasons()

    # ------------------------------------------------------------
    # Why this grade
    # ------------------------------------------------------------

    def _mci_get_grade_reasons(self):
        self.ensure_one()
        if self.type != "opportunity" or not self.mci_grade_id:
            return [self.env._("Not graded: no grading policy is in force.")]
        reasons = [self._mci_explain_amount(), self._mci_explain_band()]
        reasons.append(self._mci_explain_buffer())
        reasons.append(self._mci_explain_fixed())
        return [reason for reason in reasons if reason]

    def _mci_format_amount(self, amount):
        currency = self._mci_get_company().currency_id
        return formatLang(self.env, amount, currency_obj=currency)

    def _mci_explain_amount(self):
        evidences = dict(
            self._fields["mci_amount_evidence"]._description_selection(self.env)
        )
        months = self.mci_grade_policy_id.recurring_months
        return self.env._(
            "Grading amount %(amount)s: expected %(expected)s, plus %(months)s months"
            " of recurring revenue %(recurring)s, less resold goods %(resold)s."
            " Evidence: %(evidence)s.",
            amount=self._mci_format_amount(self.mci_grading_amount),
            expected=self._mci_format_amount(self.expected_revenue),
            months=months,
            recurring=self._mci_format_amount(self.recurring_revenue_monthly * months),
            resold=self._mci_format_amount(self.mci_resold_amount),
            evidence=evidences.get(self.mci_amount_evidence)
            or self.env._("none named"),
        )

    def _mci_explain_band(self):
        policy, grade = self.mci_grade_policy_id, self.mci_computed_grade_id
        if not policy:
            return ""
        if self.mci_partner_led:
            return self.env._(
                "%(policy)s: a partner leads it, so the computed grade is %(grade)s,"
                " whatever the amount.",
                policy=policy.display_name,
                grade=grade.code,
            )
        return self.env._(
            "%(policy)s: grade %(grade)s starts at %(floor)s.",
            policy=policy.display_name,
            grade=grade.code,
            floor=self._mci_format_amount(policy._mci_get_line(grade).amount_min),
        )

    def _mci_explain_buffer(self):
        """Says so where the bands alone would give another grade."""
        policy = self.mci_grade_policy_id
        if not policy or self.mci_partner_led:
            return ""
        scheme = policy._mci_get_scheme_of(policy.id)
        if not scheme.bands:
            return ""
        present = self.mci_computed_grade_id.id
        limits = buffer_limits(scheme.bands, present, scheme.buffer)
        plain = plain_grade(scheme.bands, self.mci_grading_amount)
        if plain == present or not limits:
            return ""
        lower, upper = limits
        floor = policy._mci_get_line(self.mci_computed_grade_id).amount_min
        edge = lower if self.mci_grading_amount < floor else upper
        return self.env._(
            "By the bands alone it would be %(plain)s. The buffer of %(percent)s %%"
            " keeps %(grade)s until the amount passes %(edge)s.",
            plain=self.env["mci.grade"].browse(plain).code,
            percent=f"{scheme.buffer:g}",
            grade=self.mci_computed_grade_id.code,
            edge=self._mci_format_amount(edge),
        )

    def _mci_explain_fixed(self):
        if self.mci_grade_manual:
            return self.env._(
                "The final grade %(grade)s was set by a decision and stays until it is"
                " cleared.",
                grade=self.mci_grade_id.code,
            )
        if self.won_status != "pending":
            return self.env._(
                "The deal is closed: it stays graded on %(amount)s.",
                amount=self._mci_format_amount(self.mci_graded_amount),
            )
        if self.mci_initiated_date:
            return self.env._(
                "Locked since initiation on %(date)s, on the amount of %(amount)s: a"
                " new amount proposes, an approver decides.",
                date=format_date(self.env, self.mci_initiated_date),
                amount=self._mci_format_amount(self.mci_graded_amount),
            )
        return ""

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        # EXTENDS crm: a question about the grade of a closed deal is none any more,
        # and a deal that was opened again is graded like any other.
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        if not old_status_by_lead:
            return result
        was_closed, closed = (
            self.filtered(lambda lead, by=by: any(by.get(lead.id, {}).values()))
            for by in (old_status_by_lead, new_status_by_lead)
        )
        if just_closed := closed - was_closed:
            just_closed._mci_drop_grade_questions()
        if opened := was_closed - closed:
            opened._mci_regrade()
        return result

    def _mci_drop_grade_questions(self):
        waiting = self.env["mci.grade.change"].sudo()
        waiting = waiting.search(
            [("lead_id", "in", self.ids), ("state", "=", "requested")]
        )
        waiting._mci_refuse_waiting(self.env._("The deal was closed."))
