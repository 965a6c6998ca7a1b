from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class MciScorePeriod(models.Model):
    """An appraisal period of a company: computed, frozen, pulled by HR (O7)."""

    _name = "mci.score.period"
    _description = "Appraisal period"
    _inherit = ["mci.lock.mixin"]
    _order = "date_from desc, id desc"
    _mci_locked_fields = frozenset(
        {"state", "version", "frozen_date", "frozen_by_id", "score_ids"}
    )

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    min_forms = fields.Integer(
        "Least forms",
        default=3,
        help="Fewer published forms about a person are insufficient (O6).",
    )
    share_of_pay = fields.Float(
        "Share of pay (%)",
        default=20.0,
        help="Share of the pay that follows the performance.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen")],
        required=True,
        default="draft",
        copy=False,
    )
    version = fields.Integer(default=1, copy=False, aggregator=None)
    frozen_date = fields.Datetime("Frozen on", copy=False)
    frozen_by_id = fields.Many2one("res.users", "Frozen by", copy=False)
    score_ids = fields.One2many(
        "mci.score",
        "period_id",
        "Results",
        domain=[("is_latest", "=", True)],
        copy=False,
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from AND min_forms > 0)",
        "A period ends after it begins, and needs at least one form.",
    )
    _period_uniq = models.Constraint(
        "UNIQUE (company_id, date_from, date_to)", "This period exists already."
    )

    # ---------------------------------------------------------------- rights

    def _check_is_hr(self):
        if not self.env.user.has_group("hr.group_hr_user"):
            raise AccessError(self.env._("Appraisal results belong to HR (O7)."))

    def _check_can_run(self):
        self._check_is_hr()
        self.check_access("write")

    def write(self, vals):
        if not self._mci_is_unlocked() and set(vals) - {"name"}:
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        for period in self:
            if period.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is frozen: a later decision makes a new version (O7).",
                        period.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        for period in self:
            if period.state != "draft" or period.version > 1:
                raise UserError(
                    self.env._("%s has been frozen and is kept.", period.display_name)
                )
        self.sudo().score_ids._mci_unlock().unlink()

    # ---------------------------------------------------------------- steps

    def action_compute(self):
        """Compute the results anew, as a draft.

        :raises AccessError: for anybody but HR of the company
        :raises UserError: when the period is frozen
        """
        self._check_can_run()
        self._check_draft()
        for period in self.sudo():
            period._mci_compute_scores()
        return True

    def action_freeze(self):
        """Compute and freeze the results: from now on they never change (O7)."""
        self.action_compute()
        for period in self.sudo():
            period.score_ids._mci_unlock().write({"state": "frozen"})
            period._mci_unlock().write(
                {
                    "state": "frozen",
                    "frozen_date": fields.Datetime.now(),
                    "frozen_by_id": self.env.uid,
                }
            )
        return True

    def action_new_version(self):
        """Begin the next version after later decisions; the frozen one is kept."""
        self._check_can_run()
        for period in self.sudo():
            if period.state != "frozen":
                raise UserError(
                    self.env._("%s is not frozen yet.", period.display_name)
                )
            period._mci_unlock().write(
                {"state": "draft", "version": period.version + 1}
            )
            period._mci_compute_scores()
        return True

    def action_view_scores(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_score_action"
        )
        return {
            **action,
            "domain": [("period_id", "=", self.id)],
            "context": {"search_default_latest": 1},
        }

    def _mci_compute_scores(self):
        """Replace the drafts of this version; frozen versions stay as they are."""
        self.ensure_one()
        Score = self.env["mci.score"]._mci_unlock()
        scores = Score.search([("period_id", "=", self.id)])
        scores.filtered(lambda score: score.state == "draft").unlink()
        Score.search([("period_id", "=", self.id)]).write({"is_latest": False})
        vals_list = self._mci_prepare_scores()
        Score.create(vals_list)
        # People who are only in an older version keep that one as their latest.
        kept = {vals["employee_id"] for vals in vals_list}
        older = Score.search([("period_id", "=", self.id)], order="version desc")
        for employee, rows in older.grouped("employee_id").items():
            if employee.id not in kept:
                rows[0].is_latest = True
        self.invalidate_recordset(["score_ids"])
