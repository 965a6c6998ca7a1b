from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .booking_common import FRI, NOW, WED, BookingCommon


class AssessmentCommon(BookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("mci_sales_support.assessment_template")
        cls.event = cls.template.criterion_ids.filtered("is_event")

    def _assess(self, lead, rating="4", user=None, event=None):
        """A filled draft: one rating for all, but for the compelling event."""
        form = lead.with_user(user or self.seller).mci_assess()
        form.line_ids.write({"rating": rating})
        if event:
            line = form.line_ids.filtered(lambda li: li.criterion_id == self.event)
            line.rating = event
        return form

    def _review(self, lead, rating="4", event=None, day=NOW):
        with freeze_time(day):
            form = self._assess(lead, rating, event=event)
            form.action_submit()
            form.with_user(self.sales_manager).action_review()
        self.env.invalidate_all()
        return form

    def _ask(self, lead, day=WED, **vals):
        return lead.with_user(self.seller).mci_ask_support(
            {
                "date_needed": day.isoformat(),
                "lines": [{"function_id": self.function_presales.id, "hours": 8}],
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestAssessment(AssessmentCommon):
    """M5: weighted criteria with anchors, snapshots, author and reviewer, vetoes."""

    def test_template_asks_four_questions_in_few_taps(self):
        criteria = self.template.criterion_ids
        self.assertEqual(
            [*dict.fromkeys(criteria.mapped("question"))],
            ["real", "compete", "win", "worth"],
        )
        self.assertLessEqual(len(criteria), 8)
        self.assertEqual(len(criteria.anchor_ids), 4 * len(criteria))
        self.assertTrue(all(criteria.anchor_ids.mapped("name")))
        vetoes = criteria.anchor_ids.filtered("is_veto").criterion_id
        self.assertEqual(len(vetoes), 3)

    def test_m5_score_by_weight(self):
        form = self._assess(self.deal, "3")
        self.assertEqual(form.score, 70.0)
        line = form.line_ids.filtered(lambda li: li.weight == 3)[:1]
        line.rating = "4"
        total = sum(form.line_ids.mapped("weight"))
        self.assertEqual(form.score, round(70 + 30 * 3 / total, 2))

    def test_m5_not_known_counts_zero_and_names_no_event(self):
        form = self._assess(self.deal, "4", event="na")
        total = sum(form.line_ids.mapped("weight"))
        self.assertEqual(form.score, round(100 * (total - 3) / total, 2))
        self.assertFalse(form.has_event)
        self.assertFalse(form.is_vetoed)

    def test_m5_every_answer_is_needed(self):
        form = self.deal.with_user(self.seller).mci_assess()
        form.line_ids[1:].write({"rating": "4"})
        with self.assertRefused("answer every criterion"):
            form.action_submit()

    def test_m5_the_deal_says_that_a_review_waits(self):
        form = self._assess(self.deal)
        self.assertFalse(self.deal.mci_assessment_waits)
        form.action_submit()
        self.deal.invalidate_recordset(["mci_assessment_waits"])
        self.assertTrue(self.deal.mci_assessment_waits)

    def test_m5_author_is_not_reviewer(self):
        form = self._assess(self.deal, user=self.sales_manager)
        form.action_submit()
        self.assertFalse(form.can_review)
        with self.assertRaises(AccessError):
            form.action_review()
        for user in (self.seller, self.office_lead):
            with self._mci_quiet(), self.assertRaises(AccessError):
                form.with_user(user).action_review()
        self.assertTrue(form.with_user(self.mci_manager).can_review)
        form.with_user(self.mci_manager).action_review("Seen the tender.")
        self.assertRecordValues(
            form.sudo(),
            [
                {
                    "state": "reviewed",
                    "reviewer_id": self.mci_manager.id,
                    "review_note": "Seen the tender.",
                }
            ],
        )

    def test_m5_nobody_reviews_his_superior(self):
        self.employees["sales_manager"].parent_id = self.employees["center_lead"]
        self.deal._mci_write_plain({"mci_delivery_lead_id": self.center_lead.id})
        form = self._assess(self.deal, user=self.center_lead)
        form.action_submit()
        self.assertFalse(form.with_user(self.sales_manager).can_review)
        with self.assertRaises(AccessError):
            form.with_user(self.sales_manager).action_review()

    def test_m5_the_table_names_the_reviewer(self):
        self.env["mci.approval.rule"].create(
            {"kind": "assessment", "approver_type": "team_leader"}
        )
        form = self._assess(self.deal)
        form.action_submit()
        with self.assertRaises(AccessError):
            form.with_user(self.mci_manager).action_review()
        form.with_user(self.sales_manager).action_review()

    def test_m5_snapshots_are_never_overwritten(self):
        first = self._review(self.deal, "3")
        with self.assertRefused("cannot be changed"):
            first.with_user(self.seller).line_ids[0].rating = "1"
        with self.assertRefused("cannot be changed"):
            first.with_user(self.seller).comment = "Later"
        for record in (first, first.line_ids):
            with self.assertRaises(UserError):
                record.sudo().unlink()
        for vals in ({"score": 99}, {"state": "draft"}):
            with self.assertRaises(UserError):
                first.sudo().write(vals)
        draft = self._assess(self.big_deal)
        with self.assertRaises(AccessError):
            draft.write({"author_id": self.sales_manager.id})
        second = self._review(self.deal, "4", day=NOW + timedelta(days=1))
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertEqual((first.score, second.score), (70.0, 100.0))
        self.assertEqual(second.previous_score, 70.0)
        self.assertEqual(self.deal.mci_assessment_id, second)
        self.assertEqual(self.deal.mci_assessment_count, 2)

    def test_m5_the_template_stays_as_it_was_used(self):
        form = self._review(self.deal)
        with self.assertRaises(UserError):
            self.event.weight = 9
        with self.assertRaises(UserError):
            self.event.anchor_ids[0].is_veto = True
        copy = self.template.copy()
        self.assertEqual(len(copy.criterion_ids), len(form.line_ids))
        self.assertEqual(copy.criterion_ids.anchor_ids.mapped("is_veto").count(True), 4)

    def test_m5_next_version_starts_with_the_last_answers(self):
        self._review(self.deal, "3")
        form = self.deal.with_user(self.seller).mci_assess()
        self.assertEqual(set(form.line_ids.mapped("rating")), {"3"})
        again = self.deal.with_user(self.seller).mci_assess()
        self.assertEqual(form, again, "an unfinished one is taken up again")
        form.action_discard()
        self.assertFalse(form.exists())

    def test_m5_returned_counts_for_nothing(self):
        form = self._assess(self.deal)
        form.action_submit()
        with self.assertRefused("reason|Reason"):
            form.with_user(self.sales_manager).action_return(" ")
        form.with_user(self.sales_manager).action_return("The budget is not released.")
        self.assertEqual(form.state, "returned")
        self.assertFalse(self.deal.mci_assessment_id)

    def test_m5_never_sets_the_grade(self):
        grade, tier = self.deal.mci_grade_id, self.deal.mci_tier
        self._review(self.deal, "1")
        self.assertEqual((self.deal.mci_grade_id, self.deal.mci_tier), (grade, tier))

    def test_m5_who_assesses(self):
        for user in (self.seller_2, self.engineer_2, self.plain_user):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.deal.with_user(user).mci_assess()
        self._mci_confirm(self._mci_create_booking())
        self.assertTrue(self.deal.with_user(self.engineer_2).mci_assess())
        lost = self._mci_create_deal("Gone", "c", "local_office")
        lost.action_set_lost()
        with self.assertRefused("Only open"):
            lost.with_user(self.seller).mci_assess()

    def test_m5_who_reads(self):
        form = self._assess(self.deal)
        for role in ("seller", "sales_manager", "mci_manager", "accountant"):
            form.with_user(getattr(self, role)).read()
            form.line_ids.with_user(getattr(self, role)).read()
        for role in ("seller_2", "plain_user", "engineer", "hr"):
            with self._mci_quiet(), self.assertRaises(AccessError):
                form.with_user(getattr(self, role)).read(["score"])
            with self._mci_quiet(), self.assertRaises(AccessError):
                form.line_ids.with_user(getattr(self, role)).read(["rating"])
        with self._mci_quiet(), self.assertRaises(UserError):
            form.line_ids[0].with_user(self.sales_manager).rating = "1"
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.env["mci.assessment"].with_user(self.seller).create(
                {"lead_id": self.deal.id}
            )

    def test_every_lead_reader_reads_all_fields(self):
        self._review(self.deal)
        for role in ("seller", "sales_manager", "mci_manager"):
            self.deal.with_user(getattr(self, role)).read()

    def test_merged_deals_keep_their_history(self):
        other = self._mci_create_deal("Port cranes 2", "c", "local_office")
        self._review(self.deal, "3", day=NOW - timedelta(days=2))
        self._review(other, "4", day=NOW - timedelta(days=1))
        head = (self.deal | other).merge_opportunity()
        self.assertEqual(len(head.mci_assessment_ids), 2)
        self.assertEqual(head.mci_assessment_score, 100.0)


@tagged("post_install", "-at_install")
class TestAssessmentUse(AssessmentCommon):
    """M5: it orders the queue, warns, hides the win rate and asks for reasons."""

    def test_m5_orders_the_queue_inside_the_grade(self):
        low = self._mci_create_deal("Low", "c", "local_office")
        high = self._mci_create_deal("High", "c", "local_office")
        vetoed = self._mci_create_deal("Vetoed", "c", "local_office")
        weak_b = self._mci_create_deal("B", "b", "local_office")
        requests = [
            self._ask(lead, day)
            for lead, day in (
                (vetoed, WED),
                (low, WED),
                (high, FRI),
                (weak_b, FRI),
            )
        ]
        self._review(low, "3")
        self._review(high, "4")
        self._review(vetoed, "4", event="1")
        self._review(weak_b, "2", event="3")
        self.assertEqual([r.queue_rank for r in requests], [4, 3, 2, 1])
        self.assertIn("assessment 100", requests[2].queue_reason)
        self.assertIn("vetoed", requests[0].queue_reason)
        self.assertIn("not assessed", self._ask(self.deal).queue_reason)

    def test_m5_reviewed_only(self):
        request = self._ask(self.deal)
        form = self._assess(self.deal)
        form.action_submit()
        self.assertEqual(request.queue_score, 0)
        form.with_user(self.sales_manager).action_review()
        self.env.invalidate_all()
        self.assertEqual(request.queue_score, 100)

    def test_m5_no_event_no_win_rate(self):
        self.deal.probability = 60
        self._review(self.deal, "4")
        self.assertEqual(self.deal.mci_win_rate, 60)
        self._review(self.deal, "4", event="2", day=NOW + timedelta(days=1))
        self.assertEqual(self.deal.mci_assessment_event, "missing")
        self.assertTrue(self.deal.mci_assessment_veto)
        self.assertEqual(self.deal.mci_win_rate, 0)

    def _events(self):
        return self.env["mci.rule.event"].search(
            [("rule", "=", "M5"), ("lead_id", "=", self.deal.id)]
        )

    def test_m5_spending_asks_for_a_reason(self):
        self._review(self.deal, "4", event="2")
        for level in ("warn", "enforce"):
            self.env["mci.rule.level"].search([("rule", "=", "M5")]).unlink()
            self._mci_level("M5", level)
            with self.assertRefused("no compelling event"):
                self._ask(self.deal)
            before = len(self._events())
            request = self._ask(self.deal, reason="The board wants the reference")
            event = self._events()[:1]
            self.assertEqual(len(self._events()), before + 1)
            self.assertRecordValues(
                event,
                [
                    {
                        "reason": "The board wants the reference",
                        "level": level,
                        "res_model": "mci.request",
                        "res_id": request.id,
                        "user_id": self.seller.id,
                    }
                ],
            )

    def test_m5_bookings_ask_for_a_reason(self):
        self._review(self.deal, "4", event="2")
        self._mci_level("M5", "warn")
        booking = self._mci_create_booking()
        with self.assertRefused("no compelling event"):
            booking.action_request()
        booking.action_request("The customer pays for the study")
        self.assertEqual(self._events().mapped("res_model"), ["mci.booking"])
        request = self._ask(self.deal, reason="Paid study")
        again = self._mci_create_booking(
            request_line_id=request.line_ids.id,
            date_start=datetime(2030, 1, 9, 0, 0),
            date_stop=datetime(2030, 1, 9, 10, 0),
        )
        again.action_request()
        self.assertEqual(self._events()[:1].reason, "Paid study")

    def test_m5_budget_is_counted(self):
        self._review(self.deal, "4", event="2")
        self._mci_level("M5", "warn")
        self.deal.with_user(self.seller).mci_request_budget(500, "Second visit")
        self.assertEqual(self._events().res_model, "mci.budget.change")

    def test_m5_observed_spending_is_counted_and_stops_nothing(self):
        self._review(self.deal, "4", event="2")
        self._ask(self.deal)
        self.assertEqual(len(self._events()), 1)
        self.assertFalse(self._events().reason)

    def test_m5_the_wizard_takes_the_reason(self):
        self._review(self.deal, "4", event="2")
        self._mci_level("M5", "enforce")
        ask = (
            self.env["mci.request.ask"]
            .with_user(self.seller)
            .create(
                {
                    "lead_id": self.deal.id,
                    "spend_reason": "Agreed with the board",
                    "line_ids": [
                        (0, 0, {"function_id": self.function_presales.id, "hours": 4})
                    ],
                }
            )
        )
        self.assertTrue(ask.has_no_event)
        request = self.env["mci.request"].browse(ask.action_ask()["res_id"])
        self.assertEqual(request.spend_reason, "Agreed with the board")

    def test_m5_many_reviews_cost_the_same_queries(self):
        """The queue's order follows stored columns: nothing is read per request."""
        requests = self.env["mci.request"]
        for number in range(6):
            lead = self._mci_create_deal(f"Deal {number}", "c", "local_office")
            requests |= self._ask(lead)
            self._review(lead, "3")
        self.env.invalidate_all()

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("queue_reason")
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(requests), count(requests[:2]) + 1)
