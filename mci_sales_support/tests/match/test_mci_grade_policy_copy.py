from odoo import Command

from ..common import MciCommon


class TestMciGradePolicyCopy(MciCommon):
    def test_a_copy_is_the_draft_of_the_next_version_m1(self):
        """The bands of an active policy are frozen, those of its copy are free."""
        policy = (
            self.env["mci.grade.policy"]
            .with_user(self.mci_manager)
            .create(
                {
                    "name": "Grading",
                    "company_id": self.company.id,
                    "line_ids": [
                        Command.create(
                            {
                                "grade_id": self._ref(f"grade_{code}").id,
                                "amount_min": amount,
                            }
                        )
                        for code, amount in (("c", 1000.0), ("d", 0.0), ("e", 0.0))
                    ],
                }
            )
        )
        policy.action_activate()
        draft = policy.copy()
        draft.line_ids[0].amount_min = 2000.0
        self.assertEqual((draft.state, draft.version), ("draft", 2))

    def _ref(self, name):
        return self.env.ref(f"mci_sales_support.{name}")
