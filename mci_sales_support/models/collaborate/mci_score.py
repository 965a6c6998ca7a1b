from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, date, identifiers, number

# What HR pulls, in this order; every value is stored when the result is frozen (O7).
PULL_FIELDS = (
    "employee_number",
    "employee_name",
    "department_name",
    "manager_name",
    "date_from",
    "date_to",
    "version",
    "score",
    "is_insufficient",
    "insufficient_reason",
    "form_count",
    "rater_count",
    "coverage",
    "hours",
    "currency_name",
    "credited_amount",
    "attainment",
    "presales_charged",
    "presales_return",
    "level_name",
    "factor",
    "share_of_pay",
)


class MciScoreBand(models.Model):
    """Performance level of a period score, and the factor that pay follows (O7)."""

    _name = "mci.score.band"
    _description = "Performance level"
    _order = "score_min desc"

    name = fields.Char(required=True, translate=True)
    score_min = fields.Float("From score", required=True, help="0 to 100.")
    factor = fields.Float(
        required=True, default=1.0, help="Factor on the performance pay."
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company."
    )

    _score_uniq = models.UniqueIndex(
        "(score_min, company_id) NULLS NOT DISTINCT",
        "Two performance levels begin at the same score.",
    )
    _score_range = models.Constraint(
        "CHECK(score_min >= 0 AND score_min <= 100 AND factor >= 0)",
        "Scores are between 0 and 100, factors zero or more.",
    )


class MciScore(models.Model):
    """Result of one person in one appraisal period (O6, O7).

    Amounts are in the currency of the period's company, percentages as 0 to 100.
    Frozen results keep every value as text and numbers of their own: they give the same
    bytes for ever, whatever changes later. A later decision makes another version.
    """

    _name = "mci.score"
    _description = "Appraisal result"
    _inherit = ["mci.lock.mixin"]
    _order = "date_from desc, employee_name, version desc, id"

    period_id = fields.Many2one(
        "mci.score.period", "Appraisal period", required=True, index=True
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="restrict"
    )
    date_from = fields.Date("From", required=True, index=True)
    date_to = fields.Date("To", required=True)
    version = fields.Integer(required=True, default=1, aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("frozen", "Frozen")],
        required=True,
        default="draft",
        index=True,
    )
    is_latest = fields.Boolean("Latest version", default=True, index=True)

    employee_number = fields.Char(help="Badge ID of the employee.")
    employee_name = fields.Char()
    department_name = fields.Char("Home department")
    manager_name = fields.Char("Line manager")

    score = fields.Float(digits=(6, 2), aggregator="avg")
    is_insufficient = fields.Boolean(
        "Insufficient", help="Too few forms, or a single rater: no level follows (O6)."
    )
    insufficient_reason = fields.Char()
    form_count = fields.Integer("Forms")
    rater_count = fields.Integer("Raters")
    coverage = fields.Float(
        "Coverage (%)",
        digits=(6, 2),
        aggregator="avg",
        help="Published forms ÷ forms that were due in the period.",
    )
    hours = fields.Float(digits=(12, 2), help="Presales hours done on these deals.")
    currency_id = fields.Many2one("res.currency", required=True)
    currency_name = fields.Char("Currency code")
    credited_amount = fields.Monetary(help="Credits counted in the period (O4).")
    attainment = fields.Float(
        "Attainment (%)",
        digits=(12, 2),
        aggregator="avg",
        help="Credited ÷ quota, of the quotas that lie inside the period.",
    )
    presales_charged = fields.Monetary(
        help="Presales charged in the period for deals the person owned and for hours"
        " the person worked (C9)."
    )
    presales_return = fields.Float(
        digits=(12, 2), aggregator="avg", help="Credited ÷ presales charged (C9)."
    )
    level_name = fields.Char("Performance level")
    factor = fields.Float(digits=(6, 2), aggregator="avg")
    share_of_pay = fields.Float(
        "Share of pay (%)",
        digits=(6, 2),
        aggregator="avg",
        help="Share of the pay that follows the performance.",
    )

    _employee_version_uniq = models.UniqueIndex(
        "(employee_id, period_id, version)", "A person has one result per version (O7)."
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if not self._mci_is_unlocked() or "frozen" in self.mapped("state"):
            raise UserError(self.env._("Appraisal results are kept (O7)."))

    @api.depends_context("lang")
    def _compute_display_name(self):
        for score in self:
            score.display_name = self.env._("Result #%s", score.id)

    @api.model
    @arguments(date_from=date, date_to=date, employee_ids=identifiers, version=number)
    def pull(self, date_from, date_to, employee_ids=None, version=None):
        """Frozen results of the appraisal periods inside a span, for HR systems (O7).

        The same call gives the same bytes until HR freezes something new in the span;
        with ``version`` for ever.

        :param str date_from: first day, YYYY-MM-DD; periods begin on it or later
        :param str date_to: last day; periods end on it or before
        :param list employee_ids: ids of ``hr.employee``; default: everybody readable
        :param int version: this version of each result; default: the latest
        :return: list of dicts, ordered by period, employee number, employee and version
        :raises AccessError: for anybody but HR
        """
        self.env["mci.score.period"]._check_is_hr()
        domain = [
            ("date_from", ">=", date_from),
            ("date_to", "<=", date_to),
            ("state", "=", "frozen"),
        ]
        if employee_ids is not None:
            domain.append(("employee_id", "in", employee_ids))
        if version:
            domain.append(("version", "=", version))
        scores = self.search(domain, order="date_from, employee_id, version desc")
        if not version:
            latest = {}
            for score in scores:
                latest.setdefault((score.period_id, score.employee_id), score)
            scores = self.browse().concat(*latest.values())
        scores = scores.sorted(
            lambda s: (
                s.date_from,
                s.date_to,
                s.employee_number or "",
                s.employee_id.id,
            )
        )
        return [score._prepare_pull_vals() for score in scores]

    def _prepare_pull_vals(self):
        self.ensure_one()
        vals = {"id": self.id, "employee_id": self.employee_id.id}
        for name in PULL_FIELDS:
            value = self[name]
            if self._fields[name].type == "date":
                value = fields.Date.to_string(value)
            elif self._fields[name].type in ("float", "monetary"):
                value = round(value, 2)
            vals[name] = value
        return vals
