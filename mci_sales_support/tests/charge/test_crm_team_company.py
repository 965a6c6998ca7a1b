from odoo.exceptions import UserError
from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestCrmTeamCompany(CompanyCommon):
    """A team goes to another company, and its deals bear there (C6, C7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moving = cls.env["crm.team"].create(
            {"name": "Moving team", "company_id": cls.company.id}
        )
        cls.deal = cls._create_lead("Nomad", team_id=cls.moving.id, user_id=False)
        cls._forget_company(cls.deal)

    @classmethod
    def _forget_company(cls, leads):
        """As imports leave them: the company is the team's."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET company_id = NULL WHERE id = ANY(%s)", [leads.ids]
        )
        leads.invalidate_recordset(["company_id"])

    def test_c6_open_charges_follow_the_team(self):
        charge = self._work(8.0, lead=self.deal)
        self.assertEqual(charge.payer_company_id, self.company)
        self.moving.company_id = self.company_2
        self.assertEqual(charge.payer_company_id, self.company_2)
        self.assertEqual((charge.amount, charge.payer_amount), (800.0, 5600.0))
        self.assertEqual(charge.state, "open")
        statement = self._settle("posted")
        self.assertTrue(statement.is_crossing)

    def test_c7_refused_while_settled(self):
        self._work(8.0, lead=self.deal)
        statement = self._settle("sent")
        for step in ("", "action_accept", "action_post"):
            if step:
                getattr(statement, step)()
            with (
                self.assertRaisesRegex(UserError, "Moving team stays.*Nomad"),
                self.cr.savepoint(),
            ):
                self.moving.company_id = self.company_2
        self.assertEqual(self.moving.company_id, self.company)

    def test_c7_also_when_the_deal_names_the_company(self):
        deal = self._create_lead(
            "At home", team_id=self.moving.id, company_id=self.company.id
        )
        self._work(8.0, lead=deal)
        self._settle("posted")
        with self.assertRaisesRegex(UserError, "At home"), self.cr.savepoint():
            self.moving.company_id = self.company_2

    def test_c7_free_once_the_deals_are_gone(self):
        self._work(8.0, lead=self.deal)
        self._settle("posted")
        deal = self._as(self.deal, self.controller)
        deal.mci_change_company(self.company_2.id, "Moved", team_id=self.team_2.id)
        self.moving.company_id = self.company_2
        self.assertEqual(self.moving.company_id, self.company_2)

    def test_c7_disputed_is_being_settled(self):
        charge = self._work(8.0, lead=self.deal)
        self._settle("sent")
        charge.sudo().action_dispute("Not ours", "hours")
        with self.assertRaisesRegex(UserError, "Nomad"):
            self.moving.company_id = self.company_2

    def test_c7_customer_of_another_company(self):
        """Odoo gives a deal another company when its customer has one."""
        self._work(8.0, lead=self.deal)
        self._settle("posted")
        self.deal.team_id.company_id = self.company  # nothing moves
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": self.company_2.id}
        )
        lead = self._create_lead("Orphan", team_id=self.moving.id, user_id=False)
        self._work(4.0, lead=lead)
        self._settle("posted", 4)
        with self.assertRaisesRegex(UserError, "Reverse and re-charge"):
            lead.write({"team_id": False, "partner_id": partner.id})

    def test_batch(self):
        """One search for the deals of a team, whatever their number."""
        leads = self.deal
        for number in range(8):
            leads |= self._create_lead(
                f"Quiet {number}", team_id=self.moving.id, user_id=False
            )
        self._forget_company(leads)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.moving.company_id = self.company_2
            self.env.flush_all()
