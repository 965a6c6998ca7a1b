from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, text


class MciApprovalRule(models.Model):
    _inherit = "mci.approval.rule"

    kind = fields.Selection(
        selection_add=[("assessment", "Review of an assessment")],
        ondelete={"assessment": "cascade"},
    )


class MciAssessment(models.Model):
    """Fill, submit, review: the author is never the reviewer (M5)."""

    _inherit = "mci.assessment"

    @api.model
    def _do_start(self, lead):
        """A new assessment of ``lead`` by the current user, with his last answers.

        An unfinished one of his is taken up again.
        """
        forms = self.sudo()._mci_unlock()
        draft = forms.search(
            [
                ("lead_id", "=", lead.id),
                ("author_id", "=", self.env.uid),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        return draft or forms.create(self._prepare_vals(lead.sudo()))

    def _prepare_vals(self, lead):
        company = lead._mci_get_company()
        template = self.env["mci.assessment.template"]._mci_pick(company)
        if not template:
            raise UserError(
                self.env._("There is no assessment template with criteria yet (M5).")
            )
        last = lead.mci_assessment_ids.filtered("version").sorted("submitted_date")[-1:]
        known = {line.criterion_id: line.rating for line in last.line_ids}
        return {
            "lead_id": lead.id,
            "lead_key": lead.id,
            "company_id": company.id,
            "template_id": template.id,
            "author_id": self.env.uid,
            "lead_name": lead.name,
            "previous_score": lead.mci_assessment_score,
            "line_ids": [
                fields.Command.create(
                    {
                        "criterion_id": criterion.id,
                        "question": criterion.question,
                        "sequence": number,
                        "weight": criterion.weight,
                        "rating": known.get(criterion, False),
                    }
                )
                for number, criterion in enumerate(template.criterion_ids)
            ],
        }

    def action_submit(self):
        """Hand in filled assessments: they become versions and change no more.

        :raises AccessError: for anybody but the author
        :raises UserError: when an answer is missing; *not known yet* is an answer
        """
        self.check_access("read")
        for form in self.sudo():
            form._check_is_author()
            form._mci_check_state("draft")
            if not form.is_complete:
                raise UserError(
                    self.env._(
                        "%s: answer every criterion; what nobody knows is “not known"
                        " yet” (M5).",
                        form.display_name,
                    )
                )
            form._mci_unlock().write(form._prepare_submit_vals())
        self.sudo()._mci_tell_reviewers()
        return True

    def _prepare_submit_vals(self):
        lead = self.lead_id
        versions = self.search([("lead_key", "=", self.lead_key)]).mapped("version")
        return {
            "state": "submitted",
            "version": max(versions) + 1,
            "submitted_date": fields.Datetime.now(),
            "lead_name": lead.name,
            "grade_id": lead.mci_grade_id.id,
            "stage_id": lead.stage_id.id,
            "amount": lead.mci_grading_amount,
            "previous_score": lead.mci_assessment_score,
        }

    def action_discard(self):
        """Throw away one's own assessment that was not submitted."""
        self.check_access("read")
        for form in self.sudo():
            form._check_is_author()
            form._mci_check_state("draft")
        lead = self.lead_id[:1]
        forms = self.sudo()._mci_unlock()
        forms.line_ids.unlink()
        forms.unlink()
        return lead._mci_open_form()

    @arguments(note=text)
    def action_review(self, note=None):
        """Agree: the version counts in the queue and for the warnings on the deal.

        :param str note: what was considered
        :raises AccessError: for the author, somebody below him, or whoever the approval
            rules do not name
        """
        self._check_can_review()
        self.sudo()._do_review("reviewed", note)
        self.sudo().lead_id._mci_apply_assessment()
        return True

    @arguments(note=text)
    def action_return(self, note):
        """Disagree: the version stays in the history and counts for nothing.

        :param str note: what is wrong, read by the author
        """
        self._check_can_review()
        note = self.env["mci.booking"]._mci_need_reason(note)
        self.sudo()._do_review("returned", note)
        for form in self.sudo():
            form.lead_id.message_notify(
                partner_ids=form.author_id.partner_id.ids,
                subject=self.env._("Returned: %s", form.display_name),
                body=note,
            )
        return True

    def _do_review(self, state, note):
        self._mci_unlock().write(
            {
                "state": state,
                "reviewer_id": self.env.uid,
                "reviewed_date": fields.Datetime.now(),
                "review_note": note or False,
            }
        )

    # ---------------------------------------------------------------- rights

    def _check_is_author(self):
        if self.author_id != self.env.user:
            raise AccessError(
                self.env._("Only the author submits %s (M5).", self.display_name)
            )

    def _check_can_review(self):
        self.check_access("read")
        for form in self.sudo():
            form._mci_check_state("submitted")
            lead = form.lead_id
            self.env["mci.approval.rule"]._mci_check_approver(
                "assessment",
                form.company_id,
                requester=form.author_id,
                grade=lead.mci_grade_id,
                lead=lead,
                center=lead.mci_center_id,
            )

    def _mci_can_review(self):
        """Whether the button is shown; :meth:`_check_can_review` decides."""
        self.ensure_one()
        author, lead = self.sudo().author_id, self.sudo().lead_id
        user = self.env.user
        if author == user or author in user._mci_get_superiors():
            return False
        rules = self.env["mci.approval.rule"]
        rule = rules._mci_find("assessment", self.company_id, grade=lead.mci_grade_id)
        return rules._mci_may_approve(rule, lead=lead, center=lead.mci_center_id)

    def _mci_tell_reviewers(self):
        rules = self.env["mci.approval.rule"]
        for form in self:
            lead = form.lead_id
            rule = rules._mci_find(
                "assessment", form.company_id, grade=lead.mci_grade_id
            )
            users = rules._mci_get_approvers(rule, lead=lead, center=lead.mci_center_id)
            if users := users - form.author_id:
                lead.message_notify(
                    partner_ids=users.partner_id.ids,
                    subject=self.env._("An assessment waits for your review"),
                    body=self.env._(
                        "%(author)s assessed %(deal)s.",
                        author=form.author_id.name,
                        deal=lead.name,
                    ),
                )
