from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .grade_common import GradeCommon


class TestMciGradePolicy(GradeCommon):
    def _copy(self, **vals):
        return self.policy.with_user(self.mci_manager).copy(vals)

    def test_m1_a_copy_is_the_next_draft(self):
        draft = self._copy()
        self.assertEqual((draft.state, draft.version), ("draft", 2))
        self.assertEqual(
            draft.line_ids.mapped("amount_min"),
            self.policy.line_ids.mapped("amount_min"),
        )

    def test_m1_a_new_policy_on_the_screen_has_bands(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_grade_policy_action"
        )
        policies = self.env["mci.grade.policy"].with_user(self.mci_manager)
        form = Form(policies.with_context(**literal_eval(action["context"])))
        form.name = "Next year"
        policy = form.save()
        self.assertEqual(sorted(policy.line_ids.grade_id.mapped("code")), [*"ABCDE"])
        self.assertFalse(policies.create({"name": "By an import"}).line_ids)

    def test_m1_only_the_administrator_activates(self):
        draft = self._copy()
        for user in (self.sales_manager, self.center_lead, self.accountant):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_activate()
        draft.action_activate()
        self.assertEqual((draft.state, self.policy.state), ("active", "retired"))

    def test_m1_a_policy_starts_by_the_calendar_of_the_company(self):
        """It is tomorrow in Shanghai: in force for everybody, in no time zone later."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2030-01-07 17:30:00"):
            lead = self._mci_deal(305000)
            draft = self._copy()
            self.assertEqual(fields.Date.to_string(draft.date_from), "2030-01-08")
            draft.line_ids.filtered(
                lambda x: x.grade_id.code == "B"
            ).amount_min = 310000
            draft.action_activate()
            self.assertEqual((draft.state, self.policy.state), ("active", "retired"))
            self.assertGrade(lead, "C")
            later = self._copy(date_from="2030-01-09")
            later.action_activate()
        with freeze_time("2030-01-08 15:59:00"):
            self._mci_run_cron("mci_grade_policy_cron")
            self.assertEqual(draft.state, "active")
        with freeze_time("2030-01-08 16:01:00"):
            self._mci_run_cron("mci_grade_policy_cron")
            self.assertEqual(draft.state, "retired")

    def test_m1_bands_must_grade_every_deal(self):
        def without_floor(policy):
            policy.line_ids.filtered(lambda x: x.grade_id.code == "D").amount_min = 1.0

        def without_partner(policy):
            policy.line_ids.filtered("is_partner_led").unlink()

        def same_amount(policy):
            policy.line_ids.filtered(
                lambda x: x.grade_id.code == "B"
            ).amount_min = 50000

        def upside_down(policy):
            policy.line_ids.filtered(
                lambda x: x.grade_id.code == "A"
            ).amount_min = 60000

        for spoil in (without_floor, without_partner, same_amount, upside_down):
            draft = self._copy()
            spoil(draft)
            with self.subTest(spoil.__name__), self.assertRaises(UserError):
                draft.action_activate()

    def test_m1_an_active_policy_is_frozen(self):
        policy = self.policy.with_user(self.mci_manager)
        with self.assertRaises(AccessError):
            policy.recurring_months = 6
        with self.assertRaises(AccessError):
            self.policy.sudo().state = "draft"
        with self.assertRaises(UserError):
            policy.line_ids[0].amount_min = 2.0
        with self.assertRaises(UserError):
            policy.unlink()

    def test_m1_activation_grades_open_deals_quietly(self):
        """No message, no write date; the history says why (reason *policy*)."""
        lead = self._mci_deal(200000)
        orphan = self._mci_deal(200000, team_id=False, user_id=False)
        closed = self._mci_deal(200000)
        closed.action_set_won()
        self.env.flush_all()
        self.cr.execute(
            "UPDATE crm_lead SET write_date = '2020-01-01', write_uid = %s"
            " WHERE id = %s",
            [self.seller.id, lead.id],
        )
        self.env.invalidate_all()
        messages = len(lead.message_ids)
        draft = self._copy()
        band = draft.line_ids.filtered(lambda line: line.grade_id.code == "B")
        band.amount_min = 150000
        draft.action_activate()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertGrade(lead, "B", "delivery_center")
        self.assertGrade(orphan, "B")
        self.assertGrade(closed, "C")
        self.assertEqual(lead.write_date, fields.Datetime.to_datetime("2020-01-01"))
        self.assertEqual(lead.write_uid, self.seller)
        self.assertEqual(len(lead.message_ids), messages)
        change = lead.mci_grade_change_ids
        self.assertEqual((change.kind, change.reason_code), ("automatic", "policy"))

    def test_m1_the_first_policy_grades_history(self):
        """Deals closed before any policy get a grade, once; without a trace in them."""
        won, lost = self._mci_deal(200000), self._mci_deal(200000)
        won.action_set_won()
        lost.action_set_lost()
        (won + lost)._mci_write_plain({"mci_grade_id": False, "mci_tier": False})
        messages = len((won + lost).message_ids)
        self._copy().action_activate()
        self.env.invalidate_all()
        self.assertGrade(won, "C")
        self.assertGrade(lost, "C")
        self.assertEqual(len((won + lost).message_ids), messages)
        self.assertFalse((won + lost).mci_grade_change_ids)
        second = self._copy()
        second.line_ids.filtered(lambda x: x.grade_id.code == "B").amount_min = 150000
        second.action_activate()
        self.env.invalidate_all()
        self.assertGrade(won, "C")
        self.assertGrade(lost, "C")

    def test_m1_a_policy_of_tomorrow_waits_for_the_cron(self):
        lead = self._mci_deal(200000)
        draft = self._copy(date_from=fields.Date.today() + timedelta(days=1))
        draft.line_ids.filtered(lambda x: x.grade_id.code == "B").amount_min = 150000
        draft.action_activate()
        self.assertEqual((draft.state, self.policy.state), ("active", "active"))
        self.assertGrade(lead, "C")
        draft._mci_unlock().date_from = fields.Date.today()
        self.policy._mci_unlock().date_from = fields.Date.today() - timedelta(days=1)
        with self.enter_registry_test_mode():
            self.env.ref(
                "mci_sales_support.mci_grade_policy_cron"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((draft.state, self.policy.state), ("active", "retired"))
        self.assertGrade(lead, "B")

    def test_standard_policy_is_a_valid_draft(self):
        policy = self.env["mci.grade.policy"]._mci_create_standard(self.company)
        self.assertEqual((policy.state, policy.recurring_months), ("draft", 12))
        self.assertFalse(policy._get_cannot_activate_reason())
        self.assertEqual(
            policy.line_ids.filtered("requires_center").mapped("grade_id.code"),
            ["A", "B"],
        )

    def test_activation_costs_the_same_for_many_deals(self):
        def activate(count):
            self.env["crm.lead"].search([]).unlink()
            self.env["crm.lead"].create(
                [self._mci_deal_vals(200000 + i) for i in range(count)]
            )
            draft = self._copy()
            band = draft.line_ids.filtered(lambda x: x.grade_id.code == "B")
            band.amount_min = 150000 if self.policy.line_ids[1].amount_min else 1
            return self._mci_count(draft.action_activate)

        activate(2)
        self.assertEqual(activate(2), activate(20))
