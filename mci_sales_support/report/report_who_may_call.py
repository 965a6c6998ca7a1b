from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class ReportWhoMayCall(models.AbstractModel):
    """*Who may call whom* on one page, from the policy in force (D1, M2, M3)."""

    _name = "report.mci_sales_support.report_who_may_call"
    _description = "Who may call whom"

    @api.model
    def _get_report_values(self, docids, data=None):
        policies = self.env["mci.grade.policy"].browse(docids or ())
        if not policies:
            policies = policies._mci_get_policy(self.env.company)
        policies.check_access("read")
        return {
            "doc_ids": policies.ids,
            "doc_model": "mci.grade.policy",
            "docs": policies,
            "pages": [self._mci_prepare_page(policy.sudo()) for policy in policies],
            "today": fields.Date.context_today(self),
        }

    def _mci_prepare_page(self, policy):
        company = policy.company_id
        units = (
            self.env["mci.delivery.center"]
            .sudo()
            .search([("company_id", "=", company.id)])
            .grouped("tier")
        )
        rules = (
            self.env["mci.approval.rule"]
            .sudo()
            .search([("company_id", "in", [company.id, False])])
        )
        teams = (
            self.env["crm.team"]
            .sudo()
            .search(
                [
                    ("company_id", "in", [company.id, False]),
                    ("mci_office_id", "!=", False),
                ]
            )
        )
        limits = self.env["mci.service.level"]._mci_find_all(
            company, policy.line_ids.grade_id
        )
        return {
            "policy": policy,
            "date_from": format_date(self.env, policy.date_from),
            "company": company,
            "grades": [
                self._mci_prepare_grade(line, limits.get((company, line.grade_id)))
                for line in policy.line_ids
            ],
            "tiers": self._mci_prepare_tiers(units),
            "teams": teams,
            "rules": [self._mci_prepare_rule(rule) for rule in rules],
            "allowances": self._mci_prepare_allowances(company),
        }

    def _label(self, record, name):
        field = record._fields[name]
        return dict(field._description_selection(self.env)).get(record[name], "")

    def _mci_money(self, amount, currency):
        """Limits are round: no empty decimals on the page."""
        return format_amount(
            self.env, amount, currency, trailing_zeroes=not currency.decimal_places
        )

    def _mci_prepare_grade(self, line, limit):
        amount = self._mci_money(line.amount_min, line.currency_id)
        to_center = line.tier == "delivery_center"
        return {
            "grade": line.grade_id.name,
            "amount": (
                self.env._("led by a partner") if line.is_partner_led else amount
            ),
            "tier": self._label(line, "tier"),
            "whom": self._mci_get_whom(line.tier),
            "decides": (
                self.env._("the delivery lead of the deal, on every booking")
                if to_center
                else self.env._("the head of the unit that sends the person")
            ),
            "budget": self.env._(
                "%(percent)s %% of the amount, %(hours)s hours",
                percent=f"{line.budget_percent:g}",
                hours=f"{line.budget_hours:g}",
            ),
            "control": self._label(line, "budget_control"),
            "needs_center": line.requires_center,
            "respond": f"{limit.respond_hours:g}" if limit else "–",
            "start": f"{limit.start_hours:g}" if limit else "–",
        }

    def _mci_get_whom(self, tier):
        if tier == "delivery_center":
            return self.env._(
                "Delivery center, expert pool, own and backup offices, hotline"
            )
        if tier == "hotline":
            return self.env._("Hotline, own and backup offices")
        return self.env._("Own office, backup offices, then the hotline")

    def _mci_prepare_tiers(self, units):
        labels = self.env["mci.delivery.center"]._fields["tier"]
        return [
            {"name": label, "units": units[tier]}
            for tier, label in labels._description_selection(self.env)
            if tier in units
        ]

    def _mci_prepare_rule(self, rule):
        return {
            "kind": self._label(rule, "kind"),
            "grade": rule.grade_id.name or "",
            "amount": (
                self._mci_money(rule.amount_min, rule.currency_id)
                if rule.amount_min
                else ""
            ),
            "who": rule.approver_id.name or self._label(rule, "approver_type"),
            "deputy": rule.deputy_id.name or "",
            "hours": f"{rule.sla_hours:g}",
            "up": rule.escalate_to_id.name or "",
        }

    def _mci_prepare_allowances(self, company):
        """What needs nobody's approval, and within what time. Others add theirs."""
        return [
            (company._fields[name]._description_string(self.env), f"{company[name]:g}")
            for name in (
                "mci_first_look_hours",
                "mci_self_confirm_hours",
                "mci_ticket_hours",
                "mci_hold_hours",
                "mci_late_cancel_hours",
            )
        ]


class MciGradePolicy(models.Model):
    _inherit = "mci.grade.policy"

    @api.model
    def action_who_may_call(self):
        """Open *Who may call whom* of the policy in force, as a page (D1).

        :return: the action of the page; a message where no policy is in force
        """
        policy = self._mci_get_policy(self.env.company)
        if not policy:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "No grading policy is in force in %s yet (M1).",
                        self.env.company.name,
                    ),
                },
            }
        report = self.env.ref("mci_sales_support.mci_who_may_call_page")
        return report.report_action(policy, config=False)
