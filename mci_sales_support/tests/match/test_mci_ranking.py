from datetime import date, datetime

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestRanking(BookingCommon):
    """M6: weights per tier, several skills, next free slot, shortlist and hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        skill_type = cls.env["hr.skill.type"].create(
            {
                "name": "Products",
                "skill_ids": [
                    Command.create({"name": name})
                    for name in ("Cranes", "Belts", "Silos")
                ],
                "skill_level_ids": [
                    Command.create({"name": "Expert", "level_progress": 100})
                ],
            }
        )
        cls.cranes, cls.belts, cls.silos = skill_type.skill_ids
        cls.engineer_id = cls.resources["engineer_2"].id
        cls.lead_id = cls.resources["office_lead"].id
        cls.booking = cls._mci_create_booking(resource_id=False)

    def _teach(self, role, skill, **vals):
        self.env["hr.employee.skill"].create(
            {
                "employee_id": self.employees[role].id,
                "skill_id": skill.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_level_id": skill.skill_type_id.skill_level_ids[0].id,
                "valid_from": date(2029, 1, 1),
                **vals,
            }
        )

    def _rows(self, booking=None):
        rows = (booking or self.booking).rank_candidates()
        return {row["resource_id"]: row for row in rows}

    def _profile(self, tier="local_office", **vals):
        return self.env["mci.ranking.profile"].create(
            {"company_id": self.company.id, "tier": tier, **vals}
        )

    def _pick(self, user):
        action = self.booking.with_user(user).action_find_people()
        return self.env["mci.booking.pick"].with_user(user).browse(action["res_id"])

    # ------------------------------------------------------------------
    # Weights
    # ------------------------------------------------------------------

    def test_weights_of_the_tier_replace_the_standard(self):
        def weights():
            parts = self._rows()[self.engineer_id]["parts"]
            return {part["criterion"]: part["weight"] for part in parts}

        self.assertEqual(
            weights(), {"free": 20, "history": 15, "load": 10, "price": 10}
        )
        profile = self._profile(weight_free=50, weight_history=0)
        self.assertEqual(profile.weight_total, 35 + 20 + 50 + 10)
        self.assertEqual(weights(), {"free": 50, "load": 10})
        profile.active = False
        self.assertEqual(weights()["free"], 20)
        self._profile("hotline", weight_free=70)
        self.assertEqual(weights()["free"], 20)

    def test_the_score_is_the_sum_of_its_parts(self):
        for row in self._rows().values():
            points = sum(part["points"] for part in row["parts"])
            total = sum(part["weight"] for part in row["parts"])
            self.assertAlmostEqual(row["score"], 100 * points / total, 1)

    def test_price_weighs_nothing_on_a_and_b(self):
        booking = self._mci_create_booking(
            lead_id=self.big_deal.id, center_id=self.center.id, resource_id=False
        )
        rows = self._rows(booking)
        self.assertTrue(rows)
        for row in rows.values():
            self.assertNotIn("price", [part["criterion"] for part in row["parts"]])
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._profile("delivery_center", weight_price=1)

    def test_profiles_are_one_per_tier_and_weigh_something(self):
        self._profile()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self._profile()
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self._profile("hotline", weight_skill=-1)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self._profile("hotline", evaluation_points=11)
        names = ("skill", "level", "free", "history", "load", "price")
        with self.assertRaisesRegex(ValidationError, "all zero"):
            self._profile("hotline", **{f"weight_{name}": 0 for name in names})

    def test_only_the_administrator_saves_weights(self):
        profile = self._profile()
        profile.with_user(self.mci_manager).weight_free = 30
        self.assertEqual(profile.with_user(self.plain_user).weight_free, 30)
        for user in (self.seller, self.office_lead, self.hr):
            with self.assertRaises(AccessError), self._mci_quiet():
                profile.with_user(user).weight_free = 40

    # ------------------------------------------------------------------
    # Skills
    # ------------------------------------------------------------------

    def test_every_required_skill_is_needed(self):
        self.booking.write(
            {"skill_id": self.cranes.id, "extra_skill_ids": self.belts.ids}
        )
        self._teach("engineer_2", self.cranes)
        self.assertIn("Belts", self._rows()[self.engineer_id]["excluded"])
        self._teach("engineer_2", self.belts)
        self.assertFalse(self._rows()[self.engineer_id]["excluded"])

    def test_least_level_is_asked_of_all_skills_of_its_type(self):
        products = self.cranes.skill_type_id
        basic = self.env["hr.skill.level"].create(
            {"name": "Basic", "level_progress": 20, "skill_type_id": products.id}
        )
        expert = products.skill_level_ids - basic
        languages = self.env["hr.skill.type"].create(
            {
                "name": "Languages",
                "skill_ids": [Command.create({"name": "French"})],
                "skill_level_ids": [
                    Command.create({"name": "Some", "level_progress": 10})
                ],
            }
        )
        self.booking.write(
            {
                "skill_id": self.cranes.id,
                "skill_level_id": expert.id,
                "extra_skill_ids": (self.belts + languages.skill_ids).ids,
            }
        )
        self._teach("engineer_2", self.cranes, skill_level_id=expert.id)
        self._teach("engineer_2", self.belts, skill_level_id=basic.id)
        self._teach("engineer_2", languages.skill_ids)
        self.assertEqual(
            self._rows()[self.engineer_id]["excluded"],
            "The skill Belts is below Expert",
        )
        self.booking.skill_level_id = basic
        self.assertFalse(self._rows()[self.engineer_id]["excluded"])
        # further skills have least levels of their own, by their types
        fluent = self.env["hr.skill.level"].create(
            {
                "name": "Fluent",
                "level_progress": 90,
                "skill_type_id": languages.id,
            }
        )
        self.booking.extra_level_ids = fluent
        self.assertEqual(
            self._rows()[self.engineer_id]["excluded"],
            "The skill French is below Fluent",
        )
        self.booking.extra_level_ids = languages.skill_level_ids - fluent | expert
        self.assertEqual(
            self._rows()[self.engineer_id]["excluded"],
            "The skill Belts is below Expert",
        )
        self.booking.extra_level_ids -= expert
        self.assertFalse(self._rows()[self.engineer_id]["excluded"])

    def test_preferred_skills_lower_and_never_exclude(self):
        self.booking.preferred_skill_ids = self.silos
        row = self._rows()[self.engineer_id]
        self.assertFalse(row["excluded"])
        self.assertIn("preferred Silos is missing", row["reasons"])
        self._teach("engineer_2", self.silos, valid_to=date(2030, 1, 7))
        expired = self._rows()[self.engineer_id]
        self.assertIn("preferred Silos has expired", expired["reasons"])
        self._teach("office_lead", self.silos)
        rows = self._rows()
        self.assertLess(row["score"], rows[self.engineer_id]["score"])
        self.assertLess(rows[self.engineer_id]["score"], rows[self.lead_id]["score"])

    def test_skills_pass_from_the_request_and_are_agreed(self):
        request = self.env["mci.request"].create(
            {
                "lead_id": self.deal.id,
                "center_id": self.office.id,
                "date_needed": date(2030, 1, 9),
                "line_ids": [
                    Command.create(
                        {
                            "function_id": self.function_presales.id,
                            "extra_skill_ids": self.belts.ids,
                            "preferred_skill_ids": self.silos.ids,
                        }
                    )
                ],
            }
        )
        request.action_plan()
        booking = request.booking_ids
        self.assertEqual(booking.extra_skill_ids, self.belts)
        self.assertEqual(booking.preferred_skill_ids, self.silos)
        booking.resource_id = self.engineer_id
        booking.action_request()
        with self.assertRefused("locked|cannot|methods"):
            booking.with_user(self.seller).write({"extra_skill_ids": [(5, 0, 0)]})

    # ------------------------------------------------------------------
    # Next free slot
    # ------------------------------------------------------------------

    def test_next_free_slot_of_whoever_is_full(self):
        self._mci_confirm(self._mci_create_booking(hours=16))
        rows = self._rows()
        self.assertTrue(rows[self.engineer_id]["excluded"])
        # Tuesday and Wednesday: 8 hours on the second of the two days
        self.assertEqual(rows[self.engineer_id]["next_free"], "2030-01-09")
        self.assertEqual(rows[self.lead_id]["next_free"], "2030-01-07")

    def test_no_free_slot_in_sight(self):
        booking = self._mci_create_booking(hours=500, resource_id=False)
        row = self._rows(booking)[self.engineer_id]
        self.assertIn("500 needed", row["excluded"])
        self.assertFalse(row["next_free"])

    # ------------------------------------------------------------------
    # Shortlist, pin, hold
    # ------------------------------------------------------------------

    def test_pinned_people_stay_on_top(self):
        self._mci_confirm(self._mci_create_booking(hours=16))
        self.booking.with_user(self.seller).action_pin(self.engineer_id)
        rows = self.booking.rank_candidates(limit=0)
        self.assertEqual([row["resource_id"] for row in rows], [self.engineer_id])
        self.assertTrue(rows[0]["excluded"] and rows[0]["pinned"])
        self.booking.action_pin(self.engineer_id, on=False)
        self.assertFalse(self.booking.pinned_resource_ids)

    def test_who_may_mark_and_whom(self):
        for user in (self.seller, self.office_lead):
            self.booking.with_user(user).action_shortlist(self.lead_id)
        self.assertEqual(self.booking.shortlist_resource_ids.ids, [self.lead_id])
        for user in (self.seller_2, self.plain_user, self.engineer_2):
            with self.assertRaises(AccessError), self._mci_quiet():
                self.booking.with_user(user).action_shortlist(self.engineer_id)
        with self.assertRefused("no position"):
            self.booking.action_pin(self.resources["seller"].id)
        with self.assertRefused("no position"):
            self.booking.action_pin(2**31 - 1)

    def test_compare_side_by_side(self):
        pick = self._pick(self.seller)
        with self.assertRefused("shortlist first"):
            pick.action_compare()
        pick.line_ids[0].action_shortlist()
        pick.line_ids[1].action_shortlist()
        pick.action_compare()
        for name in ("Engineer 2", "Office lead", "Load fairness", "Next free slot"):
            self.assertIn(name, pick.comparison)

    def test_one_click_holds(self):
        """A draft of the open request that the unit answers is held in one step."""
        request = self.env["mci.request"].create(
            {
                "lead_id": self.deal.id,
                "center_id": self.office.id,
                "date_needed": date(2030, 1, 9),
                "line_ids": [
                    Command.create({"function_id": self.function_presales.id})
                ],
            }
        )
        request.with_user(self.office_lead).action_plan()
        self.booking = request.booking_ids
        pick = self._pick(self.office_lead)
        self.assertTrue(pick.can_hold)
        self.assertEqual(pick.line_id, pick.line_ids[0])
        pick.action_hold()
        self.assertEqual(self.booking.state, "held")
        self.assertEqual(self.booking.resource_id, pick.line_ids[0].resource_id)

    def test_another_person_is_held_for_a_request(self):
        self.booking.resource_id = self.lead_id
        self.booking.action_request()
        pick = self._pick(self.office_lead)
        line = pick.line_ids.filtered(
            lambda row: row.resource_id.id == self.engineer_id
        )
        line.action_hold()
        self.assertEqual(self.booking.state, "held")
        self.assertEqual(self.booking.resource_id.id, self.engineer_id)

    def test_only_who_decides_holds(self):
        pick = self._pick(self.seller)
        self.assertFalse(pick.can_hold)
        with self.assertRaises(AccessError), self._mci_quiet():
            with self.cr.savepoint():
                pick.action_hold()
        self.assertEqual(self.booking.state, "draft")

    # ------------------------------------------------------------------
    # Evaluations (O5)
    # ------------------------------------------------------------------

    def _evaluate(self, role, score, number):
        evaluation = self.env["mci.evaluation"]
        template = self.env["mci.evaluation.template"].search([], limit=1)
        forms = evaluation._mci_unlock().create(
            [
                {
                    "lead_id": self.deal.id,
                    "company_id": self.company.id,
                    "template_id": template.id,
                    "resource_id": self.resources[role].id,
                    "evaluator_id": self.sales_manager.id,
                    "lead_key": 1000 + index,
                    "date": date(2029, 12, 1),
                    "deadline": date(2029, 12, 31),
                    "state": "final",
                }
                for index in range(number)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_evaluation SET score = %s, is_scored = true WHERE id IN %s",
            [score, tuple(forms.ids)],
        )
        forms.invalidate_recordset(["score", "is_scored"], flush=False)

    def test_evaluations_are_off_and_then_move_only_the_order(self):
        before = self.booking.rank_candidates()
        last = before[-1]["resource_id"]
        role = "engineer_2" if last == self.engineer_id else "office_lead"
        other = "office_lead" if role == "engineer_2" else "engineer_2"
        self._evaluate(role, 100, 4)
        self._evaluate(other, 20, 4)
        self.assertEqual(self.booking.rank_candidates(), before)
        self._profile(weight_price=10, evaluation_points=10)
        after = self.booking.rank_candidates()
        self.assertEqual(after[0]["resource_id"], last)
        # No figure and no sentence says more than before.
        key = lambda row: row["resource_id"]  # noqa: E731
        self.assertEqual(sorted(after, key=key), sorted(before, key=key))

    def test_few_forms_say_nothing_and_many_are_shrunk(self):
        self._evaluate("engineer_2", 100, 2)
        self._evaluate("office_lead", 20, 4)
        order = self.booking.sudo()._mci_get_evaluation_order(10)
        self.assertNotIn(self.resources["engineer_2"], order)
        # mean (200 + 80) / 6 = 46.7; (80 + 5 × 46.7) / 9 is 11.9 below it, of 20
        self.assertEqual(order[self.resources["office_lead"]], -6)

    def test_moments_of_a_long_window(self):
        booking = self._mci_create_booking(
            resource_id=False, date_stop=datetime(2030, 12, 20), hours=40
        )
        row = self._rows(booking)[self.engineer_id]
        self.assertFalse(row["excluded"])
        self.assertEqual(row["next_free"], "2030-01-07")
