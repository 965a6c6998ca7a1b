from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CollaborateCommon


@tagged("post_install", "-at_install")
class TestMciEvaluation(CollaborateCommon):
    """O5: everyone is assessed; O6: the score of a form."""

    def test_o5_a_form_for_everyone(self):
        self._work(self.deal, "office_lead", 2.0)
        self.deal._mci_write_plain({"mci_delivery_lead_id": self.center_lead.id})
        self._win(self.deal)
        self.assertEqual(
            {
                (f.resource_id, f.role, f.evaluator_id, f.hours)
                for f in self.deal.mci_evaluation_ids
            },
            {
                (self.resources["seller"], "owner", self.sales_manager, 0.0),
                (self.resources["center_lead"], "delivery_lead", self.seller, 0.0),
                (self.resources["engineer"], "participant", self.seller, 20.0),
                (self.resources["engineer_2"], "participant", self.seller, 10.0),
                (self.resources["office_lead"], "participant", self.seller, 2.0),
            },
        )

    def test_o5_lost_deals_too(self):
        self.deal.action_set_lost()
        self.assertEqual(len(self.deal.mci_evaluation_ids), 3)
        self.assertEqual(set(self.deal.mci_evaluation_ids.mapped("outcome")), {"lost"})

    def test_o5_owner_alone_is_not_assessed(self):
        deal = self._create_deal("Alone")
        self._work(deal, "seller", 20.0)
        self._win(deal)
        self.assertFalse(deal.mci_evaluation_ids)

    def test_o5_full_form_on_a_and_b(self):
        self._set_grade(self.deal, "a")
        self._work(self.deal, "office_lead", 2.0)
        self._win(self.deal)
        self.assertFalse(self._form(self.deal, "engineer").is_short)
        self.assertFalse(self._form(self.deal, "seller").is_short)
        self.assertTrue(self._form(self.deal, "office_lead").is_short)
        full = self.env.ref("mci_sales_support.evaluation_template_full")
        self.assertEqual(self._form(self.deal, "engineer").template_id, full)

    def test_o5_short_form_otherwise(self):
        self._win(self.deal)
        self.assertEqual(
            self._form(self.deal, "engineer").template_id,
            self.env.ref("mci_sales_support.evaluation_template_short"),
        )
        self.assertEqual(
            self._form(self.deal, "seller").template_id,
            self.env.ref("mci_sales_support.evaluation_template_owner_short"),
        )

    def test_o5_leader_who_owns_is_rated_by_another(self):
        deal = self._create_deal("Leader's", user_id=self.sales_manager.id)
        self._work(deal, "engineer", 20.0)
        self.team.mci_deputy_id = self.seller_2
        self._win(deal)
        self.assertEqual(self._form(deal, "sales_manager").evaluator_id, self.seller_2)

    def test_b11_history_is_not_judged(self):
        self.company.mci_start_date = self.today + timedelta(days=1)
        self._win(self.deal)
        self._mci_run_cron("cron_make_evaluations")
        self.assertFalse(self.deal.mci_evaluation_ids)

    def test_b11_created_closed_is_not_judged(self):
        deal = self.env["crm.lead"].create(
            {
                "name": "History",
                "type": "opportunity",
                "stage_id": self.stage_won.id,
                "team_id": self.team.id,
                "user_id": self.seller.id,
            }
        )
        self._work(deal, "engineer", 20.0)
        self._mci_run_cron("cron_make_evaluations")
        self.assertFalse(deal.mci_evaluation_ids)

    def test_b11_created_closed_and_closed_again_is_judged(self):
        deal = self._create_deal("Opened again", stage_id=self.stage_won.id)
        self.assertTrue(deal.mci_created_closed)
        self._work(deal, "engineer", 20.0)
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        deal.write({"stage_id": stage.id, "probability": 20})
        self._win(deal)
        self.assertFalse(deal.mci_created_closed)
        self.assertTrue(deal.mci_evaluation_ids)

    def test_b11_won_at_once_is_judged(self):
        """A deal won in the minute after its creation is no history."""
        deal = self._create_deal("Quick")
        self._work(deal, "engineer", 20.0)
        self._win(deal)
        self.assertFalse(deal.mci_created_closed)
        self.assertTrue(deal.mci_evaluation_ids)

    def test_t14_cron_makes_missed_forms_once(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = 'won', date_closed = now() WHERE id = %s",
            [self.deal.id],
        )
        self.env.invalidate_all()
        self._mci_run_cron("cron_make_evaluations")
        self._mci_run_cron("cron_make_evaluations")
        self.assertEqual(len(self.deal.mci_evaluation_ids), 3)

    def test_o5_closed_again_makes_no_second_form(self):
        self._win(self.deal)
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.deal.write({"stage_id": stage.id, "probability": 20})
        self.deal.user_id = self.seller_2
        self._win(self.deal)
        self.assertEqual(len(self._form(self.deal, "engineer")), 1)

    def test_o6_score(self):
        self._set_grade(self.deal, "a")
        self._win(self.deal)
        form = self._form(self.deal, "engineer")
        self.assertEqual(form.line_ids.mapped("weight"), [3.0, 2.0, 2.0, 3.0])
        ratings = ("5", "4", "na", "1")
        for line, rating in zip(form.line_ids, ratings, strict=True):
            line.with_user(self.seller).rating = rating
        # (100×3 + 90×2 + 40×3) ÷ 8
        self.assertEqual(form.score, 75.0)
        self.assertTrue(form.is_scored)

    def test_o6_nothing_applicable_is_no_score(self):
        self._win(self.deal)
        form = self._form(self.deal, "engineer")
        self._fill(form, "na").action_submit()
        self.assertFalse(form.is_scored)

    def test_o6_points_are_those_of_the_day(self):
        self._win(self.deal)
        form = self._form(self.deal, "engineer")
        self._fill(form, "3")
        self.assertEqual(form.score, 80.0)
        with self.assertRaisesRegex(UserError, "duplicate"):
            form.template_id.criterion_ids.anchor_ids.points = 1
        with self.assertRaisesRegex(UserError, "duplicate"):
            form.template_id.criterion_ids.write({"weight": 9})

    def test_o6_new_criterion_has_the_five_anchors(self):
        template = self.env.ref("mci_sales_support.evaluation_template_full").copy()
        criterion = self.env["mci.evaluation.criterion"].create(
            {"template_id": template.id, "name": "Courage"}
        )
        self.assertEqual(
            {a.rating: a.points for a in criterion.anchor_ids},
            {"5": 100.0, "4": 90.0, "3": 80.0, "2": 60.0, "1": 40.0},
        )
        self.assertEqual(len(template.criterion_ids), 5)

    def test_o5_overdue_forms_block_requests(self):
        self._win(self.deal)
        form = self._form(self.deal, "engineer")
        form._mci_unlock().deadline = self.today - timedelta(days=1)
        deal = self._create_deal("Next")
        self.env["mci.rule.level"].create(
            {
                "rule": "O5",
                "company_id": self.company.id,
                "level": "enforce",
                "date_from": self.today,
            }
        )
        gaps = deal.with_user(self.seller)._mci_support_gaps()
        self.assertIn("Seller has 1 overdue evaluation forms to fill (O5).", gaps)
        self._fill(form).action_submit()
        self.assertFalse(deal.with_user(self.seller)._mci_evaluation_gaps())

    def test_o5_overdue_is_observed(self):
        self._win(self.deal)
        self.deal.mci_evaluation_ids._mci_unlock().deadline = self.today - timedelta(1)
        deal = self._create_deal("Next")
        vals = {
            "date_needed": self.today + timedelta(days=7),
            "lines": [{"function_id": self.function_presales.id, "hours": 4}],
        }
        self.env["res.lang"]._activate_lang("zh_CN")
        deal.with_user(self.seller).with_context(lang="zh_CN").mci_ask_support(vals)
        events = self.env["mci.rule.event"].search([("rule", "=", "O5")])
        self.assertEqual(events.lead_id, deal)
        there = events.with_context(lang="zh_CN")
        self.assertIn("overdue evaluation forms", events[0].what_happened)
        self.assertIn("overdue evaluation forms", events[0].message)
        self.assertNotIn("overdue", there[0].what_happened)

    def test_o5_closing_twenty_deals_costs_the_queries_of_two(self):
        counts = []
        for size in (1, 2, 20):
            deals = self.env["crm.lead"].concat(
                *(self._create_deal(f"Deal {size}-{i}") for i in range(size))
            )
            for deal in deals:
                self._work(deal, "engineer", 8.0)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE crm_lead SET won_status = 'won', date_closed = now()"
                " WHERE id IN %s",
                (tuple(deals.ids),),
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            deals.sudo()._mci_make_evaluations()
            deals.sudo()._mci_freeze_credits()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(deals.mci_evaluation_ids), 2 * size)
            self.assertEqual(len(deals.mci_credit_ids), 2 * size)
        # The first one only warms the caches, which other tests may have filled: an
        # entry that falls out is read again. Ten times the deals would cost far more.
        self.assertLessEqual(abs(counts[2] - counts[1]), 3)

    def test_o5_overdue_by_the_day_of_the_company(self):
        """1:30 of the next day in Shanghai, the last day for the server."""
        self._win(self.deal)
        form = self.deal.mci_evaluation_ids[0]
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        last = form.deadline
        for hour, overdue in ((15, False), (17, True)):
            with freeze_time(datetime(last.year, last.month, last.day, hour, 30)):
                for zone in (False, "Pacific/Auckland", "America/Los_Angeles"):
                    self.env.invalidate_all()
                    reader = form.with_context(tz=zone)
                    self.assertEqual(reader.is_overdue, overdue)
                    found = reader.search([("is_overdue", "=", True)])
                    self.assertEqual(form in found, overdue)
