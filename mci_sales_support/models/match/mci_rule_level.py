from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...tools.words import say

RULES = [
    ("M2", "M2 Support tiers"),
    ("M4", "M4 Gate at initiation"),
    ("M5", "M5 Queue order"),
    ("O1", "O1 One accountable owner"),
    ("O3", "O3 Commitments before the offer"),
    ("O5", "O5 Everyone is assessed"),
]
LEVELS = [("observe", "Observe"), ("warn", "Warn"), ("enforce", "Enforce")]


class MciRuleLevel(models.Model):
    """How strictly a company takes a rule from a date on, so that it can start soft."""

    _name = "mci.rule.level"
    _inherit = ["mci.cached.mixin"]
    _description = "Enforcement Level"
    _order = "company_id, rule, date_from desc"

    rule = fields.Selection(RULES, required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    level = fields.Selection(
        LEVELS,
        required=True,
        default="observe",
        help="Observe counts what breaks the rule and stops nothing. Warn asks for a"
        " reason. Enforce refuses unless an exception was approved.",
    )
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=lambda self: self.env.company._mci_today(),
    )

    _rule_date_uniq = models.Constraint(
        "UNIQUE (rule, company_id, date_from)",
        "A rule has one level per company and day.",
    )

    @api.depends("rule", "level")
    def _compute_display_name(self):
        rules = dict(self._fields["rule"]._description_selection(self.env))
        levels = dict(self._fields["level"]._description_selection(self.env))
        for record in self:
            rule = rules.get(record.rule, "")
            record.display_name = f"{rule}: {levels.get(record.level, '')}"

    @api.model
    def _mci_get_level(self, rule, company, date=None):
        """Level of ``rule`` in ``company`` on ``date`` (today); observe by default."""
        date = fields.Date.to_date(date) or company._mci_today()
        return self._mci_get_level_cached(rule, company.id, date)

    @api.model
    @tools.ormcache("rule", "company_id", "date")
    def _mci_get_level_cached(self, rule, company_id, date):
        record = self.sudo().search(
            [
                ("rule", "=", rule),
                ("company_id", "=", company_id),
                ("date_from", "<=", date),
            ],
            order="date_from desc",
            limit=1,
        )
        return record.level or "observe"

    @api.model
    def _mci_enforce(
        self,
        rule,
        message,
        company,
        lead=None,
        record=None,
        reason=None,
        approved=False,
    ):
        """Something breaks a rule: count it, ask why, or refuse it.

        A refusal rolls back with its transaction and is therefore not counted; what
        was observed, explained or approved is.

        :param rule: id of the rule, as ``M2``
        :param message: lazy sentence that names the record and the rule, or a list of
            them: counted and published in the language of the company, and composed
            for who reads it
        :param company: whose level counts
        :param lead: the deal concerned
        :param record: the document concerned
        :param reason: why he goes on although warned
        :param approved: an exception was approved for it
        :return: the :class:`mci.rule.event` that counts it
        :raise UserError: at *warn* without reason, at *enforce* without approval
        """
        level = self._mci_get_level(rule, company)
        said = say(self.env, message)
        if level == "warn" and not (reason or approved):
            raise UserError(
                self.env._("%(message)s\nGive a reason to go on.", message=said)
            )
        if level == "enforce" and not approved:
            raise UserError(said)
        return self.env["mci.rule.event"]._mci_log(
            rule, level, company, message, lead, record, reason, approved
        )
