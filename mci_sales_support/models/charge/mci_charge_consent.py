from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, text
from ...tools.retry import run_each
from ...tools.words import say

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """Hours without a booking go to the owner of the deal first (C10).

    They are recorded in any case (C7) and have their charge, which waits: on no
    statement and not in the deal's figures until the owner accepts. Refused, it stays
    at a zero rate with his reason, and the unit bears the hours (C1). Silence after the
    company's working days means what the company set.
    """

    _inherit = "mci.charge"

    consent = fields.Selection(
        [
            ("asked", "Waits for the owner"),
            ("accepted", "Accepted"),
            ("refused", "Refused: the unit bears them"),
        ],
        string="Consent of the deal",
        readonly=True,
        index="btree_not_null",
        help="For hours that nobody booked: the deal pays them when its owner accepts"
        " (C10). Empty where a booking, or the settings, gave the consent.",
    )
    consent_user_id = fields.Many2one(
        "res.users",
        string="Consent of",
        readonly=True,
        index="btree_not_null",
        help="Accountable owner of the deal, else its salesperson, else the leader of"
        " its team.",
        ondelete="restrict",
    )
    consent_until = fields.Datetime(
        "Answer by", readonly=True, help="After it silence is the answer."
    )
    consent_reason = fields.Char("Answer", readonly=True)
    consent_by_id = fields.Many2one(
        "res.users", string="Answered by", readonly=True, ondelete="restrict"
    )
    consent_date = fields.Datetime("Answered on", readonly=True)
    consent_told = fields.Boolean(
        readonly=True, help="The owner was told that hours wait for him."
    )
    can_consent = fields.Boolean(compute="_compute_can_consent")

    @api.depends_context("uid")
    @api.depends("consent", "state")
    def _compute_can_consent(self):
        mine = self.filtered(lambda c: c.consent == "asked")._mci_may_consent()
        for charge in self:
            charge.can_consent = charge in mine

    # --- Ask ------------------------------------------------------------------

    @api.model
    def _mci_fetch_leads(self, leads):
        # EXTENDS: who may be asked
        result = super()._mci_fetch_leads(leads)
        people = leads.mci_owner_id | leads.user_id | leads.team_id.user_id
        people.fetch(["active", "share"])
        return result

    @api.model
    def _mci_ask_owners(self, stories):
        """Add the question to the ``{line: values}`` of hours nobody booked."""
        deadlines = {}
        for line, vals in stories.items():
            if not vals["booking_id"]:
                vals.update(self._prepare_consent_vals(line, vals, deadlines))

    @api.model
    def _prepare_consent_vals(self, line, vals, deadlines=None):
        company = self.env["res.company"].sudo().browse(vals["payer_company_id"])
        if company.mci_unbooked_hours != "ask":
            return {}
        lead = line.mci_lead_id
        answerer = self._mci_get_answerer(lead)
        people = (lead.mci_owner_id, lead.user_id)
        recorders = (self.env.user, line.employee_id.user_id)
        giver = next((user for user in recorders if user and user in people), None)
        asked = {
            "consent": "asked",
            "consent_user_id": answerer.id,
            "consent_by_id": False,
            "consent_date": False,
            "consent_until": False,
            "consent_reason": False,
            "consent_told": False,
        }
        if giver:
            # Who may commit the deal recorded the hours, or worked himself.
            now = fields.Datetime.now()
            given = {"consent_by_id": giver.id, "consent_date": now}
            return {**asked, **given, "consent": "accepted"}
        deadlines = {} if deadlines is None else deadlines
        if company not in deadlines:
            deadlines[company] = company._mci_get_unbooked_deadline()
        return {**asked, "consent_until": deadlines[company]}

    @api.model
    def _mci_get_answerer(self, lead):
        for user in (lead.mci_owner_id, lead.user_id, lead.team_id.user_id):
            if user.active and not user.share:
                return user
        return lead.team_id.mci_deputy_id

    def _mci_keep_zero_rate(self, vals):
        # EXTENDS: more hours, or another deal, ask again
        moved = vals["lead_id"] != self.lead_id.id
        if self.consent == "refused" and moved:
            kept = {**vals, "zero_rate_reason": False, "zero_rate_approver_id": False}
        else:
            kept = super()._mci_keep_zero_rate(vals)
        more = self.consent == "accepted" and vals["hours"] > self.hours + 0.005
        if self.consent and (moved or more):
            again = self._prepare_consent_vals(self.timesheet_id, vals)
            return {**kept, **(again or {"consent": False})}
        return kept

    def _mci_leave_statement(self):
        # EXTENDS: who is asked again is on no draft
        asked = self.filtered(lambda c: c.consent == "asked" and c.statement_id)
        asked._mci_unlock().write({"statement_id": False, "is_late": False})
        return super()._mci_leave_statement()

    # --- Answer ---------------------------------------------------------------

    def _mci_may_consent(self):
        """Charges the user may answer for; a fixed number of queries.

        The owner, or who else commits the deal; not who did or sold the work.
        """
        user = self.env.user
        if self.env.su:
            return self
        asked = self.sudo().filtered(lambda charge: charge.consent_user_id == user)
        rest = (self.sudo() - asked).filtered(
            lambda charge: charge.resource_id.user_id != user
            and not charge.center_id._mci_is_lead(user)
        )
        managed = rest.lead_id.filtered(
            lambda lead: user in lead.mci_owner_id + lead.mci_delivery_lead_id
            or lead.team_id._mci_is_leader(user)
        )
        edited = (rest.lead_id - managed).with_env(self.env)._filtered_access("write")
        leads = managed | edited.sudo()
        asked |= rest.filtered(lambda charge: charge.lead_id in leads)
        return self.filtered(lambda charge: charge.id in asked.ids)

    def action_consent(self):
        """The deal pays these hours that nobody booked (C10).

        :raise AccessError: for whoever may not commit the deal, and for the provider
        :raise UserError: nothing is asked, or it was answered already
        """
        self._check_consent()
        self.sudo()._do_consent(True)
        return True

    @arguments(reason=text)
    def action_dissent(self, reason):
        """The deal does not pay: zero rate, the unit bears the hours (C1, C10).

        :param str reason: read by the person and the head of the unit
        :raise AccessError: for whoever may not commit the deal, and for the provider
        :raise UserError: nothing is asked, or it was answered already
        """
        self._check_consent()
        self.sudo()._do_consent(False, self._mci_need_text(reason))
        return True

    def _check_consent(self):
        self.check_access("read")
        mine = self._mci_may_consent()
        for charge in self:
            if charge not in mine:
                raise AccessError(
                    self.env._(
                        "%(charge)s: %(user)s answers, not who provided the hours"
                        " (C10).",
                        charge=charge.display_name,
                        user=charge.sudo().consent_user_id.name
                        or self.env._("the sales team"),
                    )
                )
            if charge.sudo().consent != "asked" or charge.sudo().state != "open":
                raise UserError(
                    self.env._("%s was answered already.", charge.display_name)
                )

    def _do_consent(self, accepted, reason=None):
        self._mci_unlock().write(
            {
                "consent": "accepted" if accepted else "refused",
                "consent_reason": reason or False,
                "consent_by_id": self.env.uid,
                "consent_date": fields.Datetime.now(),
            }
        )
        events = []
        for charge in self:
            if accepted:
                events.append({"charge_id": charge.id, "kind": "consent"})
            else:
                vals = charge._prepare_zero_vals(_lt("Not consented: %s", reason))
                events += charge._mci_write_story(vals, "dissent", reason)
        self._mci_log(events)
        if not accepted:
            self._mci_tell_dissent(reason)

    def _mci_tell_dissent(self, reason):
        """The person and the head of his unit hear it, each in his language."""
        for (center, resource), charges in self.grouped(
            lambda charge: (charge.center_id, charge.resource_id)
        ).items():
            users = center.lead_id | center.deputy_id | resource.user_id
            for user in users - self.env.user:
                reader = charges.with_context(lang=user.lang)
                self.env["mail.thread"].sudo().message_notify(
                    partner_ids=user.partner_id.ids,
                    author_id=self.env.user.partner_id.id,
                    subject=reader.env._(
                        "The deal does not pay hours that nobody booked"
                    ),
                    body=Markup("<br/>").join(
                        [say(reader.env, reason), *reader.mapped("display_name")]
                    ),
                )

    # --- Nobody answers -------------------------------------------------------

    @api.model
    def _cron_unbooked_hours(self):
        """Tell owners what waits for them; then take silence for an answer."""
        untold = self.search([("consent", "=", "asked"), ("consent_told", "=", False)])
        run_each(untold.consent_user_id, "_mci_tell_unbooked_hours")
        run_each(self.search(self._mci_get_silent_domain()), "_do_silence", size=50)

    @api.model
    def _mci_get_silent_domain(self):
        return [
            ("consent", "=", "asked"),
            ("state", "=", "open"),
            ("consent_until", "!=", False),
            ("consent_until", "<=", fields.Datetime.now()),
        ]

    def _do_silence(self):
        silent = self.filtered_domain(self._mci_get_silent_domain()).sudo()
        for company, charges in silent.grouped("payer_company_id").items():
            charges._do_consent(
                company.mci_unbooked_silence == "accept",
                _lt("No answer in %s working days", company.mci_unbooked_days),
            )
