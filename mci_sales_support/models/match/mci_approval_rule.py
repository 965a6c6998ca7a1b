from odoo import api, fields, models
from odoo.fields import Domain


class MciApprovalRule(models.Model):
    """Approvers by their role in the deal, and rules for one grade only."""

    _inherit = "mci.approval.rule"

    kind = fields.Selection(
        selection_add=[
            ("registration", "Partner registration"),
            ("preempt", "Pre-emption"),
        ],
        ondelete={"registration": "cascade", "preempt": "cascade"},
    )
    grade_id = fields.Many2one(
        "mci.grade",
        ondelete="cascade",
        help="Only cases of this grade; of a grade moved by hand, the new one.",
    )
    approver_type = fields.Selection(
        selection_add=[
            ("team_leader", "Leader of the deal's team"),
            ("unit_lead", "Head of the unit"),
            ("delivery_lead", "Delivery lead of the deal"),
        ],
        ondelete={
            "team_leader": "set default",
            "unit_lead": "set default",
            "delivery_lead": "set default",
        },
    )

    @api.model
    def _mci_find_domain(self, kind, company, amount=0.0, grade=None):
        # EXTENDS: a rule for another grade does not fit
        domain = super()._mci_find_domain(kind, company, amount=amount, grade=grade)
        return domain & Domain("grade_id", "in", [grade.id if grade else False, False])

    def _mci_specificity(self):
        # EXTENDS: after the company, the grade says most
        company, *rest = super()._mci_specificity()
        return (company, bool(self.grade_id), *rest)

    @api.model
    def _mci_get_approvers(self, rule, lead=None, center=None):
        # EXTENDS
        users = super()._mci_get_approvers(rule, lead=lead, center=center)
        named = self._mci_get_role_users(rule.sudo().approver_type, lead, center)
        return users | named.filtered("active").with_env(self.env)

    @api.model
    def _mci_get_role_users(self, role, lead, center):
        """Who holds ``role`` in the deal or the unit, deputies included, in sudo."""
        lead = lead.sudo() if lead else self.env["crm.lead"].sudo()
        center = center.sudo() if center else lead.mci_center_id
        if role == "team_leader":
            return lead.team_id.user_id | lead.team_id.mci_deputy_id
        if role == "unit_lead":
            return center.lead_id | center.deputy_id
        if role == "delivery_lead":
            return lead.mci_delivery_lead_id
        return self.env["res.users"].sudo()

    @api.model
    def _mci_find_batch(self, kind, cases):
        """Best rule for each of many cases, in one query.

        :param cases: list of (company, amount, grade)
        :return: list of rules, empty ones where none fits
        """
        companies = self.env["res.company"].union(*(case[0] for case in cases))
        rules = self.sudo().search(
            [("kind", "=", kind), ("company_id", "in", [*companies.ids, False])]
        )
        found = []
        for company, amount, grade in cases:
            fitting = rules.filtered_domain(
                self._mci_find_domain(kind, company, amount=amount, grade=grade)
            )
            found.append(
                max(fitting, key=lambda r: r._mci_specificity(), default=fitting)
            )
        return found
