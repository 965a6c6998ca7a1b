from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciChargeDisputeWithdraw(ChargeCommon):
    """C5: the payer withdraws a dispute; what becomes of charge and statement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge = cls._work(8.0)
        cls.other = cls._work(2.0)
        cls.statement = cls._settle("sent")
        cls.env["mci.approval.rule"].create(
            {
                "kind": "dispute",
                "company_id": cls.company.id,
                "approver_type": "user",
                "approver_id": cls.plain_user.id,
            }
        )

    def _dispute(self, user=None):
        self.charge.with_user(user or self.sales_manager).action_dispute(
            "Not what we agreed", "price"
        )

    def test_c5_the_arbiter_is_not_offered_to_withdraw(self):
        step = self.env["mci.charge.step"].fields_get(["decision"])["decision"]
        self.assertNotIn("withdrawn", dict(step["selection"]))
        self.assertIn("stands", dict(step["selection"]))

    def _withdraw(self, user=None):
        self.charge.with_user(user or self.sales_manager).action_withdraw_dispute(
            "We found the mail"
        )

    def test_c5_back_to_the_statement_that_waits(self):
        self._dispute()
        self.assertEqual(self.statement.amount_total, 200.0)
        self.assertTrue(self.charge.with_user(self.sales_manager).can_withdraw_dispute)
        self._withdraw()
        self.assertRecordValues(
            self.charge,
            [
                {
                    "state": "sent",
                    "statement_id": self.statement.id,
                    "disputed_statement_id": False,
                    "dispute_class": False,
                    "disputed_by_id": False,
                    "decision": False,
                }
            ],
        )
        self.assertFalse(self.charge.arbiter_ids)
        self.assertEqual(self.statement.amount_total, 1000.0)
        self.assertNotIn(self.plain_user, self.statement.activity_ids.user_id)
        self.assertEqual(self.charge.event_ids.mapped("kind"), ["withdraw", "dispute"])
        self._dispute()
        self.assertEqual(self.charge.state, "disputed", "and may be disputed again")
        with self.assertRaises(UserError):
            self.other.with_user(self.sales_manager).action_withdraw_dispute()

    def test_c5_to_the_next_one_when_the_rest_was_accepted(self):
        self._dispute()
        self.statement.action_accept()
        self._withdraw()
        self.assertEqual(
            (self.charge.state, self.charge.decision, self.charge.amount),
            ("open", "withdrawn", 800.0),
        )
        self.assertFalse(self.charge.statement_id)
        following = self._settle("sent", 4)
        self.assertEqual(following.charge_ids, self.charge)
        with self.assertRaisesRegex(UserError, "once"):
            self._dispute()

    def test_c5_both_halves_of_a_correction(self):
        self.statement.action_accept()
        self.statement.action_post()
        self.charge.with_user(self.accountant).action_correct("Typing error", 6.0)
        pair = self.charge.correction_ids
        following = self._settle("sent", 4)
        pair[0].with_user(self.sales_manager).action_dispute("Why", "other")
        self.assertEqual(pair.mapped("state"), ["disputed", "disputed"])
        pair[0].with_user(self.sales_manager).action_withdraw_dispute()
        self.assertEqual(pair.statement_id, following)
        self.assertEqual(pair.mapped("state"), ["sent", "sent"])

    def test_c5_who_withdraws(self):
        self._dispute()
        for user in (self.center_lead, self.accountant, self.plain_user):
            self.assertFalse(self.charge.with_user(user).can_withdraw_dispute)
            with self.assertRaises(AccessError):
                self._withdraw(user)
        with self.assertRaises(AccessError), self._mci_quiet():
            self._withdraw(self.office_lead)
        self.plain_user.group_ids += self.env.ref("sales_team.group_sale_manager")
        with self.assertRaisesRegex(AccessError, "arbiter"):
            self._withdraw(self.plain_user)
        with self.assertRaises(UserError):
            self.charge.with_user(self.plain_user).action_decide("withdrawn", "No")
        self._withdraw()

    def test_c5_decided_is_decided(self):
        self._dispute()
        self.charge.with_user(self.plain_user).action_decide("stands", "As agreed")
        with self.assertRaises(UserError):
            self._withdraw()

    def test_c5_dialog_of_the_arbiter(self):
        """He reads what he decides; the hours to lower are those disputed."""
        self._dispute()
        action = self.env.ref("mci_sales_support.mci_charge_decide_action")
        steps = self.env["mci.charge.step"].with_user(self.plain_user)
        form = Form(
            steps.with_context(
                active_model="mci.charge",
                active_ids=self.charge.ids,
                default_step="decide",
            ),
            view="mci_sales_support.mci_charge_step_view_form",
        )
        self.assertIn("'decide'", action.context)
        self.assertIn(self.lead.name, form.charge_names)
        self.assertIn("Not what we agreed", form.dispute_text)
        form.decision = "reduced"
        self.assertEqual(form.hours, 8.0)
        form.hours = 4.0
        form.text = "Half of it"
        form.save().action_apply()
        self.assertEqual((self.charge.hours, self.charge.amount), (4.0, 400.0))
