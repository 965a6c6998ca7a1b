from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.arguments import arguments, number, text
from ...tools.retry import run_each

ACTIVITY = "mci_sales_support.activity_type_spending"
# Deals asked about in one transaction of the nightly job.
ASK_BATCH = 100
# A gate asks only about deals that passed it so many days ago at most.
GATE_DAYS = 7


class MciBudgetDecision(models.Model):
    """Stop or invest (C4): the owner is asked whether a deal is worth more presales.

    Asked once for each cause and budget; the answer stays and is counted. *Stop* gives
    back what is not confirmed and the rest of the budget, *invest* asks for more.
    """

    _name = "mci.budget.decision"
    _description = "Stop or invest"
    _inherit = ["mci.lock.mixin"]
    _order = "date desc, id desc"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        index=True,
        ondelete="restrict",
    )
    lead_name = fields.Char(string="Opportunity at the time")
    team_id = fields.Many2one("crm.team", string="Sales team", index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    grade_id = fields.Many2one("mci.grade")
    user_id = fields.Many2one("res.users", string="Owner asked", index="btree_not_null")
    cause = fields.Selection(
        [
            ("used", "Budget used up, or nearly"),
            ("gate", "Gate passed"),
            ("return", "Expected return too low"),
            ("hand", "Own decision"),
        ],
        required=True,
        help="Why the question came up. The shares and the factor are settings (C4).",
    )
    key = fields.Char(required=True, export_string_translation=False)
    date = fields.Datetime("Question of", required=True, default=fields.Datetime.now)
    budget_amount = fields.Monetary(string="Budget then")
    used_amount = fields.Monetary(string="Reserved and charged then")
    expected_amount = fields.Monetary(
        string="Expected return",
        help="Expected revenue × probability when the question came up.",
    )
    state = fields.Selection(
        [
            ("asked", "Waits for an answer"),
            ("stopped", "Stopped"),
            ("invested", "Invest"),
            ("lapsed", "Lapsed"),
        ],
        required=True,
        default="asked",
        index=True,
        help="Lapsed: the deal was closed before an answer.",
    )
    reason = fields.Char()
    decided_by_id = fields.Many2one("res.users", string="Decision of")
    decided_date = fields.Datetime("Date of the decision")
    released_count = fields.Integer(
        string="Bookings given back", help="Bookings that were not confirmed yet."
    )
    released_amount = fields.Monetary(
        string="Budget given back", help="Rest of the budget after the stop."
    )
    budget_after = fields.Monetary(string="Budget afterwards")
    change_id = fields.Many2one(
        "mci.budget.change", string="Asked for", ondelete="restrict"
    )

    _key_uniq = models.Constraint(
        "UNIQUE (lead_id, key)", "This question was asked before (C4)."
    )
    _asked_uniq = models.UniqueIndex(
        "(lead_id) WHERE state = 'asked'", "A deal has one open question (C4)."
    )

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.depends("lead_name", "cause")
    def _compute_display_name(self):
        causes = dict(self._fields["cause"]._description_selection(self.env))
        for decision in self:
            decision.display_name = (
                f"{decision.lead_name or ''}: {causes.get(decision.cause, '')}"
            )

    # --- Asking ---------------------------------------------------------------

    @api.model
    def _cron_ask(self):
        """Ask the owners of deals that are about to spend too much; once for each."""
        closed = self.search(
            [("state", "=", "asked"), ("lead_id.won_status", "!=", "pending")]
        )
        closed._do_lapse()
        leads = self.env["crm.lead"].browse(self._mci_get_candidate_ids())
        run_each(leads, "_mci_ask_spending", size=ASK_BATCH)

    def _do_lapse(self):
        self._mci_unlock().write(
            {"state": "lapsed", "decided_date": fields.Datetime.now()}
        )
        self.lead_id.with_context(active_test=False).activity_unlink([ACTIVITY])

    @api.model
    def _mci_get_candidate_ids(self):
        """Open deals that spend, without an open question."""
        self.flush_model()
        for model in ("crm.lead", "mci.charge", "mci.booking"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead.id FROM crm_lead lead
                 WHERE lead.active AND lead.type = 'opportunity'
                   AND lead.won_status = 'pending'
                   AND (EXISTS (SELECT FROM mci_charge charge
                                 WHERE charge.lead_id = lead.id
                                   AND charge.state <> 'reversed')
                     OR EXISTS (SELECT FROM mci_booking booking
                                 WHERE booking.lead_id = lead.id
                                   AND booking.state IN ('held', 'confirmed')))
                   AND NOT EXISTS (SELECT FROM mci_budget_decision decision
                                    WHERE decision.lead_id = lead.id
                                      AND decision.state = 'asked')
                 ORDER BY lead.id
                """
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _prepare_vals(self, lead, cause, key):
        used = lead.mci_reserved_amount + lead.mci_charged_amount
        return {
            "lead_id": lead.id,
            "lead_name": lead.name,
            "team_id": lead.team_id.id,
            "company_id": lead._mci_get_company().id,
            "grade_id": lead.mci_grade_id.id,
            "user_id": lead.mci_owner_id.id,
            "cause": cause,
            "key": key,
            "budget_amount": lead.mci_budget_amount,
            "used_amount": used,
            "expected_amount": lead._mci_get_expected_return(),
        }

    # --- Answer ---------------------------------------------------------------

    def _do_stop(self, reason):
        """Give back what is not confirmed and the rest of the budget, in sudo."""
        self.ensure_one()
        lead = self.lead_id
        released = lead._mci_release_unconfirmed(reason)
        used = lead.mci_reserved_amount + lead.mci_charged_amount
        rest = lead.mci_budget_amount - used
        changes = self.env["mci.budget.change"]
        if self.currency_id.compare_amounts(rest, 0.0) > 0:
            changes = changes._mci_record(lead, "release", rest, reason)
            delta = lead._mci_set_budget(used)
            changes._do_decide("approved", budget_delta=delta)
        self._mci_answer(
            "stopped",
            reason,
            released_count=released,
            released_amount=max(rest, 0.0),
            change_id=changes.id,
        )

    def _do_invest(self, amount, reason):
        """Ask for more budget, as the user who decides."""
        self.ensure_one()
        lead = self.lead_id.with_user(self.env.user)
        change_id = lead.mci_request_budget(amount, reason, "increase")
        self._mci_answer("invested", reason, change_id=change_id)

    def _mci_answer(self, state, reason, **vals):
        self._mci_unlock().write(
            {
                "state": state,
                "reason": reason,
                "decided_by_id": self.env.uid,
                "decided_date": fields.Datetime.now(),
                "budget_after": self.lead_id.mci_budget_amount,
                **vals,
            }
        )
        self.lead_id.activity_unlink([ACTIVITY])


class CrmLead(models.Model):
    """Stop or invest: the question and the two answers (C4, O1)."""

    _inherit = "crm.lead"

    @arguments(reason=text)
    def mci_stop_presales(self, reason):
        """Stop spending: requests are withdrawn, bookings not confirmed are cancelled,
        the rest of the budget is given back (C4). Confirmed bookings stay.

        :param str reason: read by everybody concerned
        :return: id of the ``mci.budget.decision``
        :raises AccessError: neither owner nor team leader nor sales manager
        :raises UserError: without a reason, or the deal is closed
        """
        decision, reason = self._mci_begin_decision(reason)
        decision._do_stop(reason)
        return decision.id

    @arguments(amount=number, reason=text)
    def mci_invest_presales(self, amount, reason):
        """Go on: ask for an increase of the budget, with the reason (C4).

        :param float amount: what comes on top, in the currency of the deal's company
        :return: id of the ``mci.budget.decision``
        :raises AccessError: neither owner nor team leader nor sales manager
        :raises UserError: no amount or reason, or the deal is closed
        """
        decision, reason = self._mci_begin_decision(reason)
        decision._do_invest(amount, reason)
        return decision.id

    def _mci_begin_decision(self, reason):
        self.ensure_one()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        self._mci_check_spending_decider()
        lead = self.sudo()
        if lead.won_status != "pending" or lead.type != "opportunity":
            raise UserError(
                self.env._("%s is closed: there is nothing to decide.", lead.name)
            )
        # Two answers at once meet in the row of the deal.
        lead._mci_bump_budget()
        return lead._mci_take_decision(), reason

    def _mci_take_decision(self):
        """The open question, else one that the deal's side asks itself, in sudo."""
        decisions = self.env["mci.budget.decision"]
        found = decisions.search([("lead_id", "=", self.id), ("state", "=", "asked")])
        if found:
            return found
        count = decisions.search_count([("lead_id", "=", self.id)])
        vals = decisions._prepare_vals(self, "hand", f"hand:{count}")
        return decisions._mci_unlock().create(vals).with_context(mci_unlock=None)

    def _mci_check_spending_decider(self):
        """The owner decides about spending (O1); his managers may in his place."""
        lead, user = self.sudo(), self.env.user
        if self.env.su or user == lead.mci_owner_id or lead.team_id._mci_is_leader():
            return
        if user.has_group("sales_team.group_sale_manager"):
            self.check_access("read")
            return
        raise AccessError(
            self.env._(
                "%(owner)s is the accountable owner of %(deal)s and decides about its"
                " spending (O1).",
                owner=lead.mci_owner_id.display_name or self.env._("Nobody"),
                deal=lead.display_name,
            )
        )

    def _mci_release_unconfirmed(self, reason):
        """Withdraw open requests, cancel what is not confirmed; the number of bookings.

        In sudo: the owner may do it, whatever his group.
        """
        unconfirmed = self.mci_booking_ids.filtered(
            lambda booking: booking.state in ("draft", "requested", "held")
        )
        requests = self.mci_request_ids.filtered(lambda r: r.outcome == "open")
        requests._mci_close("withdrawn", reason)
        rest = unconfirmed.filtered(lambda booking: booking.state != "cancelled")
        rest._mci_act()._do_cancel(reason)
        self.invalidate_recordset(["mci_reserved_amount", "mci_planned_amount"])
        return len(unconfirmed)

    # --- Asking ---------------------------------------------------------------

    def _mci_get_expected_return(self):
        """Expected revenue × probability, in the currency of the deal's company."""
        self.ensure_one()
        return self.expected_revenue * self.probability / 100

    def _mci_ask_spending(self):
        """Ask the owners of those deals that have a cause and were not asked yet."""
        decisions = self.env["mci.budget.decision"].sudo()
        known = decisions.search([("lead_id", "in", self.ids)])
        keys = {(decision.lead_id.id, decision.key) for decision in known}
        settled = {
            (decision.lead_id.id, round(decision.budget_after, 2))
            for decision in known
            if decision.state == "stopped"
        }
        busy = known.filtered(lambda d: d.state == "asked").lead_id
        vals_list = []
        for lead in self.sudo() - busy:
            if (lead.id, round(lead.mci_budget_amount, 2)) in settled:
                continue
            cause = lead._mci_get_spending_cause(keys)
            if cause:
                vals_list.append(decisions._prepare_vals(lead, *cause))
        asked = decisions._mci_unlock().create(vals_list)
        # In the list of activities, not one mail for each deal.
        quiet = asked.with_context(mail_activity_quick_update=True)
        for user, questions in quiet.grouped("user_id").items():
            if user.active:
                reader = self.with_context(lang=user.lang)
                questions.lead_id.activity_schedule(
                    ACTIVITY,
                    summary=reader.env._("Stop or invest?"),
                    user_id=user.id,
                )

    def _mci_get_spending_cause(self, keys):
        """(cause, key) of the first question that was not asked yet, or None."""
        for cause, (holds, key) in self._mci_get_spending_causes().items():
            if holds and (self.id, key) not in keys:
                return cause, key
        return None

    def _mci_get_spending_causes(self):
        """dict cause → (whether it holds, key of the question)."""
        self.ensure_one()
        company = self._mci_get_company()
        budget = self.mci_budget_amount
        used = self.mci_reserved_amount + self.mci_charged_amount
        factor = company.mci_return_factor
        much = budget and used >= budget * company.mci_budget_warn_percent / 100
        low = factor and used and self._mci_get_expected_return() < used * factor
        return {
            "used": (much, f"used:{budget:.2f}"),
            "return": (low, f"return:{budget:.2f}"),
            "gate": (self._mci_passed_gate(), "gate"),
        }

    def _mci_passed_gate(self):
        since = fields.Datetime.now() - timedelta(days=GATE_DAYS)
        passed = self.mci_initiated_date and self.mci_initiated_date >= since
        return passed and self._mci_has_gate()
