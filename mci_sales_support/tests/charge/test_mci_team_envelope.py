from importlib.util import module_from_spec, spec_from_file_location

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestMciTeamEnvelope(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.year = fields.Date.context_today(cls.env.user).year

    def _create_envelope(self, amount, year=0, **values):
        envelopes = self.env["mci.team.envelope"].with_user(self.sales_manager)
        return envelopes.create(
            {
                "team_id": self.team.id,
                "year": self.year + year,
                "amount": amount,
                **values,
            }
        )

    def _budget(self, amount, lead=None, year=0, note=None):
        """A budget approved, in an earlier year when asked for."""
        lead = lead or self.lead
        change = self.env["mci.budget.change"].browse(
            lead.with_user(self.seller).mci_request_budget(amount, "Needed", "increase")
        )
        change.with_user(self.sales_manager).action_approve(note)
        if year:
            day = change.budget_date.replace(year=self.year + year, day=1)
            change.sudo()._mci_unlock().write({"budget_date": day})
        return change

    def test_c4_figures(self):
        envelope = self._create_envelope(5000.0)
        self._budget(1200.0)
        self._approve_plan(8.0, lead=self._create_lead("Second"))
        envelope.invalidate_recordset()
        self.assertRecordValues(
            envelope,
            [
                {
                    "carried_amount": 0.0,
                    "approved_amount": 2000.0,
                    "left_amount": 3000.0,
                    "used_percent": 40.0,
                }
            ],
        )

    def test_c4_nothing_lapses(self):
        """What is left, or overdrawn, goes on, over a year without envelope too."""
        self._create_envelope(1000.0, year=-3)
        self._create_envelope(500.0, year=-1)
        self._budget(300.0, year=-3)
        self._budget(100.0, year=-2)
        self._budget(1400.0, year=-1)
        now = self._create_envelope(2000.0)
        self.assertEqual(now.carried_amount, -300.0)
        self.assertEqual(now.left_amount, 1700.0)

    def test_c4_hard_refuses(self):
        envelope = self._create_envelope(1000.0, control="hard")
        self._budget(900.0)
        with (
            self.assertRaisesRegex(UserError, "does not suffice"),
            self.cr.savepoint(),
        ):
            self._budget(200.0, note="I want it all the same")
        envelope.amount = 1200.0
        self._budget(200.0)

    def test_c4_soft_asks_for_a_note(self):
        self._create_envelope(1000.0, control="soft")
        with self.assertRaisesRegex(UserError, "Say in a note"), self.cr.savepoint():
            self._budget(1100.0)
        change = self._budget(1100.0, note="The customer is worth it")
        self.assertEqual(change.state, "approved")

    def test_c4_no_envelope_and_no_control(self):
        self._budget(1e6)
        self._create_envelope(1.0, control="none")
        self._budget(1e6)

    def test_c4_a_transfer_inside_the_team_takes_nothing(self):
        envelope = self._create_envelope(1000.0, control="hard")
        other = self._create_lead("Other")
        self._budget(1000.0, lead=other)
        change = self.env["mci.budget.change"].browse(
            self.lead.with_user(self.seller).mci_request_budget(
                400.0, "Moved", "transfer", other.id
            )
        )
        change.with_user(self.sales_manager).action_approve()
        envelope.invalidate_recordset()
        self.assertEqual(envelope.left_amount, 0.0)
        self._assert_ledger(self.lead, other)

    def test_c4_who_keeps_envelopes(self):
        envelope = self._create_envelope(1000.0)
        envelope.with_user(self.seller).read(["left_amount"])
        self.team.member_ids -= self.seller_2
        for user in (self.seller_2, self.engineer):
            with self._mci_quiet(), self.assertRaises(AccessError):
                envelope.with_user(user).read(["left_amount"])
        for user in (self.seller, self.accountant):
            with self._mci_quiet(), self.assertRaises(AccessError):
                envelope.with_user(user).write({"amount": 2.0})
        for vals in ({"year": 2020}, {"sequence_number": 4}):
            with self.assertRaises(AccessError):
                envelope.write(vals)
        self._budget(1.0)
        envelope.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "counts budgets already"):
            envelope.unlink()

    def test_c4_queries_do_not_grow(self):
        teams = self.env["crm.team"].create(
            [
                {"name": f"Team {number}", "company_id": self.company.id}
                for number in range(10)
            ]
        )
        envelopes = self.env["mci.team.envelope"].create(
            [{"team_id": team.id, "amount": 1.0} for team in teams]
        )

        def count(records):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.mapped("left_amount")
            return self.cr.sql_log_count - before

        count(envelopes)
        self.assertEqual(count(envelopes[:1]), count(envelopes))

    def test_c4_migration_makes_the_requests_a_ledger(self):
        """Also where a share of the policy became the base of an old increase."""
        path = "mci_sales_support/migrations/19.0.1.1.0/post-budget.py"
        spec = spec_from_file_location("post_budget", file_path(path))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        other = self._create_lead("Giver")
        for lead in (self.lead, other):
            self._budget(1000.0, lead=lead)
        transfer = self.env["mci.budget.change"].browse(
            self.lead.with_user(self.seller).mci_request_budget(
                300.0, "Moved", "transfer", other.id
            )
        )
        transfer.with_user(self.sales_manager).action_approve()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_budget_change SET budget_delta = NULL, from_delta = NULL,"
            " budget_date = NULL; UPDATE crm_lead SET mci_budget_set = NULL,"
            " mci_budget_approved = mci_budget_approved + 50"
            " WHERE mci_budget_approved > 0"
        )
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(self.lead.mci_budget_approved, 1350.0)
        self.assertTrue(self.lead.mci_budget_set)
        self.assertEqual(transfer.from_delta, -300.0)
        self.assertEqual(transfer.budget_date, transfer.date.date())
        self._assert_ledger(self.lead, other)
