import inspect

from odoo.tests import tagged

from ..common import MciCommon

# Other systems call these over JSON-2: a name that goes or changes breaks them.
FIELDS = {
    "mci.rule.level": "rule company_id level date_from",
    "mci.approval.rule": (
        "kind grade_id amount_min company_id approver_type approver_id "
        "sla_hours escalate_to_id deputy_id"
    ),
    "mci.grade": "code sequence",
    "mci.grade.policy": "date_from state line_ids",
    "mci.grade.policy.line": (
        "grade_id amount_min tier budget_percent budget_hours budget_control "
        "requires_center"
    ),
    "mci.grade.change": (
        "lead_id from_grade_id to_grade_id reason requester_id approver_id "
        "computed_grade_id"
    ),
    "crm.stage": "mci_phase",
    "crm.team": (
        "mci_office_id mci_backup_office_ids mci_analytic_account_ids mci_deputy_id"
    ),
    "crm.lead": (
        "mci_partner_led mci_registered_partner_id mci_grading_amount "
        "mci_signed_amount mci_signed_date mci_computed_grade_id mci_grade_id "
        "mci_tier mci_center_id mci_delivery_lead_id mci_owner_id "
        "mci_ownership_ids mci_request_ids mci_booking_ids mci_charge_ids "
        "mci_analytic_account_id mci_budget_amount mci_reserved_amount "
        "mci_charged_amount mci_remaining_amount mci_promise_ids mci_credit_ids "
        "mci_evaluation_ids"
    ),
    "mci.function": "name",
    "mci.level": "name",
    "resource.resource": "mci_level_id",
    "mci.delivery.center": (
        "name code tier company_id lead_id deputy_id project_id "
        "analytic_account_id seat_ids"
    ),
    "mci.center.seat": ("center_id resource_id function_id is_head date_from date_to"),
    "mci.request": (
        "lead_id line_ids date_needed brief state queue_rank queue_reason booking_ids"
    ),
    "mci.request.line": "function_id skill_id skill_level_id level_id hours",
    "mci.booking": (
        "kind category_id request_id lead_id center_id function_id skill_id "
        "skill_level_id resource_id date_start date_stop hours price_unit "
        "amount state approver_id"
    ),
    "mci.booking.day": "booking_id resource_id date hours state",
    "mci.rate": (
        "function_id level_id center_id company_id price_unit cost_unit "
        "currency_id date_from date_to"
    ),
    "account.analytic.line": "mci_lead_id mci_booking_id mci_charge_ids",
    "mci.charge": (
        "lead_id timesheet_id booking_id resource_id center_id date is_late "
        "hours price_unit amount rate_id explanation team_id payer_company_id "
        "company_id function_id level_id currency_id exchange_rate rate_date "
        "analytic_account_id move_line_id lead_name grade_id tier stage_id "
        "owner_id user_id origin state statement_id"
    ),
    "mci.presales.plan": "lead_id version date line_ids amount_total state",
    "mci.presales.plan.line": "stage_id function_id level_id hours price_unit amount",
    "mci.budget.change": "lead_id kind amount budget_delta from_lead_id state",
    "mci.team.envelope": "team_id company_id year amount control left_amount",
    "mci.budget.decision": "lead_id cause state reason",
    "mci.closing.account": "lead_id planned_amount actual_amount line_ids state",
    "mci.period": "company_id date_from date_to cutoff_date close_date state",
    "mci.statement": (
        "date_from date_to center_id team_id company_id charge_ids amount_total "
        "state move_id counterpart_move_id"
    ),
    "mci.ownership": "lead_id stage_id user_id role date_from date_to state",
    "mci.promise": "lead_id name promised_by_id state",
    "mci.signoff": "kind user_id date state snapshot",
    "mci.credit": (
        "lead_id user_id role kind percent amount released_amount date state"
    ),
    "mci.credit.template": "line_ids",
    "mci.credit.template.line": "role kind percent split min_hours",
    "mci.quota": "user_id",
    "mci.evaluation": (
        "lead_id stage_id evaluator_id resource_id line_ids score state"
    ),
    "mci.evaluation.template": "name",
    "mci.evaluation.criterion": "name",
    "mci.evaluation.anchor": "points",
    "mci.evaluation.line": "rating",
    "mci.score.period": "date_from date_to",
    "mci.score": (
        "employee_id date_from date_to score form_count rater_count coverage "
        "hours credited_amount version state"
    ),
}
VALUES = {
    "mci.rule.level level": "observe warn enforce",
    "crm.stage mci_phase": ("verify initiate analyse present prepare bid negotiate"),
    "mci.grade.policy state": "draft active retired",
    "mci.grade.policy.line budget_control": "hard soft none",
    "mci.delivery.center tier": ("delivery_center local_office hotline expert_pool"),
    "mci.request state": "asked partly_filled filled refused expired withdrawn",
    "mci.booking kind": "deal internal",
    "mci.booking state": ("draft requested held confirmed done refused cancelled"),
    "mci.charge state": "open sent disputed accepted posted reversed",
    "mci.charge origin": "booking timesheet expense adjustment opening",
    "mci.period state": "open cutoff closed",
    "mci.statement state": "draft sent accepted posted reversed",
    "mci.ownership role": "owner delivery_lead",
    "mci.ownership state": "offered active ended declined",
    "mci.promise state": "made accepted rejected kept broken undeclared",
    "mci.signoff kind": "declaration feasibility",
    "mci.credit kind": "primary overlay",
    "mci.credit.template.line split": "named hours equal",
    "mci.evaluation state": "draft submitted published appealed final",
}
# Method and its arguments, in their order.
METHODS = {
    "crm.lead": (
        "mci_ask_support vals",
        "mci_set_center center_id",
        "mci_propose_center",
        "mci_name_delivery_lead user_id note",
        "mci_request_grade grade_code reason_code reason",
        "mci_clear_manual_grade",
        "mci_request_budget amount reason kind from_lead_id",
        "mci_make_plan source",
        "mci_stop_presales reason",
        "mci_invest_presales amount reason",
        "mci_offer_handover user_id role note",
        "mci_declare_promises",
        "mci_sign_feasibility conditions",
        "mci_refuse_feasibility reason",
        "mci_report_undeclared name",
        "mci_agree_credits template_id",
        "mci_move_stage stage_id reason",
        "mci_close won reason",
    ),
    "mci.booking": (
        "action_request reason",
        "action_hold hold_until",
        "action_confirm",
        "action_cancel reason",
        "action_refuse reason",
        "action_decline reason",
        "action_done hours note",
        "rank_candidates limit",
    ),
    "mci.request": (
        "action_plan",
        "action_refuse reason",
        "action_withdraw reason",
        "action_ask_override reason",
        "action_override reason",
    ),
    "mci.rate": ("action_publish",),
    "mci.charge": (
        "action_dispute reason",
        "action_question text",
        "action_zero_rate reason",
        "action_reprice",
    ),
    "mci.presales.plan": (
        "action_request",
        "action_approve note",
        "action_refuse note",
    ),
    "mci.budget.change": ("action_approve note", "action_refuse note"),
    "mci.closing.account": ("action_refresh", "action_close"),
    "mci.period": (
        "action_cut_off",
        "action_close",
        "action_reopen",
    ),
    "mci.statement": (
        "generate date_from date_to center_ids",
        "action_send",
        "action_accept",
        "action_post",
        "action_reverse date reason",
    ),
    "mci.ownership": (
        "action_accept",
        "action_decline reason",
    ),
    "mci.evaluation": (
        "action_submit",
        "action_publish",
        "action_acknowledge",
        "action_appeal reason",
    ),
    "mci.score.period": (
        "action_compute",
        "action_freeze",
        "action_new_version",
    ),
    "mci.score": ("pull date_from date_to employee_ids",),
}


