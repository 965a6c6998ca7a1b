from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciChargeDispute(ChargeCommon):
    """C5: who decides a dispute, what he can decide, and what becomes of the charge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge = cls._work(8.0)
        cls.other = cls._work(2.0)
        cls.statement = cls._settle("sent")

    def _dispute(self, dispute_class="price"):
        self.charge.with_user(self.sales_manager).action_dispute(
            "Not what we agreed", dispute_class
        )

    def _name_arbiter(self, user, **values):
        return self.env["mci.approval.rule"].create(
            {
                "kind": "dispute",
                "company_id": self.company.id,
                "approver_type": "user",
                "approver_id": user.id,
                **values,
            }
        )

    def test_c5_arbiter_by_the_approval_table(self):
        """Whoever the table names decides, whatever his groups; nobody else."""
        self._name_arbiter(self.plain_user)
        with self.assertRaises(AccessError):
            self.charge.with_user(self.plain_user).read(["hours"])
        self._dispute()
        self.assertEqual(self.charge.arbiter_ids, self.plain_user)
        self.assertEqual(
            self.statement.activity_ids.filtered(
                lambda activity: activity.user_id == self.plain_user
            ).activity_type_id,
            self.env.ref("mci_sales_support.mail_activity_type_charge_decide"),
        )
        self.assertFalse(self.charge.with_user(self.accountant).can_decide)
        with self.assertRaisesRegex(AccessError, self.plain_user.name):
            self.charge.with_user(self.accountant).action_decide("stands", "So it is")
        charge = self.charge.with_user(self.plain_user)
        self.assertTrue(charge.can_decide)
        self.assertEqual(charge.disputed_statement_id.name, self.statement.name)
        charge.action_decide("stands", "It was agreed by mail")
        self.assertEqual(self.charge.state, "open")
        self.assertEqual(self.charge.decided_by_id, self.plain_user)
        self.assertTrue(self.charge.decided_date)
        self.assertNotIn(self.plain_user, self.statement.activity_ids.user_id)

    def test_c5_a_side_is_never_named(self):
        """A rule that names the head of the provider leaves it to the others."""
        self._name_arbiter(self.center_lead, deputy_id=self.plain_user.id)
        self._dispute()
        self.assertEqual(self.charge.arbiter_ids, self.plain_user)
        self.team.mci_deputy_id = self.plain_user
        with self.assertRaises(AccessError):
            self.charge.with_user(self.plain_user).action_decide("stands", "No")

    def test_c5_amount_finds_the_arbiter(self):
        self._name_arbiter(self.plain_user)
        self._name_arbiter(self.hr, amount_min=500.0)
        self._dispute()
        self.other.with_user(self.sales_manager).action_dispute("Why", "agreed")
        self.assertEqual(self.charge.arbiter_ids, self.hr)
        self.assertEqual(self.other.arbiter_ids, self.plain_user)
        self.assertEqual(self.other.dispute_class, "agreed")

    def test_c5_another_price(self):
        self._dispute()
        charge = self.charge.with_user(self.accountant)
        for price in (None, -1.0, 100.0):
            with self.assertRaises(UserError):
                charge.action_decide("repriced", "Level 1 was asked for", None, price)
        charge.action_decide("repriced", "Level 1 was asked for", None, 80.0)
        self.assertRecordValues(
            self.charge,
            [{"price_unit": 80.0, "hours": 8.0, "amount": 640.0, "state": "open"}],
        )
        self.assertIn("80.00", self.charge.explanation)
        self.assertIn(self.accountant.name, self.charge.explanation)
        event = self.charge.event_ids[:1]
        self.assertEqual((event.amount_before, event.amount_after), (800.0, 640.0))
        following = self._generate(4)
        self.assertEqual((following.amount_total, self.charge.is_late), (640.0, True))

    def test_c5_decided_once(self):
        self._dispute()
        self.charge.with_user(self.accountant).action_decide("stands", "Agreed")
        self._settle("sent", 4)
        self.assertEqual(self.charge.state, "sent")
        with self.assertRaisesRegex(UserError, "decided once"):
            self._dispute()

    def test_c5_wizard(self):
        self._dispute()
        step = self.env["mci.charge.step"].with_user(self.accountant)
        step.with_context(active_model="mci.charge", active_ids=self.charge.ids).create(
            {
                "step": "decide",
                "decision": "repriced",
                "price_unit": 90.0,
                "text": "Halfway",
            }
        ).action_apply()
        self.assertEqual(self.charge.amount, 720.0)

    def test_c5_nothing_is_decided_by_not_looking(self):
        """Neither the decision nor the kind of a dispute is chosen beforehand."""
        steps = self.env["mci.charge.step"].with_context(
            active_model="mci.charge", active_ids=self.charge.ids
        )
        for step, user, name in (
            ("dispute", self.sales_manager, "dispute_class"),
            ("decide", self.accountant, "decision"),
        ):
            form = Form(
                steps.with_user(user).with_context(default_step=step),
                view="mci_sales_support.mci_charge_step_view_form",
            )
            form.text = "As it is"
            with self.subTest(step), self.assertRaisesRegex(AssertionError, name):
                form.save()
        self._dispute()
        answer = steps.with_user(self.accountant).create(
            {"step": "decide", "text": "So"}
        )
        with self.assertRaisesRegex(UserError, "Choose a decision"):
            answer.action_apply()
        self.assertEqual(self.charge.state, "disputed")

    def test_c5_posted_with_the_next_statement(self):
        """Dropped, reduced: what was decided is what the deal bears.

        Dropped hours stay hours of the deal; they cost nothing.
        """
        self._dispute("hours")
        self.other.with_user(self.sales_manager).action_dispute("Not ours", "deal")
        self.charge.with_user(self.accountant).action_decide("reduced", "Half", 4.0)
        self.other.with_user(self.accountant).action_decide("dropped", "Right")
        self.assertEqual(self.other.zero_rate_approver_id, self.accountant)
        statement = self._settle("posted", 4)
        self.assertEqual(statement.amount_total, 400.0)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-400.0, 6.0)
        )

    def test_c7_after_a_reversal_everything_is_open_again(self):
        """The fresh charge follows its timesheet, and may be disputed again (C7)."""
        self._dispute("hours")
        self.charge.with_user(self.accountant).action_decide("reduced", "Half", 4.0)
        statement = self._settle("posted", 4)
        statement.action_reverse("2026-05-04", "Wrong team")
        fresh = self.env["mci.charge"].search(
            [("reversed_charge_id", "=", self.charge.id)]
        )
        self.assertRecordValues(
            fresh,
            [
                {
                    "decision": False,
                    "decision_note": False,
                    "decided_by_id": False,
                    "decided_date": False,
                }
            ],
        )
        self.assertEqual(self.charge.decision, "reduced", "the reversed one stays")
        self.assertEqual((fresh.hours, fresh.amount), (8.0, 800.0))
        fresh.timesheet_id.unit_amount = 6.0
        self.assertEqual((fresh.hours, fresh.amount), (6.0, 600.0))
        self._settle("sent", 4)
        self.assertEqual(fresh.state, "sent")
        fresh.with_user(self.sales_manager).action_dispute("Again", "hours")
        self.assertEqual(fresh.state, "disputed")
