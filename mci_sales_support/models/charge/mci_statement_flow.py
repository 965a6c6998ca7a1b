from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, LazyTranslate

from ...tools.retry import run_each
from .mci_statement_ask import ASK_PAYER

_lt = LazyTranslate(__name__)


class MciStatement(models.Model):
    """Sending a statement and accepting it (C5)."""

    _inherit = "mci.statement"

    # --- Send -----------------------------------------------------------------

    def action_send(self):
        """Send draft statements to the payer; from here on charges are frozen (C3).

        With one head on both sides the statement is accepted by rule.

        :raises AccessError: neither accountant nor head or deputy of the provider
        :raises UserError: a charge has no price yet (C1), or nothing is charged
        """
        for statement in self:
            statement._check_can_send()
        self.sudo()._do_send()
        return True

    def _check_can_send(self):
        self.ensure_one()
        self.check_access("read")
        self._check_state("draft")
        if not self._mci_may_send():
            raise AccessError(
                self.env._(
                    "%(statement)s is sent by the head or deputy of %(unit)s or by an"
                    " accountant.",
                    statement=self.display_name,
                    unit=self.sudo().center_id.display_name,
                )
            )

    def _do_send(self):
        self._check_sendable()
        self._mci_unlock().write(
            {
                "state": "sent",
                "sent_date": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
            }
        )
        self._mci_move_charges("open", "sent")
        for statement in self:
            statement._mci_unlock().accept_deadline = statement._get_accept_deadline()
        same_head = self.filtered(lambda s: s._mci_has_one_head())
        same_head._do_accept("rule")
        (self - same_head)._mci_ask_payer()

    def _check_sendable(self):
        for statement in self:
            if not statement.charge_count:
                raise UserError(
                    self.env._(
                        "%(statement)s has no charge.", statement=statement.display_name
                    )
                )
            if statement.unpriced_count:
                raise UserError(
                    self.env._(
                        "%(statement)s has %(count)s charges without a price (C1)."
                        " Publish the missing internal rate and price them again, or"
                        " have a zero rate approved.",
                        statement=statement.display_name,
                        count=statement.unpriced_count,
                    )
                )

    def _mci_has_one_head(self):
        """Whether one person leads both sides (C5)."""
        self.ensure_one()
        return self.team_id.user_id == self.center_id.lead_id

    def _get_accept_deadline(self):
        """End of the payer's n-th working day after today; False: never by silence.

        Nor where nobody can answer: a team without leader and deputy cannot be silent.
        """
        if not self._mci_get_answerers():
            return False
        company = self.payer_company_id
        now = fields.Datetime.now()
        return company._mci_get_deadline(company.mci_accept_days, now)

    # --- Accept ---------------------------------------------------------------

    def action_accept(self):
        """Accept sent statements, hours above the agreed ones included (C5, C10).

        :raises AccessError: neither leader or deputy of the payer's team nor sales
            manager, or somebody of the provider
        """
        for statement in self:
            statement._check_can_accept()
        self.sudo()._do_accept("person")
        return True

    def _check_can_accept(self):
        self.ensure_one()
        self.check_access("read")
        self._check_state("sent")
        if not self._mci_may_accept():
            raise AccessError(
                self.env._(
                    "%(statement)s is accepted by the leader or deputy of %(team)s or"
                    " by a sales manager, never by who provided the hours (C5).",
                    statement=self.display_name,
                    team=self.sudo().team_id.display_name,
                )
            )

    def _check_can_dispute(self):
        """Who may accept may dispute; a seller asks a question (C5)."""
        if not self._mci_may_accept():
            raise AccessError(
                self.env._(
                    "Charges are disputed by the leader or deputy of %(team)s or by a"
                    " sales manager, never by who provided the hours (C5).",
                    team=self.sudo().team_id.display_name,
                )
            )

    def _do_accept(self, acceptance):
        if not self:
            return
        if acceptance == "silence":
            self._mci_dispute_overruns()
        self._mci_unlock().write(
            {
                "state": "accepted",
                "acceptance": acceptance,
                "accepted_date": fields.Datetime.now(),
                "accepted_by_id": self.env.uid if acceptance == "person" else False,
            }
        )
        self._mci_move_charges("sent", "accepted")
        self.activity_unlink([ASK_PAYER])

    def _mci_dispute_overruns(self):
        """Silence accepts what was agreed, not the hours beyond it (C10)."""
        overruns = self.env["mci.charge"].search(
            [("statement_id", "in", self.ids), ("is_overrun", "=", True)]
        )
        overruns._do_dispute(
            _lt("More hours than agreed, and the payer did not answer (C10)."),
            "hours",
        )

    # --- Silence --------------------------------------------------------------

    @api.model
    def _cron_accept_by_silence(self):
        """No answer in the payer's working days is an acceptance (C5).

        Silence counts from the day somebody is there who can answer. Leaders also come
        back, or get their account, without a word to their team.
        """
        run_each(self.search(self._get_unasked_domain()), "_mci_ask_anew")
        run_each(self.search(self._get_silent_domain()), "_do_accept_silent")

    def _get_unasked_domain(self):
        return [
            ("state", "=", "sent"),
            ("accept_deadline", "=", False),
            ("payer_company_id.mci_accept_days", ">", 0),
        ]

    def _get_silent_domain(self):
        return [
            ("state", "=", "sent"),
            ("accept_deadline", "!=", False),
            ("accept_deadline", "<=", fields.Datetime.now()),
        ]

    def _do_accept_silent(self):
        silent = self.filtered_domain(self._get_silent_domain()).sudo()
        # A team that has lost its last leader is not silent: it begins anew.
        orphans = silent.filtered(lambda statement: not statement._mci_get_answerers())
        orphans._mci_unlock().write({"accept_deadline": False})
        (silent - orphans)._do_accept("silence")

    def _mci_get_answerers(self):
        """Who is asked and may answer: nobody accepts what he provided himself."""
        self.ensure_one()
        center = self.sudo().center_id
        return self._mci_get_payers().filtered(
            lambda user: not center._mci_is_lead(user)
        )

    def _mci_ask_anew(self):
        """Ask leaders who were not asked yet; those who lead no more are released."""
        for statement in self.sudo().filtered(lambda s: s.state == "sent"):
            fresh = statement._mci_release_payers()
            if statement._mci_has_one_head():
                statement._do_accept("rule")
            elif fresh:
                statement._mci_begin_silence()
                statement._mci_ask_payer(fresh)
                statement._mci_mail_payers()

    def _mci_release_payers(self):
        """End the activities of who leads no more; :return: leaders without one."""
        payers, asking = self._mci_get_payers(), self.env.ref(ASK_PAYER)
        asked = self.activity_ids.filtered(lambda a: a.activity_type_id == asking)
        fresh = payers - asked.user_id
        asked.filtered(lambda activity: activity.user_id not in payers).unlink()
        return fresh

    def _mci_begin_silence(self):
        if not self.accept_deadline:
            self._mci_unlock().accept_deadline = self._get_accept_deadline()

    # --- Shared ---------------------------------------------------------------

    def _mci_move_charges(self, source, target):
        """All charges of the statements change their state together."""
        self.env["mci.charge"].sudo()._mci_write_sql(
            SQL("statement_id = ANY(%s) AND state = %s", self.ids, source), state=target
        )
