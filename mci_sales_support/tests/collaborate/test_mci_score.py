import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.period_score import period_score
from .common import CollaborateCommon


@tagged("post_install", "-at_install")
class TestMciScore(CollaborateCommon):
    """O6, O7: period scores and what HR pulls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals = [cls.deal]
        for name, owner in (("Two", cls.seller), ("Three", cls.seller_2)):
            deal = cls._create_deal(name, user_id=owner.id)
            cls._work(deal, "engineer", 20.0)
            cls.deals.append(deal)
        for deal in cls.deals:
            cls._win(deal)
        cls.period = cls.env["mci.score.period"].create(
            {
                "name": "This year",
                "company_id": cls.company.id,
                "date_from": cls.today - timedelta(days=60),
                "date_to": cls.today + timedelta(days=60),
            }
        )

    def _publish(self, ratings=("5", "5", "3")):
        for deal, rating in zip(self.deals, ratings, strict=True):
            form = self._form(deal, "engineer")
            self._fill(form, rating).action_submit_and_publish()

    def _score(self, role="engineer"):
        return self.period.score_ids.filtered(
            lambda score: score.employee_id == self.employees[role]
        )

    def _pull(self, **kwargs):
        rows = (
            self.env["mci.score"]
            .with_user(self.hr)
            .pull(str(self.period.date_from), str(self.period.date_to), **kwargs)
        )
        return json.dumps(rows)

    def test_o6_weighted_by_hours(self):
        forms = [("a", 100, 10), ("b", 40, 5), ("c", 40, 5)]
        self.assertEqual(period_score(forms), 70.0)

    def test_o6_no_rater_above_half(self):
        # a has 90 of 100 hours and is brought down to the 10 of b and c.
        forms = [("a", 100, 45), ("a", 100, 45), ("b", 40, 5), ("c", 60, 5)]
        self.assertEqual(period_score(forms), 75.0)

    def test_o6_a_role_without_hours_weighs_one(self):
        self.assertEqual(period_score([("a", 100, 0), ("b", 50, 0)]), 75.0)
        self.assertIsNone(period_score([]))

    def test_o6_period_score(self):
        self._publish()
        self.period.with_user(self.hr).action_compute()
        score = self._score()
        # Seller rated 40 h with 100, seller 2 rated 20 h with 80; half and half.
        self.assertEqual(score.score, 90.0)
        self.assertEqual((score.form_count, score.rater_count), (3, 2))
        self.assertEqual((score.hours, score.coverage), (60.0, 100.0))
        self.assertEqual((score.level_name, score.factor), ("Excellent", 1.2))
        self.assertFalse(score.is_insufficient)

    def test_o6_too_few_forms(self):
        self._fill(self._form(self.deal, "engineer")).action_submit_and_publish()
        self.period.with_user(self.hr).action_compute()
        score = self._score()
        self.assertTrue(score.is_insufficient)
        self.assertFalse(score.level_name)
        self.assertEqual(round(score.coverage), 33)

    def test_o6_one_rater_alone(self):
        self.period.min_forms = 1
        self._fill(self._form(self.deal, "engineer")).action_submit_and_publish()
        self.period.with_user(self.hr).action_compute()
        self.assertEqual(self._score().insufficient_reason, "One rater alone")

    def test_o7_money(self):
        self.env["mci.quota"].create(
            {
                "user_id": self.seller.id,
                "date_from": self.today,
                "date_to": self.today + timedelta(days=30),
                "amount": 400000.0,
            }
        )
        self.period.with_user(self.hr).action_compute()
        score = self._score("seller")
        self.assertEqual(score.credited_amount, 200000.0)
        self.assertEqual(score.attainment, 50.0)

    def test_o7_frozen_gives_the_same_bytes(self):
        """Invariant 7: whatever changes later, the pull stays as it was."""
        self._publish()
        self.period.with_user(self.hr).action_freeze()
        before = self._pull()
        self.assertIn('"score": 90.0', before)
        self.employees["engineer"].write({"name": "Married", "barcode": "E9"})
        form = self._form(self.deal, "engineer").with_user(self.engineer)
        form.action_appeal("No")
        self.env["mci.score.band"].search([]).write({"factor": 3.0})
        self.company.currency_id.sudo().write({"symbol": "?"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._pull(), before)

    def test_o7_later_decision_makes_version_2(self):
        self._publish(("1", "5", "3"))
        period = self.period.with_user(self.hr)
        period.action_freeze()
        first = self._pull()
        form = self._form(self.deal, "engineer")
        form.with_user(self.engineer).action_appeal("No")
        points = dict.fromkeys(form.line_ids.ids, 100)
        form.with_user(self.hr).action_decide("upheld", "Proved", points)
        with self.assertRaisesRegex(UserError, "frozen"):
            period.action_compute()
        period.action_new_version()
        self.assertEqual(self._pull(), first)
        period.action_freeze()
        self.assertEqual(self._pull(version=1), first)
        self.assertNotEqual(self._pull(), first)
        self.assertEqual(self._score().version, 2)
        self.assertEqual(self._score().score, 90.0)

    def test_o7_pull_takes_employees_and_order(self):
        self._publish()
        self.period.with_user(self.hr).action_freeze()
        employee = self.employees["engineer"]
        rows = json.loads(self._pull(employee_ids=employee.ids))
        self.assertEqual([row["employee_id"] for row in rows], employee.ids)
        rows = json.loads(self._pull())
        ids = [row["employee_id"] for row in rows]
        self.assertEqual(ids, sorted(ids))
        self.assertEqual(self._pull(employee_ids=[]), "[]")

    def test_o7_draft_is_not_pulled(self):
        self._publish()
        self.period.with_user(self.hr).action_compute()
        self.assertEqual(self._pull(), "[]")

    def test_o7_frozen_is_never_written(self):
        self._publish()
        self.period.with_user(self.hr).action_freeze()
        with self.assertRaises(AccessError):
            self._score().write({"score": 100})
        with self.assertRaises(UserError):
            self._score().unlink()
        with self.assertRaises(UserError):
            self.period.unlink()
        with self.assertRaisesRegex(UserError, "frozen"):
            self.period.date_to = self.today

    def test_o7_only_hr_runs_and_pulls(self):
        for role in ("seller", "center_lead", "accountant", "mci_manager"):
            user = getattr(self, role)
            with self.subTest(role), self._mci_quiet():
                for step in ("action_compute", "action_freeze", "action_new_version"):
                    with self.assertRaises(AccessError):
                        getattr(self.period.with_user(user), step)()
                with self.assertRaises(AccessError):
                    self.env["mci.score"].with_user(user).pull(self.today, self.today)

    def test_o7_more_people_cost_no_more_queries(self):
        counts = []
        for roles in (("office_lead",), ("center_lead", "seller_2", "engineer_2")):
            for role in roles:
                deal = self._create_deal(role)
                self._work(deal, role, 9.0)
                self._win(deal)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.period.sudo()._mci_prepare_scores()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
