from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .booking_common import FRI, MON
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestMciPlanRules(PlanCommon):
    """What a plan weighs beside hours and grades, and what has changed meanwhile."""

    def _done(self, role, deal, **vals):
        booking = self._mci_create_booking(
            lead_id=deal.id, resource_id=self.resources[role].id, hours=2, **vals
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_booking SET state = 'done', date_start = '2029-10-01',"
            " date_stop = '2029-10-02' WHERE id = %s",
            [booking.id],
        )
        self.env.cr.execute(
            "DELETE FROM mci_booking_day WHERE booking_id = %s", [booking.id]
        )
        self.env.invalidate_all()

    def test_m6_worked_for_the_customer(self):
        """Of two who can, the one the customer knows; unless it weighs nothing."""
        self.requests.with_user(self.seller).action_withdraw()
        request = self._ask(self.deal, 8, FRI)
        for role in ("engineer_2", "office_lead"):
            self._done(role, self.deal)
            line = self._line_of(self._plan(), request)
            self.assertEqual(line.resource_id, self.resources[role])
            self.assertIn("Worked for this customer", line.reason)
            self.assertAlmostEqual(line.value, 1.03 * line.points * 8, 1)
            self.env["mci.booking"].search(
                [("state", "=", "done")]
            )._mci_unlock().write({"state": "cancelled"})
        profile = self.env["mci.ranking.profile"].create(
            {
                "company_id": self.company.id,
                "tier": "local_office",
                "weight_history": 0,
            }
        )
        self._done("office_lead", self.deal)
        line = self._line_of(self._plan(), request)
        self.assertNotIn("Worked", line.reason)
        self.assertAlmostEqual(line.value, line.points * 8, 1)
        profile.active = False

    def test_m6_who_is_booked_less(self):
        """Load fairness: hours booked in the period take off a little."""
        self.requests.with_user(self.seller).action_withdraw()
        request = self._ask(self.deal, 4, FRI)
        people = ["engineer_2", "office_lead"]
        for busy, idle in (people, people[::-1]):
            booking = self._mci_confirm(
                self._mci_create_booking(
                    hours=32,
                    resource_id=self.resources[busy].id,
                    date_stop=datetime(2030, 1, 11, 12),
                )
            )
            line = self._line_of(self._plan(), request)
            self.assertEqual(line.resource_id, self.resources[idle])
            booking._mci_unlock().write({"state": "cancelled"})

    def test_m4_what_the_gate_refuses_is_not_planned(self):
        """Enforced rules leave a line out, with the reason; an exception lets it in."""
        stage = self.deal.stage_id
        stage.mci_phase = "initiate"
        level = self.env["mci.rule.level"].create(
            {
                "rule": "M2",
                "company_id": self.company.id,
                "level": "enforce",
                "date_from": "2029-01-01",
            }
        )
        request = self._ask(self.deal, 8, FRI)
        foreign = self.office.copy({"name": "Far office", "code": "FAR"})
        self.team.mci_office_id = foreign
        line = self._line_of(self._plan(), request)
        self.assertEqual(line.state, "unplaced")
        self.assertIn("(M2)", line.reason)
        self.assertIn(request.name, line.reason)
        level.level = "warn"
        self.assertEqual(self._line_of(self._plan(), request).state, "planned")
        level.level = "enforce"
        self.team.mci_backup_office_ids = self.office
        self.assertEqual(self._line_of(self._plan(), request).state, "planned")
        self.team.mci_backup_office_ids = False
        request.with_user(self.office_lead).action_plan()
        draft = request.sudo().booking_ids
        draft._mci_unlock().write({"exception_approver_id": self.sales_manager.id})
        self.assertEqual(self._line_of(self._plan(), request).state, "planned")

    def test_m4_a_first_look_that_is_used_up_is_not_planned(self):
        """The plan asks the gate, and writes nothing on the deal while it asks."""
        self.env["mci.rule.level"].create(
            {
                "rule": "M4",
                "company_id": self.company.id,
                "level": "enforce",
                "date_from": "2029-01-01",
            }
        )
        deal = self.deal
        self.patch(self.registry["crm.lead"], "_mci_has_gate", lambda _self: True)
        self.patch(self.registry["crm.lead"], "_mci_is_initiated", lambda _self: False)
        self.company.mci_first_look_hours = 4
        request = self._ask(deal, 8, FRI)
        before = deal.mci_budget_seq
        line = self._line_of(self._plan(), request)
        self.assertIn("first look of 4 hours", line.reason)
        deal.invalidate_recordset(["mci_budget_seq"])
        self.assertEqual(deal.mci_budget_seq, before)
        self.company.mci_first_look_hours = 40
        self.assertEqual(self._line_of(self._plan(), request).state, "planned")

    def test_won_or_lost_in_the_meantime(self):
        for end in ("action_set_won", "action_set_lost"):
            deal = self._mci_create_deal(f"Ends by {end}", "c", "local_office")
            request = self._ask(deal, 2, FRI)
            plan = self._plan()
            line = self._line_of(plan, request)
            self.assertEqual(line.state, "planned")
            getattr(deal, end)()
            report = plan.accept_lines(line.ids)
            self.assertIn("closed already", report["failed"][0]["message"])
            self.assertFalse(request.sudo().booking_ids.filtered("resource_id"))

    def test_merged_in_the_meantime(self):
        """The request has moved to the deal that stays, and is booked there."""
        other = self._mci_create_deal("Port cranes again", "c", "local_office")
        request = self._ask(other, 2, FRI)
        plan = self._plan()
        (self.deal | other).with_user(self.sales_manager).merge_opportunity()
        line = self._line_of(plan, request)
        report = plan.accept_lines(line.ids)
        self.assertEqual(report["accepted"], line.ids, report)
        self.assertEqual(line.booking_id.lead_id, request.lead_id)
        self.assertTrue(request.lead_id.exists())

    def test_deleted_in_the_meantime(self):
        """A deal that asked is not deleted, planned or not."""
        plan = self._plan()
        with self.assertRefused(self.deal.name):
            self.deal.unlink()
        self.assertEqual(len(plan.accept_lines()["accepted"]), 2)

    def test_person_archived_in_the_meantime(self):
        plan = self._plan()
        line = plan.line_ids[0]
        line.sudo().resource_id.active = False
        report = plan.accept_lines(line.ids)
        self.assertIn("is archived", report["failed"][0]["message"])
        again = self._plan()
        self.assertNotIn(line.resource_id, again.line_ids.resource_id)

    def test_person_without_calendar_and_expired_skill(self):
        """Nobody whose skill ends before the work, nobody without working time."""
        line = self.requests[0].line_ids
        skill_type = self.env["hr.skill.type"].create(
            {
                "name": "Systems",
                "skill_ids": [Command.create({"name": "Radar"})],
                "skill_level_ids": [
                    Command.create({"name": "Able", "level_progress": 50})
                ],
            }
        )
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employees["engineer_2"].id,
                "skill_id": skill_type.skill_ids.id,
                "skill_level_id": skill_type.skill_level_ids.id,
                "skill_type_id": skill_type.id,
                "valid_from": "2020-01-01",
                "valid_to": MON,
            }
        )
        line.sudo().skill_id = skill_type.skill_ids
        row = self._line_of(self._plan(), self.requests[0])
        self.assertEqual(row.state, "unplaced")
        self.assertIn("Radar has expired", row.reason)
        self.assertIn("Has not the skill Radar", row.reason)
        line.sudo().skill_id = False
        for role in ("engineer_2", "office_lead"):
            self.employees[role].resource_calendar_id = False
        self.env.cr.execute(
            "UPDATE res_company SET resource_calendar_id = NULL WHERE id = %s",
            [self.company.id],
        )
        self.company.invalidate_recordset()
        plan = self._plan()
        self.assertEqual(plan.count_placed, 0)
        self.assertIn("none has the hours free", plan.line_ids[0].reason)
