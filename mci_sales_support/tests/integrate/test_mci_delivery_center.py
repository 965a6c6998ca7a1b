from ..common import MciCommon


class TestMciDeliveryCenter(MciCommon):
    def test_project_and_account_are_made_with_the_unit_i2(self):
        project = self.center.sudo().project_id
        self.assertEqual(project.name, "North Delivery Center")
        self.assertEqual(project.privacy_visibility, "followers")
        self.assertTrue(project.allow_timesheets)
        self.assertEqual(project.mci_center_id, self.center)
        self.assertEqual(project.company_id, self.company)
        self.assertEqual(self.center.analytic_account_id.mci_kind, "unit")
        self.assertEqual(self.center.analytic_account_id.code, "NORTH")

    def test_administrator_without_accounting_makes_a_unit_i2(self):
        """The guard of units' accounts does not hinder the birth of a unit."""
        unit = (
            self.env["mci.delivery.center"]
            .with_user(self.mci_manager)
            .create(
                {
                    "name": "South Office",
                    "code": "SOUTH",
                    "tier": "local_office",
                    "company_id": self.company.id,
                    "lead_id": self.office_lead.id,
                }
            )
        )
        self.assertEqual(unit.sudo().analytic_account_id.company_id, self.company)
