from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare, formatLang

from ...tools.arguments import arguments, identifier, number, text
from ...tools.shared_row import write_shared


class CrmLead(models.Model):
    """Living within one's means (C4): the presales budget of the deal.

    Budget = what was approved, else the policy's share of the grading amount. Planned =
    requested; reserved = held and confirmed; charged = live charges; remaining = budget
    less reserved and charged. All in the currency of the deal's company and always
    computed from the facts.
    """

    _inherit = "crm.lead"

    mci_budget_approved = fields.Monetary(
        string="Approved budget",
        currency_field="company_currency",
        readonly=True,
        copy=False,
        help="Balance of all approved budget movements of the deal (C4).",
    )
    mci_budget_set = fields.Boolean(
        string="Budget approved",
        readonly=True,
        copy=False,
        help="The approved budget counts, zero as well; else the policy's share (C4).",
    )
    mci_budget_change_ids = fields.One2many(
        "mci.budget.change", "lead_id", string="Budget requests", readonly=True
    )
    mci_budget_amount = fields.Monetary(
        string="Presales budget",
        currency_field="company_currency",
        compute="_compute_mci_budget",
        help="Approved budget, else the policy's share of the grading amount (C4).",
    )
    mci_planned_amount = fields.Monetary(
        string="Planned",
        currency_field="company_currency",
        compute="_compute_mci_budget",
        help="Bookings requested and not decided yet.",
    )
    mci_reserved_amount = fields.Monetary(
        string="Reserved",
        currency_field="company_currency",
        compute="_compute_mci_budget",
        help="Bookings held or confirmed and not done yet.",
    )
    mci_charged_amount = fields.Monetary(
        string="Charged",
        currency_field="company_currency",
        compute="_compute_mci_budget",
        help="Charges of the deal, open ones included, reversed ones not.",
    )
    mci_remaining_amount = fields.Monetary(
        string="Remaining",
        currency_field="company_currency",
        compute="_compute_mci_budget",
    )
    mci_budget_percent = fields.Float(
        string="Budget used (%)", compute="_compute_mci_budget"
    )
    mci_budget_control = fields.Selection(
        [("hard", "Hard"), ("soft", "Soft"), ("none", "None")],
        compute="_compute_mci_budget",
        help="Hard stops requests and confirmations above the budget, never the"
        " recording of work; soft warns; none only shows it (C4).",
    )
    mci_budget_state = fields.Selection(
        [("ok", "Within budget"), ("warning", "Nearly used up"), ("over", "Over")],
        string="Use of the budget",
        compute="_compute_mci_budget",
    )

    @api.depends(
        "mci_budget_approved",
        "mci_budget_set",
        "mci_grading_amount",
        "mci_grade_id",
        "mci_charge_ids.amount",
        "mci_charge_ids.state",
        "mci_charge_ids.consent",
    )
    def _compute_mci_budget(self):
        figures = self._mci_get_ledger()
        for lead, lead_sudo in zip(self, self.sudo(), strict=True):
            line = lead_sudo._mci_get_policy_line()
            figure = figures[lead._origin.id]
            budget = lead_sudo._mci_get_budget(line)
            used = figure["reserved"] + figure["charged"]
            lead.mci_budget_amount = budget
            lead.mci_planned_amount = figure["planned"]
            lead.mci_reserved_amount = figure["reserved"]
            lead.mci_charged_amount = figure["charged"]
            lead.mci_remaining_amount = budget - used
            lead.mci_budget_percent = 100 * used / budget if budget else 0.0
            lead.mci_budget_control = line.budget_control or "none"
            lead.mci_budget_state = lead_sudo._mci_get_budget_state(budget, used)

    def _mci_get_policy_line(self):
        self.ensure_one()
        policies = self.env["mci.grade.policy"].sudo()
        policy = policies._mci_get_policy(self._mci_get_company())
        return policy._mci_get_line(self.mci_grade_id)

    def _mci_get_budget(self, line):
        """Budget in the currency of the deal's company, rounded to it."""
        self.ensure_one()
        if self.mci_budget_set or self.mci_budget_approved:
            return self.mci_budget_approved
        return self._mci_get_budget_share(line)

    def _mci_get_budget_share(self, line):
        """The policy's share of the reviewed amount, in the currency of the company."""
        self.ensure_one()
        share = self.mci_grading_amount * line.budget_percent / 100
        return self._mci_get_company().currency_id.round(share)

    def _mci_set_budget(self, amount):
        """Write the budget of the deal, whose row the caller has bumped.

        :return: by how much the approved budget rose, in the currency of the company
        """
        self.ensure_one()
        delta = amount - self.mci_budget_approved
        self._mci_write_plain({"mci_budget_approved": amount, "mci_budget_set": True})
        return delta

    def _mci_get_budget_state(self, budget, used):
        warn = self._mci_get_company().mci_budget_warn_percent / 100
        if float_compare(used, budget, precision_digits=2) > 0:
            return "over"
        return "warning" if used and used >= budget * warn else "ok"

    def _mci_get_ledger(self):
        """Planned, reserved and charged of each deal, in a fixed number of queries.

        :return: dict deal id → dict of amounts in the currency of the deal's company
        """
        figures = defaultdict(
            lambda: dict.fromkeys(("planned", "reserved", "charged"), 0)
        )
        leads = {lead.id: lead for lead in self._origin.sudo()}
        today = fields.Date.context_today(self)
        for name, lead_id, currency_id, company_id, amount in self._mci_read_ledger():
            target = leads[lead_id]._mci_get_company()
            currency = self.env["res.currency"].browse(currency_id)
            company = self.env["res.company"].browse(company_id)
            if name != "charged":
                company = target  # the payer's rates, as its charges will have
            figures[lead_id][name] += currency._convert(
                amount, target.currency_id, company, today
            )
        return figures

    def _mci_read_ledger(self):
        """Rows of figure, deal id, currency id, company id and amount: one query."""
        if not self.ids:
            return []
        bookings, charges = self.env["mci.booking"], self.env["mci.charge"]
        bookings.flush_model(["lead_id", "state", "hold_until", "amount"])
        charges.flush_model(["lead_id", "state", "payer_amount", "consent"])
        return self.env.execute_query(
            SQL(
                """
                SELECT CASE state WHEN 'requested' THEN 'planned' ELSE 'reserved' END,
                       lead_id, currency_id, company_id, SUM(amount)
                  FROM mci_booking
                 WHERE lead_id IN %(leads)s AND (state IN ('requested', 'confirmed')
                       OR state = 'held' AND hold_until > %(now)s)
                 GROUP BY 1, 2, 3, 4
                 UNION ALL
                SELECT 'charged', lead_id, payer_currency_id, payer_company_id,
                       SUM(payer_amount)
                  FROM mci_charge
                 WHERE lead_id IN %(leads)s AND state != 'reversed'
                       AND consent IS DISTINCT FROM 'asked'
                 GROUP BY 2, 3, 4
                """,
                leads=tuple(self.ids),
                now=fields.Datetime.now(),
            )
        )

    # --- Control --------------------------------------------------------------

    def _mci_has_budget(self):
        # EXTENDS match
        self.ensure_one()
        lead = self.sudo()
        if lead._mci_get_policy_line().budget_control != "hard":
            return super()._mci_has_budget()
        return lead.mci_budget_amount > 0

    def _mci_support_gaps(self):
        # EXTENDS match
        gaps = super()._mci_support_gaps()
        for lead in self.sudo():
            if lead.mci_budget_control == "hard" and lead.mci_remaining_amount <= 0:
                gaps.append(
                    self.env._("The presales budget is used up: ask for more (C4).")
                )
        return gaps

    def _mci_bump_budget(self):
        """Write the shared row of each deal, in id order: two at once collide (A7)."""
        write_shared(self, "mci_budget_seq")

    def _mci_check_budget(self, wanted):
        """Hard control stops requests and confirmations above the budget (C4).

        :param dict wanted: deal → amount asked for that is not reserved yet, in the
            currency of the deal's company
        """
        leads = self.sudo().filtered(
            lambda lead: lead._mci_get_policy_line().budget_control == "hard"
        )
        leads.invalidate_recordset(["mci_budget_amount"], flush=False)
        leads._compute_mci_budget()
        for lead in leads:
            asked = wanted.get(lead, 0.0)
            rest = lead.mci_remaining_amount - asked
            currency = lead._mci_get_company().currency_id
            if currency.compare_amounts(rest, 0.0) < 0:
                raise UserError(
                    self.env._(
                        "The presales budget of %(deal)s does not suffice (C4): budget"
                        " %(budget)s, reserved and charged %(used)s, %(missing)s"
                        " missing. Ask for more budget, or take fewer hours.",
                        deal=lead.display_name,
                        budget=formatLang(
                            self.env, lead.mci_budget_amount, currency_obj=currency
                        ),
                        used=formatLang(
                            self.env,
                            lead.mci_reserved_amount + lead.mci_charged_amount + asked,
                            currency_obj=currency,
                        ),
                        missing=formatLang(self.env, -rest, currency_obj=currency),
                    )
                )

    # --- Asking for more ------------------------------------------------------

    @arguments(amount=number, reason=text, kind=text, from_lead_id=identifier)
    def mci_request_budget(self, amount, reason, kind=None, from_lead_id=None):
        """Ask for presales budget; who approves stands in the approval rules (C4).

        :param float amount: in the currency of the deal's company; the whole budget for
            a ``grant`` (the first one), what comes on top for an ``increase``
        :param str reason: read by the approver
        :param str kind: ``grant``, ``increase`` or ``transfer``; default by the facts
        :param int from_lead_id: for a transfer, the deal that gives the amount; an open
            one of the same sales team or customer
        :return: id of the budget request
        :raises AccessError: for whoever does not decide about the deal
        """
        self.ensure_one()
        self._mci_check_can_manage()
        change = self.env["mci.budget.change"]
        return change._do_request(self, amount, reason, kind, from_lead_id).id
