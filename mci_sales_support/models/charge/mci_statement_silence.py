from odoo import api, models

from ...tools.retry import run_each
from .mci_statement_ask import ASK_PAYER


class MciStatement(models.Model):
    """Silence counts from the day somebody is there who can answer (C5).

    A statement sent to a team without leader and deputy has no deadline. Whoever comes
    to lead the team is asked, and the working days to answer begin with that day. A
    team that loses its last leader cannot be silent either: it begins anew.
    """

    _inherit = "mci.statement"

    @api.model
    def _cron_accept_by_silence(self):
        # EXTENDS: leaders also come back, or get their account, without a word here
        run_each(self.search(self._get_unasked_domain()), "_mci_ask_anew")
        return super()._cron_accept_by_silence()

    def _get_unasked_domain(self):
        return [
            ("state", "=", "sent"),
            ("accept_deadline", "=", False),
            ("payer_company_id.mci_accept_days", ">", 0),
        ]

    def _do_accept_silent(self):
        # EXTENDS
        orphans = self.filtered_domain(self._get_silent_domain()).filtered(
            lambda statement: not statement._mci_get_answerers()
        )
        orphans.sudo()._mci_unlock().write({"accept_deadline": False})
        return super(MciStatement, self - orphans)._do_accept_silent()

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


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def write(self, vals):
        # EXTENDS: who leads the team from now on answers what waits for it
        result = super().write(vals)
        if not {"user_id", "mci_deputy_id"}.isdisjoint(vals):
            statements = self.env["mci.statement"].sudo()
            statements.search(
                [("team_id", "in", self.ids), ("state", "=", "sent")]
            )._mci_ask_anew()
        return result
