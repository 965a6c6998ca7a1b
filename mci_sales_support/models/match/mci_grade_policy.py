from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.retry import retry_serialization

# What grading needs of a policy, as plain values that stay in the cache of the
# registry: grading a deal then costs no query. ``bands`` is (amount_min, grade id) by
# falling amount, ``tiers`` maps grade id to tier.
GradingScheme = namedtuple(
    "GradingScheme",
    [
        "policy_id",
        "months",
        "buffer",
        "split_days",
        "bands",
        "partner_grade_id",
        "tiers",
    ],
)


class MciGradePolicy(models.Model):
    """The bands by which a company grades its deals, from a date on (M1).

    The policy in force is the active one with the latest start that is not in the
    future. A policy that was activated is never changed: a copy is the next version.
    """

    _name = "mci.grade.policy"
    _description = "Grading Policy"
    _inherit = ["mci.lock.mixin", "mci.cached.mixin"]
    _order = "company_id, date_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=lambda self: self.env.company._mci_today(),
        copy=False,
        help="Deals are graded by this policy from this day on.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    recurring_months = fields.Integer(
        string="Months of Recurring Revenue",
        default=12,
        help="So many months of the expected monthly recurring revenue count in the"
        " grading amount (M1).",
    )
    buffer_percent = fields.Float(
        string="Buffer %",
        help="A graded deal keeps its grade while its amount stays within so many"
        " percent of the limit, so that amounts that wobble do not flip the grade. New"
        " deals, and all deals on the day a policy starts, go by the bands (M1).",
    )
    split_days = fields.Integer(
        string="Window for Splits (Days)",
        default=180,
        help="Open deals of one customer, created within so many days of each other,"
        " are a possible split when only together they reach a delivery center (M1).",
    )
    applied_date = fields.Date(
        readonly=True,
        copy=False,
        help="Day on which the open deals were graded by this policy.",
    )
    simulation_id = fields.Many2one(
        "mci.grade.simulation",
        string="Back-tested By",
        copy=False,
        ondelete="restrict",
        domain="[('policy_id', '=', id), ('state', '=', 'done')]",
        help="The simulation the decision rests on. On activation the latest one of"
        " this draft is named by itself.",
    )
    simulation_count = fields.Integer(compute="_compute_simulation_count")
    activated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many(
        "mci.grade.policy.line", "policy_id", string="Bands", copy=True
    )
    note = fields.Text(string="Notes")

    _recurring_months_positive = models.Constraint(
        "CHECK (recurring_months >= 0)",
        "The months of recurring revenue cannot be negative.",
    )
    _buffer_range = models.Constraint(
        "CHECK (buffer_percent >= 0 AND buffer_percent < 50)",
        "The buffer around a band limit is 0 % or more and less than 50 %.",
    )
    _split_days_positive = models.Constraint(
        "CHECK (split_days >= 0)",
        "The window for possible splits cannot be negative.",
    )
    _active_date_uniq = models.UniqueIndex(
        "(company_id, date_from) WHERE state = 'active'",
        "Two active grading policies of one company cannot start on the same day.",
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "%(name)s (version %(version)s)",
                name=policy.name or "",
                version=policy.version,
            )

    def _mci_get_locked_fields(self):
        locked = {"state", "version", "applied_date", "activated_by_id"}
        if any(policy.state != "draft" for policy in self):
            locked |= {
                "company_id",
                "date_from",
                "recurring_months",
                "buffer_percent",
                "split_days",
                "simulation_id",
                "line_ids",
            }
        return frozenset(locked)

    def copy(self, default=None):
        """A draft of the next version, with the same bands."""
        copies = super().copy(default)
        for policy, new in zip(self, copies, strict=True):
            new._mci_unlock().write({"version": policy.version + 1})
        return copies

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for policy in self:
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "%(policy)s has been in force: its deals were graded by it."
                        " Activate a new version instead of deleting it.",
                        policy=policy.display_name,
                    )
                )

    def action_activate(self):
        """Put draft policies into force from their date (M1).

        Active policies of the same company that start on the same day or later are
        retired. When the date has come, open deals are graded again at once; otherwise
        the nightly job does it on the day.

        :raise AccessError: for anybody but a Sales Support Administrator
        :raise UserError: when the bands leave amounts or partner-led deals ungraded
        """
        for policy in self:
            policy._check_can_activate()
        for policy in self:
            policy._do_activate()

    def _check_can_activate(self):
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "mci_sales_support.group_manager"
        ):
            raise AccessError(
                self.env._(
                    "Only a Sales Support Administrator can activate %(policy)s.",
                    policy=self.display_name,
                )
            )
        if self.state != "draft":
            raise UserError(
                self.env._("%(policy)s is not a draft.", policy=self.display_name)
            )
        reason = self._get_cannot_activate_reason() or self._get_stale_reason()
        if reason:
            raise UserError(
                self.env._(
                    "%(policy)s cannot be activated: %(reason)s",
                    policy=self.display_name,
                    reason=reason,
                )
            )

    def _get_cannot_activate_reason(self):
        """Why the bands do not grade every deal, as text; empty when they do."""
        bands = self.line_ids.filtered(lambda line: not line.grade_id.is_partner_led)
        if len(self.line_ids - bands) != 1:
            return self.env._("it has no band for partner-led deals.")
        bands = bands.sorted("amount_min")
        if not bands or bands[0].amount_min:
            return self.env._("the lowest band must start at 0.")
        amounts = bands.mapped("amount_min")
        if len(set(amounts)) != len(amounts):
            return self.env._("two bands start at the same amount.")
        ranks = [line.grade_id.sequence for line in bands]
        if ranks != sorted(ranks, reverse=True):
            return self.env._("a higher amount must give a better grade.")
        return ""

    def _do_activate(self):
        self.ensure_one()
        self._mci_name_simulation()
        later = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "active"),
                ("date_from", ">=", self.date_from),
            ]
        )
        later._mci_unlock().write({"state": "retired"})
        later.flush_recordset(["state"])
        self.sudo()._mci_unlock().write(
            {"state": "active", "activated_by_id": self.env.uid}
        )
        if self.date_from <= self.company_id._mci_today():
            self._do_apply()

    def _do_apply(self):
        """Retire what this policy follows and grade the open deals by it."""
        self.ensure_one()
        earlier = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "active"),
                ("date_from", "<", self.date_from),
            ]
        )
        earlier._mci_unlock().write({"state": "retired"})
        self.sudo()._mci_unlock().write({"applied_date": self.company_id._mci_today()})
        self.env["crm.lead"]._mci_regrade_company(self.company_id)

    @api.model
    def _cron_apply_due(self):
        """Policies activated ahead of time, on the day they start."""
        begun = self.env["res.company"]._mci_domain_by_day(
            lambda today: Domain("date_from", "<=", today)
        )
        waiting = [("state", "=", "active"), ("applied_date", "=", False)]
        due = self.search(Domain(waiting) & begun, order="date_from")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for policy in due:
            retry_serialization(self.env, policy._do_apply)
            self.env["ir.cron"]._commit_progress(1)

    # ------------------------------------------------------------
    # Lookup
    # ------------------------------------------------------------

    @api.model
    def _mci_get_policy(self, company, date=None):
        """The policy in force in ``company`` on ``date`` (default today), or none."""
        date = fields.Date.to_date(date) or company._mci_today()
        return self.browse(self._mci_get_policy_id(company.id, date))

    @api.model
    @tools.ormcache("company_id", "date")
    def _mci_get_policy_id(self, company_id, date):
        return (
            self.sudo()
            .search(
                [
                    ("company_id", "=", company_id),
                    ("state", "=", "active"),
                    ("date_from", "<=", date),
                ],
                order="date_from desc",
                limit=1,
            )
            .id
        )

    @api.model
    def _mci_get_scheme(self, company, date=None):
        """The :class:`GradingScheme` in force, or None where deals are not graded."""
        policy = self._mci_get_policy(company, date)
        return self._mci_get_scheme_of(policy.id) if policy else None

    @api.model
    @tools.ormcache("policy_id")
    def _mci_get_scheme_of(self, policy_id):
        policy = self.sudo().browse(policy_id)
        partner_line = policy.line_ids.filtered("grade_id.is_partner_led")
        bands = (policy.line_ids - partner_line).sorted("amount_min", reverse=True)
        return GradingScheme(
            policy.id,
            policy.recurring_months,
            policy.buffer_percent,
            policy.split_days,
            tuple((line.amount_min, line.grade_id.id) for line in bands),
            partner_line.grade_id.id,
            {line.grade_id.id: line.tier for line in policy.line_ids},
        )

    def _mci_get_line(self, grade):
        """The band of ``grade`` in this policy, or none."""
        if not self.id:  # none, or one that is being typed in
            return self.line_ids.filtered(lambda line: line.grade_id == grade)
        line_id = self._mci_get_line_ids(self.id).get(grade.id)
        return self.env["mci.grade.policy.line"].browse(line_id)

    @api.model
    @tools.ormcache("policy_id")
    def _mci_get_line_ids(self, policy_id):
        return {
            line.grade_id.id: line.id for line in self.sudo().browse(policy_id).line_ids
        }
