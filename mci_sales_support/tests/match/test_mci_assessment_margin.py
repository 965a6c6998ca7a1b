from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_mci_assessment import AssessmentCommon


@tagged("post_install", "-at_install")
class TestAssessmentMargin(AssessmentCommon):
    """M5: the expected margin beside the floor of the grading policy."""

    def _set_floor(self, percent):
        policy = self.env["mci.grade.policy"]._mci_get_policy(self.company)
        if not policy:
            policy = policy.create(
                {
                    "name": "Floor",
                    "company_id": self.company.id,
                    "date_from": "2020-01-01",
                }
            )
            policy.action_propose_bands()
            policy.action_activate()
        policy._mci_unlock().write({"margin_floor": percent})
        return policy

    def test_m5_margin_under_the_floor_is_a_veto(self):
        """The figure counts, not only the words of the anchor."""
        policy = self._set_floor(15)
        with self.assertRaises(AccessError):
            policy.margin_floor = 1
        form = self._assess(self.deal)
        self.assertEqual(form.margin_floor, 15)
        with self.assertRefused("expected margin"):
            form.action_submit()
        form.expected_margin = 12.5
        self.assertTrue(form.is_vetoed)
        self.assertIn("12.5 %, the floor is 15 %", form.veto_reason)
        form.expected_margin = 15
        self.assertFalse(form.is_vetoed)
        self.assertFalse(form.veto_reason)
        form.expected_margin = 14.9
        form.action_submit()
        form.with_user(self.sales_manager).action_review()
        self.assertTrue(self.deal.mci_assessment_veto)
        with self.assertRefused("cannot be changed"):
            form.expected_margin = 50
        # the floor of a later policy changes no version
        self._set_floor(5)
        self.assertTrue(form.is_vetoed)
        again = self.deal.with_user(self.seller).mci_assess()
        self.assertEqual((again.expected_margin, again.margin_floor), (14.9, 5))
        self.assertFalse(again.is_vetoed)

    def test_m5_margin_not_known_is_compared_with_nothing(self):
        self._set_floor(15)
        form = self._assess(self.deal)
        line = form.line_ids.filtered("criterion_id.is_margin")
        line.rating = "na"
        self.assertFalse(form.asks_margin)
        form.action_submit()
        self.assertFalse(form.is_vetoed)

    def test_m5_without_a_floor_no_figure_is_asked(self):
        self._set_floor(0)
        form = self._assess(self.deal)
        form.action_submit()
        self.assertFalse(form.is_vetoed)

    def test_m5_margin_bad_input(self):
        form = self._assess(self.deal)
        for percent in (100.1, 5000):
            with (
                self._mci_quiet(),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                form.expected_margin = percent
                form.flush_recordset()
            form.invalidate_recordset()
        with self.assertRaises(UserError):
            form.write({"expected_margin": "much"})
