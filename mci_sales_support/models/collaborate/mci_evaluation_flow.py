from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.retry import retry_serialization


class MciEvaluation(models.Model):
    """Submit, publish, appeal, decide (O5, O6). Public methods take no recordsets."""

    _inherit = "mci.evaluation"

    # ---------------------------------------------------------------- rater

    def action_submit(self):
        """Hand in filled forms; answers change no more.

        :raises AccessError: for anybody but the rater
        :raises UserError: when an answer is missing; *not applicable* is an answer
        """
        self.check_access("read")
        for form in self.sudo():
            if form.evaluator_id != self.env.user:
                raise AccessError(
                    self.env._("Only the rater submits %s (O5).", form.display_name)
                )
            form._mci_check_state("draft")
            if not form.is_complete:
                raise UserError(
                    self.env._(
                        "%s: answer every criterion, or choose not applicable (O5).",
                        form.display_name,
                    )
                )
            form._mci_move("submitted", submitted_date=fields.Datetime.now())
        return True

    def action_publish(self):
        """Show submitted forms to the rated persons.

        :raises AccessError: for anybody but the rater and HR; never the rated person
        """
        self.check_access("read")
        is_hr = self.env.user.has_group("hr.group_hr_user")
        for form in self.sudo():
            is_rater = form.evaluator_id == self.env.user
            is_rated = form.resource_id.user_id == self.env.user
            if is_rated or not (is_rater or is_hr):
                raise AccessError(
                    self.env._("The rater or HR publishes %s (O5).", form.display_name)
                )
            form._mci_check_state("submitted")
            form._mci_move("published", published_date=fields.Datetime.now())
        self.sudo()._mci_notify_rated()
        return True

    def action_submit_and_publish(self):
        """Hand in filled forms and show them to the rated persons, in one step."""
        self.action_submit()
        return self.action_publish()

    # ---------------------------------------------------------------- rated person

    def action_acknowledge(self):
        """The rated person takes note of the form: it is final."""
        self._check_is_rated()
        for form in self.sudo():
            form._mci_check_state("published")
            form._mci_move("final")
        return True

    def action_appeal(self, reason):
        """The rated person appeals, once; somebody else decides (O6).

        :param str reason: what is wrong
        :raises UserError: without a reason, after a decision, or when it is final
        """
        self._check_is_rated()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give the reason in a few words."))
        for form in self.sudo():
            form._mci_check_state("published")
            form._mci_move(
                "appealed",
                note=reason,
                appeal_reason=reason,
                appeal_date=fields.Datetime.now(),
            )
        return True

    def _check_is_rated(self):
        self.check_access("read")
        for form in self.sudo():
            if form.resource_id.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only the rated person answers %s (O6).", form.display_name
                    )
                )

    # ---------------------------------------------------------------- arbiter

    def action_name_arbiter(self, user_id):
        """HR names who decides on an appeal.

        :param int user_id: neither rater nor rated person
        :raises AccessError: for anybody but HR of the company, and for the two sides
        """
        self.check_access("read")
        user = self.env["res.users"].sudo().browse(user_id).exists()
        for form in self.sudo():
            form._mci_check_state("appealed")
            is_hr = self.env.user.has_group("hr.group_hr_user")
            if not is_hr or form._mci_is_side(self.env.user):
                raise AccessError(self.env._("HR names the arbiter (O6)."))
            if not user.active or user.share or form._mci_is_side(user):
                raise UserError(
                    self.env._(
                        "The arbiter is an internal user and neither rater nor rated"
                        " person (O6)."
                    )
                )
            form._mci_unlock().write({"arbiter_id": user.id})
            form._mci_log("arbiter", note=user.display_name)
        return True

    def action_decide(self, decision, note, points=None):
        """Decide on an appeal: the form is final, the original answers are kept (O6).

        :param str decision: ``upheld`` or ``dismissed``
        :param str note: why
        :param dict points: when upheld, new points (0 to 100) by id of the answer; ids
            may be strings, as JSON has them
        :raises AccessError: for anybody but the named arbiter, else HR; never the two
            sides or somebody below them
        """
        self.ensure_one()
        self.check_access("read")
        form = self.sudo()
        if not form._mci_is_arbiter(self.env.user):
            raise AccessError(
                self.env._(
                    "Somebody who is neither rater nor rated person decides on %s:"
                    " the named arbiter or HR (O6).",
                    form.display_name,
                )
            )
        form._mci_check_state("appealed")
        note = (note or "").strip()
        if decision not in ("upheld", "dismissed") or not note:
            raise UserError(self.env._("Give the decision, and why (O6)."))
        before = form.score
        form._mci_write_decided_points(points if decision == "upheld" else None)
        form._mci_move(
            "final",
            event="decided",
            note=note,
            score_before=before,
            decision=decision,
            decision_note=note,
            decision_date=fields.Datetime.now(),
            arbiter_id=self.env.uid,
            original_score=before,
        )
        return True

    def _mci_is_side(self, user):
        """Rater or rated person."""
        return user in (self.evaluator_id | self.resource_id.user_id)

    def _mci_is_arbiter(self, user):
        """Whether ``user`` decides: the named arbiter, else HR; never the two sides.

        Somebody whose superior is rater or rated person is not free to decide.
        """
        self.ensure_one()
        sides = self.evaluator_id | self.resource_id.user_id
        if user in sides or user._mci_get_superiors() & sides:
            return False
        if self.arbiter_id:
            return user == self.arbiter_id
        return (
            user.has_group("hr.group_hr_user") and self.company_id in user.company_ids
        )

    def _mci_write_decided_points(self, points):
        lines = {line.id: line for line in self.line_ids}
        for key, value in (points or {}).items():
            line = lines.get(int(key))
            if not line or not 0 <= float(value) <= 100:
                raise UserError(
                    self.env._("Points are between 0 and 100, for answers of the form.")
                )
            line._mci_unlock().write({"is_decided": True, "decided_points": value})

    # ---------------------------------------------------------------- moves

    def _mci_move(self, state, event=None, note=None, score_before=None, **vals):
        before = self.score if score_before is None else score_before
        self._mci_unlock().write({"state": state, **vals})
        self._mci_log(event or state, note, before)

    def _mci_log(self, kind, note=None, score_before=0.0):
        self.env["mci.evaluation.event"].sudo()._mci_unlock().create(
            [
                {
                    "evaluation_id": form.id,
                    "kind": kind,
                    "user_id": self.env.uid,
                    "note": note,
                    "score_before": score_before,
                    "score_after": form.score,
                }
                for form in self
            ]
        )

    # ---------------------------------------------------------------- reminders

    def _mci_notify_rated(self):
        self._mci_notify(
            self.resource_id.user_id,
            self.env._("An evaluation form was published"),
            self.env._("A form about your work can be read in Sales Support."),
        )

    @api.model
    def _mci_notify(self, users, subject, body):
        """A neutral message: no name, no deal, no score, nothing on a document (O5)."""
        if users:
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=users.partner_id.ids, subject=subject, body=body
            )

    @api.model
    def _cron_remind(self):
        """Tell raters, once when new and weekly when overdue, that a form waits; make
        published forms final when the time to appeal is over."""
        waiting = self.search([("state", "=", "draft")])
        told = waiting.filtered(lambda form: form._mci_is_to_remind())
        self._mci_notify(
            told.evaluator_id,
            self.env._("A form waits for you"),
            self.env._("Please fill it in Sales Support, My evaluations."),
        )
        self.env["ir.cron"]._commit_progress(len(told))
        for form in self.search([("state", "=", "published")]):
            days = timedelta(days=form.company_id.mci_evaluation_days)
            if form.published_date.date() + days < form.company_id._mci_today():
                retry_serialization(self.env, lambda form=form: form._mci_move("final"))
                self.env["ir.cron"]._commit_progress(1)

    def _mci_is_to_remind(self):
        """Made since yesterday, or another week overdue, where the company works."""
        today = self.company_id._mci_today()
        is_new = self.create_date.date() >= today - timedelta(days=1)
        weekly = (today - self.deadline).days % 7 == 1
        return is_new or (self.is_overdue and weekly)

    @api.model
    def _mci_get_overdue(self, users):
        """Forms of ``users`` that should have been filled, in sudo (O5)."""
        waiting = self.sudo().search(
            [("evaluator_id", "in", users.ids), ("state", "=", "draft")]
        )
        return waiting.filtered("is_overdue")
