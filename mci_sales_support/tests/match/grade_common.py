from ..common import MciCommon


class GradeCommon(MciCommon):
    """The standard policy in force, and stages with phases.

    A from 1,000,000, B from 300,000, C from 50,000, D from 0, E led by a partner.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policies = cls.env["mci.grade.policy"]
        policies.search([("state", "=", "active")])._mci_unlock().write(
            {"state": "retired"}
        )
        cls.policy = policies._mci_create_standard(cls.company)
        cls.policy.with_user(cls.mci_manager).action_activate()
        cls.grades = {
            code: cls.env.ref(f"mci_sales_support.grade_{code.lower()}")
            for code in "ABCDE"
        }
        stages = cls.env["crm.stage"]
        stages.search([("id", ">", 0)]).mci_phase = False
        cls.stage_new, cls.stage_initiate, cls.stage_bid = stages.create(
            [
                {"name": "Verify", "sequence": 1001, "team_ids": cls.team.ids},
                {"name": "Initiate", "sequence": 1002, "team_ids": cls.team.ids},
                {"name": "Bid", "sequence": 1003, "team_ids": cls.team.ids},
            ]
        )

    @classmethod
    def _mci_mark_stages(cls):
        cls.stage_new.mci_phase = "verify"
        cls.stage_initiate.mci_phase = "initiate"
        cls.stage_bid.mci_phase = "bid"

    @classmethod
    def _mci_deal(cls, amount, **vals):
        return cls.env["crm.lead"].create(cls._mci_deal_vals(amount, **vals))

    @classmethod
    def _mci_deal_vals(cls, amount, **vals):
        return {
            "name": f"Deal of {amount}",
            "type": "opportunity",
            "expected_revenue": amount,
            "partner_id": cls.customer.id,
            "team_id": cls.team.id,
            "user_id": cls.seller.id,
            "stage_id": cls.stage_new.id,
            **vals,
        }

    def assertGrade(self, lead, code, tier=None):
        self.assertEqual(lead.mci_grade_id.code, code)
        if tier:
            self.assertEqual(lead.mci_tier, tier)

    def _mci_count(self, func, *args):
        """Queries of a call with an empty cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        func(*args)
        self.env.flush_all()
        return self.cr.sql_log_count - before
