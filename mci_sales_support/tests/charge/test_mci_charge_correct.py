from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciChargeCorrect(ChargeCommon):
    """C7: what is posted is corrected by a reversal and a delta in an open period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge = cls._work(8.0)
        cls.statement = cls._settle("posted")
        cls.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        ).action_close()

    def _correct(self, charge=None, **values):
        charge = charge or self.charge
        ids = charge.with_user(self.accountant).action_correct(
            "Two hours were a holiday", **values
        )
        return self.env["mci.charge"].browse(ids)

    def test_c7_reversal_and_delta(self):
        before = self.charge.read()
        pair = self._correct(hours=6.0)
        self.assertRecordValues(
            pair,
            [
                {
                    "correction_kind": "reversal",
                    "hours": -8.0,
                    "amount": -800.0,
                    "price_unit": 100.0,
                    "origin": "adjustment",
                    "state": "open",
                    "corrected_charge_id": self.charge.id,
                    "timesheet_id": False,
                },
                {
                    "correction_kind": "delta",
                    "hours": 6.0,
                    "amount": 600.0,
                    "price_unit": 100.0,
                    "origin": "adjustment",
                    "state": "open",
                    "corrected_charge_id": self.charge.id,
                    "timesheet_id": False,
                },
            ],
        )
        for charge in pair:
            self.assertIn("Two hours were a holiday", charge.explanation)
            self.assertIn(self.statement.name, charge.explanation)
        names = {"state", "hours", "amount", "price_unit", "statement_id", "date"}
        self.assertEqual(
            [{name: row[name] for name in names} for row in self.charge.read()],
            [{name: row[name] for name in names} for row in before],
        )
        event = self.charge.event_ids[:1]
        self.assertEqual(
            (event.kind, event.user_id, event.amount_before, event.amount_after),
            ("correct", self.accountant, 800.0, 600.0),
        )
        following = self._settle("posted", 4)
        self.assertEqual(following.amount_total, -200.0)
        self.assertEqual(following.move_id.date, date(2026, 4, 30))
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-600.0, 6.0)
        )
        self.assertEqual(self.lead.mci_charged_amount, 600.0)

    def test_c7_amounts_cancel_out_hours_move(self):
        """Half the hours at twice the price: the money stays, four hours go back."""
        deal, unit = (
            self.lead.mci_analytic_account_id,
            self.center.analytic_account_id,
        )
        self.assertEqual(self._balance(deal), (-800.0, 8.0))
        before = self._balance(unit)
        self._correct(hours=4.0, price_unit=200.0)
        statement = self._settle("posted", 4)
        self.assertEqual(statement.amount_total, 0.0)
        self.assertEqual(len(statement.move_id.line_ids), 2, "one line of the unit")
        self.assertEqual(self._balance(deal), (-800.0, 4.0))
        self.assertEqual(self._balance(unit), (before[0], before[1] + 4.0))
        statement.action_reverse("2026-04-30")
        self.assertEqual(self._balance(deal), (-800.0, 8.0))
        self.assertEqual(self._balance(unit), before)

    def test_c7_price_and_whole_charge(self):
        pair = self._correct(price_unit=90.0)
        self.assertEqual(sum(pair.mapped("amount")), -80.0)
        self.assertIn("90.00", pair[1].explanation)
        self._settle("posted", 4)
        back = self._correct(pair[1], hours=0.0)
        self.assertEqual(back.mapped("amount"), [-720.0])
        self._settle("posted", 4)
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))

    def test_c7_once_then_the_correction_is_corrected(self):
        pair = self._correct(hours=6.0)
        with self.assertRaisesRegex(UserError, "corrected already"):
            self._correct(hours=5.0)
        with self.assertRaisesRegex(UserError, "needs a posted charge"):
            self._correct(pair[1], hours=5.0)
        self._settle("posted", 4)
        with self.assertRaises(UserError):
            self._correct(pair[0], hours=5.0)
        self._correct(pair[1], hours=5.0)
        self._settle("posted", 4)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-500.0, 5.0)
        )

    def test_c7_database_refuses_a_second_correction(self):
        self._correct(hours=6.0)
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.charge.sudo()._do_correct("Again", hours=5.0)
                self.env.flush_all()

    def test_c7_bad_input_and_rights(self):
        for values in ({}, {"hours": 8.0}, {"hours": -1.0}, {"price_unit": -5.0}):
            with self.assertRaises(UserError):
                self._correct(**values)
        with self.assertRaises(UserError):
            self.charge.with_user(self.accountant).action_correct(" ", hours=1.0)
        for user in (self.seller, self.center_lead, self.sales_manager, self.hr):
            with self.assertRaises(AccessError):
                self.charge.with_user(user).action_correct("No", hours=1.0)
        opened = self._work(1.0, day=date(2026, 4, 2))
        with self.assertRaises(UserError):
            self._correct(opened, hours=2.0)
        self.assertFalse(self.charge.correction_ids)

    def _move(self, lead, charge=None, user=None):
        charge = (charge or self.charge).with_user(user or self.accountant)
        return charge.browse(charge.action_move("Worked for the other one", lead.id))

    def test_c7_the_work_was_for_another_deal(self):
        team = self.team.copy({"name": "Harbour Sales"})
        other = self._create_lead("The other harbour", team_id=team.id)
        line = self.charge.timesheet_id
        with self.assertRaisesRegex(UserError, "name the other opportunity"):
            self._move(self.lead)
        for user in (self.seller, self.center_lead):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self._move(other, user=user)
        self._work(1.0, lead=other, day=date(2026, 4, 1))  # now he reads the deal
        pair = self._move(other).sudo()
        self.assertEqual(line.mci_lead_id, other)
        self.assertRecordValues(
            pair,
            [
                {"lead_id": self.lead.id, "team_id": self.team.id, "amount": -800.0},
                {"lead_id": other.id, "team_id": team.id, "amount": 800.0},
            ],
        )
        pair[:1].with_user(self.accountant).action_withdraw_correction()
        self.assertEqual(line.mci_lead_id, self.lead)
        self.assertFalse(pair.exists())
        pair = self._move(other).sudo()
        before = self._balance(self.center.analytic_account_id)
        statements = self._settle("posted", 4)
        self.assertEqual(
            sorted(statements.mapped("amount_total")), [-800.0, 900.0], "two payers"
        )
        self.assertEqual(self._balance(self.lead.mci_analytic_account_id), (0.0, 0.0))
        self.assertEqual(self._balance(other.mci_analytic_account_id), (-900.0, 9.0))
        amount, hours = self._balance(self.center.analytic_account_id)
        self.assertEqual((amount, hours), (before[0] + 100.0, before[1] - 1.0))
        self.assertEqual(
            (self.charge.state, self.charge.lead_id.id), ("posted", self.lead.id)
        )
        self.assertEqual(self.lead.mci_charged_amount, 0.0)

    def test_c7_timesheet(self):
        """Only in a period that is not closed, only by the correction."""
        with self.assertRaisesRegex(UserError, "closed"):
            self._correct(hours=6.0, correct_timesheet=True)
        self.env["mci.period"].search([]).action_reopen("Wrong hours")
        line = self.charge.timesheet_id
        with self.assertRaises(UserError):
            line.unit_amount = 6.0
        with self.assertRaises(UserError):
            line.with_context(mci_correct=True).unit_amount = 6.0
        pair = self._correct(hours=6.0, correct_timesheet=True)
        self.assertEqual((line.unit_amount, line.amount), (6.0, -360.0))
        self.assertEqual((self.charge.hours, len(line.mci_charge_ids)), (8.0, 1))
        self._generate(4)
        pair[:1].with_user(self.accountant).action_withdraw_correction()
        self.assertFalse(pair.exists())
        self.assertEqual(line.unit_amount, 8.0)
        self._correct(hours=6.0, correct_timesheet=True)
        self._settle("posted", 4)
        accounts = self.lead.mci_analytic_account_id | self.center.analytic_account_id
        self.assertEqual(sum(self._balance(a)[1] for a in accounts), 6.0)

    def test_c7_timesheet_in_steps(self):
        """Charge and timesheet agree, whatever was typed (C3)."""
        charge = self._work(4.0, day=date(2026, 4, 10))
        self._settle("posted", 4)
        self.company.mci_hours_step = 0.25
        pair = self._correct(charge, hours=1.1, correct_timesheet=True)
        delta = pair.filtered(lambda half: half.correction_kind == "delta")
        self.assertEqual(delta.hours, 1.0)
        self.assertEqual(charge.timesheet_id.unit_amount, 1.0)
        typed = self._correct(hours=1.1)
        self.assertIn(1.1, typed.mapped("hours"), "no timesheet, no step")

    def test_c7_withdrawn_only_while_open(self):
        pair = self._correct(hours=6.0)
        with self.assertRaises(AccessError):
            pair.with_user(self.center_lead).action_withdraw_correction()
        self._settle("sent", 4)
        with self.assertRaises(UserError):
            pair.with_user(self.accountant).action_withdraw_correction()
        with self.assertRaises(UserError):
            self.charge.with_user(self.accountant).action_withdraw_correction()

    def test_c5_a_correction_is_disputed_as_a_whole(self):
        pair = self._correct(hours=9.0)
        statement = self._settle("sent", 4)
        pair[1].with_user(self.sales_manager).action_dispute("Nine hours?", "hours")
        self.assertEqual(set(pair.mapped("state")), {"disputed"})
        self.assertEqual(statement.amount_total, 0.0)
        decide = pair[0].with_user(self.accountant)
        with self.assertRaises(UserError):
            decide.action_decide("reduced", "Half", 1.0)
        decide.action_decide("dropped", "What was posted stays")
        self.assertEqual(pair.mapped("amount"), [0.0, 0.0])
        self._settle("posted", 4)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )
        with self.assertRaises(UserError):
            pair.with_user(self.sales_manager).action_zero_rate("Goodwill")

    def test_c7_a_corrected_statement_is_not_reversed_as_well(self):
        self._correct(hours=6.0)
        statement = self.statement.with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "corrected"):
            statement.action_reverse("2026-04-10")
        with self.assertRaisesRegex(UserError, "corrected"), self.cr.savepoint():
            self.statement.move_id._reverse_moves(
                [{"date": date(2026, 4, 10)}], cancel=True
            )
        following = self._settle("posted", 4)
        with self.assertRaisesRegex(UserError, following.name):
            statement.action_reverse("2026-05-10")
        following.action_reverse("2026-05-01")
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )

    def test_c7_merged_deals(self):
        """A correction under way follows the deal to the head's account."""
        pair = self._correct(hours=6.0)
        head = self._create_lead("Head")
        self._work(1.0, lead=head, day=date(2026, 4, 2))
        self._settle("posted", 4)
        source = self.lead.mci_analytic_account_id
        (head | self.lead).merge_opportunity(user_id=False, team_id=False)
        head = (head | self.lead).exists()
        self._settle("posted", 4)
        total = self._balance(head.mci_analytic_account_id)
        other = source if source != head.mci_analytic_account_id else False
        self.assertEqual(total, (-700.0, 7.0))
        if other:
            self.assertEqual(self._balance(other), (0.0, 0.0))
        self.assertEqual(set(pair.mapped("state")), {"posted"})

    def test_wizard(self):
        self.assertTrue(self.charge.with_user(self.accountant).can_correct)
        self.assertFalse(self.charge.with_user(self.center_lead).can_correct)
        form = Form(
            self.env["mci.charge.correct"]
            .with_user(self.accountant)
            .with_context(active_model="mci.charge", active_id=self.charge.id)
        )
        form.hours = 7.0
        form.reason = "One hour was lunch"
        wizard = form.save()
        self.assertEqual((wizard.amount, wizard.difference), (700.0, -100.0))
        action = wizard.action_apply()
        pair = self.env["mci.charge"].search(action["domain"])
        self.assertEqual(sum(pair.mapped("amount")), -100.0)

    # --- Two payers -----------------------------------------------------------

    def _move_to_another_team(self):
        """:return: what goes back to our team, and what the other team is to pay"""
        team = self.team.copy({"name": "Another team"})
        deal = self._create_lead("Its deal", team_id=team.id)
        ids = self.charge.action_move("It was for the other deal", deal.id)
        pair = self.env["mci.charge"].browse(ids)
        self._generate(4)
        back = pair.filtered(lambda charge: charge.correction_kind == "reversal")
        self.assertNotEqual(back.statement_id, (pair - back).statement_id)
        return back, pair - back

    def test_c7_dropped_for_one_payer_is_dropped_for_both(self):
        back, moved = self._move_to_another_team()
        moved.statement_id.action_send()
        moved.action_dispute("Not ours either", "deal")
        moved.action_decide("dropped", "It was for the first one")
        self.assertEqual((back + moved).mapped("amount"), [0.0, 0.0])
        self.assertEqual((back + moved).mapped("hours"), [0.0, 0.0])
        self.assertEqual(back.statement_id.amount_total, 0.0)
        self.assertEqual(self.charge.timesheet_id.mci_lead_id, self.lead)

    def test_c7_not_dropped_when_the_other_payer_has_his_money(self):
        back, moved = self._move_to_another_team()
        moved.statement_id.action_send()
        moved.action_dispute("Not ours either", "deal")
        for step in ("action_send", "action_accept", "action_post"):
            getattr(back.statement_id, step)()
        with self.assertRaisesRegex(UserError, "other half"):
            moved.action_decide("dropped", "It was for the first one")
        moved.action_decide("stands", "Corrected after posting")
        self.assertEqual((moved.state, moved.amount), ("open", 800.0))
