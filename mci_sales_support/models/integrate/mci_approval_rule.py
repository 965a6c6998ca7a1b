from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class MciApprovalRule(models.Model):
    """Who approves what: a table the company keeps, not code.

    Without a matching rule a sales manager or a Sales Support Administrator approves.
    Nobody approves his own request or that of somebody above him (rule M1).
    """

    _name = "mci.approval.rule"
    _description = "Approval rule"
    _order = "kind, company_id, amount_min DESC, id"

    kind = fields.Selection(
        [
            ("grade", "Grade moved by hand"),
            ("tier", "Booking above the tier"),
            ("override", "Queue override"),
            ("zero_rate", "Zero rate"),
            ("budget", "Budget"),
            ("cancel", "Late cancellation"),
            ("gate", "Gate"),
            ("credit", "Sales credit"),
        ],
        required=True,
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: every company.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_min = fields.Monetary(
        string="From amount",
        help="The rule with the highest amount not above the one in question wins.",
    )
    approver_type = fields.Selection(
        [("user", "A person"), ("sales_manager", "Any sales manager")],
        required=True,
        default="user",
    )
    approver_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    deputy_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Decides in the place of the approver.",
    )
    sla_hours = fields.Float(
        string="Answer within (hours)",
        default=24.0,
        help="After that the request goes up.",
    )
    escalate_to_id = fields.Many2one(
        "res.users",
        string="Goes up to",
        domain="[('share', '=', False)]",
        help="May always decide, and is told when the time is over.",
    )

    _positive = models.Constraint(
        "CHECK(amount_min >= 0 AND sla_hours >= 0)",
        "Amount and hours of an approval rule are zero or more.",
    )

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.depends("kind", "company_id", "approver_type", "approver_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        types = dict(self._fields["approver_type"]._description_selection(self.env))
        for rule in self:
            who = rule.approver_id.display_name or types.get(rule.approver_type, "")
            rule.display_name = ": ".join(filter(None, (kinds.get(rule.kind), who)))

    @api.constrains("approver_type", "approver_id")
    def _check_approver(self):
        for rule in self:
            if rule.approver_type == "user" and not rule.approver_id:
                raise ValidationError(
                    self.env._("%(rule)s: name the person.", rule=rule.display_name)
                )

    @api.model
    def _mci_find(self, kind, company, amount=0.0, grade=None):
        """The most specific rule for a case, in sudo; empty when there is none.

        :param amount: in the currency of ``company``
        """
        rules = self.sudo().search(
            self._mci_find_domain(kind, company, amount=amount, grade=grade)
        )
        return max(rules, key=lambda rule: rule._mci_specificity(), default=rules)

    @api.model
    def _mci_find_domain(self, kind, company, amount=0.0, grade=None):
        """Rules that fit a case; extended where a rule knows more about the deal."""
        return (
            Domain("kind", "=", kind)
            & Domain("company_id", "in", [company.id, False])
            & Domain("amount_min", "<=", amount)
        )

    def _mci_specificity(self):
        """Sort key: the greater, the closer the rule is to the case."""
        self.ensure_one()
        return (bool(self.company_id), self.amount_min, -self.id)

    @api.model
    def _mci_get_approvers(self, rule, lead=None, center=None):
        """Users that ``rule`` names, with deputies; extended for roles in a deal."""
        rule = rule.sudo()
        users = rule.deputy_id | rule.escalate_to_id
        if rule.approver_type == "user":
            users |= rule.approver_id
        elif rule.approver_type == "sales_manager":
            users |= self._mci_get_sales_managers(rule.company_id)
        return users.filtered("active").with_env(self.env)

    @api.model
    def _mci_get_sales_managers(self, company):
        managers = self.env.ref("sales_team.group_sale_manager").sudo().all_user_ids
        if company:
            managers = managers.filtered(lambda user: company in user.company_ids)
        return managers

    @api.model
    def _mci_check_approver(
        self,
        kind,
        company,
        requester=None,
        amount=0.0,
        grade=None,
        lead=None,
        center=None,
    ):
        """Refuse the current user unless he may approve the case.

        :param requester: user who asked; neither he nor anybody below him approves
        :param amount: in the currency of ``company``
        :raise AccessError: not named by the rule, own request, or request of a superior
        """
        rule = self._mci_find(kind, company, amount=amount, grade=grade)
        if not self._mci_may_approve(rule, lead=lead, center=center):
            self._mci_refuse_approver(kind, rule, lead=lead, center=center)
        user = self.env.user
        if requester and user == requester:
            raise AccessError(
                self.env._("Nobody approves what he has asked for himself.")
            )
        if requester and requester in user._mci_get_superiors():
            raise AccessError(
                self.env._(
                    "%(requester)s is your superior: somebody else has to decide.",
                    requester=requester.display_name,
                )
            )

    @api.model
    def _mci_may_approve(self, rule, lead=None, center=None):
        """A rule without anybody (a role not filled) counts as no rule."""
        approvers = self._mci_get_approvers(rule, lead=lead, center=center)
        if approvers:
            return self.env.user in approvers
        return self.env.user.has_groups(
            "sales_team.group_sale_manager,mci_sales_support.group_manager"
        )

    @api.model
    def _mci_refuse_approver(self, kind, rule, lead=None, center=None):
        approvers = self._mci_get_approvers(rule, lead=lead, center=center)
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        raise AccessError(
            self.env._(
                "%(kind)s: %(user)s may not approve this. Ask %(approvers)s.",
                kind=kinds[kind],
                user=self.env.user.display_name,
                approvers=", ".join(approvers[:5].mapped("display_name"))
                or self.env._("a sales manager or a Sales Support Administrator"),
            )
        )
