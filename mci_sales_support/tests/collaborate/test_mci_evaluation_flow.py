from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CollaborateCommon


@tagged("post_install", "-at_install")
class TestMciEvaluationFlow(CollaborateCommon):
    """O5, O6: fill, submit, publish, appeal, decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._win(cls.deal)
        cls.form = cls.deal.mci_evaluation_ids.filtered(
            lambda f: f.resource_id == cls.resources["engineer"]
        )

    def _publish(self, rating="3"):
        self._fill(self.form, rating).action_submit_and_publish()
        return self.form

    def _appeal(self):
        self._publish("1").with_user(self.engineer).action_appeal("I was early")
        return self.form

    def test_o5_only_the_rater_fills(self):
        line = self.form.line_ids[0]
        for role in ("engineer", "center_lead", "hr", "mci_manager", "seller_2"):
            with self.subTest(role), self.assertRaises(AccessError), self._mci_quiet():
                line.with_user(getattr(self, role)).rating = "5"
        self.form.with_user(self.seller).comment = "Well done"
        line.with_user(self.seller).write({"rating": "5", "comment": "Early"})

    def test_o5_rater_cannot_touch_the_rest(self):
        form = self.form.with_user(self.seller)
        for vals in (
            {"state": "final"},
            {"hours": 1},
            {"score": 100},
            {"resource_id": self.resources["engineer_2"].id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                form.write(vals)
        for vals in ({"points": 100}, {"weight": 9}, {"decided_points": 5}):
            with self.subTest(vals), self.assertRaises(AccessError):
                form.line_ids[0].write(vals)

    def test_o5_every_criterion_is_answered(self):
        self.form.line_ids[0].rating = "5"
        with self.assertRaisesRegex(UserError, "every criterion"):
            self.form.with_user(self.seller).action_submit()

    def test_o5_submitted_is_not_changed(self):
        form = self._fill(self.form)
        form.action_submit()
        with self.assertRaisesRegex(UserError, "submitted"):
            form.line_ids[0].rating = "1"
        with self.assertRaisesRegex(UserError, "submitted"):
            form.comment = "Changed"
        with self.assertRaises(UserError):
            form.action_submit()

    def test_o5_forms_are_kept(self):
        for records in (self.form, self.form.line_ids, self.form.event_ids):
            with self.assertRaises(UserError):
                records.unlink()

    def test_o5_history(self):
        self._publish()
        self.assertEqual(
            set(self.form.event_ids.mapped("kind")),
            {"created", "submitted", "published"},
        )

    def test_o5_display_name_tells_nothing(self):
        self.assertEqual(self.form.display_name, f"Form #{self.form.id}")
        self.assertNotIn("Engineer", self.form.line_ids[0].display_name)

    def test_o5_hr_publishes(self):
        self._fill(self.form).action_submit()
        with self.assertRaises(AccessError), self._mci_quiet():
            self.form.with_user(self.engineer).action_publish()
        self.form.with_user(self.hr).action_publish()
        self.assertEqual(self.form.state, "published")

    def test_o6_acknowledge(self):
        form = self._publish()
        with self.assertRaises(AccessError):
            form.with_user(self.seller).action_acknowledge()
        form.with_user(self.engineer).action_acknowledge()
        self.assertEqual(form.state, "final")
        with self.assertRaises(UserError):
            form.with_user(self.engineer).action_appeal("Too late")

    def test_o6_appeal_is_the_rated_persons(self):
        form = self._publish()
        with self.assertRaises(AccessError):
            form.with_user(self.center_lead).action_appeal("For my engineer")
        with self.assertRaisesRegex(UserError, "reason"):
            form.with_user(self.engineer).action_appeal(" ")

    def test_o6_decision_keeps_the_original(self):
        form = self._appeal()
        line = form.line_ids[0]
        form.with_user(self.hr).action_decide("upheld", "Proved", {str(line.id): 90})
        self.assertEqual(form.state, "final")
        self.assertEqual((line.points, line.rating), (40.0, "1"))
        self.assertEqual((form.original_score, form.score), (40.0, 65.0))
        decided = form.event_ids.filtered(lambda e: e.kind == "decided")
        self.assertEqual((decided.score_before, decided.score_after), (40.0, 65.0))

    def test_o6_dismissed_changes_nothing(self):
        form = self._appeal()
        points = {form.line_ids[0].id: 100}
        form.with_user(self.hr).action_decide("dismissed", "No proof", points)
        self.assertEqual(form.score, 40.0)

    def test_o6_points_are_in_range(self):
        form = self._appeal().with_user(self.hr)
        other = self._form(self.deal, "engineer_2").line_ids[0]
        for points in ({form.line_ids[0].id: 101}, {other.id: 50}):
            with self.assertRaises(UserError):
                form.action_decide("upheld", "Why", points)

    def test_o6_neither_side_decides(self):
        form = self._appeal()
        for role in ("seller", "engineer", "center_lead", "mci_manager"):
            with self.subTest(role), self.assertRaises(AccessError), self._mci_quiet():
                form.with_user(getattr(self, role)).action_decide("dismissed", "No")

    def test_o6_hr_who_is_a_side_does_not_decide(self):
        hr_group = self.env.ref("hr.group_hr_user")
        (self.seller + self.engineer).write({"group_ids": [(4, hr_group.id)]})
        form = self._appeal()
        for role in ("seller", "engineer"):
            with self.subTest(role), self.assertRaises(AccessError):
                form.with_user(getattr(self, role)).action_decide("dismissed", "No")

    def test_o6_subordinate_of_a_side_does_not_decide(self):
        form = self._appeal()
        self.env["hr.employee"].create(
            {
                "name": "HR clerk",
                "user_id": self.hr.id,
                "parent_id": self.employees["seller"].id,
            }
        )
        with self.assertRaises(AccessError):
            form.with_user(self.hr).action_decide("dismissed", "My boss is right")

    def test_o6_named_arbiter(self):
        form = self._appeal()
        with self.assertRaises(UserError):
            form.with_user(self.hr).action_name_arbiter(self.seller.id)
        form.with_user(self.hr).action_name_arbiter(self.plain_user.id)
        with self.assertRaises(AccessError):
            form.with_user(self.hr).action_decide("dismissed", "No")
        form.with_user(self.plain_user).action_decide("dismissed", "No")
        self.assertEqual(form.arbiter_id, self.plain_user)

    def test_o5_no_way_to_talk_about_a_form(self):
        """A3: no thread, no followers, no activities on any model of the forms."""
        for model in (
            "mci.evaluation",
            "mci.evaluation.line",
            "mci.evaluation.event",
        ):
            names = set(self.env[model]._fields)
            with self.subTest(model):
                self.assertFalse(
                    {"message_ids", "activity_ids", "message_follower_ids"} & names
                )
                self.assertFalse(hasattr(self.env[model], "message_post"))

    def test_o5_nothing_is_posted_on_the_deal(self):
        before = self.deal.message_ids
        self._appeal().with_user(self.hr).action_decide("dismissed", "No proof")
        self.assertEqual(self.deal.message_ids, before)

    def test_o5_reminders_are_neutral(self):
        self.form._mci_unlock().deadline = self.env.cr.now() - timedelta(days=1)
        last = self.env["mail.message"].search([], order="id desc", limit=1)
        self._mci_run_cron("cron_remind_evaluations")
        told = self.env["mail.message"].search([("id", ">", last.id)])
        self.assertIn(self.seller.partner_id, told.notified_partner_ids)
        for message in told:
            text = f"{message.subject} {message.body} {message.record_name}"
            self.assertNotIn("Engineer", text)
            self.assertNotIn("Port cranes", text)
            self.assertFalse(message.model == "mci.evaluation")

    def test_o6_time_to_appeal_ends(self):
        form = self._publish()
        form._mci_unlock().published_date = self.env.cr.now() - timedelta(days=30)
        self._mci_run_cron("cron_remind_evaluations")
        self.assertEqual(form.state, "final")