@tagged("post_install", "-at_install")
class TestPublicNames(MciCommon):
    def test_fields(self):
        for model, names in FIELDS.items():
            for name in names.split():
                with self.subTest(model=model, field=name):
                    self.assertIn(name, self.env[model]._fields)

    def test_values_of_selections(self):
        for place, values in VALUES.items():
            model, name = place.split()
            field = self.env[model]._fields[name]
            known = dict(field._description_selection(self.env))
            with self.subTest(place):
                self.assertFalse(set(values.split()) - set(known))

    def test_methods_and_arguments(self):
        for model, methods in METHODS.items():
            for method in methods:
                name, *arguments = method.split()
                function = inspect.unwrap(getattr(type(self.env[model]), name))
                _self, *known = inspect.signature(function).parameters
                with self.subTest(model=model, method=name):
                    self.assertEqual(known[: len(arguments)], arguments)
                    self.assertFalse({"ids", "context"} & set(known))
                    self.assertFalse(getattr(function, "_api_private", False))

    def test_data(self):
        names = [f"grade_{code}" for code in "abcde"]
        names += [
            f"function_{name}"
            for name in ("presales", "test", "delivery", "after_sales", "customization")
        ]
        for name in names:
            with self.subTest(name):
                self.assertTrue(self.env.ref(f"mci_sales_support.{name}"))
