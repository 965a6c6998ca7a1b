from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import formatLang

from ...tools.arguments import arguments, text
from ...tools.retry import run_each


class MciGradeSplit(models.Model):
    """Deals of one customer that together reach A or B: are they one deal? (M1)

    The nightly job finds them, a person decides with a reason. Pieces of one deal get
    the grade of the whole; what is no split is not shown again, unless a further deal
    comes in or the sum reaches a better grade.
    """

    _name = "mci.grade.split"
    _description = "Possible Split"
    _inherit = ["mci.named.approvers.mixin", "mci.lock.mixin"]
    _mci_approval_kind = "grade"
    _order = "state, amount desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    lead_ids = fields.Many2many(
        "crm.lead",
        "mci_grade_split_lead_rel",
        "split_id",
        "lead_id",
        string="Deals",
        readonly=True,
        context={"active_test": False},
    )
    lead_count = fields.Integer(string="Number of Deals", readonly=True)
    amount = fields.Monetary(
        string="Together",
        readonly=True,
        help="Sum of the grading amounts of deals created within the window of the"
        " policy, when the split was found; company currency, without tax (M1).",
    )
    grade_id = fields.Many2one(
        "mci.grade",
        string="Grade Together",
        readonly=True,
        ondelete="restrict",
        help="Grade of the sum by the policy in force.",
    )
    date = fields.Datetime(string="Found On", readonly=True, required=True)
    state = fields.Selection(
        [
            ("open", "To Decide"),
            ("one", "Is one deal"),
            ("apart", "Is not"),
            ("gone", "No longer"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided By", readonly=True)
    decision_date = fields.Datetime(readonly=True)
    can_decide = fields.Boolean(
        compute="_compute_can_decide", export_string_translation=False
    )

    deal_key = fields.Char(
        readonly=True,
        export_string_translation=False,
        help="Technical: ids of the deals, so that two looks at once list them once.",
    )

    _open_uniq = models.UniqueIndex(
        "(company_id, deal_key) WHERE state = 'open'",
        "This possible split is on the list already.",
    )

    # Written by the system only: the record is the evidence of the decision.
    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.depends("partner_id", "lead_count", "amount")
    def _compute_display_name(self):
        for split in self:
            split.display_name = self.env._(
                "%(customer)s: %(count)s deals, together %(amount)s",
                customer=split.partner_id.sudo().display_name,
                count=split.lead_count,
                amount=formatLang(
                    self.env, split.amount, currency_obj=split.currency_id
                ),
            )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for split in self:
            split.can_decide = split.state == "open" and not split._get_refusal()

    # ------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------

    @api.model
    def _cron_find(self):
        """Bring the list up to date, customer by customer."""
        env = self.sudo().env
        found = {split["partner_id"] for split in env["crm.lead"]._mci_find_splits()}
        listed = self.sudo().search([("state", "=", "open")]).partner_id
        customers = env["res.partner"].browse(sorted(found | set(listed.ids)))
        run_each(customers, "_mci_refresh_splits", size=50)
        # Who holds a role in a deal changes from day to day.
        self._mci_name_all_approvers()
        env["mci.partner.registration"]._mci_name_all_approvers()

    @api.model
    def _mci_refresh(self, customers):
        """Open what is found for these customers, close what is no longer."""
        found = self.env["crm.lead"]._mci_find_splits(customers)
        waiting = self.search(
            [("partner_id", "in", customers.ids), ("state", "=", "open")]
        )
        kept = self.browse()
        new = []
        for vals in found:
            same = waiting.filtered(
                lambda split, vals=vals: split.company_id.id == vals["company_id"]
                and set(split.lead_ids.ids) == vals["lead_ids"]
            )
            kept |= same
            new += [] if same else [vals]
        (waiting - kept)._do_close()
        splits = self._mci_unlock().create([self._prepare_vals(vals) for vals in new])
        splits._mci_name_approvers()
        splits.lead_ids._mci_write_plain({"mci_split_state": "open"})

    def _do_close(self):
        self._mci_unlock().write({"state": "gone"})
        self._mci_clear_badges()

    def _mci_clear_badges(self):
        marked = self.lead_ids.filtered(lambda lead: lead.mci_split_state == "open")
        marked._mci_write_plain({"mci_split_state": False})

    @api.model
    def _prepare_vals(self, vals):
        return {
            "partner_id": vals["partner_id"],
            "company_id": vals["company_id"],
            "lead_ids": [Command.set(sorted(vals["lead_ids"]))],
            "lead_count": len(vals["lead_ids"]),
            "deal_key": ",".join(map(str, sorted(vals["lead_ids"]))),
            "amount": vals["amount"],
            "grade_id": self._mci_get_grade(vals).id,
            "date": fields.Datetime.now(),
        }

    @api.model
    def _mci_get_grade(self, vals):
        """Grade of the sum by the policy in force."""
        company = self.env["res.company"].browse(vals["company_id"])
        scheme = self.env["mci.grade.policy"]._mci_get_scheme(company)
        grade = next(g for floor, g in scheme.bands if vals["amount"] >= floor)
        return self.env["mci.grade"].browse(grade)

    @api.model
    def _mci_filter_undecided(self, found):
        """Leave out what a person has decided on already.

        A further deal, or a sum that reaches a better grade, is a new question.
        """
        decided = self.sudo().search(
            [
                ("partner_id", "in", [vals["partner_id"] for vals in found]),
                ("state", "in", ("one", "apart")),
            ]
        )
        return [
            vals
            for vals in found
            if not any(
                vals["lead_ids"] <= set(split.lead_ids.ids)
                and not self._mci_get_grade(vals)._mci_is_better_than(split.grade_id)
                for split in decided
            )
        ]

    # ------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------

    @arguments(reason=text)
    def action_is_one(self, reason):
        """The deals are one deal: each gets the grade of the whole (M1).

        :param str reason: why, in words
        :raise AccessError: unless the approval rules of kind *grade* name the user, who
            neither sells one of the deals nor is a subordinate of who does
        :raise UserError: without reason, or when it is decided already
        """
        self._check_can_decide(reason)
        self._mci_decide("one", reason)
        splits = self.sudo()
        splits.lead_ids._mci_write_plain({"mci_split_state": "one"})
        for split in splits:
            split._do_grade_pieces()
        return True

    @arguments(reason=text)
    def action_is_apart(self, reason):
        """The deals have nothing to do with each other.

        :param str reason: why, in words
        :raise AccessError: as for :meth:`action_is_one`
        """
        self._check_can_decide(reason)
        self._mci_decide("apart", reason)
        self.sudo()._mci_clear_badges()
        return True

    def _check_can_decide(self, reason):
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: everybody concerned reads it."))
        for split in self:
            if split.state != "open":
                raise UserError(
                    self.env._("%(split)s is decided.", split=split.display_name)
                )
            if refusal := split._get_refusal():
                raise AccessError(refusal)

    def _get_refusal(self):
        """Why the user may not decide, as text; empty when he may."""
        self.ensure_one()
        split, approvals = self.sudo(), self.env["mci.approval.rule"]
        sellers = split.lead_ids.user_id | split.lead_ids.mci_owner_id
        try:
            for seller in sellers or [None]:
                approvals._mci_check_approver(
                    "grade",
                    split.company_id,
                    requester=seller and seller.with_env(self.env),
                    amount=split.amount,
                    grade=split.grade_id,
                    lead=split.lead_ids[:1],
                )
        except AccessError as error:
            return str(error)
        return ""

    @api.model
    def _mci_get_waiting_domain(self):
        return [("state", "=", "open")]

    def _mci_get_approval_cases(self):
        return [
            (split.company_id, split.amount, split.grade_id, split.lead_ids[:1])
            for split in self
        ]

    def _mci_decide(self, state, reason):
        # The write collides with that of whoever decides at the same time.
        self.sudo()._mci_unlock().write(
            {
                "state": state,
                "reason": reason,
                "decided_by_id": self.env.uid,
                "decision_date": fields.Datetime.now(),
            }
        )

    def _do_grade_pieces(self):
        """The open pieces below the grade of the whole are lifted to it."""
        self.ensure_one()
        pieces = self.lead_ids.filtered(
            lambda lead: lead.won_status == "pending"
            and self.grade_id._mci_is_better_than(lead.mci_grade_id)
        )
        changes = self.env["mci.grade.change"]._mci_record(
            [self._prepare_change_vals(lead) for lead in pieces]
        )
        changes._do_apply()

    def _prepare_change_vals(self, lead):
        return {
            "lead_id": lead.id,
            "kind": "split",
            "computed_grade_id": lead.mci_computed_grade_id.id,
            "from_grade_id": lead.mci_grade_id.id,
            "to_grade_id": self.grade_id.id,
            "grading_amount": lead.mci_grading_amount,
            "reason_code": "split",
            "reason": self.env._(
                "%(split)s: %(reason)s", split=self.display_name, reason=self.reason
            ),
            "requester_id": self.decided_by_id.id,
            "approver_id": self.decided_by_id.id,
            "decision_date": self.decision_date,
            "state": "approved",
        }

    def action_view_deals(self):
        """The deals side by side."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [("id", "in", self.lead_ids.ids)],
            "context": {"active_test": False},
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _mci_refresh_splits(self):
        """Unit of work of the nightly look for possible splits."""
        self.env["mci.grade.split"].sudo()._mci_refresh(self)
